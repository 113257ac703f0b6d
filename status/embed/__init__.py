"""The banner that other people's pages show with one script tag.

Its style sheet travels within the script and is put in place by the CSS object model, so that a host whose policy
allows this page's origin in `script-src` and `connect-src` needs nothing else. `/embed.css` is for browsers without
constructable style sheets.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from incidents.models import Page
from status.document import CSS, Document

JAVASCRIPT = "text/javascript; charset=utf-8"
_FOLDER = Path(__file__).parent


def embed_script_document(page: Page, at: datetime) -> Document:
    """`/embed.js`"""
    return Document("/embed.js", _script(), JAVASCRIPT, page.updated_at)


def statuspage_script_document(page: Page, at: datetime) -> Document:
    """`/embed/script.js`: the same script where Statuspage has its own, so that a page that moves keeps its banner."""
    return Document("/embed/script.js", _script(), JAVASCRIPT, page.updated_at)


def embed_style_document(page: Page, at: datetime) -> Document:
    """`/embed.css`"""
    return Document("/embed.css", _style().encode(), CSS, page.updated_at)


HEADS: dict[str, Callable[[Page, datetime], Document]] = {
    "/embed.js": embed_script_document,
    "/embed/script.js": statuspage_script_document,
    "/embed.css": embed_style_document,
}


@cache
def _script() -> bytes:
    text = (_FOLDER / "banner.js").read_text(encoding="utf-8")
    return text.replace('"{{ style }}"', json.dumps(_style())).encode()


@cache
def _style() -> str:
    return (_FOLDER / "banner.css").read_text(encoding="utf-8")
