"""Lines of a postmortem that are marked as action items: `- [ ] ` under a heading "Action items". Pure.

A line may end with what is known already, in brackets: `- [ ] Upgrade Envoy (prevent, P0, @ada, due 2026-12-24)`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from .postmortems.internal import public_line
from .postmortems.sections import folded, marked_lines

KINDS = ("prevent", "detect", "mitigate", "process")
PRIORITIES = ("p0", "p1", "p2", "p3")
LONGEST = 255

_TAIL = re.compile(r"(.*\S)\s*\(([^()]*)\)[.]?")
_DUE = re.compile(r"due\s+([0-9]{4}-[0-9]{2}-[0-9]{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One marked line: the whole of it, its words without the brackets, and what those say.

    `unread` are words that stand among facts and are none: no part of the title, which may be made public. `is_cut`
    says that the title is only the beginning of the line's words.
    """

    line: str
    title: str
    kind: str = ""
    priority: str = ""
    owner: str = ""
    due_on: date | None = None
    unread: tuple[str, ...] = ()
    is_cut: bool = False

    @property
    def key(self) -> str:
        """What an item keeps of the line to know it by: the line, or its beginning and a digest of the whole."""
        if len(self.line) <= LONGEST:
            return self.line
        digest = sha256(folded(self.line).encode()).hexdigest()[:16]
        return f"{self.line[: LONGEST - 17]}…{digest}"


def unlinked_lines(text: str, linked: Collection[str]) -> list[MarkedLine]:
    """The marked lines that no action item was made of yet, in their order; a line that stands twice counts once.

    `linked` are the keys of lines that have an item, and titles of items: whoever wrote one down both ways meant one.
    """
    known = {folded(each) for each in linked}
    found = []
    for _, line in marked_lines(text):
        marked = _read(line)
        # A title that was cut is that of every line that begins so.
        if folded(marked.key) not in known and (marked.is_cut or folded(marked.title) not in known):
            known.add(folded(marked.key))
            found.append(marked)
    return found


def _read(line: str) -> MarkedLine:
    """What a line says. Passages that are marked internal stay out of the title, which may be made public."""
    line = " ".join(line.split())
    words = " ".join(public_line(line).split()) or line
    tail = _TAIL.fullmatch(words)
    facts, unread = _facts(tail[2]) if tail else ({}, ())
    if tail is None or not facts:  # an ordinary remark in brackets belongs to the title
        return MarkedLine(line, words[:LONGEST], is_cut=len(words) > LONGEST)
    return MarkedLine(line, tail[1][:LONGEST], unread=unread, is_cut=len(tail[1]) > LONGEST, **facts)


def _facts(remark: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the words between brackets say, by name, and those that say nothing we know."""
    facts: dict[str, Any] = {}
    unread = []
    for word in filter(None, (part.strip() for part in remark.split(","))):
        if word.lower() in KINDS:
            facts["kind"] = word.lower()
        elif word.lower() in PRIORITIES:
            facts["priority"] = word.lower()
        elif re.fullmatch(r"@[\w.@+-]+", word):
            facts["owner"] = word[1:]
        elif (day := _due(word)) is not None:
            facts["due_on"] = day
        else:
            unread.append(word)
    return facts, tuple(unread)


def _due(word: str) -> date | None:
    """The day of `due 2026-12-24`; None where there is none in the calendar."""
    match = _DUE.fullmatch(word)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
