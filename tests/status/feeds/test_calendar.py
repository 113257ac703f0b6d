"""The calendar of maintenance."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from incidents.lifecycle import cancel_maintenance, open_drill, reschedule_maintenance
from status.feeds import calendar_document
from status.feeds.calendar import event_of
from tests.factories import make_component, make_incident, make_page

from .reading import calendar, fresh, plan


def events(page, at=None):
    return list(calendar(page, at).walk("VEVENT"))


def test_calendar_says_what_it_is(page):
    document = calendar_document(page, timezone.now())
    read = calendar(page)

    assert (document.path, document.content_type) == ("/history.ics", "text/calendar; charset=utf-8")
    assert document.last_modified == page.updated_at
    assert read["VERSION"] == "2.0"
    assert read["PRODID"].startswith("-//Allclear//")
    assert read["METHOD"] == "PUBLISH"
    assert read["X-WR-CALNAME"] == "Example Status: scheduled maintenance"


def test_event(page):
    website = make_component(page, "Website")
    incident = plan(page, timedelta(days=2), body="We **upgrade**, slowly; see C:\\temp.", components=[website])

    (event,) = events(page)

    assert event["SUMMARY"] == "Upgrade"
    assert event.decoded("DTSTART") == incident.scheduled_for.replace(microsecond=0)
    assert event.decoded("DTEND") == incident.scheduled_until.replace(microsecond=0)
    assert event.decoded("DTSTAMP").utcoffset() == timedelta()
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == f"http://127.0.0.1:8000/incidents/{incident.code}"
    assert event["DESCRIPTION"] == (
        f"We upgrade, slowly; see C:\\temp.\n\nAffects Website.\n\nhttp://127.0.0.1:8000/incidents/{incident.code}"
    )
    body = calendar_document(fresh(page), timezone.now()).body
    assert f"DTSTART:{incident.scheduled_for.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n".encode() in body


def test_rescheduling_and_calling_off_keep_the_uid(page):
    incident = plan(page, timedelta(days=2))
    page.incidents.update(updated_at=timezone.now() - timedelta(hours=1))  # it was planned a while ago
    (planned,) = events(page)

    start = incident.scheduled_for + timedelta(days=1)
    reschedule_maintenance(
        incident=incident, scheduled_for=start, scheduled_until=start + timedelta(hours=2), body="Later.", by=None
    )
    (moved,) = events(page)
    incident.refresh_from_db()
    cancel_maintenance(incident=incident, body="Called off.", by=None)
    (cancelled,) = events(page)

    assert planned["UID"] == moved["UID"] == cancelled["UID"]
    assert (planned["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
    assert planned.decoded("LAST-MODIFIED") < moved.decoded("LAST-MODIFIED")
    assert moved.decoded("DTSTART") == start.replace(microsecond=0)
    assert (moved["STATUS"], cancelled["STATUS"]) == ("CONFIRMED", "CANCELLED")


@pytest.mark.parametrize(("days_ago", "is_there"), [(-400, True), (0, True), (89, True), (91, False)])
def test_reach(page, days_ago, is_there):
    start = timedelta(days=-days_ago)
    plan(page, start, at=timezone.now() - timedelta(days=100))

    assert bool(events(page)) == is_there


def test_only_maintenance_of_this_page(page):
    make_incident(page)
    plan(make_page("Other"), timedelta(days=1))
    drill = open_drill(page=page, name="Practice", body="Practice.", by=None)

    assert events(page) == events(drill.page) == []


def test_long_lines_fold_between_characters(page):
    incident = plan(page, timedelta(days=1), body="Naïve café — " * 60)
    incident.name = "🔥" * 150 + "ü" * 150

    text = event_of(incident, "http://status.example.test").to_ical()

    lines = text.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for each in lines:
        each.decode()
    assert incident.name.encode() in text.replace(b"\r\n ", b"")


@pytest.mark.parametrize("name", ["Two\r\nBEGIN:VALARM", "Tab\tand\x00bell\x07", "a,b;c\\d"])
def test_names_stay_within_their_line(page, name):
    incident = plan(page, timedelta(days=1))
    page.incidents.update(name=name.replace("\x00", ""))

    (event,) = events(page)

    assert event["SUMMARY"] == " ".join(name.replace("\x00", "").replace("\x07", "").split())
    assert not event.subcomponents
    assert incident.page == page


def test_window_without_length_has_no_end(page):
    incident = plan(page, timedelta(days=1))
    incident.scheduled_until = incident.scheduled_for

    assert "DTEND" not in event_of(incident, "http://status.example.test")
