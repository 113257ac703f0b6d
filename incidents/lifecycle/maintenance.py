"""Scheduled maintenance: announcing, moving, calling off, reminding, and what the clock starts and ends."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from incidents.changes import (
    MaintenanceCancelled,
    MaintenanceReminderDue,
    MaintenanceRescheduled,
    MaintenanceScheduled,
)
from incidents.choices import Impact, IncidentKind, IncidentStatus
from incidents.codes import new_code
from incidents.errors import IncidentChanged, LifecycleError, TransitionRefused
from incidents.models import Component, Incident, IncidentComponent, MaintenanceSeries, Page, Update, User
from incidents.signals import announce

from .posting import Post, check_components, check_newest_word, check_post, write_post
from .updates import post_update
from .writing import check_not_empty, check_seen, insert_once, write

logger = logging.getLogger(__name__)

STARTED = "The scheduled maintenance has begun. We will post here as it goes on."
COMPLETED = "The scheduled maintenance has been completed."


def schedule_maintenance(
    *,
    page: Page,
    name: str,
    body: str,
    scheduled_for: datetime,
    scheduled_until: datetime,
    components: Iterable[Component],
    by: User | None,
    at: datetime | None = None,
    auto_start: bool = True,
    auto_complete: bool = True,
    remind_before_minutes: int | None = 60,
    notify: bool = True,
    series: MaintenanceSeries | None = None,
    series_slot: datetime | None = None,
    code: str = "",
) -> Incident:
    """Announce a maintenance of some components over `[scheduled_for, scheduled_until)`.

    With `auto_start` and `auto_complete` the clock begins and ends it; without, a responder's update does.
    A `code` drawn ahead makes a second call raise AlreadyDone.
    """
    now = timezone.now()
    _check_window(scheduled_for, scheduled_until)
    post = Post(IncidentStatus.SCHEDULED, body, at or now, notify=notify)
    components = list(components)
    incident = Incident(
        page=page,
        code=code or new_code(),
        name=check_not_empty(name, field="name", what="The name"),
        kind=IncidentKind.MAINTENANCE,
        status=IncidentStatus.SCHEDULED,
        impact=Impact.MAINTENANCE,
        started_at=post.posted_at,
        scheduled_for=scheduled_for,
        scheduled_until=scheduled_until,
        auto_start=auto_start,
        auto_complete=auto_complete,
        remind_before_minutes=remind_before_minutes,
        series=series,
        series_slot=series_slot,
        created_by=by,
        created_at=now,
        updated_at=now,
    )
    check_post(incident, post)
    check_components(page, Post(post.status, body, post.posted_at, dict.fromkeys(components, "operational")))
    with transaction.atomic():
        insert_once(incident)
        IncidentComponent.objects.bulk_create(
            IncidentComponent(incident=incident, component=component) for component in components
        )
        write_post(incident, post, MaintenanceScheduled, by=by, now=now, previous=None)
    return incident


def reschedule_maintenance(
    *,
    incident: Incident,
    scheduled_for: datetime,
    scheduled_until: datetime,
    body: str,
    by: User | None,
    notify: bool = True,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Update:
    """Move a maintenance to another window, with an update that says so; one that runs may only be extended."""
    now = timezone.now()
    at = at or now
    check_seen(incident, seen_version)
    _check_maintenance(incident)
    status = incident.status_at(now)
    if status == IncidentStatus.COMPLETED:
        raise LifecycleError("This maintenance is over; schedule another one.", field="scheduled_for")
    if status != IncidentStatus.SCHEDULED and scheduled_for != incident.scheduled_for:
        raise LifecycleError("It has begun: only its end can be moved.", field="scheduled_for")
    _check_window(scheduled_for, scheduled_until)
    previous = incident.scheduled_for, incident.scheduled_until
    post = Post(IncidentStatus(incident.status), body, at, notify=notify)
    check_post(incident, post)
    with transaction.atomic():
        write(
            incident,
            at=now,
            scheduled_for=scheduled_for,
            scheduled_until=scheduled_until,
            schedule_sequence=incident.schedule_sequence + 1,
            reminded_at=None,
        )
        update = write_post(
            incident,
            post,
            MaintenanceRescheduled,
            by=by,
            now=now,
            previous=post.status,
            previous_for=previous[0],
            previous_until=previous[1],
        )
    return update


def start_maintenance(
    *, incident: Incident, by: User | None, body: str = STARTED, at: datetime | None = None, notify: bool = True
) -> Update:
    """Begin a maintenance by hand, before or after its planned start."""
    _check_maintenance(incident)
    return post_update(incident=incident, status=IncidentStatus.IN_PROGRESS, body=body, by=by, at=at, notify=notify)


def complete_maintenance(
    *, incident: Incident, by: User | None, body: str = COMPLETED, at: datetime | None = None, notify: bool = True
) -> Update:
    """End a maintenance that runs, by hand."""
    _check_maintenance(incident)
    return post_update(incident=incident, status=IncidentStatus.COMPLETED, body=body, by=by, at=at, notify=notify)


def cancel_maintenance(
    *,
    incident: Incident,
    body: str,
    by: User | None,
    notify: bool = True,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Update:
    """Call a maintenance off before it begins, with an update that says so."""
    now = timezone.now()
    at = at or now
    check_seen(incident, seen_version)
    _check_maintenance(incident)
    if incident.status_at(now) != IncidentStatus.SCHEDULED:
        raise TransitionRefused(
            incident, IncidentStatus.COMPLETED, hint="Only one that hasn't begun can be called off."
        )
    post = Post(IncidentStatus.COMPLETED, body, at, notify=notify)
    check_post(incident, post)
    check_newest_word(incident, post)
    with transaction.atomic():
        write(incident, at=now, status=post.status, cancelled_at=at, resolved_at=at)
        update = write_post(incident, post, MaintenanceCancelled, by=by, now=now, previous=IncidentStatus.SCHEDULED)
    return update


def remind_of_maintenance(*, incident: Incident, at: datetime | None = None) -> bool:
    """Say once that a maintenance starts soon, when its reminder is due; whether it was."""
    at = at or timezone.now()
    if not reminder_is_due(incident, at):
        return False
    with transaction.atomic():
        write(incident, at=at, reminded_at=at)
        announce(MaintenanceReminderDue(page=incident.page, at=at, actor=None, incident=incident, notify=True))
    return True


def reminder_is_due(incident: Incident, at: datetime) -> bool:
    """Whether the time for a maintenance's reminder has come, and it hasn't been given."""
    if incident.remind_before_minutes is None or incident.reminded_at is not None:
        return False
    remind_at = incident.scheduled_for - timedelta(minutes=incident.remind_before_minutes)
    return incident.status == IncidentStatus.SCHEDULED and remind_at <= at < incident.scheduled_for


def advance_due(at: datetime | None = None) -> int:
    """Record every start and end that the clock has made due by `at`; how many were recorded.

    Each is its own change, posted with the time that it was due, however late the worker is. One that fails is logged
    and leaves the others alone; one that somebody else recorded meanwhile is left to them.
    """
    at = at or timezone.now()
    recorded = 0
    for incident in Incident.objects.due(at).select_related("page"):
        try:
            recorded += _advance(incident, at)
        except IncidentChanged:
            logger.info("Maintenance %s was changed by somebody else just now.", incident.code)
        except Exception:
            logger.exception("Maintenance %s could not be advanced.", incident.code)
    return recorded


def _advance(incident: Incident, at: datetime) -> int:
    recorded = 0
    if incident.status == IncidentStatus.SCHEDULED:
        _post_by_clock(incident, IncidentStatus.IN_PROGRESS, STARTED, incident.scheduled_for)
        recorded += 1
    if incident.status_at(at) == IncidentStatus.COMPLETED:
        _post_by_clock(incident, IncidentStatus.COMPLETED, COMPLETED, incident.scheduled_until)
        recorded += 1
    return recorded


def _post_by_clock(incident: Incident, status: IncidentStatus, body: str, due: datetime) -> None:
    latest = incident.updates.aggregate(latest=Max("posted_at"))["latest"]
    post_update(
        incident=incident, status=status, body=body, by=None, at=max(due, latest) if latest else due, automatic=True
    )


def _check_maintenance(incident: Incident) -> None:
    if not incident.is_maintenance:
        raise LifecycleError("This is an incident, not a scheduled maintenance.")


def _check_window(scheduled_for: datetime, scheduled_until: datetime) -> None:
    if scheduled_until <= scheduled_for:
        raise LifecycleError("The window must end after it starts.", field="scheduled_until")
