"""Times that a clock shows twice, as summer time ends, or never: people say which they mean, or are told."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from incidents.instants import format_offset, readings
from incidents.lifecycle import correct_moment, update_page
from incidents.models import Incident
from tests.factories import make_incident

TWICE = "2026-10-25T02:30"
FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "Etc/UTC")


@pytest.fixture
def berlin(page):
    return update_page(page=page, by=None, time_zone="Europe/Berlin")


@pytest.fixture
def incident(berlin):
    return make_incident(berlin, at=datetime(2026, 10, 24, 12, tzinfo=UTC))


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def report(console, **fields):
    return console.post(reverse("console:report"), {"name": "Slow", "status": "investigating", "body": "x"} | fields)


def test_a_time_that_comes_twice_is_asked_about_and_either_is_taken(console, berlin):
    asked = text_of(report(console, started_at=TWICE))

    assert "Clocks go back on Oct 25, 2026, so 02:30 comes twice: " in asked
    assert "choose 02:30 CEST (+02:00), or 02:30 CET (+01:00) later." in asked
    assert re.search(r'name="started_at" value="2026-10-25T02:30:00"', asked)
    assert re.findall(r'<option value="(\+[^"]+)"', asked) == ["+02:00", "+01:00"]
    assert 'name="detected_at_offset"' not in asked
    for offset, meant in (("+02:00", FIRST), ("+01:00", SECOND)):
        assert report(console, started_at=TWICE, started_at_offset=offset).status_code == 302
        assert Incident.objects.latest("pk").started_at == meant


@pytest.mark.parametrize("typed", [f"{TWICE}+01:00", "2026-10-25 02:30+01:00", "2026-10-25T01:30Z"])
def test_an_offset_may_be_typed_too(console, berlin, typed):
    assert report(console, started_at=typed).status_code == 302

    assert Incident.objects.get().started_at == SECOND


@pytest.mark.parametrize("offset", ["+05:00", "nonsense", "", "+01:00 "])
def test_a_choice_of_neither_is_asked_about_again(console, berlin, offset):
    assert "comes twice" in text_of(report(console, started_at=TWICE, started_at_offset=offset))
    assert not Incident.objects.exists()


def test_a_choice_says_nothing_of_another_time(console, berlin):
    assert report(console, started_at="2026-10-25T12:30", started_at_offset="+02:00").status_code == 302

    assert Incident.objects.get().started_at == datetime(2026, 10, 25, 11, 30, tzinfo=UTC)


def test_what_was_chosen_stays_when_something_else_is_refused(console, berlin):
    again = text_of(report(console, name="", started_at=TWICE, started_at_offset="+01:00"))

    assert '<option value="+01:00" selected>02:30 CET (+01:00), the second time</option>' in again
    assert "Clocks go back" not in again
    assert 'value="2026-10-25T02:30:00"' in again


def test_a_time_that_is_skipped_is_refused_in_words(console, berlin):
    refused = text_of(report(console, started_at="2026-03-29T02:30"))

    assert "Clocks go forward on Mar 29, 2026, so there is no 02:30." in refused
    assert "started_at_offset" not in refused


@pytest.mark.parametrize(("meant", "offset"), [(FIRST, "+02:00"), (SECOND, "+01:00")])
def test_a_form_shows_which_one_is_recorded_and_leaves_it(console, incident, meant, offset):
    correct_moment(incident=incident, moment="detected", value=meant, by=None)
    address = reverse("console:moment", args=[incident.code, "detected"])
    assert re.findall(r'value="(\+[^"]+)" selected', text_of(console.get(address))) == [offset]
    data = {"value": f"{TWICE}:00", "value_offset": offset, "precision": "at_most", "source": "manual", "reason": "x"}

    assert console.post(address, data).status_code == 302

    incident.refresh_from_db()
    assert incident.detected_at == meant


@pytest.mark.parametrize(
    "typed",
    ["never", "2026-99-99T02:30", "0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "+02:00"],
)
def test_what_is_no_time_is_refused_beside_its_field(console, berlin, typed):
    refused = report(console, started_at=typed, started_at_offset="+02:00")

    assert refused.status_code == 200
    assert refused.context["form"].errors["started_at"]


@given(
    at=st.integers(631152000, 2114380800).map(lambda epoch: datetime.fromtimestamp(epoch, UTC)),
    name=st.sampled_from(ZONES),
)
def test_a_reading_is_read_back_and_every_instant_is_one_of_its_readings(at, name):
    zone = ZoneInfo(name)
    local = at.astimezone(zone).replace(tzinfo=None)

    found = readings(local, zone)

    assert at in [each.astimezone(UTC) for each in found]
    assert len({format_offset(each) for each in found}) == len(found) <= 2
    for each in found:
        assert each.replace(tzinfo=None, fold=0) == local.replace(fold=0)
        assert datetime.fromisoformat(f"{local.isoformat()}{format_offset(each)}") - each.astimezone(UTC) == timedelta()


def test_an_hour_that_is_skipped_has_no_reading():
    assert readings(datetime.fromisoformat("2026-03-29T02:30"), ZoneInfo("Europe/Berlin")) == ()
