"""The family of `/feed/<n>.json`: the JSON feed's older pages."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from incidents.models import Page
from status.document import Document
from status.feeds import archive_count, archive_number_of, json_feed_archive_document
from status.models import JournalEntry

_PATH = re.compile(r"/feed/([1-9]\d{0,6})\.json")


def touched(page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
    """The pages that hold the incidents that changed, and the last ones, which a new incident pushes another onto."""
    count = archive_count(page)
    numbers = {archive_number_of(page, entry.incident) for entry in entries if entry.incident}
    return (_page(page, number, at) for number in numbers | {count, count - 1} if number and number > 0)


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """All of them."""
    return (_page(page, number, at) for number in range(1, archive_count(page) + 1))


def find(page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
    """The one at a path."""
    match = _PATH.fullmatch(path)
    if match is None or int(match[1]) > archive_count(page):
        return None
    return _page(page, int(match[1]), at)


def _page(page: Page, number: int, at: datetime) -> Document:
    return json_feed_archive_document(page, number, at)
