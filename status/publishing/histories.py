"""The family of `/history?page=N`, over all components and over each. Its first page over all is a head."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from incidents.changes import IncidentOpened, MaintenanceScheduled
from incidents.models import Component, Page
from status.document import Document
from status.documents import history_document
from status.history import last_number, number_of
from status.models import JournalEntry

MOVED_IN = (IncidentOpened.__name__, MaintenanceScheduled.__name__)
"""The kinds of change with which an incident first stands in the history."""


def touched(page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
    """The pages that tell of the incidents that changed, where they are told and where they were.

    Each page says how far the history goes back: all of them, when an incident came to its oldest page or left it.
    """
    found: set[tuple[int, Component | None]] = set()
    for entry in entries:
        if entry.incident is None:
            continue
        instants = [entry.incident.scheduled_for or entry.incident.started_at, entry.also_at]
        listed = [listing.component for listing in entry.incident.listings.all()]
        numbers = {number_of(page, instant, at) for instant in instants if instant}
        has_moved = entry.also_at is not None or entry.kind in MOVED_IN
        for component in (None, *listed):
            found |= {(number, component) for number in numbers}
            if has_moved and max(numbers) >= (last := last_number(page, at, component)):
                found |= {(number, component) for number in range(1, last + 1)}
    return (history_document(page, number, component, at) for number, component in found if number >= _first(component))


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """Every page of history there is, of each living component too."""
    for component in (None, *page.components.living()):
        for number in range(_first(component), last_number(page, at, component) + 1):
            yield history_document(page, number, component, at)


def find(page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
    """The page of history at a path."""
    number, code = query.get("page", "1"), query.get("component", "")
    component = page.components.living().filter(code=code).first() if code else None
    is_number = number.isascii() and number.isdecimal() and len(number) < 6
    if path != "/history" or not is_number or (code and component is None):
        return None
    if not 1 <= int(number) <= last_number(page, at, component):
        return None
    return history_document(page, int(number), component, at)


def _first(component: Component | None) -> int:
    """The first number of the family: over all components, page 1 is a head."""
    return 1 if component else 2
