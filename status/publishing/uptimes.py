"""The family of `/uptime?page=N`. Its first page is a head."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Min

from incidents.models import Page, StatusClaim
from status.document import Document
from status.history import number_of
from status.models import JournalEntry
from status.uptime_page import last_uptime_number, uptime_document


def touched(page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
    """The pages from the first month that a change can have touched up to the present one."""
    incidents = {entry.incident_id: entry.incident for entry in entries if entry.incident}
    claimed = StatusClaim.objects.filter(incident__in=incidents).aggregate(first=Min("started_at"))["first"]
    began = [incident.started_at for incident in incidents.values()]
    earliest = min(filter(None, [claimed, *began, *(entry.also_at for entry in entries)]), default=at)
    last = min(number_of(page, earliest, at), last_uptime_number(page, at))
    return (uptime_document(page, number, at) for number in range(2, last + 1))


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """All of them."""
    return (uptime_document(page, number, at) for number in range(2, last_uptime_number(page, at) + 1))


def find(page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
    """The one at a path."""
    number = query.get("page", "1")
    is_number = number.isascii() and number.isdecimal() and len(number) < 6
    if path != "/uptime" or not is_number or not 1 <= int(number) <= last_uptime_number(page, at):
        return None
    return uptime_document(page, int(number), at)
