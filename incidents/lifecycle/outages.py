"""Adjudicating outages: what was really down and when, apart from what the public had been told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from incidents.changes import OutagesAdjudicated
from incidents.choices import CLOSED_STATUSES, ClaimBasis, ComponentStatus
from incidents.errors import LifecycleError
from incidents.models import Component, Incident, IncidentComponent, StatusClaim, User
from incidents.signals import announce

from .claims import rebuild_periods
from .writing import check_not_future, check_seen, write


@dataclass(frozen=True, slots=True)
class Outage:
    """One component was really in a status over `[started_at, ended_at)`."""

    status: ComponentStatus
    started_at: datetime
    ended_at: datetime


def adjudicate_outages(
    *,
    incident: Incident,
    component: Component,
    outages: Sequence[Outage],
    by: User | None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> IncidentComponent:
    """Set the real outage periods of one listed component in a closed incident; none says that it was not affected.

    From now on they, and not what updates had told before, count for the component's status periods and uptime. The
    report still lists what was told.
    """
    at = at or timezone.now()
    check_seen(incident, seen_version)
    if incident.status not in CLOSED_STATUSES:
        raise LifecycleError("While it is open, post an update; real outage periods are settled afterwards.")
    listing = incident.listings.filter(component=component).first()
    if listing is None:
        raise LifecycleError(f"This report doesn't list “{component.name}”.", field="component")
    _check_outages(outages)
    with transaction.atomic():
        touched = [claim.started_at for claim in incident.claims.filter(component=component)]
        write(incident, at=at)
        incident.claims.filter(component=component, basis=ClaimBasis.ADJUDICATED).delete()
        StatusClaim.objects.bulk_create(
            StatusClaim(
                incident=incident,
                component=component,
                status=outage.status,
                started_at=outage.started_at,
                ended_at=outage.ended_at,
                basis=ClaimBasis.ADJUDICATED,
            )
            for outage in outages
        )
        listing.adjudicated_at = at
        listing.save(update_fields=["adjudicated_at"])
        touched += [outage.started_at for outage in outages]
        if touched:
            rebuild_periods(component, since=min(touched), at=at)
        announce(OutagesAdjudicated(page=incident.page, at=at, actor=by, incident=incident, component=component))
    return listing


def _check_outages(outages: Sequence[Outage]) -> None:
    for outage in outages:
        if outage.status == ComponentStatus.OPERATIONAL:
            raise LifecycleError("An outage needs a status other than operational.", field="status")
        if outage.ended_at <= outage.started_at:
            raise LifecycleError("An outage's end must be after its start.", field="ended_at")
        check_not_future(outage.ended_at, field="ended_at")
    for earlier, later in pairwise(sorted(outages, key=lambda outage: outage.started_at)):
        if later.started_at < earlier.ended_at:
            raise LifecycleError("Two of these outages overlap.", field="started_at")
