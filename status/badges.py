"""The badge for read-me files and other people's pages: the overall state as a small picture."""

from datetime import datetime

from django.utils.html import escape

from incidents.models import Page

from .document import Document
from .feeds.text import line
from .present import statuses_of
from .summary import Indicator, Summary, summarise

SVG = "image/svg+xml; charset=utf-8"

GROUNDS = {
    Indicator.NONE: "#1b7a50",
    Indicator.MINOR: "#8a6100",
    Indicator.MAJOR: "#b14a00",
    Indicator.CRITICAL: "#b3202c",
    Indicator.MAINTENANCE: "#2a5da8",
}
INK = "#ffffff"

SHAPES = {
    Indicator.NONE: (
        '<circle cx="10" cy="10" r="9"/>',
        "M5.8 10.4l2.8 2.8 5.6-6",
    ),
    Indicator.MINOR: (
        '<path d="M10 1.2 18.8 10 10 18.8 1.2 10z"/>',
        "M6 10h8",
    ),
    Indicator.MAJOR: (
        '<path d="M10 1.4 19 17.6H1z"/>',
        "M10 7.2v4.6M10 14.6v.2",
    ),
    Indicator.CRITICAL: (
        '<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/>',
        "M6.8 6.8l6.4 6.4m0-6.4l-6.4 6.4",
    ),
    Indicator.MAINTENANCE: (
        '<rect x="1.2" y="1.2" width="17.6" height="17.6" rx="4"/>',
        "M10 5.4V10l3.2 2.2",
    ),
}
"""For each state an outline and the mark on it, the same as on the page: it is told apart without colour."""

CHARACTER_WIDTH = 6.6
HEIGHT = 24
TEXT_START = 28


def badge_document(page: Page, at: datetime) -> Document:
    """`/badge.svg`"""
    summary = summarise(statuses_of(page, page.components.living(), at).values())
    return Document("/badge.svg", badge(line(page.name), summary).encode(), SVG, page.updated_at)


def badge(name: str, summary: Summary) -> str:
    """The picture: shape and words on the state's colour. The words are fitted, whatever fonts a reader has."""
    ground = GROUNDS[summary.indicator]
    outline, mark = SHAPES[summary.indicator]
    said = escape(f"{name}: {summary.description}")
    fitted = round(len(summary.description) * CHARACTER_WIDTH)
    width = TEXT_START + fitted + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}"'
        f' role="img" aria-label="{said}"><title>{said}</title>'
        f'<rect width="{width}" height="{HEIGHT}" rx="5" fill="{ground}"/>'
        f'<g transform="translate(7 4) scale(.8)" fill="{INK}">{outline}'
        f'<path d="{mark}" fill="none" stroke="{ground}" stroke-width="2.2" stroke-linecap="round"'
        f' stroke-linejoin="round"/></g>'
        f'<text x="{TEXT_START}" y="16.5" fill="{INK}" font-family="Verdana,DejaVu Sans,Arial,sans-serif"'
        f' font-size="12" textLength="{fitted}" lengthAdjust="spacingAndGlyphs">{escape(summary.description)}</text>'
        "</svg>\n"
    )
