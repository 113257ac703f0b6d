"""The read side of Statuspage's API, version 2, as finished documents: what is written for that one works with this."""

from collections.abc import Callable
from datetime import datetime

from incidents.models import Page
from status.document import Document

from .documents import (
    active_document,
    bare_incident_document,
    components_document,
    incident_api_document,
    incidents_document,
    maintenances_document,
    report_documents,
    status_document,
    summary_document,
    unresolved_document,
    upcoming_document,
)

__all__ = [
    "HEADS",
    "active_document",
    "bare_incident_document",
    "components_document",
    "incident_api_document",
    "incidents_document",
    "maintenances_document",
    "report_documents",
    "status_document",
    "summary_document",
    "unresolved_document",
    "upcoming_document",
]

HEADS: dict[str, Callable[[Page, datetime], Document]] = {
    "/api/v2/summary.json": summary_document,
    "/api/v2/status.json": status_document,
    "/api/v2/components.json": components_document,
    "/api/v2/incidents.json": incidents_document,
    "/api/v2/incidents/unresolved.json": unresolved_document,
    "/api/v2/scheduled-maintenances.json": maintenances_document,
    "/api/v2/scheduled-maintenances/upcoming.json": upcoming_document,
    "/api/v2/scheduled-maintenances/active.json": active_document,
}
