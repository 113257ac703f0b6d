"""Internal passages, `[[internal: ...]]`: what a postmortem says to colleagues only. Pure.

A passage may span lines and blocks, hold other passages, links and code, and may stand within a code fence: brackets
are counted, whatever else the text is. Where the count leaves any doubt about what was meant, nothing is cut at all:
`MarksUnbalanced` names the line, and nothing gets published until somebody has looked at it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from incidents.paragraphs import MAX_LENGTH

from .fences import fences
from .sections import without_empty_sections, without_marked_lines

_OPENING = re.compile(r"\[\[\s*internal\s*:", re.IGNORECASE)
_LOOKS_MEANT = re.compile(
    r"\[\s*\[?[\s\W]{0,3}internal\s*[:：]|\[\[[\s\W]{0,3}internal\b|［［?\s*internal\b", re.IGNORECASE
)
"""What is no mark and was surely meant for one: one bracket, no colon, or another script's signs."""

_SIGNS = dict.fromkeys(map(ord, "\0\x02\x03"))
"""Our own for a gap, and those that the renderer drops, lest two halves join there."""

MAX_CUTS = 20
"""How often what cutting leaves is looked through again; honest texts need two."""

_BACKTICKS = re.compile(r"`+")
_DEFINITION = re.compile(r"[ \t>*+-]*+\[[^\[\]]*+\]:")
"""How the definition of a link begins, of which the renderer shows nothing."""

_ONLY_MARKUP = re.compile(r"[ \t>]*+(?:[-*+]|\d{1,9}[.)]|#{1,6})?[ \t]*+(?:\[[ xX]?\])?[ \t]*+\Z")


class MarksUnbalanced(ValueError):
    """A text whose internal passages can't be told for certain; `line` is where to look, counted from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"Line {line}: {problem}")
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Passage:
    """Where one outermost internal passage begins and ends, its marks included."""

    start: int
    end: int


def passages(text: str) -> list[Passage]:
    """The outermost internal passages, in order; raises MarksUnbalanced."""
    found: list[Passage] = []
    position = 0
    while (opening := _OPENING.search(text, position)) is not None:
        _check_outside(text, position, opening.start(), has_passages=True)
        position = _end_of(text, opening)
        found.append(Passage(opening.start(), position))
    _check_outside(text, position, len(text), has_passages=bool(found))
    return found


def public_text(text: str) -> str:
    """What the public may read: the text without internal passages, comments and what is empty; raises MarksUnbalanced.

    Lines of which nothing but a list mark or the like is left go too, and headings that nothing stands below; lines
    that are marked as action items as well, since the report lists those in their public wording. Cutting goes on until
    nothing is left to cut, so that no two halves can join to a new mark.
    """
    whole = text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SIGNS)
    for _ in range(MAX_CUTS):
        cut = without_empty_sections(without_marked_lines(_without_comments(_without_passages(text))))
        if cut == text:
            return text if text == whole else text.strip("\n") + "\n" if text.strip() else ""
        text = cut
    raise MarksUnbalanced(1, "marks and comments are woven into one another too deeply; untangle them.")


def shown_marks(text: str, opening: str, closing: str) -> str:
    """The text with `opening` and `closing` in place of the marks, for a preview; what is never closed runs on."""
    try:
        found = passages(text)
    except MarksUnbalanced:
        first = _OPENING.search(text)
        return text if first is None else f"{text[: first.start()]}{opening}{text[first.start() :]}{closing}"
    parts: list[str] = []
    position = 0
    for passage in found:
        inner = _OPENING.sub("", text[passage.start : passage.end - 2], count=1).lstrip(" ")
        parts += [text[position : passage.start], opening, inner, closing]
        position = passage.end
    return "".join([*parts, text[position:]])


def seems_marked(text: str) -> bool:
    """Whether anything in it is marked as internal, or was surely meant to be."""
    try:
        return bool(passages(text))
    except MarksUnbalanced:
        return True


def public_line(line: str) -> str:
    """One line without its internal passages; one that isn't closed on it is cut to the end."""
    try:
        return _without_passages(line)
    except MarksUnbalanced:
        opening = _OPENING.search(line)
        return line[: opening.start()] if opening else line


def _end_of(text: str, opening: re.Match[str]) -> int:
    """The place after the passage's closing brackets; brackets within it are counted one by one."""
    depth = 2
    for bracket in re.compile(r"[\[\]]").finditer(text, opening.end()):
        depth += 1 if bracket[0] == "[" else -1
        if depth == 1:
            if text[bracket.end() : bracket.end() + 1] != "]":
                raise MarksUnbalanced(
                    _line(text, bracket.start()),
                    "within an internal passage, a bracket is closed that was not opened; end the passage with ]] "
                    "or take this bracket out.",
                )
        elif depth == 0:
            return bracket.end()
    raise MarksUnbalanced(_line(text, opening.start()), "this internal passage is never closed; end it with ]].")


