"""Which incidents and maintenances each feed holds. Drills are never among them."""

from datetime import datetime, timedelta

from django.db.models import Prefetch

from incidents.models import ActionItem, Incident, IncidentComponent, Page
from incidents.querysets import IncidentQuerySet
from status.last_word import last_said_of
from status.sharing import of_each, once

PAGE_SIZE = 25
CALENDAR_REACH = timedelta(days=90)
"""How far back the calendar goes; forward it has no end."""


def lately_told(page: Page) -> list[Incident]:
    """Those that something was said of last, the newest word first: so a long incident stays while it goes on."""
    return _with_contents(last_said_of(_told(page), PAGE_SIZE))


def newest(page: Page) -> list[Incident]:
    """Those that were entered last, the last one first."""
    return _with_contents(_told(page).order_by("-created_at", "-pk")[:PAGE_SIZE])


def archive(page: Page, number: int) -> list[Incident]:
    """Those on one archive page, the last one first. Page 1 holds the oldest; the newest ones are on none.

    The order is that of entering, not of happening: what is entered about the past later on is new to a reader too, and
    moves nothing on a page that is full.
    """
    count = _archived(page)
    start = (number - 1) * PAGE_SIZE
    if not 0 <= start < count:
        raise ValueError(f"There is no archive page {number}.")
    members = _told(page).order_by("created_at", "pk")[start : min(start + PAGE_SIZE, count)]
    return _with_contents(members)[::-1]


def archive_count(page: Page) -> int:
    """How many archive pages there are: enough for everything but the newest ones."""
    return -(-_archived(page) // PAGE_SIZE)


def archive_number_of(page: Page, incident: Incident) -> int | None:
    """The archive page that an incident is on; None while it is among the newest (or isn't told at all)."""
    up_to_it = _told(page).filter(created_at__lte=incident.created_at)
    earlier = up_to_it.exclude(created_at=incident.created_at, pk__gte=incident.pk)
    index = earlier.count()
    return index // PAGE_SIZE + 1 if index < _archived(page) else None


def planned(page: Page, at: datetime) -> list[Incident]:
    """The maintenances of the calendar, soonest first: all that are ahead, and those of the last days."""
    found = _told(page).maintenances().filter(scheduled_until__gte=at - CALENDAR_REACH)
    return _with_contents(found.order_by("scheduled_for", "pk"))


def _archived(page: Page) -> int:
    return max(once(("told", page.pk), _told(page).count) - PAGE_SIZE, 0)


def _told(page: Page) -> IncidentQuerySet:
    """What the public was told anything of."""
    return page.incidents.public().told()


def _with_contents(incidents: IncidentQuerySet) -> list[Incident]:
    """The incidents with all that feeds tell of them, fetched once for the feeds of one publication."""
    listings = IncidentComponent.objects.select_related("component__group")
    contents = (
        "updates",
        "postmortem__corrections",
        Prefetch("listings", listings),
        Prefetch("action_items", ActionItem.objects.public()),
    )
    return of_each(
        "fed",
        incidents,
        lambda wanted: (
            (incident.pk, incident)
            for incident in wanted.select_related("page", "postmortem").prefetch_related(*contents)
        ),
    )
