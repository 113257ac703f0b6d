"""Joining documents by page: of each thing the newest description, of each incident every update."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .documents import ComponentDocument, Document, IncidentDocument, PageDocument, UpdateDocument
from .history import stand_in_code

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Told:
    """An incident, and all its updates by id, over all documents."""

    incident: IncidentDocument
    updates: dict[str, UpdateDocument] = field(default_factory=dict)
    component_ids: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Gathered:
    """All that the documents say of one page."""

    page: PageDocument
    host: str | None = None
    groups: dict[str, ComponentDocument] = field(default_factory=dict)
    components: dict[str, ComponentDocument] = field(default_factory=dict)
    incidents: dict[str, Told] = field(default_factory=dict)


def gather(documents: Iterable[Document]) -> list[Gathered]:
    """The documents' facts, one lot for each page; what was changed later counts, whatever the order."""
    documents = list(documents)
    lots = {document.page.id: Gathered(PageDocument(id=document.page.id)) for document in documents}
    for document in sorted(documents, key=lambda each: each.page.updated_at or _LONG_AGO):
        lot = lots[document.page.id]
        _join_page(lot, document)
        incidents = (*document.incidents, *document.scheduled_maintenances, *filter(None, [document.incident]))
        for incident in incidents:
            _join_incident(lot, incident)
        # The page's own list comes last: it knows better than the copies inside incidents.
        for row in (*document.components, *filter(None, [document.component])):
            _join_component(lot, row)
    return list(lots.values())


def _join_page(lot: Gathered, document: Document) -> None:
    for name in ("name", "time_zone", "created_at", "updated_at", "support_url"):
        value = getattr(document.page, name)
        if value is not None:
            setattr(lot.page, name, value)
    address = document.page.url or (document.meta.unsubscribe if document.meta else None)
    lot.host = _host(address) or lot.host


def _host(address: str | None) -> str | None:
    try:
        host = (urlsplit(address or "").hostname or "").rstrip(".")
    except ValueError:
        return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def _join_component(lot: Gathered, row: ComponentDocument) -> None:
    rows = lot.groups if row.group else lot.components
    known = rows.get(row.id)
    if known is None or row.updated_at >= known.updated_at:
        rows[row.id] = row


def _join_incident(lot: Gathered, incident: IncidentDocument) -> None:
    told = lot.incidents.setdefault(incident.id, Told(incident))
    if incident.updated_at >= told.incident.updated_at:
        told.incident = incident
    for row in incident.components or ():
        _join_component(lot, row)
        told.component_ids[row.id] = None
    # Oldest first, so that updates shown at the same instant keep their order.
    for update in reversed(incident.incident_updates):
        known = told.updates.get(update.id)
        if known is None or update.updated_at >= known.updated_at:
            told.updates[update.id] = update
    if len(told.updates) > 1:
        told.updates.pop(stand_in_code(incident.id), None)
