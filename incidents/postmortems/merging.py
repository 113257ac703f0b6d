"""Bringing two people's texts together, section by section. Pure."""

import re
from dataclasses import dataclass

from .fences import fenced_lines
from .sections import Section, sections_of

_BEGINNING = "<<<<<<< written by"
"""How the mark begins that `merge` sets above the first of two versions; no other program words its own like that."""

_UNSETTLED = re.compile(r"(<{7}|>{7}) ")


@dataclass(frozen=True, slots=True)
class Merge:
    """The text with both sides' changes, and the headings of what both had changed.

    `kept` are the headings of what one side had taken out and the other had changed: it stays.
    """

    text: str
    both_changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether no section was changed by both."""
        return not self.both_changed


def merge(base: str, mine: str, theirs: str, *, my_name: str = "one of you", their_name: str = "the other") -> Merge:
    """Both sides' changes since `base`.

    A section that one side changed is taken from that side. What both changed differently is kept twice, one below the
    other, between marks that have to be settled before a review; they name both, as whoever reads them may be either or
    a third. Every line that either side wrote since is in the result, and every line that both kept.
    """
    if mine == theirs or theirs == base:
        return Merge(mine)
    if mine == base:
        return Merge(theirs)
    old, own, other = (_by_key(text) for text in (base, mine, theirs))
    names = " ".join(my_name.split()), " ".join(their_name.split())
    conflicts, kept, merged = [], [], []
    for key in _order(list(own), list(other)):
        text, is_conflict = _settled(old.get(key), own.get(key), other.get(key), names)
        heading = (own.get(key) or other[key]).heading or "the beginning"
        if is_conflict:
            conflicts.append(heading)
        elif text and key in old and (key not in own or key not in other):
            kept.append(heading)
        if text:
            merged.append(text)
    return Merge(_joined(merged), tuple(conflicts), tuple(kept))


def conflict_line(text: str) -> int | None:
    """The first line of a merge that nobody has settled yet; None when there is none.

    Fenced code may show such marks of another program: there only the line counts that `merge` itself begins with.
    """
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    for number, line in enumerate(lines):
        if line.startswith(_BEGINNING) or (number not in fenced and _UNSETTLED.match(line)):
            return number + 1
    return None


def _by_key(text: str) -> dict[tuple[str, int], Section]:
    return {section.key: section for section in sections_of(text)}


def _order(own: list[tuple[str, int]], other: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The own order, with what only the other has after what it follows there."""
    order = list(own)
    previous: tuple[str, int] | None = None
    for key in other:
        if key not in own:
            order.insert(order.index(previous) + 1 if previous is not None else 0, key)
        previous = key
    return order


def _settled(
    base: Section | None, mine: Section | None, theirs: Section | None, names: tuple[str, str]
) -> tuple[str, bool]:
    old, own, other = (_text(section) for section in (base, mine, theirs))
    if own == other or other == old:
        return own, False
    if own == old:
        return other, False
    if not own or not other:  # taken out here, changed there: what was changed stays
        return own or other, False
    section = mine or theirs
    heading = section.text.split("\n")[0] + "\n" if section is not None and section.heading else ""
    return (
        f"{heading}{_BEGINNING} {names[0]}\n{_line_end(_below(own, heading))}=======\n"
        f"{_line_end(_below(other, heading))}>>>>>>> written by {names[1]}\n",
        True,
    )


def _below(text: str, heading: str) -> str:
    """The section without its heading where both write it alike."""
    return text.removeprefix(heading)


def _text(section: Section | None) -> str:
    return section.text if section is not None else ""


def _joined(texts: list[str]) -> str:
    return "".join([*(_line_end(text) for text in texts[:-1]), *texts[-1:]])


def _line_end(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
