"""The timeline within a postmortem: assembled from what is known, and brought up to date around hand edits. Pure.

Every assembled line ends in a comment with its key, which no reader sees. A line that still reads as it was assembled
follows the facts; one that somebody changed or took out stays as they left it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from incidents.instants import format_day, format_time

HEADING = "Timeline"
MAX_WORDS = 240
_KEY = re.compile(r"<!-- entry:([\w-]+) -->\s*\Z")
_HEADING = re.compile(rf"[ ]{{0,3}}#{{1,6}}[ \t]*{HEADING}[ \t]*#*[ \t]*\Z", re.IGNORECASE)
_ANY_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]*[^#\s]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what, where that is known from, and what colleagues only may read of it."""

    key: str
    at: datetime
    words: str
    source: str
    internal: str = ""


def assembled(entries: Iterable[Entry], zone: tzinfo) -> str:
    """The entries as list items in the order of time, each day named once."""
    lines, day = [], ""
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.key)):
        today = format_day(entry.at, zone)
        when = format_time(entry.at, zone) if today == day else f"{today}, {format_time(entry.at, zone)}"
        day = today
        lines.append(_line(entry, when))
    return "\n".join(lines)


def synced(text: str, previous: str, fresh: str) -> str:
    """The text with its timeline following `fresh`; `previous` is what was assembled the last time.

    Untouched lines are replaced, or taken out where their fact is gone; changed and removed ones stay changed and
    removed; what is new goes ahead of the first line that happened later.
    """
    before, after = _by_key(previous), _by_key(fresh)
    lines = text.split("\n")
    present: list[str] = []
    kept: list[str] = []
    for line in lines:
        key = _key_of(line)
        if key is None or key in present:
            kept.append(line)
            continue
        present.append(key)
        if line.strip() != before.get(key, "").strip():
            kept.append(line)
        elif key in after:
            kept.append(after[key])
    new = [key for key in after if key not in before and key not in present]
    return "\n".join(_with_new(kept, new, after))


def held(timeline: str, text: str) -> str:
    """Those lines of an assembled timeline that stand in the text as they were assembled."""
    lines = {line.strip() for line in text.split("\n")}
    return "\n".join(line for line in timeline.split("\n") if line.strip() in lines)


def _with_new(lines: list[str], new: list[str], after: dict[str, str]) -> list[str]:
    order = list(after)
    lines = _with_place(lines) if new else lines
    for key in new:
        later = set(order[order.index(key) + 1 :])
        place = next((number for number, line in enumerate(lines) if _key_of(line) in later), None)
        lines.insert(_end_of_list(lines) if place is None else place, after[key])
    return lines


def _with_place(lines: list[str]) -> list[str]:
    """The lines with a heading for the timeline, where there is neither that nor any of its entries."""
    if any(_HEADING.match(line) or _key_of(line) for line in lines):
        return list(lines)
    gap = [""] if lines and lines[-1].strip() else []
    return [*lines, *gap, f"## {HEADING}", ""]


def _end_of_list(lines: list[str]) -> int:
    """After the last entry; else at the end of the timeline's section."""
    entries = [number for number, line in enumerate(lines) if _key_of(line)]
    if entries:
        return _end_of_item(lines, entries[-1])
    start = next(number for number, line in enumerate(lines) if _HEADING.match(line))
    end = next((n for n in range(start + 1, len(lines)) if _ANY_HEADING.match(lines[n])), len(lines))
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    if end == start + 1:
        lines.insert(end, "")
        return end + 1
    return end


def _end_of_item(lines: list[str], number: int) -> int:
    """After an item and all that is set in below it, blank lines between or not."""
    end = number + 1
    for place in range(end, len(lines)):
        if lines[place].startswith((" ", "\t")) and lines[place].strip():
            end = place + 1
        elif lines[place].strip():
            break
    return end


def _by_key(text: str) -> dict[str, str]:
    return {key: line for line in text.split("\n") if (key := _key_of(line))}


def _key_of(line: str) -> str | None:
    match = _KEY.search(line)
    return match[1] if match else None


def _line(entry: Entry, when: str) -> str:
    internal = f" [[internal: {_plain(entry.internal)}]]" if entry.internal.strip() else ""
    return f"- **{when}** {_plain(entry.words)} *({entry.source})*{internal} <!-- entry:{entry.key} -->"


def _plain(words: str) -> str:
    """Words on one line that can't be taken for marks of ours."""
    bare = words.replace("[", "(").replace("]", ")").replace("<!--", "").replace("-->", "")
    line = " ".join(bare.split())
    return line if len(line) <= MAX_WORDS else f"{line[: MAX_WORDS - 1].rstrip()}…"
