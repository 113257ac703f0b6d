"""The head documents: those that every change of a page makes again."""

from collections.abc import Callable
from datetime import datetime

from incidents.models import Page
from status import api, documents, embed, feeds
from status.api_page import api_document
from status.badges import badge_document
from status.document import Document
from status.uptime_page import uptime_document


def _brand(page: Page, at: datetime) -> Document:
    return documents.brand_document(page)


def _history(page: Page, at: datetime) -> Document:
    return documents.history_document(page, 1, None, at)


def _uptime(page: Page, at: datetime) -> Document:
    return uptime_document(page, 1, at)


HEADS: dict[str, Callable[[Page, datetime], Document]] = {
    "/": documents.home_document,
    "/history": _history,
    "/uptime": _uptime,
    "/brand.css": _brand,
    "/api": api_document,
    "/404": documents.not_found_document,
    "/badge.svg": badge_document,
    **api.HEADS,
    **feeds.HEADS,
    **embed.HEADS,
}
