"""Lines of a postmortem that are marked as action items: `- [ ] ` under a heading "Action items". Pure.

A line may end with what is known already, in brackets: `- [ ] Upgrade Envoy (prevent, P0, @ada)`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from .postmortems.internal import public_line
from .postmortems.sections import folded, marked_lines

KINDS = ("prevent", "detect", "mitigate", "process")
PRIORITIES = ("p0", "p1", "p2", "p3")
LONGEST = 255

_TAIL = re.compile(r"(.*\S)\s*\(([^()]*)\)[.]?")


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One marked line: the whole of it, its words without the brackets, and what those say."""

    line: str
    title: str
    kind: str = ""
    priority: str = ""
    owner: str = ""


def unlinked_lines(text: str, linked: Collection[str]) -> list[MarkedLine]:
    """The marked lines that no action item was made of yet, in their order; a line that stands twice counts once.

    `linked` are lines that have an item, and titles of items: whoever wrote one down both ways meant one.
    """
    known = {folded(each) for each in linked}
    found = []
    for _, line in marked_lines(text):
        marked = _read(line)
        if folded(marked.line) not in known and folded(marked.title) not in known:
            known.add(folded(marked.line))
            found.append(marked)
    return found


def _read(words: str) -> MarkedLine:
    """What a line says. Passages that are marked internal stay out of the title, which may be made public."""
    line = words[:LONGEST]
    words = " ".join(public_line(words).split()) or line
    title = words[:LONGEST]
    tail = _TAIL.fullmatch(words)
    if tail is None:
        return MarkedLine(line, title)
    facts: dict[str, str] = {}
    for word in (part.strip() for part in tail[2].split(",")):
        if word.lower() in KINDS:
            facts["kind"] = word.lower()
        elif word.lower() in PRIORITIES:
            facts["priority"] = word.lower()
        elif re.fullmatch(r"@[\w.@+-]+", word):
            facts["owner"] = word[1:]
        else:
            return MarkedLine(line, title)  # an ordinary remark in brackets
    return MarkedLine(line, tail[1][:LONGEST], **facts)
