"""What all our PDF documents share: page, type, colours and footer. No Django, so that any process can make one.

Noto Sans (in `fonts/`) covers Latin, Greek and Cyrillic; the core fonts of PDF would lose every name outside Latin-1.
What it doesn't cover is named at a document's end.
"""

import unicodedata
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Noto Sans"

INK = (28, 33, 39)
SOFT = (86, 93, 102)
LINE = (200, 197, 190)
ACCENT = (20, 99, 74)

MARGIN = 20
"""Millimetres around the text of an A4 page."""

BODY = 10
LINE_HEIGHT = 1.45
POINTS_PER_MM = 72 / 25.4


MOST_LOST = 12
"""Characters without a shape that are named."""


def _named(character: int) -> str:
    return f"{unicodedata.name(chr(character), 'without a name').lower()} (U+{character:04X})"


class Document(FPDF):
    """An A4 document with a title, a footer that names it and numbers its pages, and a few shapes of text.

    A heading starts a new page rather than stand alone at the end of one.
    """

    def __init__(self, title: str, *, author: str, language: str = "en") -> None:
        super().__init__(format="A4", unit="mm")
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 5)
        for style, name in (("", "Regular"), ("B", "Bold"), ("I", "Italic")):
            self.add_font(FAMILY, style, FONTS / f"NotoSans-{name}.ttf")
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        self.set_creator("Allclear")
        self._name = title
        self._type(BODY)
        self.add_page()

    def footer(self) -> None:
        """Which document this is, and which page of it; called by fpdf2 at the end of each page."""
        self.set_y(-MARGIN)
        self._type(8, color=SOFT)
        self.cell(self.epw * 0.8, 5, self._fitting(self._name, self.epw * 0.8))
        self.cell(0, 5, f"{self.page_no()} of {{nb}}", align="R")

    def title_line(self, text: str) -> None:
        """The document's name, at its top."""
        self._type(20, bold=True)
        self._block(text, 20)

    def heading(self, text: str, *, keep_with: float = 25) -> None:
        """A section's name, and an entry in the outline; `keep_with` millimetres below it stay on its page."""
        if self.will_page_break(keep_with):
            self.add_page()
        self.ln(5)
        self.start_section(text)
        self._type(13, bold=True)
        self._block(text, 13)
        self.ln(1)

    def paragraph(self, text: str, *, soft: bool = False, size: float = BODY, bold: bool = False) -> None:
        """Running text over the whole width."""
        self._type(size, bold=bold, color=SOFT if soft else INK)
        self._block(text, size)
        self.ln(size * 0.15)

    def bullet(self, text: str, *, link: str = "") -> None:
        """One item of a list; as a whole it may lead to an address."""
        self._type(BODY)
        self.cell(5, BODY * LINE_HEIGHT / POINTS_PER_MM, "•")
        self.multi_cell(
            0, BODY * LINE_HEIGHT / POINTS_PER_MM, text, align="L", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def link_line(self, text: str, address: str) -> None:
        """A name in bold that leads to an address."""
        self._type(BODY, bold=True, color=ACCENT)
        self.multi_cell(
            0, BODY * LINE_HEIGHT / POINTS_PER_MM, text, align="L", link=address, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def as_bytes(self) -> bytes:
        """The finished file."""
        if lost := self._lost():
            self.ln(5)
            more = f" and {len(lost) - MOST_LOST} more" if len(lost) > MOST_LOST else ""
            named = ", ".join(map(_named, lost[:MOST_LOST]))
            self.paragraph(f"Characters that this document's fonts can't draw: {named}{more}.", soft=True, size=8)
        return bytes(self.output())

    def _lost(self) -> list[int]:
        """The characters (code points) that stand in the text and not on the page."""
        missing = {character for font in self.fonts.values() for character in getattr(font, "missing_glyphs", ())}
        # Those that only join, turn or colour what stands beside them have no shape anywhere.
        return sorted(each for each in missing if unicodedata.category(chr(each)) not in ("Cf", "Mn", "Zs", "Cc"))

    def _type(self, size: float, *, bold: bool = False, color: tuple[int, int, int] = INK) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*color)

    def _block(self, text: str, size: float) -> None:
        self.multi_cell(0, size * LINE_HEIGHT / POINTS_PER_MM, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _fitting(self, text: str, width: float) -> str:
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(f"{text}…") > width:
            text = text[:-1]
        return f"{text}…"
