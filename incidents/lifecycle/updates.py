"""Posting and editing updates."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.changes import UpdateEdited, UpdatePosted
from incidents.choices import ComponentStatus, IncidentStatus, Moment, MomentSource
from incidents.errors import LifecycleError, TransitionRefused
from incidents.models import Component, Incident, Update, UpdateRevision, User
from incidents.signals import announce
from incidents.transitions import may_follow

from .claims import retell
from .moments import check_moments, keep_belief
from .posting import Post, check_components, check_newest_word, check_post, write_post
from .writing import check_not_empty, check_not_future, check_seen, write


def post_update(
    *,
    incident: Incident,
    status: IncidentStatus,
    body: str,
    by: User | None,
    at: datetime | None = None,
    component_statuses: Mapping[Component, ComponentStatus] | None = None,
    notify: bool = True,
    next_update_by: datetime | None = None,
    automatic: bool = False,
    seen_version: int | None = None,
    code: str = "",
    written_at: datetime | None = None,
) -> Update:
    """Post one update, shown at `at` (default now), and move the incident or maintenance to its status.

    `code` and `written_at` are for what was written down elsewhere before (see `Post`).
    Raises TransitionRefused for a status that may not follow, and IncidentChanged when `seen_version` (or the instance
    itself) is older than the row: nothing is written then, and the caller decides again on what is new.
    """
    now = timezone.now()
    check_seen(incident, seen_version)
    post = Post(
        status=status,
        body=body,
        posted_at=at or now,
        component_statuses=_with_maintenance(incident, status, dict(component_statuses or {})),
        notify=notify,
        next_update_by=next_update_by,
        is_automatic=automatic,
        code=code,
        written_at=written_at,
    )
    check_transition(incident, status, at=post.posted_at)
    check_post(incident, post)
    check_newest_word(incident, post)
    check_components(incident.page, post)
    previous = IncidentStatus(incident.status)
    with transaction.atomic():
        move(incident, post, by=by, now=written_at or now)
        update = write_post(incident, post, UpdatePosted, by=by, now=now, previous=previous)
    return update


def check_transition(incident: Incident, status: IncidentStatus, *, at: datetime) -> None:
    """Refuse a status that may not follow the one that the incident has at `at`, by record and clock."""
    if may_follow(incident.status_at(at), status) or may_follow(IncidentStatus(incident.status), status):
        return
    hint = "Reopen it first." if not incident.is_maintenance and not incident.is_open else ""
    raise TransitionRefused(incident, status, hint=hint)


def move(incident: Incident, post: Post, *, by: User | None, now: datetime) -> None:
    """Take the incident to the update's status, with the moments that a first arrival there sets."""
    fields: dict[str, object] = {"status": post.status}
    if post.status == IncidentStatus.MONITORING and incident.monitoring_at is None:
        fields["monitoring_at"] = post.posted_at
    if post.closes:
        fields["resolved_at"] = post.posted_at
        if not incident.is_maintenance:
            check_moments(incident, {Moment.RESOLVED: post.posted_at})
            keep_belief(incident, Moment.RESOLVED, post.posted_at, source=MomentSource.UPDATE, by=by, at=now)
    write(incident, at=now, **fields)


def _with_maintenance(
    incident: Incident, status: IncidentStatus, statuses: dict[Component, ComponentStatus]
) -> dict[Component, ComponentStatus]:
    """Starting a maintenance says of each listed component that it is under maintenance, unless told otherwise."""
    if status != IncidentStatus.IN_PROGRESS or incident.status != IncidentStatus.SCHEDULED:
        return statuses
    listed = Component.objects.filter(listings__incident=incident).select_related("group")
    return dict.fromkeys(listed, ComponentStatus.UNDER_MAINTENANCE) | statuses


def edit_update(
    *,
    update: Update,
    body: str,
    by: User | None,
    posted_at: datetime | None = None,
    at: datetime | None = None,
) -> Update:
    """Correct an update's words or the time it shows; the earlier text is kept, and nobody is notified again.

    A moment that was taken from the update's time follows it. Refused where another update would then be the newest
    and say another status than the incident has.
    """
    at = at or timezone.now()
    posted_at = posted_at or update.posted_at
    incident = update.incident
    body = check_not_empty(body, field="body", what="The update")
    check_not_future(posted_at, field="posted_at")
    if update.next_update_by is not None and posted_at >= update.next_update_by:
        raise LifecycleError("That is after the time for which it promised the next update.", field="posted_at")
    if (body, posted_at) == (update.body, update.posted_at):
        return update
    _check_stays_newest(update, posted_at)
    with transaction.atomic():
        revision = UpdateRevision.objects.create(
            update=update,
            status=update.status,
            body=update.body,
            posted_at=update.posted_at,
            replaced_at=at,
            replaced_by=by,
        )
        write(incident, at=at, **_moved_moments(incident, update, posted_at, by=by, at=at))
        update.body, update.posted_at, update.edited_at, update.updated_at = body, posted_at, at, at
        update.save(update_fields=["body", "posted_at", "edited_at", "updated_at"])
        retell(incident, at=at)
        announce(UpdateEdited(page=incident.page, at=at, actor=by, incident=incident, update=update, revision=revision))
    return update


def _check_stays_newest(update: Update, posted_at: datetime) -> None:
    others = update.incident.updates.exclude(pk=update.pk)
    newest = others.last()
    if newest is None or newest.status == update.status:
        return
    was, becomes = ((at, update.pk) > (newest.posted_at, newest.pk) for at in (update.posted_at, posted_at))
    if was != becomes:
        raise LifecycleError(
            f"The update that says {newest.get_status_display().lower()} was posted at {newest.posted_at:%H:%M} UTC; "
            "moving this one past it would tell another story.",
            field="posted_at",
        )


def _moved_moments(
    incident: Incident, update: Update, posted_at: datetime, *, by: User | None, at: datetime
) -> dict[str, datetime]:
    """The new times of beginning, of monitoring and of resolving, where they were taken from the moved update."""
    if posted_at == update.posted_at:
        return {}
    fields: dict[str, datetime] = {}
    if update.posted_at == incident.monitoring_at:
        fields["monitoring_at"] = posted_at
    if incident.is_maintenance:
        return fields | ({"resolved_at": posted_at} if update.posted_at == incident.resolved_at else {})
    moved = {
        moment: posted_at for moment in (Moment.STARTED, Moment.RESOLVED) if _is_taken_from(incident, moment, update)
    }
    check_moments(incident, moved)
    for moment in moved:
        keep_belief(
            incident,
            moment,
            posted_at,
            source=MomentSource.UPDATE,
            by=by,
            at=at,
            reason="The update that it was taken from was moved.",
        )
    return fields | {f"{moment}_at": posted_at for moment in moved}


def _is_taken_from(incident: Incident, moment: Moment, update: Update) -> bool:
    believed = incident.moment_records.filter(moment=moment).last()
    is_from_an_update = believed is not None and believed.source == MomentSource.UPDATE
    return is_from_an_update and believed.at == update.posted_at
