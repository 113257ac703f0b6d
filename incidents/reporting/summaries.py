"""One measure over many incidents. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from statistics import fmean
from typing import NamedTuple, overload

from incidents.rollups import percentile

from .measures import MEASURES, BeforeImpact, Known, Measure, Running, read
from .records import IncidentRecord

FEWEST_FOR_P90 = 10
"""Below this many the 90th percentile is no more than the longest but one."""


class Timed(NamedTuple):
    """One incident and its duration: the whole of it, or what there is of it so far."""

    record: IncidentRecord
    seconds: int


class Durations(Sequence[Timed]):
    """Incidents with a duration each, from short to long; of equal ones, in the order that they were given in.

    The pairs are made when somebody asks for them: of ten thousand, a page shows two hundred.
    """

    def __init__(self, records: Sequence[IncidentRecord], seconds: Sequence[int]) -> None:
        self._records = records
        self._order = sorted(range(len(seconds)), key=seconds.__getitem__)
        self.seconds = [seconds[place] for place in self._order]

    def __len__(self) -> int:
        return len(self.seconds)

    @overload
    def __getitem__(self, place: int) -> Timed: ...

    @overload
    def __getitem__(self, place: slice) -> list[Timed]: ...

    def __getitem__(self, place: int | slice) -> Timed | list[Timed]:
        if isinstance(place, slice):
            records = [self._records[own] for own in self._order[place]]
            return list(map(Timed, records, self.seconds[place]))
        return Timed(self._records[self._order[place]], self.seconds[place])


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in the list behind a measure; `why` says why it isn't counted, and is empty where it is."""

    record: IncidentRecord
    seconds: int | None
    why: str = ""


@dataclass(frozen=True)
class Sorted:
    """Some incidents sorted by what each says of a measure, whenever that is asked; `running` with the latest first.

    `since` and `so_far` say of each that is running what `Running` does. They are numbers, since an object for each of
    ten thousand incidents keeps the garbage collector busy for longer than the sorting takes.
    """

    measure: Measure
    known: Durations
    running: tuple[IncidentRecord, ...]
    since: tuple[int, ...]
    so_far: tuple[int, ...]
    unbounded: tuple[IncidentRecord, ...]
    early: tuple[IncidentRecord, ...]
    unknown: tuple[IncidentRecord, ...]

    @property
    def seconds(self) -> list[int]:
        """The known durations, from short to long."""
        return self.known.seconds

    @cached_property
    def median(self) -> float | None:
        """The middle duration, interpolated; None of nothing."""
        return percentile(self.seconds, 0.5)

    @cached_property
    def p90(self) -> float | None:
        """The 90th percentile, interpolated; None of fewer than ten."""
        return percentile(self.seconds, 0.9) if len(self.known) >= FEWEST_FOR_P90 else None

    @cached_property
    def mean(self) -> float | None:
        """The mean, which a single long incident can move at will; None of nothing."""
        return fmean(self.seconds) if self.known else None


@dataclass(frozen=True)
class Summary:
    """A measure over some incidents at an instant.

    `running` are those without an end yet, from short to long; they count in `of`, and in no percentile. `unbounded`
    are open ones of which not even a lower bound can be told, `early` those detected before the impact, `unknown`
    closed ones with a moment missing. With the `known` ones they are all there are.
    """

    kept: Sorted
    running: Durations

    @property
    def measure(self) -> Measure:
        """Which measure."""
        return self.kept.measure

    @property
    def known(self) -> Durations:
        """Those that the figures are drawn from, from short to long."""
        return self.kept.known

    @property
    def unbounded(self) -> tuple[IncidentRecord, ...]:
        """Open ones without a lower bound."""
        return self.kept.unbounded

    @property
    def early(self) -> tuple[IncidentRecord, ...]:
        """Those detected before the impact."""
        return self.kept.early

    @property
    def unknown(self) -> tuple[IncidentRecord, ...]:
        """Closed ones with a moment missing."""
        return self.kept.unknown

    @property
    def of(self) -> int:
        """How many incidents there are."""
        return sum(map(len, (self.known, self.running, self.unbounded, self.early, self.unknown)))

    @property
    def seconds(self) -> list[int]:
        """The known durations, from short to long."""
        return self.kept.seconds

    @property
    def median(self) -> float | None:
        """The middle duration, interpolated; None of nothing."""
        return self.kept.median

    @property
    def p90(self) -> float | None:
        """The 90th percentile, interpolated; None of fewer than ten."""
        return self.kept.p90

    @property
    def mean(self) -> float | None:
        """The mean, which a single long incident can move at will; None of nothing."""
        return self.kept.mean

    @property
    def shortest(self) -> int | None:
        """The shortest duration."""
        return self.seconds[0] if self.seconds else None

    @property
    def longest(self) -> int | None:
        """The longest duration."""
        return self.seconds[-1] if self.seconds else None

    def lines(self) -> Iterator[Line]:
        """Every incident behind the figures, the longest first, then those that are not counted."""
        yield from (Line(timed.record, timed.seconds) for timed in reversed(self.known))
        yield from (Line(timed.record, timed.seconds, "at_least") for timed in reversed(self.running))
        yield from (Line(record, None, "open") for record in self.unbounded)
        yield from (Line(record, record.ttd, "before_impact") for record in self.early)
        yield from (Line(record, None, "unknown") for record in self.unknown)


def sort_by_each(records: Sequence[IncidentRecord]) -> list[Sorted]:
    """Sort incidents, given in the order of their beginning, by what each says of every measure."""
    # Nearly all are closed and known; asking each what it says seven times would take longer than all the rest.
    odd = [place for place, record in enumerate(records) if record.is_open or record.detected_before_impact]
    return [_sort_by(measure, records, odd) for measure in MEASURES]


def _sort_by(measure: Measure, records: Sequence[IncidentRecord], odd: list[int]) -> Sorted:
    """The same of one measure; `odd` are the places of those of which a value says not everything."""
    values: list[int | None] = list(map(attrgetter(measure.key), records))
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
    running = sorted(since, key=since.__getitem__, reverse=True)
    return Sorted(
        measure,
        Durations(
            [record for record, value in zip(records, values, strict=True) if value is not None],
            [value for value in values if value is not None],
        ),
        tuple(records[place] for place in running),
        tuple(since[place] for place in running),
        tuple(so_far.get(place, 0) for place in running),
        tuple(records[place] for place in unbounded),
        tuple(records[place] for place in early),
        tuple(records[place] for place in missing if place not in since),
    )


def _outlasting(measure: Measure, records: Sequence[IncidentRecord], missing: list[int]) -> dict[int, int]:
    """Of closed incidents without a value, by place, those of which the measure runs on, and since when."""
    if not measure.outlasts:
        return {}
    instants = [(place, getattr(records[place], measure.outlasts)) for place in missing]
    return {place: instant for place, instant in instants if instant is not None}


def at(kept: Sorted, now: int) -> Summary:
    """What some incidents say of a measure at an instant."""
    lasted = [max(least, now - since) for since, least in zip(kept.since, kept.so_far, strict=True)]
    return Summary(kept, Durations(kept.running, lasted))
