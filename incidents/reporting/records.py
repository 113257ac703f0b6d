"""What is stored of a month: a narrow record of each incident and action item, and which of them are asked for. Pure.

Instants are whole seconds since 1970 UTC, durations seconds; None where something isn't known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TypeVar

import msgspec


class IncidentRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One incident and its seven figures as a worker last computed them."""

    code: str
    name: str
    impact: str
    components: tuple[int, ...]
    is_open: bool
    started: int
    resolved: int | None
    last_told: int | None
    detected_before_impact: bool
    ttd: int | None
    tta: int | None
    ttr: int | None
    time_to_first_update: int | None
    time_to_close: int | None
    longest_silence: int | None
    time_to_postmortem: int | None


class ItemRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One action item. `in_time` is None unless it is done and had a due date."""

    impact: str
    components: tuple[int, ...]
    kind: str
    status: str
    created: int
    completed: int | None
    in_time: bool | None


Record = TypeVar("Record", IncidentRecord, ItemRecord)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which incidents are asked for: `[since, until)` by the beginning of impact, an impact, a component's key."""

    since: int | None = None
    until: int | None = None
    impact: str = ""
    component: int | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """From when, and before when: instants or infinities."""
        return -inf if self.since is None else self.since, inf if self.until is None else self.until

    def covers(self, at: int) -> bool:
        """Whether an instant lies within."""
        first, end = self.bounds
        return first <= at < end

    def concerns(self, records: Iterable[Record]) -> list[Record]:
        """Those with the impact and component asked for, whenever they were."""
        found = list(records)
        if self.impact:
            found = [record for record in found if record.impact == self.impact]
        if self.component is not None:
            found = [record for record in found if self.component in record.components]
        return found

    def begun(self, records: Iterable[IncidentRecord]) -> list[IncidentRecord]:
        """Those asked for whose impact began within the time."""
        first, end = self.bounds
        return [record for record in self.concerns(records) if first <= record.started < end]


def pack(records: Iterable[Record]) -> str:
    """Records as they are stored."""
    return msgspec.json.encode(list(records)).decode()


_incidents = msgspec.json.Decoder(tuple[IncidentRecord, ...])
_items = msgspec.json.Decoder(tuple[ItemRecord, ...])


# Both are kept, since a change touches one month of all that a page of figures reads.
@lru_cache(maxsize=128)
def unpack_incidents(text: str) -> tuple[IncidentRecord, ...]:
    """What `pack` stored of incidents."""
    return _incidents.decode(text)


@lru_cache(maxsize=128)
def unpack_items(text: str) -> tuple[ItemRecord, ...]:
    """What `pack` stored of action items."""
    return _items.decode(text)
