"""Opening, editing and reopening incidents."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.changes import IncidentEdited, IncidentOpened, IncidentReopened
from incidents.choices import (
    CLOSED_STATUSES,
    OPEN_STATUSES,
    ComponentStatus,
    Impact,
    IncidentKind,
    IncidentStatus,
    Moment,
    MomentSource,
)
from incidents.codes import new_code
from incidents.errors import LifecycleError, TransitionRefused
from incidents.models import Component, Incident, Page, Reopening, Update, User
from incidents.signals import announce
from incidents.transitions import FIRST

from .moments import check_moments, keep_belief
from .posting import Post, check_components, check_newest_word, check_post, follow_impact, write_post
from .writing import check_not_empty, check_not_future, check_seen, insert_once, write


def open_incident(
    *,
    page: Page,
    name: str,
    body: str,
    by: User | None,
    status: IncidentStatus = IncidentStatus.INVESTIGATING,
    component_statuses: Mapping[Component, ComponentStatus] | None = None,
    at: datetime | None = None,
    moments: Mapping[Moment, datetime | None] | None = None,
    moment_source: MomentSource = MomentSource.MANUAL,
    impact_override: Impact | None = None,
    next_update_by: datetime | None = None,
    notify: bool = True,
    backfilled: bool = False,
    code: str = "",
    update_code: str = "",
    written_at: datetime | None = None,
) -> Incident:
    """Open an incident with its first update, posted at `at` (default now; may be backdated).

    `moments` gives those that are known, with `moment_source` saying where from. Where the beginning isn't given, it is
    taken to be the first update's time, and remembered as derived from it. A backfilled incident notifies nobody.
    A `code` drawn ahead (by a form that may be sent twice) makes a second call raise AlreadyDone. `update_code` and
    `written_at` are for what was written down elsewhere before (see `Post`).
    """
    now = timezone.now()
    at, entered_at = at or now, written_at or now
    if status not in FIRST or (status == IncidentStatus.RESOLVED and not backfilled):
        raise LifecycleError(f"An incident can't be opened as {status.label.lower()}.", field="status")
    post = Post(
        status=status,
        body=body,
        posted_at=at,
        component_statuses=dict(component_statuses or {}),
        notify=notify and not backfilled,
        next_update_by=next_update_by,
        code=update_code,
        written_at=written_at,
    )
    known = {moment: value for moment, value in (moments or {}).items() if value is not None}
    incident = Incident(
        page=page,
        code=code or new_code(),
        name=check_not_empty(name, field="name", what="The name"),
        kind=IncidentKind.INCIDENT,
        status=status,
        impact_override=impact_override,
        monitoring_at=at if status == IncidentStatus.MONITORING else None,
        started_at=known.get(Moment.STARTED, at),
        is_backfilled=backfilled,
        created_by=by,
        created_at=entered_at,
        updated_at=entered_at,
    )
    sources = _sources(incident, known, moment_source, post)
    check_post(incident, post)
    check_components(page, post)
    check_moments(incident, {moment: value for moment, (value, _) in sources.items()})
    with transaction.atomic():
        for moment, (value, _) in sources.items():
            setattr(incident, f"{moment}_at", value)
        insert_once(incident)
        for moment, (value, source) in sources.items():
            keep_belief(incident, moment, value, source=source, by=by, at=entered_at)
        write_post(incident, post, IncidentOpened, by=by, now=now, previous=None)
    return incident


def _sources(
    incident: Incident, known: Mapping[Moment, datetime], source: MomentSource, post: Post
) -> dict[Moment, tuple[datetime, MomentSource]]:
    """Each moment's first value and where it came from: told by the caller, or derived from the update."""
    sources = {moment: (value, source) for moment, value in known.items()}
    sources.setdefault(Moment.STARTED, (incident.started_at, MomentSource.UPDATE))
    if post.status == IncidentStatus.RESOLVED:
        sources.setdefault(Moment.RESOLVED, (post.posted_at, MomentSource.UPDATE))
    elif Moment.RESOLVED in sources:
        raise LifecycleError("An open incident has no time of resolving yet.", field="resolved_at")
    return sources


def edit_incident(
    *,
    incident: Incident,
    name: str,
    impact_override: Impact | None,
    by: User | None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Incident:
    """Rename an incident, or override its impact (None: derive it from its components again)."""
    at = at or timezone.now()
    check_seen(incident, seen_version)
    previous_name, previous_impact = incident.name, incident.impact
    with transaction.atomic():
        write(
            incident, at=at, name=check_not_empty(name, field="name", what="The name"), impact_override=impact_override
        )
        follow_impact(incident)
        announce(
            IncidentEdited(
                page=incident.page,
                at=at,
                actor=by,
                incident=incident,
                previous_name=previous_name,
                previous_impact=previous_impact,
            )
        )
    return incident


def reopen_incident(
    *,
    incident: Incident,
    body: str,
    by: User | None,
    status: IncidentStatus = IncidentStatus.INVESTIGATING,
    component_statuses: Mapping[Component, ComponentStatus] | None = None,
    at: datetime | None = None,
    impact_resumed_at: datetime | None = None,
    reason: str = "",
    next_update_by: datetime | None = None,
    notify: bool = True,
    seen_version: int | None = None,
) -> Update:
    """Open a closed incident again with an update; a new interval of impact begins.

    The ended interval is kept as a `Reopening`, and the times of mitigation and resolution are open again.
    """
    now = timezone.now()
    at = at or now
    resumed_at = impact_resumed_at or at
    check_seen(incident, seen_version)
    previous = IncidentStatus(incident.status)
    if incident.is_maintenance or previous not in CLOSED_STATUSES:
        raise LifecycleError("Only a resolved incident can be reopened.", field="status")
    if status not in OPEN_STATUSES:
        raise TransitionRefused(incident, status, hint="A reopened incident is open again.")
    check_not_future(resumed_at, field="impact_resumed_at")
    if resumed_at < (incident.mitigated_at or incident.started_at):
        raise LifecycleError("Impact can't have resumed before it had ended.", field="impact_resumed_at")
    if at < incident.resolved_at:
        raise LifecycleError("An incident can't be reopened before it was resolved.", field="posted_at")
    post = Post(status, body, at, dict(component_statuses or {}), notify, next_update_by)
    check_post(incident, post)
    check_newest_word(incident, post)
    check_components(incident.page, post)
    with transaction.atomic():
        reopening = Reopening.objects.create(
            incident=incident,
            mitigated_at=incident.mitigated_at,
            resolved_at=incident.resolved_at,
            impact_resumed_at=resumed_at,
            reopened_at=at,
            reopened_by=by,
            reason=reason.strip(),
        )
        _forget_end(incident, by=by, at=now)
        write(
            incident,
            at=now,
            status=status,
            mitigated_at=None,
            resolved_at=None,
            reopened_count=incident.reopened_count + 1,
        )
        update = write_post(incident, post, IncidentReopened, by=by, now=now, previous=previous, reopening=reopening)
    return update


def _forget_end(incident: Incident, *, by: User | None, at: datetime) -> None:
    for moment in (Moment.MITIGATED, Moment.RESOLVED):
        if getattr(incident, f"{moment}_at") is not None:
            keep_belief(incident, moment, None, source=MomentSource.UPDATE, by=by, at=at, reason="Reopened.")
