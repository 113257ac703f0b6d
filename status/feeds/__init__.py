"""What programs subscribe to: JSON Feed, Atom, RSS and a calendar, each a finished document.

`HEADS` names those with one address; `json_feed_archive_document` makes the numbered ones, 1 to `archive_count`.
"""

from collections.abc import Callable
from datetime import datetime

from incidents.models import Page
from status.document import Document

from .atom import atom_document
from .calendar import calendar_document
from .json_feed import json_feed_archive_document, json_feed_document
from .rss import rss_document
from .selection import archive_count, archive_number_of

HEADS: dict[str, Callable[[Page, datetime], Document]] = {
    "/feed.json": json_feed_document,
    "/history.atom": atom_document,
    "/history.rss": rss_document,
    "/history.ics": calendar_document,
}

__all__ = [
    "HEADS",
    "archive_count",
    "archive_number_of",
    "atom_document",
    "calendar_document",
    "json_feed_archive_document",
    "json_feed_document",
    "rss_document",
]
