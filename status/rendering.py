"""Laying out a public page: the template's own values, and what the frame around it needs."""

from datetime import datetime

from django.template.loader import render_to_string

from incidents.models import Page

from .addresses import base_url
from .document import HTML, Document
from .icons import WELL, favicon, preview

LOGO_HEIGHT = 32


def html_document(
    path: str,
    page: Page,
    template: str,
    context: dict[str, object],
    last_modified: datetime,
    *,
    icon: str = WELL,
    number: int | None = None,
) -> Document:
    """A page of HTML.

    `number` is the last change that the context knows of, for pages that readers keep open: their script compares it
    with the one that is live.
    """
    frame = {
        "page": page,
        "zone": page.zone,
        "base": base_url(page),
        "path": path,
        "zone_words": page.time_zone.removeprefix("Etc/").replace("_", " "),
        "section": path.partition("?")[0],
        "icon": favicon(icon),
        "preview_image": preview(icon),
        "logo_width": _logo_width(page),
        "logo_height": LOGO_HEIGHT,
        "number": number,
    }
    return Document(path, render_to_string(template, frame | context).encode(), HTML, last_modified)


def _logo_width(page: Page) -> int | None:
    """How wide the page's logo is at LOGO_HEIGHT, so that nothing moves when it arrives; None without one."""
    try:
        return round(LOGO_HEIGHT * page.logo.width / page.logo.height) if page.logo else None
    except (OSError, ZeroDivisionError):
        return None
