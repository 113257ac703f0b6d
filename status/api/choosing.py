"""Which incidents and maintenances a document tells of, and in which order."""

from datetime import datetime

from django.db.models import QuerySet

from incidents.choices import ACTIVE_STATUSES, IncidentKind, IncidentStatus
from incidents.models import Incident, Page
from status.last_word import last_heard_first, last_heard_of

MOST = 50
"""How many a list of everything holds; the open ones are never cut."""


def recent_incidents(page: Page) -> QuerySet[Incident]:
    """The incidents that were told of last, whatever their status."""
    return last_heard_of(_public(page).incidents(), MOST)


def open_incidents(page: Page) -> QuerySet[Incident]:
    """The incidents that aren't resolved."""
    return last_heard_first(_public(page).unresolved())


def recent_maintenances(page: Page) -> QuerySet[Incident]:
    """The maintenances, latest window first."""
    return _public(page).maintenances().order_by("-scheduled_for", "-pk")[:MOST]


def upcoming_maintenances(page: Page, at: datetime) -> QuerySet[Incident]:
    """The maintenances that haven't begun, soonest first."""
    return _public(page).upcoming(at)


def running_maintenances(page: Page, at: datetime) -> QuerySet[Incident]:
    """The maintenances that are in progress."""
    return _public(page).in_progress(at)


def unfinished_maintenances(page: Page, at: datetime) -> QuerySet[Incident]:
    """Both of these, soonest first."""
    unfinished = upcoming_maintenances(page, at) | running_maintenances(page, at)
    # Said once for both halves, for the index.
    statuses = (IncidentStatus.SCHEDULED, *ACTIVE_STATUSES)
    return unfinished.filter(kind=IncidentKind.MAINTENANCE, status__in=statuses).order_by("scheduled_for", "pk")


def one(page: Page, incident: Incident) -> QuerySet[Incident]:
    """One incident or maintenance, if it is the page's and the public may read it."""
    return _public(page).filter(pk=incident.pk)


def _public(page: Page) -> QuerySet[Incident]:
    return page.incidents.public()
