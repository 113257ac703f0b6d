"""Every document that a page publishes: its path, how it is made, and which changes touch it.

A *head* is made again with every change of the page; their number depends on the components only. A *family* is many
documents of one kind, of which a change touches the few that tell of its incident: a module with three functions.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl

from incidents.models import Page
from status.document import Document
from status.models import JournalEntry

from . import change_pages, feed_archives, histories, report_data, reports, uptimes
from .files import FEED, PAGED, file_name
from .heads import HEADS


class Family(Protocol):
    """Many documents of one kind."""

    def touched(self, page: Page, entries: Iterable[JournalEntry], at: datetime) -> Iterator[Document]:
        """The documents that tell of these changes."""

    def everything(self, page: Page, at: datetime) -> Iterator[Document]:
        """All documents of the family."""

    def find(self, page: Page, path: str, query: dict[str, str], at: datetime) -> Document | None:
        """The document at a path, if it is of this family and exists."""


FAMILIES: tuple[Family, ...] = (reports, report_data, histories, uptimes, feed_archives, change_pages)


def heads(page: Page, at: datetime) -> Iterator[Document]:
    """The documents that every change makes again."""
    return (make(page, at) for make in HEADS.values())


def touched(page: Page, entries: list[JournalEntry], at: datetime) -> Iterator[Document]:
    """The documents besides the heads that tell of these changes; none without a change."""
    for family in FAMILIES if entries else ():
        yield from family.touched(page, entries, at)


def everything(page: Page, at: datetime) -> Iterator[Document]:
    """All documents besides the heads."""
    for family in FAMILIES:
        yield from family.everything(page, at)


def find(page: Page, path: str, query: str, at: datetime) -> Document | None:
    """The document at a path, made now; None when there is none."""
    given = dict(parse_qsl(query))
    if path == FEED and "since" in given:
        path = f"/{file_name(path, query)}"
    if path in HEADS and not given:
        return HEADS[path](page, at)
    for family in FAMILIES:
        document = family.find(page, path, given, at)
        if document is not None:
            return document
    return HEADS[path](page, at) if path in HEADS and path not in PAGED else None
