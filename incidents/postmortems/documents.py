"""A postmortem as a PDF document.

fpdf2 can write HTML by itself, but stops at what it doesn't know (a link within a table's cell); our own reader of the
few tags that `incidents.markdown` lets through writes everything, at worst without its emphasis.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image

from incidents.pdf import ACCENT, BODY, FAMILY, INK, LINE, LINE_HEIGHT, POINTS_PER_MM, SOFT, Document

INDENT = 6
"""Millimetres by which a list or a quotation is set in."""

MAX_DEPTH = 8
"""Lists and quotations in one another that are set in; those within them aren't any further, lest no room is left."""

MIN_COLUMN = 6
"""Millimetres that a column of a table needs for a single letter; rows of narrower ones are written as lines."""

LONGEST_NUMBER = 9
"""Digits of the number that a list may begin with."""

MAX_IMAGE_HEIGHT = 110
MM_PER_PIXEL = 25.4 / 120


def pdf_of(
    *,
    title: str,
    author: str,
    facts: list[tuple[str, str]],
    markup: str,
    items: list[str],
    image: Callable[[str], Path | None],
) -> bytes:
    """The document: title, facts, the sanitised text, the action items.

    `image` tells where an image's file lies; None for one that is gone.
    """
    document = Document(title, author=author)
    document.title_line(title)
    for name, words in facts:
        document.paragraph(f"{name}: {words}", soft=True, size=9)
    _Writer(document, image).write(markup)
    if items:
        document.heading("Action items")
        for item in items:
            document.bullet(item)
    return document.as_bytes()


