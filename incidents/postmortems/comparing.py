"""Two texts side by side. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

CONTEXT = 3
"""Equal lines that are shown around a change."""

EXACT_UP_TO = 1_000
"""Lines, or words of one line; the time grows with the square of those that are alike."""


@dataclass(frozen=True, slots=True)
class Side:
    """One line of one text: its number and its words, as (words, whether they differ)."""

    number: int
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of each text beside the other's; `kind` is same, changed, removed, added or gap (lines left out)."""

    kind: str
    left: Side | None = None
    right: Side | None = None


def compared(before: str, after: str) -> list[Row]:
    """The rows that differ, with a few equal ones around them; empty when the texts are the same."""
    left, right = before.splitlines(), after.splitlines()
    rows: list[Row] = []
    groups = list(_matched(left, right).get_grouped_opcodes(CONTEXT))
    for index, group in enumerate(groups):
        if index or group[0][1] > 0 or group[0][3] > 0:
            rows.append(Row("gap"))
        for tag, i, i_end, j, j_end in group:
            rows += _rows(tag, left[i:i_end], right[j:j_end], i + 1, j + 1)
    return rows


def _matched(left: list[str], right: list[str]) -> SequenceMatcher[str]:
    """Long texts are matched by what is rare in them, which costs no more than a glance; short ones by everything."""
    return SequenceMatcher(None, left, right, autojunk=max(len(left), len(right)) > EXACT_UP_TO)


def _rows(tag: str, left: list[str], right: list[str], i: int, j: int) -> Iterator[Row]:
    if tag == "equal":
        for offset, line in enumerate(left):
            yield Row("same", Side(i + offset, ((line, False),)), Side(j + offset, ((line, False),)))
        return
    for offset, (old, new) in enumerate(zip_longest(left, right)):
        if old is None:
            yield Row("added", None, Side(j + offset, ((new, True),)))
        elif new is None:
            yield Row("removed", Side(i + offset, ((old, True),)), None)
        else:
            yield Row("changed", *_words(old, new, i + offset, j + offset))


def _words(old: str, new: str, i: int, j: int) -> tuple[Side, Side]:
    """Two lines with the words marked in which they differ."""
    left, right = _split(old), _split(new)
    ours: list[tuple[str, bool]] = []
    others: list[tuple[str, bool]] = []
    for tag, a, a_end, b, b_end in _matched(left, right).get_opcodes():
        if a_end > a:
            ours.append(("".join(left[a:a_end]), tag != "equal"))
        if b_end > b:
            others.append(("".join(right[b:b_end]), tag != "equal"))
    return Side(i, tuple(ours)), Side(j, tuple(others))


def _split(line: str) -> list[str]:
    """Words, each with the space after it."""
    words: list[str] = []
    for part in line.split(" "):
        words.append(f"{part} ")
    if words:
        words[-1] = words[-1][:-1]
    return words
