"""What is wrong with a document though every value has its type: ids that don't match, windows that can't be."""

from collections.abc import Iterator
from dataclasses import dataclass

from incidents.choices import INCIDENT_STATUSES, MAINTENANCE_STATUSES, IncidentStatus

from .documents import ComponentDocument, Document, IncidentDocument


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where."""

    pointer: str
    reason: str


def check(document: Document) -> Problem | None:
    """The first problem of a document, if there is one."""
    return next(_problems(document), None)


def _problems(document: Document) -> Iterator[Problem]:
    page_id = document.page.id
    rows = [(f"/components/{index}", row) for index, row in enumerate(document.components)]
    if document.component:
        rows.append(("/component", document.component))
    for pointer, row in rows:
        yield from _component_problems(pointer, row, page_id)
    for pointer, incident in _incidents(document):
        yield from _incident_problems(pointer, incident, page_id)
    for index, maintenance in enumerate(document.scheduled_maintenances):
        if not maintenance.is_maintenance:
            yield Problem(f"/scheduled_maintenances/{index}/scheduled_for", "A maintenance needs its window")


def _incidents(document: Document) -> Iterator[tuple[str, IncidentDocument]]:
    for key in ("incidents", "scheduled_maintenances"):
        for index, incident in enumerate(getattr(document, key)):
            yield f"/{key}/{index}", incident
    if document.incident:
        yield "/incident", document.incident


def _component_problems(pointer: str, row: ComponentDocument, page_id: str) -> Iterator[Problem]:
    if row.page_id not in (None, page_id):
        yield Problem(f"{pointer}/page_id", f"'{row.page_id}' is not the page's id '{page_id}'")
    if row.group and row.group_id:
        yield Problem(f"{pointer}/group_id", "A group can't be in a group")


def _incident_problems(pointer: str, incident: IncidentDocument, page_id: str) -> Iterator[Problem]:
    if incident.page_id not in (None, page_id):
        yield Problem(f"{pointer}/page_id", f"'{incident.page_id}' is not the page's id '{page_id}'")
    yield from _window_problems(pointer, incident)
    for index, row in enumerate(incident.components or ()):
        yield from _component_problems(f"{pointer}/components/{index}", row, page_id)
    for index, update in enumerate(incident.incident_updates):
        if update.incident_id not in (None, incident.id):
            where = f"{pointer}/incident_updates/{index}/incident_id"
            yield Problem(where, f"'{update.incident_id}' is not the incident's id '{incident.id}'")


def _window_problems(pointer: str, incident: IncidentDocument) -> Iterator[Problem]:
    # A maintenance with a postmortem reports that status; it is a completed one to us.
    fitting = (*MAINTENANCE_STATUSES, IncidentStatus.POSTMORTEM) if incident.is_maintenance else INCIDENT_STATUSES
    if incident.status not in fitting:
        kind = "a maintenance" if incident.is_maintenance else "an incident"
        yield Problem(f"{pointer}/status", f"'{incident.status}' is no status of {kind}")
    if incident.scheduled_for is None:
        return
    if incident.scheduled_until is None:
        yield Problem(f"{pointer}/scheduled_until", "A maintenance needs its window")
    elif incident.scheduled_until < incident.scheduled_for:
        yield Problem(f"{pointer}/scheduled_until", "The window ends before it starts")
