"""Keeping claims, listings and status periods in step with what updates say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, time

from django.db.models import Max, Min

from incidents.choices import ACTIVE_STATUSES, CLOSED_STATUSES, ClaimBasis, ComponentStatus, Impact, IncidentStatus
from incidents.models import (
    Component,
    ComponentChange,
    Incident,
    IncidentComponent,
    StatusClaim,
    StatusPeriod,
    Update,
)
from incidents.periods import Claim, merge
from incidents.severity import worst
from incidents.telling import Said, Told, told_by

_IMPACT_OF = {
    ComponentStatus.OPERATIONAL: Impact.NONE,
    ComponentStatus.UNDER_MAINTENANCE: Impact.NONE,
    ComponentStatus.DEGRADED_PERFORMANCE: Impact.MINOR,
    ComponentStatus.PARTIAL_OUTAGE: Impact.MAJOR,
    ComponentStatus.MAJOR_OUTAGE: Impact.CRITICAL,
}


def record_changes(update: Update, statuses: Mapping[Component, ComponentStatus]) -> tuple[ComponentChange, ...]:
    """Write what an update says of components, in their order, against what its incident had said before.

    Those that it says something new of have changed at the time of writing.
    """
    said = {listing.component_id: listing.status for listing in update.incident.listings.all()}
    changes = ComponentChange.objects.bulk_create(
        ComponentChange(
            update=update,
            component=component,
            component_name=component.full_name,
            old_status=said.get(component.pk, ComponentStatus.OPERATIONAL),
            new_status=status,
        )
        for component, status in sorted(statuses.items(), key=lambda pair: (pair[0].position, pair[0].pk))
    )
    changed = [change.component_id for change in changes if change.old_status != change.new_status]
    Component.objects.filter(pk__in=changed).update(updated_at=update.created_at)
    return tuple(changes)


def retell(incident: Incident, *, at: datetime) -> None:
    """Work out anew, from all updates of an incident, its listings, its claims as told, and the periods they touch.

    Every function that writes, moves or removes updates ends with it, so that `last_told_at` follows them here as well.
    """
    _note_last_told(incident)
    told = told_by(_said(incident))
    _list(incident, told)
    before = list(incident.claims.filter(basis=ClaimBasis.AS_TOLD))
    fresh = _told_claims(incident, told)
    touched = {claim.component_id: claim.started_at for claim in sorted(before, key=_start, reverse=True)}
    for claim in fresh:
        touched[claim.component_id] = min(claim.started_at, touched.get(claim.component_id, claim.started_at))
    incident.claims.filter(basis=ClaimBasis.AS_TOLD).delete()
    StatusClaim.objects.bulk_create(fresh)
    for component in Component.objects.filter(pk__in=touched).select_related("page"):
        rebuild_periods(component, since=touched[component.pk], at=at)


def _note_last_told(incident: Incident) -> None:
    newest = incident.updates.aggregate(newest=Max("posted_at"))["newest"]
    if newest != incident.last_told_at:
        Incident.objects.filter(pk=incident.pk).update(last_told_at=newest)
        incident.last_told_at = newest


def _start(claim: StatusClaim) -> datetime:
    return claim.started_at


def _said(incident: Incident) -> list[Said]:
    """The incident's updates in order; a closed one always ends, even where its closing update wasn't imported."""
    statuses: dict[int, dict[int, str]] = defaultdict(dict)
    changes = ComponentChange.objects.filter(update__incident=incident)
    for pk, component, status in changes.values_list("update_id", "component_id", "new_status"):
        statuses[pk][component] = status
    updates = incident.updates.order_by("posted_at", "pk").values_list("pk", "posted_at", "status")
    said = [
        Said(posted_at=posted_at, closes=status in CLOSED_STATUSES, statuses=statuses.get(pk, {}))
        for pk, posted_at, status in updates
    ]
    is_closed = incident.status in CLOSED_STATUSES and incident.resolved_at is not None
    if is_closed and not (said and said[-1].closes):
        said.append(Said(posted_at=incident.resolved_at, closes=True))
    return said


def _list(incident: Incident, told: Told) -> None:
    """Bring the listings up to what was last and at worst said; a component once listed stays listed."""
    for listing in incident.listings.all():
        listing.status = told.last.get(listing.component_id, ComponentStatus.OPERATIONAL)
        listing.worst_status = told.worst.get(listing.component_id, ComponentStatus.OPERATIONAL)
        listing.save(update_fields=["status", "worst_status"])
    listed = set(incident.listings.values_list("component_id", flat=True))
    IncidentComponent.objects.bulk_create(
        IncidentComponent(incident=incident, component_id=pk, status=status, worst_status=told.worst[pk])
        for pk, status in told.last.items()
        if pk not in listed
    )


def _told_claims(incident: Incident, told: Told) -> list[StatusClaim]:
    """The told intervals as rows, with the window of a maintenance that the clock will start or end."""
    claims = [
        StatusClaim(
            incident=incident,
            component_id=claim.component_id,
            status=claim.status,
            started_at=claim.started_at,
            ended_at=claim.ended_at or _planned_end(incident, claim.started_at),
        )
        for claim in told.claims
    ]
    if incident.status == IncidentStatus.SCHEDULED and incident.auto_start:
        claims += [
            StatusClaim(
                incident=incident,
                component_id=listing.component_id,
                status=ComponentStatus.UNDER_MAINTENANCE,
                started_at=incident.scheduled_for,
                ended_at=incident.scheduled_until if incident.auto_complete else None,
            )
            for listing in incident.listings.all()
            if incident.scheduled_for < incident.scheduled_until
        ]
    return claims


def _planned_end(incident: Incident, started_at: datetime) -> datetime | None:
    ends_by_clock = incident.status in ACTIVE_STATUSES and incident.auto_complete
    if ends_by_clock and incident.scheduled_until > started_at:
        return incident.scheduled_until
    return None


def impact_of(incident: Incident) -> Impact:
    """The override, else what the worst status ever said of a component amounts to."""
    if incident.impact_override is not None:
        return Impact(incident.impact_override)
    if incident.is_maintenance:
        return Impact.MAINTENANCE
    said = incident.listings.values_list("worst_status", flat=True)
    return _IMPACT_OF[ComponentStatus(worst(said))]


def rebuild_periods(component: Component, *, since: datetime | None = None, at: datetime) -> None:
    """Derive a component's status periods up to `at` anew from its claims, from `since` on or from its beginning."""
    start = _rebuild_start(component, since, at)
    if start > at:
        return
    claims = StatusClaim.objects.filter(component=component, started_at__lte=at).ending_after(start).effective()
    periods = merge(
        [Claim(claim.status, claim.started_at, claim.ended_at, claim.incident_id) for claim in claims.oldest_first()],
        start,
        at,
    )
    component.periods.filter(started_at__gte=start).delete()
    StatusPeriod.objects.bulk_create(
        StatusPeriod(
            component=component,
            status=period.status,
            started_at=period.started_at,
            ended_at=period.ended_at,
            cause_id=period.cause,
        )
        for period in periods
    )


def _rebuild_start(component: Component, since: datetime | None, at: datetime) -> datetime:
    """The start of the period before `since`, so that whole periods are replaced and joined; else the birth."""
    if since is not None:
        earlier = component.periods.filter(started_at__lt=min(since, at)).order_by("-started_at").first()
        if earlier is not None:
            return earlier.started_at
    return _birth(component)


def _birth(component: Component) -> datetime:
    """From when on there is something to say: its start date, its creation, or an earlier claim."""
    born = component.created_at
    if component.start_date is not None:
        born = min(born, datetime.combine(component.start_date, time(), tzinfo=component.page.zone))
    claimed = StatusClaim.objects.filter(component=component).effective().aggregate(first=Min("started_at"))["first"]
    return min(born, claimed) if claimed else born


def rebuild_all(components: Iterable[Component], *, at: datetime) -> None:
    """Derive the periods of several components anew from their beginning."""
    for component in components:
        rebuild_periods(component, at=at)
