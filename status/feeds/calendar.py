"""Scheduled maintenance as a calendar (RFC 5545) at `/history.ics`."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from incidents.models import Incident, Page
from status.document import Document
from status.reports import affected_of

from . import selection
from .content import plain_body
from .entries import LANGUAGE, channel_of
from .identity import uuid_of
from .text import line

PATH = "/history.ics"
CONTENT_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN_AFTER = timedelta(hours=1)


def calendar_document(page: Page, at: datetime) -> Document:
    """`/history.ics`: maintenance that is ahead, running, or no longer than 90 days ago."""
    channel = channel_of(page)
    name = f"{line(page.name)}: scheduled maintenance"
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Allclear//Scheduled maintenance//{LANGUAGE.upper()}")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for incident in selection.planned(page, at):
        calendar.add_component(event_of(incident, channel.base))
    return Document(PATH, calendar.to_ical(), CONTENT_TYPE, page.updated_at)


def event_of(incident: Incident, base: str) -> Event:
    """One maintenance. Stamped with its last change rather than with now: it is the same until it changes."""
    url = f"{base}/incidents/{incident.code}"
    event = Event()
    event.add("uid", str(uuid_of("incident", incident.code)))
    event.add("dtstamp", _utc(incident.updated_at))
    event.add("created", _utc(incident.created_at))
    event.add("last-modified", _utc(incident.updated_at))
    event.add("sequence", incident.schedule_sequence)
    event.add("dtstart", _utc(incident.scheduled_for))
    if incident.scheduled_until > incident.scheduled_for:
        event.add("dtend", _utc(incident.scheduled_until))
    event.add("summary", line(incident.name))
    event.add("description", _description(incident, url))
    event.add("url", url)
    event.add("status", "CANCELLED" if incident.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _description(incident: Incident, url: str) -> str:
    said = [plain_body(update.body) for update in incident.updates.all()][-1:]
    affected = affected_of(incident)
    return "\n\n".join([*said, *([f"Affects {line(affected)}."] if affected else []), url])


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
