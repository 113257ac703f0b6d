"""A text by its headings. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .fences import fenced_lines, fences

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6}+)[ \t]*(.*)")
_UNDERLINE = re.compile(r"(=+|-+)[ ]*\Z")
_POINT = re.compile(r"[ \t]*[-*+][ \t]")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKED = re.compile(r"[-*+] \[ \]\s+(\S.*)")
_BOX = re.compile(r"[-*+][ \t]+\[[ xX]?\](?:\s.*)?")
"""Any box: one to be followed, one that is ticked, one that nobody wrote anything beside."""

ACTION_ITEMS = "action items"
NO_HEADING = 7
"""The level of what stands ahead of the first heading: below all."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that stands below it until the next one; what is ahead of the first has no heading.

    `text` holds the heading's own line too, so that the texts of all sections, joined, are the whole. `level` is how
    deep its heading is, from 1; 7, which is below all, for what has none.
    """

    heading: str
    level: int
    occurrence: int
    text: str
    line: int

    @property
    def key(self) -> tuple[str, int]:
        """What it is found again by: its heading, and which of several with the same one."""
        return self.heading.casefold(), self.occurrence

    @property
    def body(self) -> str:
        """Its words without heading and comments."""
        lines = self.text.split("\n")
        own = (1 if _HEADING.fullmatch(lines[0].rstrip()) else 2) if self.heading else 0  # two where it is underlined
        return _COMMENT.sub("", "\n".join(lines[own:])).strip()


def sections_of(text: str) -> list[Section]:
    """The sections in order; signs that look like headings within fenced code are none."""
    lines = _lines(text)
    fenced = fenced_lines(_bare(lines))
    found: list[tuple[str, int, int, list[str]]] = [("", NO_HEADING, 1, [])]
    for number, line in enumerate(lines):
        if number not in fenced and (heading := _heading_at(lines, number)):
            found.append((*heading, number + 1, []))
        found[-1][3].append(line)
    if not found[0][3] and len(found) > 1:
        del found[0]
    seen: dict[str, int] = {}
    sections = []
    for name, level, number, own in found:
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        sections.append(Section(name, level, seen[name.casefold()], "".join(own), number))
    return sections


def missing_sections(text: str, required: list[str], began_as: str = "") -> list[str]:
    """Which of the required headings are absent or have nothing of one's own below them, however deep.

    What still reads as in `began_as`, the text that the draft was begun with, nobody has written yet; but a timeline
    may be just as it was assembled.
    """
    begun = {section.key: section.body for section in sections_of(began_as)}
    written: set[str] = set()
    for section, above in _with_headings_above(sections_of(text)):
        is_own = section.body != begun.get(section.key) or section.heading.casefold() == "timeline"
        if section.body and is_own:
            written |= {each.heading.casefold() for each in above}
    return [heading for heading in required if heading.casefold() not in written]


def without_empty_sections(text: str) -> str:
    """The text without headings that nothing stands below; one that is nothing but headings stays as it is."""
    sections = sections_of(text)
    kept = {each for section, above in _with_headings_above(sections) if section.body for each in above}
    if not kept or len(kept) == len(sections):
        return text
    return "".join(section.text for section in sections if section in kept)


def marked_lines(text: str) -> list[tuple[int, str]]:
    """Number and words of each line `- [ ] …` under a heading "Action items" or one below it, outside fenced code."""
    boxes = ((number, _MARKED.fullmatch(line)) for number, line in _boxes(text))
    return [(number, match[1]) for number, match in boxes if match]


def without_marked_lines(text: str) -> str:
    """The text without boxes there, ticked or empty too, and all that belongs to them: the report has its own list.

    To an item belongs what stands right below it and what is set in below it, blank lines between or not, up to the
    next item or heading.
    """
    marked = {number - 1 for number, _ in _boxes(text)}
    lines = _lines(text)
    found = fences(_bare(lines))
    inner = {number for fence in found for number in fence[1:]}
    ends = {fence.stop for fence in found}
    kept: list[str] = []
    margin: int | None = None  # how far the item is set in that is being left out
    for number, line in enumerate(lines):
        is_apart = number in ends or _is_blank(lines[number - 1])
        if number in marked:
            margin = _margin(line)
        elif margin is not None and number not in inner and _ends_item(line, margin, is_apart=is_apart):
            margin = None
        if margin is None or _is_blank(line):
            kept.append(line)
    return "".join(kept)


def folded(text: str) -> str:
    """Words as they are compared: whatever their case, and the spaces between them."""
    return " ".join(text.split()).casefold()


def _boxes(text: str) -> Iterator[tuple[int, str]]:
    """Number and line of each box under a heading "Action items" or one below it, outside fenced code."""
    fenced = fenced_lines(_bare(_lines(text)))
    for section, above in _with_headings_above(sections_of(text)):
        if any(_is_of_action_items(each.heading) for each in above):
            for number, line in enumerate(section.text.split("\n"), section.line):
                if number - 1 not in fenced and _BOX.fullmatch(line.strip()):
                    yield number, line.strip()


def _with_headings_above(sections: list[Section]) -> Iterator[tuple[Section, list[Section]]]:
    """Each section with those that it belongs to, itself the last."""
    above: list[Section] = []
    for section in sections:
        above = [each for each in above if each.heading and each.level < section.level] + [section]
        yield section, above


def _ends_item(line: str, margin: int, *, is_apart: bool) -> bool:
    """Whether the line belongs to an item that is set in by `margin` no more; `is_apart`: it begins a block.

    A number doesn't end one: right below a point it is rendered as a line of that.
    """
    if _is_blank(line) or _margin(line) > margin:
        return False
    return is_apart or line.startswith("#") or _POINT.match(line) is not None


def _heading_at(lines: list[str], number: int) -> tuple[str, int] | None:
    """Words and level of the heading that begins on this line."""
    line = lines[number].rstrip()
    if match := _HEADING.fullmatch(line):
        words = match[2].rstrip("#").rstrip()
        return (words, len(match[1])) if words else None
    # Of other underlined words it is rarely clear whether a heading was meant, or a rule below a paragraph.
    if _is_of_action_items(line) and number + 1 < len(lines):
        underline = _UNDERLINE.match(lines[number + 1].rstrip())
        return (line.strip(), 1 if underline[1].startswith("=") else 2) if underline else None
    return None


def _is_of_action_items(heading: str) -> bool:
    return folded(heading).rstrip(":") == ACTION_ITEMS


def _lines(text: str) -> list[str]:
    """The lines with their ends. Only a newline ends one: a text may hold other signs that Python takes for an end."""
    return _LINE.findall(text)


def _bare(lines: list[str]) -> list[str]:
    return [line.rstrip("\r\n") for line in lines]


def _is_blank(line: str) -> bool:
    return not line.strip(" \t\r\n")


def _margin(line: str) -> int:
    bare = line.expandtabs(4)
    return len(bare) - len(bare.lstrip(" "))
