"""Hints towards a blameless review: they stand beside the passage, and never stop anybody. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .sections import marked_lines, sections_of

FAILURE_VERBS = (
    "broke|caused|crashed|deleted|dropped|failed|forgot|ignored|missed|misconfigured|misread|mistyped|neglected|overlooked|"
    "pushed the wrong|ran the wrong|shut down"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """One passage to think about: its line (0 where it is about the whole), the words, and why."""

    line: int
    what: str
    why: str


_PHRASES: tuple[tuple[str, str], ...] = (
    (
        r"human error|operator error|user error",
        "An error is where the question begins: what made this the reasonable thing to do?",
    ),
    (
        r"(?:should|could|ought to|would)(?: have|[’']ve)\b|(?:should|could)n[’']t have\b",
        "This tells what did not happen. Say what happened, and what was known then.",
    ),
    (r"failed to\b|neglected to\b", "Say what was done instead, and what made it the sensible thing to do."),
    (
        r"\b(?:forgot|careless(?:ly)?|negligen(?:t|ce)|sloppy|lazy|stupid)\b",
        "This judges a person. Say what the system allowed.",
    ),
    (
        r"\b(?:obvious(?:ly)?|of course|clearly|simply)\b",
        "It is only so in hindsight; leave it out, or say what showed it at the time.",
    ),
    (r"\broot cause\b(?!s)", "There is seldom one. Write of contributing factors, and of what triggered it."),
    (r"\bwhy did(?:n[’']t)? \w+", "“Why” asks for a justification. Ask “what” or “how” instead."),
    (
        r"\b(?:be|being) more careful\b|\bpay(?:ing)? more attention\b|\bremember to\b"
        r"|\b(?:re)?train(?:ing)? (?:the )?(?:staff|team|people|engineers|operators)\b",
        "Care runs out. What could the system do, so that nobody has to be careful?",
    ),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), why) for pattern, why in _PHRASES)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\S")
_SOURCE = re.compile(r"<!--|\*\(?(?:update|moment|alert|import)|\]\(|https?://|\(source", re.IGNORECASE)
_DETECTION = re.compile(r"\b(?:detected|(?:was |were )?(?:alerted|paged)|alert (?:fired|came))\b", re.IGNORECASE)
_NO_VERB = re.compile(
    r"(?:an?|the|our|we|it|this|there|more|better|faster|earlier|new|no|all|every|some)\b|(?!bring)\w{3,}ing\b",
    re.IGNORECASE,
)
"""How what isn't yet an action begins: "Better alerts", "Monitoring of disks"."""

_UNBOUNDED = re.compile(
    r"^(?:improve|investigate|look into|consider|think about|discuss|explore)\b"
    r"|\b(?:as needed|where possible|in general|etc)\b"
    r"|\b(?:all|every) (?:the )?(?:alerts?|monitoring|services?|systems?|tests?|documentation|docs|code)\b",
    re.IGNORECASE,
)


def hints_of(text: str, people: Iterable[str] = ()) -> list[Hint]:
    """Everything worth a second thought, in the order of the text; `people` are the names of colleagues."""
    prose = _blanked(text)
    found = [*_phrases(prose), *_people(prose, people), *_sections(text), *_action_items(prose)]
    return sorted(set(found), key=lambda hint: (hint.line or 10**6, hint.what))


def _phrases(prose: str) -> Iterator[Hint]:
    for number, line in enumerate(prose.split("\n"), 1):
        for pattern, why in _COMPILED:
            for match in pattern.finditer(line):
                yield Hint(number, match[0], why)


def _people(prose: str, people: Iterable[str]) -> Iterator[Hint]:
    names = [re.escape(name) for name in people if len(name) > 2]
    if not names:
        return
    pattern = re.compile(rf"\b(?:{'|'.join(names)})\b[^.\n]{{0,40}}?\b(?:{FAILURE_VERBS})\b", re.IGNORECASE)
    for number, line in enumerate(prose.split("\n"), 1):
        for match in pattern.finditer(line):
            yield Hint(
                number, match[0], "A person stands beside a failure. Write of roles, and of what the system allowed."
            )


def _sections(text: str) -> Iterator[Hint]:
    sections = sections_of(text)
    headings = [section.heading.casefold() for section in sections]
    for section in sections:
        name = section.heading.casefold()
        if name == "impact" and section.body and not re.search(r"\d", section.body):
            yield Hint(section.line, section.heading, "No number in it: how many, how long, how much?")
        if name == "timeline":
            yield from _entries_without_source(section.text, section.line)
            yield from _begun_at_detection(section.text, section.line)
    if headings and headings != [""] and not any("well" in heading or "lucky" in heading for heading in headings):
        yield Hint(0, "What went well", "Nothing says what went well or was lucky; that is worth keeping too.")


def _entries_without_source(text: str, first_line: int) -> Iterator[Hint]:
    for number, line in enumerate(text.split("\n"), first_line):
        if _LIST_ITEM.match(line) and not _SOURCE.search(line):
            yield Hint(number, line.strip()[:60], "This entry has no source. Link to what shows it, or name it.")


def _begun_at_detection(text: str, first_line: int) -> Iterator[Hint]:
    for number, line in enumerate(text.split("\n"), first_line):
        if _LIST_ITEM.match(line):
            found = _DETECTION.search(_COMMENT.sub("", line))
            if found:
                why = "The timeline begins with it. Begin before the trigger: what changed, and when did impact begin?"
                yield Hint(number, found[0], why)
            return


def _action_items(text: str) -> Iterator[Hint]:
    for number, words in marked_lines(text):
        title = words.strip("*_ ")
        if _NO_VERB.match(title):
            yield Hint(number, title.split(" ")[0], "An action item begins with what somebody does: a verb.")
        unbounded = _UNBOUNDED.search(title)
        if unbounded:
            why = "Nobody can say when this is done. Name the thing, and what will be different."
            yield Hint(number, unbounded[0], why)


def _blanked(text: str) -> str:
    """The text with comments and fenced code emptied, line numbers kept."""
    for pattern in (_COMMENT, _FENCED):
        text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
    return text
