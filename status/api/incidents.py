"""Incidents and maintenances with all that hangs on them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from msgspec import UNSET

from incidents.choices import CLOSED_STATUSES
from incidents.models import ComponentChange, Incident, PostmortemRevision
from status.sharing import of_each

from .components import component_object, in_order
from .frame import Frame
from .objects import IncidentObject
from .times import written, written_or_null
from .updates import update_objects


def incident_objects(frame: Frame, incidents: QuerySet[Incident]) -> list[IncidentObject]:
    """Incidents in the order asked for, from a number of queries that doesn't grow with them."""
    return of_each(
        ("object", frame.page.pk, frame.at),
        incidents,
        lambda wanted: ((incident.pk, _incident_object(frame, incident)) for incident in _with_everything(wanted)),
    )


def each_incident_object(frame: Frame, incidents: QuerySet[Incident]) -> Iterator[tuple[str, IncidentObject]]:
    """Many incidents with their codes, a hundred in memory at a time."""
    for incident in _with_everything(incidents).iterator(chunk_size=100):
        yield incident.code, _incident_object(frame, incident)


def _with_everything(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    shown = PostmortemRevision.objects.filter(is_published=True).defer("body", "generated_timeline")
    return incidents.select_related("postmortem").prefetch_related(
        Prefetch("updates__component_changes", ComponentChange.objects.select_related("component")),
        Prefetch("postmortem__revisions", shown),
        "listings",
    )


def _incident_object(frame: Frame, incident: Incident) -> IncidentObject:
    zone, is_maintenance = frame.zone, incident.is_maintenance
    listed = {listing.component_id for listing in incident.listings.all()}
    return IncidentObject(
        id=incident.code,
        name=incident.name,
        status=str(incident.status_at(frame.at)),
        created_at=written(incident.created_at, zone),
        updated_at=written(incident.updated_at, zone),
        monitoring_at=written_or_null(incident.monitoring_at, zone),
        resolved_at=written_or_null(_resolved_at(incident, frame.at), zone),
        impact=incident.impact,
        shortlink=incident.shortlink or f"{frame.base}/incidents/{incident.code}",
        started_at=written(incident.started_at, zone),
        page_id=frame.page.code,
        incident_updates=update_objects(frame, incident),
        # An archived component is only spoken of where an update spoke of it.
        components=[
            component_object(frame, component)
            for component in in_order([each for each in frame.components if each.pk in listed])
        ],
        reminder_intervals=UNSET if is_maintenance else incident.reminder_intervals,
        scheduled_for=written(incident.scheduled_for, zone) if is_maintenance else UNSET,
        scheduled_until=written(incident.scheduled_until, zone) if is_maintenance else UNSET,
    )


def _resolved_at(incident: Incident, at: datetime) -> datetime | None:
    """When it ended; a maintenance that the clock has ended and nobody has recorded ended when it was to."""
    if incident.resolved_at is None and incident.status_at(at) in CLOSED_STATUSES:
        return incident.scheduled_until
    return incident.resolved_at
