"""The family of `/changes/<n>.json`: the numbered changes, a hundred a page."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from incidents.models import Page
from status.document import Document
from status.feeds.changes import changes_document, page_of_change
from status.journal import last_number
from status.models import JournalEntry

_PATH = re.compile(r"/changes/([1-9]\d{0,9})\.json")


def touched(page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
    """The pages that the changes are on, and the one that the next change will be on."""
    numbers = {page_of_change(entry.number) for entry in entries} | {page_of_change(last_number(page) + 1)}
    return (changes_document(page, number, at) for number in sorted(numbers))


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """All of them."""
    return (changes_document(page, number, at) for number in range(1, page_of_change(last_number(page) + 1) + 1))


def find(page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
    """The one at a path."""
    match = _PATH.fullmatch(path)
    if match is None or int(match[1]) > page_of_change(last_number(page) + 1):
        return None
    return changes_document(page, int(match[1]), at)
