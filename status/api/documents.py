"""The documents of the API: one function for each address."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from incidents.models import Incident, Page
from status.document import JSON, Document

from . import choosing
from .components import component_objects
from .frame import Frame, frame_of
from .incidents import each_incident_object, incident_objects
from .objects import IncidentObject


def summary_document(page: Page, at: datetime) -> Document:
    """`/api/v2/summary.json`: the state, all components, and what isn't over yet."""
    frame = frame_of(page, at)
    return _enveloped(
        "/api/v2/summary.json",
        frame,
        {
            "components": component_objects(frame),
            "incidents": incident_objects(frame, choosing.open_incidents(page)),
            "scheduled_maintenances": incident_objects(frame, choosing.unfinished_maintenances(page, at)),
            "status": frame.status_object(),
        },
    )


def status_document(page: Page, at: datetime) -> Document:
    """`/api/v2/status.json`: the state alone."""
    frame = frame_of(page, at)
    return _enveloped("/api/v2/status.json", frame, {"status": frame.status_object()})


def components_document(page: Page, at: datetime) -> Document:
    """`/api/v2/components.json`: all components and groups."""
    frame = frame_of(page, at)
    return _enveloped("/api/v2/components.json", frame, {"components": component_objects(frame)})


def incidents_document(page: Page, at: datetime) -> Document:
    """`/api/v2/incidents.json`: the most recent incidents."""
    frame = frame_of(page, at)
    incidents = incident_objects(frame, choosing.recent_incidents(page))
    return _enveloped("/api/v2/incidents.json", frame, {"incidents": incidents})


def unresolved_document(page: Page, at: datetime) -> Document:
    """`/api/v2/incidents/unresolved.json`: the open incidents."""
    frame = frame_of(page, at)
    incidents = incident_objects(frame, choosing.open_incidents(page))
    return _enveloped("/api/v2/incidents/unresolved.json", frame, {"incidents": incidents})


def maintenances_document(page: Page, at: datetime) -> Document:
    """`/api/v2/scheduled-maintenances.json`: the most recent maintenances."""
    frame = frame_of(page, at)
    maintenances = incident_objects(frame, choosing.recent_maintenances(page))
    return _enveloped("/api/v2/scheduled-maintenances.json", frame, {"scheduled_maintenances": maintenances})


def upcoming_document(page: Page, at: datetime) -> Document:
    """`/api/v2/scheduled-maintenances/upcoming.json`: the maintenances that haven't begun."""
    frame = frame_of(page, at)
    maintenances = incident_objects(frame, choosing.upcoming_maintenances(page, at))
    return _enveloped("/api/v2/scheduled-maintenances/upcoming.json", frame, {"scheduled_maintenances": maintenances})


def active_document(page: Page, at: datetime) -> Document:
    """`/api/v2/scheduled-maintenances/active.json`: the maintenances in progress."""
    frame = frame_of(page, at)
    maintenances = incident_objects(frame, choosing.running_maintenances(page, at))
    return _enveloped("/api/v2/scheduled-maintenances/active.json", frame, {"scheduled_maintenances": maintenances})


def incident_api_document(page: Page, incident: Incident, at: datetime) -> Document:
    """`/api/v2/incidents/<code>.json`: one incident or maintenance; raises Incident.DoesNotExist for another page's."""
    frame = frame_of(page, at)
    row = _one(frame, incident)
    return _enveloped(f"/api/v2/incidents/{incident.code}.json", frame, {"incident": row})


def bare_incident_document(page: Page, incident: Incident, at: datetime) -> Document:
    """`/incidents/<code>.json`: the same object without an envelope."""
    frame = frame_of(page, at)
    return _document(f"/incidents/{incident.code}.json", frame, _one(frame, incident))


def report_documents(page: Page, incidents: QuerySet[Incident], at: datetime) -> Iterator[Document]:
    """Both documents of each of many incidents, from few queries for each hundred of them."""
    frame = frame_of(page, at)
    for code, row in each_incident_object(frame, incidents):
        yield _enveloped(f"/api/v2/incidents/{code}.json", frame, {"incident": row})
        yield _document(f"/incidents/{code}.json", frame, row)


def _one(frame: Frame, incident: Incident) -> IncidentObject:
    rows = incident_objects(frame, choosing.one(frame.page, incident))
    if not rows:
        raise Incident.DoesNotExist(f"{incident.code} is not for this page's readers")
    return rows[0]


def _enveloped(path: str, frame: Frame, content: Mapping[str, Any]) -> Document:
    return _document(path, frame, {"page": frame.page_object(), **content})


def _document(path: str, frame: Frame, content: Any) -> Document:
    return Document(path, msgspec.json.encode(content), JSON, frame.page.updated_at)
