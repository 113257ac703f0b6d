"""The family of one incident's data: `/api/v2/incidents/<code>.json`, and bare `/incidents/<code>.json`."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from incidents.models import Page
from status.api import report_documents
from status.document import Document
from status.models import JournalEntry

_PATH = re.compile(r"(?:/api/v2)?/incidents/([0-9a-z]{1,32})\.json")


def touched(page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
    """Those of the incidents that changed."""
    changed = {entry.incident_id for entry in entries if entry.incident_id}
    return report_documents(page, page.incidents.filter(pk__in=changed), at)


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """All of them, the newest first."""
    return report_documents(page, page.incidents.order_by("-pk"), at)


def find(page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
    """The one at a path."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    return next((d for d in report_documents(page, page.incidents.filter(code=match[1]), at) if d.path == path), None)
