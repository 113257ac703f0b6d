"""The commands that report on many incidents, against figures worked out another way."""

import json
import statistics
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.choices import ActionItemKind, ActionItemStatus, IncidentStatus, Moment
from incidents.lifecycle import (
    add_action_item,
    change_action_item,
    correct_moment,
    open_drill,
    open_incident,
    post_update,
    update_page,
)
from incidents.rollups import percentile
from incidents.stored_metrics import store_metrics
from tests.factories import make_incident, make_page, make_user

DAY = datetime(2024, 3, 10, 9, 0, tzinfo=UTC)


def report(capsys, *options):
    call_command("metrics_report", "--json", *options)
    return json.loads(capsys.readouterr().out)


def trouble(page, minutes, *, at=DAY, **fields):
    """A resolved incident that was detected so many minutes after it began, and lasted an hour."""
    moments = {Moment.STARTED: at, Moment.DETECTED: at + timedelta(minutes=minutes)}
    incident = open_incident(page=page, name="x", body="x", by=None, at=at, moments=moments, **fields)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="y", by=None, at=at + timedelta(hours=1))
    return incident


def test_median_and_ninetieth_percentile_are_interpolated(page, capsys):
    for minutes in (5, 10, 20, 40):
        trouble(page, minutes)
    make_incident(page)

    ttd = report(capsys)["ttd"]

    assert ttd == {"known": 4, "of": 5, "median_seconds": 900, "p90_seconds": pytest.approx(2040)}
    assert list(report(capsys)) == [
        "ttd",
        "tta",
        "ttr",
        "time_to_first_update",
        "time_to_close",
        "longest_silence",
        "time_to_postmortem",
    ]


def test_days_are_half_open_and_the_pages_own(db, capsys):
    page = make_page(time_zone="America/Los_Angeles")
    trouble(page, 5, at=datetime(2024, 3, 1, 7, 59, tzinfo=UTC))  # still February there
    trouble(page, 5, at=datetime(2024, 3, 1, 8, 0, tzinfo=UTC))
    trouble(page, 5, at=datetime(2024, 4, 1, 6, 59, tzinfo=UTC))
    trouble(page, 5, at=datetime(2024, 4, 1, 7, 0, tzinfo=UTC))  # April there

    assert report(capsys, "--since", "2024-03-01", "--until", "2024-04-01")["ttd"]["of"] == 2


def test_what_tells_nothing_of_our_speed_is_left_out(page, capsys):
    trouble(page, 10)
    trouble(page, -5)  # an alert that came before the impact: counted, and not known
    open_drill(page=page, name="Drill", body="x", by=None)
    later = DAY + timedelta(hours=1)
    open_incident(page=page, name="Old", body="x", by=None, at=later, status=IncidentStatus.RESOLVED, backfilled=True)

    assert report(capsys)["ttd"] == {"known": 1, "of": 2, "median_seconds": 600, "p90_seconds": 600}


def test_a_first_update_before_the_impact_is_counted_and_not_known(page, capsys):
    trouble(page, 10)
    early = trouble(page, 40)
    correct_moment(incident=early, moment=Moment.STARTED, value=DAY + timedelta(minutes=30), by=None, reason="x")

    figures = report(capsys)

    assert figures["time_to_first_update"] == {"known": 1, "of": 2, "median_seconds": 0, "p90_seconds": 0}
    assert figures["ttd"]["known"] == 2
    assert store_metrics(early.pk).time_to_first_update_seconds == -1800


def test_nothing_is_null_and_not_nought(page, capsys):
    assert report(capsys)["ttr"] == {"known": 0, "of": 0, "median_seconds": None, "p90_seconds": None}


def test_bad_days_are_refused(page, capsys):
    with pytest.raises(CommandError, match="after --since"):
        call_command("metrics_report", "--since", "2024-03-01", "--until", "2024-03-01")


@pytest.mark.parametrize(
    "wrong", ["soon", "", "2024-13-01", "2024-02-30", "2024-03-01T10:00", "2024-03-01\n", "01.03.2024"]
)
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_what_is_no_day_is_refused_in_one_line(page, capsys, wrong, option):
    with pytest.raises(CommandError) as refused:
        call_command("metrics_report", "--json", f"{option}={wrong}")

    assert refused.value.returncode == 2
    assert str(refused.value) == f"{option}: {wrong!r} is no date; write it as 2026-01-31."
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("time_zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_first_and_last_day_of_a_calendar_are_days_too(page, capsys, time_zone):
    update_page(page=page, by=None, time_zone=time_zone)
    trouble(page, 10)

    assert report(capsys, "--since", "0001-01-01", "--until", "9999-12-31")["ttd"]["of"] == 1


def test_the_table_is_for_people(page, capsys):
    trouble(page, 10)
    call_command("metrics_report")

    assert "1 of 1" in capsys.readouterr().out


class PercentileTests(TestCase):
    @given(st.lists(st.integers(-(10**6), 10**9), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
    @settings(max_examples=200)
    def test_percentiles_are_those_of_the_textbook(self, values, share):
        """Position (n - 1) p in the sorted list, and a straight line between the neighbours."""
        ordered = sorted(values)
        place = (len(ordered) - 1) * share
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        expected = ordered[low] + (ordered[high] - ordered[low]) * (place - low)

        assert percentile(values, share) == pytest.approx(expected, rel=1e-9, abs=1e-6)
        assert percentile(values, 0.5) == pytest.approx(statistics.median(values))


def test_action_items_as_objects(page, capsys):
    owner = make_user("ada")
    incident = make_incident(page)
    common = {"incident": incident, "by": None}
    done = add_action_item(title="Alert earlier", kind=ActionItemKind.DETECT, is_public=True, owner=owner, **common)
    add_action_item(title="Roll back faster", kind=ActionItemKind.MITIGATE, due_on=DAY.date(), **common)
    change_action_item(item=done, status=ActionItemStatus.DONE, evidence="It rang.", by=owner, at=DAY)
    drill = open_drill(page=page, name="Drill", body="x", by=None)
    add_action_item(incident=drill, title="Practice", kind=ActionItemKind.PROCESS, by=None)

    call_command("action_items", json=True)
    first, second = json.loads(capsys.readouterr().out)
    call_command("action_items", "--open", "--json")
    (unfinished,) = json.loads(capsys.readouterr().out)

    assert first == unfinished
    assert first["due_on"] == "2024-03-10"
    assert second == {
        "incident": incident.code,
        "title": "Alert earlier",
        "kind": "detect",
        "priority": "p2",
        "owner": "ada",
        "due_on": (timezone.now() + timedelta(days=60)).date().isoformat(),  # P2, by the page's closure policy
        "status": "done",
        "public": True,
        "completed_at": "2024-03-10T09:00:00Z",
    }
    call_command("action_items")
    assert "Roll back faster" in capsys.readouterr().out