class _Writer(HTMLParser):
    """Writes harmless HTML into a document, tag by tag."""

    def __init__(self, document: Document, image: Callable[[str], Path | None]) -> None:
        super().__init__()
        self._document, self._image = document, image
        self._open: list[str] = []
        self._numbers: list[int] = []
        self._depth = 0
        self._link = ""
        self._held: list[str] | None = None  # the words of a heading or a cell, which are written as a whole
        self._align = "left"  # how the words of the cell stand that was begun
        self._rows: list[list[tuple[str, str]]] = []  # words and alignment of each cell

    def write(self, markup: str) -> None:
        """Write all of it, and leave the document at the beginning of a line."""
        self.feed(markup)
        self.close()
        self._new_line()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a block, or an emphasis."""
        given = dict(attributes)
        if tag in ("br", "hr", "img"):
            self._draw(tag, given)
            return
        self._open.append(tag)
        if tag in ("h3", "h4", "h5", "h6", "th", "td"):
            self._held = []
            self._align = given.get("align") or "left"
        elif tag in ("p", "pre"):
            self._new_line(gap="li" not in self._open)
        elif tag in ("ul", "ol", "blockquote"):
            self._new_line(gap="li" not in self._open)
            self._set_in(1)
            if tag != "blockquote":
                self._numbers.append(_start(given.get("start") or "") if tag == "ol" else 0)
        elif tag == "li":
            self._new_line()
            self._prefix()
        elif tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag == "a":
            self._link = given.get("href") or ""
        elif tag == "mark":
            self.handle_data("[internal: ")

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if tag == "mark":
            self.handle_data("]")
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag)]
        held = " ".join("".join(self._held or []).split())
        if tag in ("h3", "h4", "h5", "h6"):
            self._heading(tag, held)
        elif tag in ("th", "td"):
            self._rows[-1].append((held, self._align))
            self._held = None
        elif tag in ("ul", "ol", "blockquote"):
            self._new_line()
            self._set_in(-1)
            if tag != "blockquote":
                self._numbers.pop()
        elif tag in ("p", "pre", "li"):
            self._new_line()
        elif tag == "table":
            self._table()
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Write words, in the emphasis that is on."""
        if self._held is not None:
            self._held.append(data)
            return
        is_code = "pre" in self._open
        if not is_code:
            data = re.sub(r"\s+", " ", data)
            data = data.lstrip() if self._is_at_start() else data
        if data:
            self._set_type()
            size = 9 if is_code else BODY
            self._document.write(size * LINE_HEIGHT / POINTS_PER_MM, data.rstrip("\n") if is_code else data, self._link)

    def _set_type(self) -> None:
        is_bold = bool({"strong", "mark"} & set(self._open))
        is_italic = "em" in self._open and not is_bold  # there is no bold italic among our fonts
        self._document.set_font(
            FAMILY, "B" if is_bold else "I" if is_italic else "", 9 if "pre" in self._open else BODY
        )
        self._document.set_text_color(*(ACCENT if self._link else SOFT if "blockquote" in self._open else INK))

    def _draw(self, tag: str, given: dict[str, str | None]) -> None:
        document = self._document
        if tag == "br":
            document.ln(BODY * LINE_HEIGHT / POINTS_PER_MM)
        elif tag == "hr":
            self._new_line(gap=True)
            document.set_draw_color(*LINE)
            document.line(document.l_margin, document.get_y(), document.w - document.r_margin, document.get_y())
        elif self._held is not None:
            self._held.append(given.get("alt") or "")
        else:
            self._picture(given.get("src") or "", given.get("alt") or "")

    def _picture(self, path: str, words: str) -> None:
        file = self._image(path)
        if file is None:
            self.handle_data(f"({words})")
            return
        with Image.open(file) as picture:
            width, height = (side * MM_PER_PIXEL for side in picture.size)
        scale = min(self._document.epw / width, MAX_IMAGE_HEIGHT / height, 1)
        self._new_line(gap=True)
        self._document.image(file, w=width * scale, h=height * scale, alt_text=words)
        self._document.ln(1)

    def _heading(self, tag: str, words: str) -> None:
        self._held = None
        self._new_line()
        if tag == "h3":
            self._document.heading(words)
        else:
            self._document.ln(2)
            self._document.paragraph(words, bold=True, size=11 if tag == "h4" else BODY)

    def _table(self) -> None:
        width = max((len(row) for row in self._rows), default=0)
        if not width:
            return
        self._new_line(gap=True)
        if self._document.epw / width < MIN_COLUMN:
            for row in self._rows:
                self._document.paragraph(" | ".join(words for words, _ in row), size=9)
            return
        self._document.set_font(FAMILY, "", 9)
        self._document.set_text_color(*INK)
        self._document.set_draw_color(*LINE)
        with self._document.table(text_align="LEFT", line_height=9 * LINE_HEIGHT / POINTS_PER_MM, padding=1) as table:
            for row in self._rows:
                cells = table.row()
                for words, align in row + [("", "left")] * (width - len(row)):
                    cells.cell(words, align=align.upper())

    def _prefix(self) -> None:
        document = self._document
        number = self._numbers[-1] if self._numbers else 0
        if number:
            self._numbers[-1] += 1
        document.set_font(FAMILY, "", BODY)
        document.set_text_color(*INK)
        document.set_x(document.l_margin - INDENT + 1)
        document.cell(INDENT - 1, BODY * LINE_HEIGHT / POINTS_PER_MM, f"{number}." if number else "•")

    def _set_in(self, levels: int) -> None:
        before = min(self._depth, MAX_DEPTH)
        self._depth += levels
        by = (min(self._depth, MAX_DEPTH) - before) * INDENT
        self._document.set_left_margin(self._document.l_margin + by)
        self._document.set_x(self._document.l_margin)

    def _is_at_start(self) -> bool:
        return self._document.get_x() <= self._document.l_margin + 0.01

    def _new_line(self, *, gap: bool = False) -> None:
        """To the beginning of a line, with a little room above it where `gap` says so."""
        if not self._is_at_start():
            self._document.ln(BODY * LINE_HEIGHT / POINTS_PER_MM)
        if gap:
            self._document.ln(1.5)


def _start(told: str) -> int:
    """The number that a list begins with; 1 where it tells none."""
    return int(told) if told.isdecimal() and len(told) <= LONGEST_NUMBER else 1
