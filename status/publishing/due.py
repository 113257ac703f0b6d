"""When time alone changes what is public: the clock begins or ends a maintenance, or a new day begins in its zone."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from incidents.choices import CLOSED_STATUSES
from incidents.models import Incident, Page
from incidents.querysets import IncidentQuerySet

from .store import Version


def next_due(page: Page, at: datetime) -> datetime:
    """The first instant after `at` at which time changes something."""
    tomorrow = at.astimezone(page.zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), tzinfo=page.zone)
    turns = (turn for maintenance in _unfinished(page) for turn in _turns_of(maintenance))
    return min([midnight, *(turn for turn in turns if turn > at)])


def turned(page: Page, since: datetime, at: datetime) -> list[Incident]:
    """The maintenances that the clock started or ended in `(since, at]`, whether or not anybody recorded it."""
    unfinished = _unfinished(page).prefetch_related("listings__component")
    return [each for each in unfinished if any(since < turn <= at for turn in _turns_of(each))]


def is_due(live: Version, at: datetime) -> bool:
    """Whether time has changed something since what is live was made."""
    return bool(live.due_at) and datetime.fromisoformat(live.due_at) <= at


def _unfinished(page: Page) -> IncidentQuerySet:
    return page.incidents.maintenances().exclude(status__in=CLOSED_STATUSES)


def _turns_of(maintenance: Incident) -> Iterator[datetime]:
    if maintenance.auto_start:
        yield maintenance.scheduled_for
    if maintenance.auto_complete:
        yield maintenance.scheduled_until
