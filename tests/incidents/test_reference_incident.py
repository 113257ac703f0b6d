"""The reference incident through the lifecycle: its figures, its report, and two facts kept apart."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from incidents.choices import ComponentStatus, MomentSource, Precision
from incidents.demo.reference import NAME
from incidents.management.commands.load_demo import load
from incidents.models import Incident
from incidents.stored_metrics import repair_stale_metrics, store_metrics


@pytest.fixture(scope="module")
def demo(module_db):
    load()


@pytest.fixture
def reference(demo, db):
    return Incident.objects.get(name=NAME)


def test_command_prints_its_figures(reference, capsys):
    call_command("incident_metrics", reference.code, json=True)

    (row,) = json.loads(capsys.readouterr().out)
    assert row == {
        "code": reference.code,
        "name": NAME,
        "started_at": "2022-10-04T07:17:00Z",
        "detected_at": "2022-10-04T07:31:00Z",
        "mitigated_at": "2022-10-04T08:12:00Z",
        "resolved_at": "2022-10-04T08:39:00Z",
        "ttd_seconds": 840,
        "ttr_seconds": 3300,
        "tta_seconds": None,
        "time_to_first_update_seconds": 1140,
        "time_to_close_seconds": 4920,
        "longest_silence_seconds": 2280,
        "time_to_postmortem_seconds": 752160,
    }


@pytest.mark.parametrize("code", ["nosuchcode00", "", " "])
def test_unknown_code_is_refused_in_one_line(db, capsys, code):
    with pytest.raises(SystemExit) as stopped:
        call_command("incident_metrics", code)

    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_detection_is_known_at_most_and_from_an_alert(reference):
    record = reference.moment_records.filter(moment="detected").last()

    assert (record.precision, record.source) == (Precision.AT_MOST, MomentSource.ALERT)


def test_listing_and_real_outages_differ(reference):
    listed = {listing.component.name for listing in reference.listings.all()}
    periods = {
        name: list(
            reference.page.components.get(name=name)
            .periods.filter(started_at__year=2022)
            .exclude(status=ComponentStatus.OPERATIONAL)
            .values_list("status", "started_at", "ended_at")
        )
        for name in ("Website", "API")
    }

    assert listed == {"Website", "API"}
    assert periods["Website"] == [
        (
            "major_outage",
            datetime(2022, 10, 4, 7, 17, tzinfo=UTC),
            datetime(2022, 10, 4, 8, 12, tzinfo=UTC),
        )
    ]
    assert periods["API"] == []


def test_computing_twice_changes_nothing(reference):
    first = store_metrics(reference.pk)
    second = store_metrics(reference.pk)

    assert first.computed_at == second.computed_at
    repair_stale_metrics()
    assert repair_stale_metrics() == 0


def test_report_reads_as_published(reference, public):
    text = " ".join(public.get(f"/incidents/{reference.code}").content.decode().split())

    for posted in ("08:39", "08:16", "08:14", "07:36"):
        assert f">Oct 04, 2022 - {posted} UTC</time>" in text
    assert ">Oct 13, 2022 - 01:35 UTC</time>" in text
    assert "Incident Report for Atlassian Bitbucket" in text
    assert "This incident affected: Website and API." in text
    assert "Website: major outage, 07:17 to 08:12 UTC. API: no impact found." in text
    assert "2 of 4 done" in text
    order = ["Postmortem</h2>", *(f">Oct 04, 2022 - {posted} UTC" for posted in ("08:39", "08:16", "08:14", "07:36"))]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_demo_is_loaded_once(reference, capsys):
    call_command("load_demo")

    assert "no demo was added" in capsys.readouterr().out
