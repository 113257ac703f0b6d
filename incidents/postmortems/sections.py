"""A text by its headings. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*\Z")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKED = re.compile(r"[-*+] \[ \]\s+(\S.*)")
ACTION_ITEMS = "action items"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that stands below it until the next one; what is ahead of the first has no heading.

    `text` holds the heading's own line too, so that the texts of all sections, joined, are the whole.
    """

    heading: str
    occurrence: int
    text: str
    line: int

    @property
    def key(self) -> tuple[str, int]:
        """What it is found again by: its heading, and which of several with the same one."""
        return self.heading.casefold(), self.occurrence

    @property
    def level(self) -> int:
        """How deep its heading is, from 1; 7, which is below all, for what has none."""
        return len(self.text.lstrip(" ").split(" ")[0].split("\t")[0]) if self.heading else 7

    @property
    def body(self) -> str:
        """Its words without heading and comments."""
        lines = self.text.split("\n")
        return _COMMENT.sub("", "\n".join(lines[1:] if self.heading else lines)).strip()


def sections_of(text: str) -> list[Section]:
    """The sections in order; signs that look like headings within fenced code are none."""
    found: list[tuple[str, int, list[str]]] = [("", 1, [])]
    fence = ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        bare = line.rstrip("\r\n")
        mark = _FENCE.match(bare)
        if fence:
            if mark and mark[1].startswith(fence) and not bare[mark.end() :].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.match(bare):
            found.append((heading[2], number, []))
        found[-1][2].append(line)
    if not found[0][2] and len(found) > 1:
        del found[0]
    seen: dict[str, int] = {}
    sections = []
    for name, number, lines in found:
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        sections.append(Section(name, seen[name.casefold()], "".join(lines), number))
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
    found = []
    for section, above in _with_headings_above(sections_of(text)):
        if not any(folded(each.heading).rstrip(":") == ACTION_ITEMS for each in above):
            continue
        fence = ""
        for number, line in enumerate(section.text.splitlines(), section.line):
            mark = _FENCE.match(line)
            if mark and (not fence or (mark[1].startswith(fence) and not line[mark.end() :].strip())):
                fence = "" if fence else mark[1]
            elif not fence and (match := _MARKED.fullmatch(line.strip())):
                found.append((number, match[1]))
    return found


def without_marked_lines(text: str) -> str:
    """The text without those lines and what is indented below them: the public reads of items in their own list."""
    marked = {number for number, _ in marked_lines(text)}
    kept: list[str] = []
    is_within = False
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        is_within = number in marked or (is_within and line[:1] in (" ", "\t") and line.strip() != "")
        if not is_within:
            kept.append(line)
    return "".join(kept)


def folded(text: str) -> str:
    """Words as they are compared: whatever their case, and the spaces between them."""
    return " ".join(text.split()).casefold()


def _with_headings_above(sections: list[Section]) -> Iterator[tuple[Section, list[Section]]]:
    """Each section with those that it belongs to, itself the last."""
    above: list[Section] = []
    for section in sections:
        above = [each for each in above if each.heading and each.level < section.level] + [section]
        yield section, above
