"""The family of `/incidents/<code>`."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from incidents.models import Page
from status.document import Document
from status.documents import report_document
from status.models import JournalEntry
from status.reports import report_of, reports_of, with_everything

_PATH = re.compile(r"/incidents/([0-9a-z]{1,32})")


def touched(page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
    """The reports of the incidents that changed."""
    changed = {entry.incident_id for entry in entries if entry.incident_id}
    return (report_document(page, report) for report in reports_of(page.incidents.filter(pk__in=changed), at))


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """Every report, the newest first."""
    return _of(page, page.incidents.order_by("-pk"), at)


def find(page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
    """The report at a path."""
    match = _PATH.fullmatch(path)
    return next(_of(page, page.incidents.filter(code=match[1]), at), None) if match else None


def _of(page: Page, incidents: object, at: datetime) -> Iterator[Document]:
    for incident in with_everything(incidents).iterator(chunk_size=100):
        yield report_document(page, report_of(incident, at))