def _check_outside(text: str, start: int, end: int, *, has_passages: bool) -> None:
    """Refuse marks that were meant and aren't any, and closing ones that close nothing."""
    meant = _LOOKS_MEANT.search(text[start:end])
    if meant is not None:
        raise MarksUnbalanced(
            _line(text, start + meant.start()), "an internal passage is written as [[internal: and ends with ]]."
        )
    if not has_passages:
        return
    depth = 0
    for bracket in re.finditer(r"\n|\[|\]\]|\]", text[start:end]):
        if bracket[0] == "\n":
            depth = 0
        elif bracket[0] == "[":
            depth += 1
        elif bracket[0] == "]]" and depth < 2:
            raise MarksUnbalanced(
                _line(text, start + bracket.start()), "]] closes no internal passage; take it out, or write ] ]."
            )
        else:
            depth = max(depth - len(bracket[0]), 0)


def _without_passages(text: str) -> str:
    parts: list[str] = []
    position = 0
    for passage in passages(text):
        parts += [text[position : passage.start], "\0"]
        position = passage.end
    return _joined("".join([*parts, text[position:]]))


def _joined(text: str) -> str:
    """The text without the gaps' signs (NUL), nor the lines and double spaces that the gaps leave."""
    if "\0" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        kept = _closed(line) if "\0" in line else line
        if kept is line or not _ONLY_MARKUP.match(kept):
            lines.append(kept)
    return "\n".join(lines)


def _closed(line: str) -> str:
    """A line with its gaps closed: one space where there was one on either side, none ahead of punctuation."""
    first, *pieces = line.split("\0")
    result = first
    for number, piece in enumerate(pieces, 1):
        left, right = result.rstrip(), piece.lstrip()
        had_space = left != result or right != piece
        if not left:
            result += right
        elif not right:
            result = f"{left} " if had_space and number < len(pieces) else left
        else:
            result = f"{left}{' ' if had_space and right[0] not in '.,;:!?)' else ''}{right}"
    return result


def _without_comments(text: str) -> str:
    """HTML comments cut, but for those in code, which are text; raises MarksUnbalanced for one that is never closed."""
    protected = list(_code(text))
    parts: list[str] = []
    position = 0
    while (start := _find_outside(text, "<!--", position, protected)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            raise MarksUnbalanced(_line(text, start), "this comment is never closed; end it with -->.")
        parts += [text[position:start], "\0"]
        position = end + 3
    return _joined("".join([*parts, text[position:]]))


def _find_outside(text: str, sought: str, start: int, protected: list[tuple[int, int]]) -> int:
    """Where `sought` stands outside all protected stretches, which are in order; -1 when nowhere."""
    found = text.find(sought, start)
    while found >= 0:
        place = bisect_right(protected, (found, len(text))) - 1
        if place < 0 or found >= protected[place][1]:
            return found
        found = text.find(sought, protected[place][1])
    return -1


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Where fenced code and code within lines lies, in order."""
    lines = text.split("\n")
    places = [0, *accumulate(len(line) + 1 for line in lines)]
    prose_start = 0
    for fence in fences(lines):
        yield from _code_in_prose(lines, range(prose_start, fence.start), places)
        yield places[fence.start], places[fence.stop]
        prose_start = fence.stop
    yield from _code_in_prose(lines, range(prose_start, len(lines)), places)


def _code_in_prose(lines: list[str], numbers: range, places: list[int]) -> Iterator[tuple[int, int]]:
    """Code within lines, of each block in which every backtick has its counterpart on its own line.

    Where one hasn't, the renderer pairs it with one further on, or with none where an item, a row or a heading ends in
    between. Nothing in such a block is taken for code.
    """
    block: list[tuple[int, int]] | None = []
    for number in numbers:
        if not lines[number].strip(" \t"):
            yield from block or []
            block = []
        elif block is not None:
            spans = _code_in_line(lines[number])
            if spans is None:
                block = None
            else:
                block += ((places[number] + start, places[number] + end) for start, end in spans)
    yield from block or []


def _code_in_line(line: str) -> list[tuple[int, int]] | None:
    """From each run of backticks to the next one as long; None where one is left over or all may be otherwise."""
    if "\\`" in line or _DEFINITION.match(line) or len(line) > MAX_LENGTH:
        return None
    runs = list(_BACKTICKS.finditer(line))
    following: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        following.setdefault(len(runs[index][0]), []).append(index)
    spans, index = [], 0
    while index < len(runs):
        alike = following[len(runs[index][0])]
        while alike and alike[-1] <= index:
            alike.pop()
        if not alike:
            return None
        spans.append((runs[index].start(), runs[alike[-1]].end()))
        index = alike[-1] + 1
    return spans


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
