"""The incidents of one stored month, sorted by what each says of every measure. Pure.

A month is sorted once and kept while it is stored as it is, and so is what two months say together, and four. After a
change one of sixty is sorted anew, and put together with its neighbours: five years take hardly longer than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter

from .measures import MEASURES, BeforeImpact, Known, Measure, Running, read
from .packed import packed
from .records import IncidentRecord, Selection, unpack_incidents


@dataclass(frozen=True, slots=True)
class Readings:
    """What the incidents of a batch say of a measure, whenever that is asked.

    `known` are durations, from short to long, and `running` the instants since when those without an end have lasted,
    negated, so that the latest is first: both `packed`. `so_far` says of some of `running` how long they have lasted at
    least.
    """

    known: list[int]
    running: list[int]
    so_far: dict[int, int]
    unbounded: list[IncidentRecord]
    early: list[IncidentRecord]
    unknown: list[IncidentRecord]


@dataclass(frozen=True, eq=False)
class Batch:
    """The incidents of a month that are asked for, in the order of their beginning. It equals itself alone."""

    month: date
    records: tuple[IncidentRecord, ...]

    @property
    def number(self) -> int:
        """The month counted from the year nought."""
        return self.month.year * 12 + self.month.month

    @cached_property
    def readings(self) -> tuple[Readings, ...]:
        """What they say of each of MEASURES."""
        # Nearly all are closed and known; asking each what it says seven times would take longer than all the rest.
        still_open = [place for place, record in enumerate(self.records) if record.is_open]
        return tuple(_read_by(measure, self, still_open) for measure in MEASURES)

    @cached_property
    def by_impact(self) -> Counter[str]:
        """How many there are of each impact."""
        return Counter(record.impact for record in self.records)


def batch_of(month: date, text: str, selection: Selection) -> Batch:
    """The incidents of a month, as `records.pack` stored them, that are asked for."""
    records = unpack_incidents(text)
    if records and selection.covers(records[0].started) and selection.covers(records[-1].started):
        # A month that lies within the time whole is the same for every such time.
        selection = replace(selection, since=None, until=None)
    return _batch_of(month, text, selection)


@lru_cache(maxsize=256)
def _batch_of(month: date, text: str, selection: Selection) -> Batch:
    return Batch(month, tuple(selection.begun(unpack_incidents(text))))


@lru_cache(maxsize=1024)
def together(batches: tuple[Batch, ...], place: int) -> Readings:
    """What the incidents of some months say of one of MEASURES; the halves that did not change are kept."""
    if not batches:
        return Readings([], [], {}, [], [], [])
    if len(batches) == 1:
        return batches[0].readings[place]
    half = len(batches) // 2
    return _both(together(batches[:half], place), together(batches[half:], place))


def _both(some: Readings, others: Readings) -> Readings:
    """Two of one measure. Python's sort finds that each is in order already, and merges them."""
    return Readings(
        known=sorted(some.known + others.known),
        running=sorted(some.running + others.running),
        so_far=some.so_far | others.so_far,
        unbounded=some.unbounded + others.unbounded,
        early=some.early + others.early,
        unknown=some.unknown + others.unknown,
    )


def _read_by(measure: Measure, batch: Batch, still_open: list[int]) -> Readings:
    """The same of one measure. Of open incidents, by their places, and of early ends, a value says not everything."""
    records, number = batch.records, batch.number
    values: list[int | None] = list(map(attrgetter(measure.key), records))
    odd = still_open
    if measure.early:
        odd = sorted({*odd, *(place for place, value in enumerate(values) if measure.is_early(value))})
    since, so_far, unbounded, early = {}, {}, [], []
    for place in odd:
        values[place] = None
        match read(measure, records[place]):
            case Known(seconds):
                values[place] = seconds
            case Running(int(instant), least):
                since[place], so_far[place] = instant, least
            case Running():
                unbounded.append(place)
            case BeforeImpact():
                early.append(place)
    told = {*since, *unbounded, *early}
    missing = [place for place, value in enumerate(values) if value is None and place not in told]
    # Most may lack a postmortem, so that those which only run on are told together.
    since |= _outlasting(measure, records, missing)
    running = {place: packed(-instant, number, place) for place, instant in since.items()}
    return Readings(
        known=sorted(packed(value, number, place) for place, value in enumerate(values) if value is not None),
        running=sorted(running.values()),
        so_far={running[place]: least for place, least in so_far.items() if least},
        unbounded=[records[place] for place in unbounded],
        early=[records[place] for place in early],
        unknown=[records[place] for place in missing if place not in since],
    )


def _outlasting(measure: Measure, records: Sequence[IncidentRecord], missing: list[int]) -> dict[int, int]:
    """Of closed incidents without a value, by place, those of which the measure runs on, and since when."""
    if not measure.outlasts:
        return {}
    instants = [(place, getattr(records[place], measure.outlasts)) for place in missing]
    return {place: instant for place, instant in instants if instant is not None}
