"""The lists of incidents and maintenances."""

from django.http import HttpResponse
from django.utils import timezone

from incidents.access import ConsoleRequest, console_view
from incidents.choices import INCIDENT_STATUSES, MAINTENANCE_STATUSES
from incidents.forms.filters import IncidentFilter
from incidents.models import Incident

from .answers import answer, sliced


@console_view
def incidents(request: ConsoleRequest) -> HttpResponse:
    """All incidents of the page, newest first, searched and filtered by the address."""
    page = request.console.page
    form = IncidentFilter(request.GET, components=page.components.all(), statuses=INCIDENT_STATUSES)
    found = form.narrow(page.incidents.incidents()).select_related("metrics").prefetch_related("components")
    context = {"filter": form, "incidents": sliced(request, found.order_by("-started_at", "-pk")), "drills": False}
    return answer(request, "incidents/incident_list.html", context, part="results")


@console_view
def drills(request: ConsoleRequest) -> HttpResponse:
    """Practice incidents, kept apart from the real ones."""
    page = request.console.page
    found = Incident.objects.incidents().filter(page__drill_for=page)
    form = IncidentFilter(request.GET, components=page.components.none(), statuses=INCIDENT_STATUSES)
    found = form.narrow(found).select_related("metrics").prefetch_related("components")
    context = {"filter": form, "incidents": sliced(request, found), "drills": True}
    return answer(request, "incidents/incident_list.html", context, part="results")


@console_view
def maintenances(request: ConsoleRequest) -> HttpResponse:
    """All maintenances of the page, the furthest ahead first, and the rules that make them recur."""
    page = request.console.page
    form = IncidentFilter(request.GET, components=page.components.all(), statuses=MAINTENANCE_STATUSES)
    found = form.narrow(page.incidents.maintenances()).prefetch_related("components")
    context = {
        "filter": form,
        "maintenances": sliced(request, found.order_by("-scheduled_for", "-pk")),
        "series": page.maintenance_series.filter(ended_at__isnull=True),
        "now": timezone.now(),
    }
    return answer(request, "incidents/maintenance_list.html", context, part="results")
