"""One person's unfinished action items as a calendar of due dates (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from icalendar import Calendar, Event

from .models import ActionItem, CalendarAddress

ASK_AGAIN_AFTER = timedelta(hours=1)
MOST = 1000


def calendar_of(address: CalendarAddress) -> bytes:
    """All that the person still owes on the page; an item leaves it when it is finished or given to somebody else."""
    name = f"{address.page.name}: my action items"
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Allclear//Action items//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    owed = ActionItem.objects.of_page(address.page).unfinished().filter(owner=address.user, due_on__isnull=False)
    for item in owed.select_related("incident").in_due_order()[:MOST]:
        calendar.add_component(_event(item))
    return calendar.to_ical()


def _event(item: ActionItem) -> Event:
    """One due date, as a whole day. Its sequence grows with every change, so that calendars follow."""
    url = f"{settings.SITE_URL}/console/items/{item.code}/"
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"urn:allclear:action-item:{item.code}")))
    event.add("dtstamp", _utc(item.updated_at))
    event.add("created", _utc(item.created_at))
    event.add("last-modified", _utc(item.updated_at))
    event.add("sequence", item.version)
    event.add("dtstart", item.due_on)
    event.add("duration", timedelta(days=1))  # a due date may be the last day that a calendar has
    event.add("summary", f"Due: {' '.join(item.title.split())}")
    event.add("description", f"{item.get_priority_display()}, {item.get_kind_display()}: {item.incident.name}\n\n{url}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
