"""Settling what really happened to a component, once its incident is over."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from incidents.access import ConsoleRequest, console_view
from incidents.choices import ClaimBasis, ComponentStatus
from incidents.forms.applying import apply
from incidents.forms.updates import OutageForm
from incidents.lifecycle import Outage, adjudicate_outages
from incidents.models import IncidentComponent

from .answers import done
from .room import edit_page, find_incident


@console_view
def outages(request: ConsoleRequest, code: str, component_code: str) -> HttpResponse:
    """Settle the real outage of one listed component."""
    found = find_incident(request, code)
    listing = get_object_or_404(found.listings.select_related("component"), component__code=component_code)
    present = _present_outage(listing)
    form = OutageForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        settled = apply(
            form,
            adjudicate_outages,
            incident=found,
            component=listing.component,
            outages=_outages(present | form.touched()),
            by=request.user,
        )
        if settled:
            return done(request, f"The real outage of {listing.component.name} is settled.", "console:incident", code)
    return edit_page(request, found, form, f"What really happened to {listing.component.name}", "Settle")


def _present_outage(listing: IncidentComponent) -> dict[str, object]:
    """What counts as the outage so far: what was settled, else what updates had told."""
    incident = listing.incident
    worst = listing.worst_status if listing.worst_status != ComponentStatus.OPERATIONAL else ""
    ended_at = incident.mitigated_at or incident.resolved_at
    outage = {"status": worst, "started_at": incident.started_at, "ended_at": ended_at}
    if listing.adjudicated_at is None:
        return outage
    claims = incident.claims.filter(component=listing.component, basis=ClaimBasis.ADJUDICATED)
    settled = claims.order_by("started_at").first()
    if settled is None:
        return outage | {"status": ""}
    return {"status": settled.status, "started_at": settled.started_at, "ended_at": settled.ended_at}


def _outages(outage: dict[str, object]) -> list[Outage]:
    if not outage["status"]:
        return []
    return [Outage(ComponentStatus(outage["status"]), outage["started_at"], outage["ended_at"])]
