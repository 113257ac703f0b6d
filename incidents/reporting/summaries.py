"""One measure over many incidents. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from .batches import Batch, together
from .measures import MEASURES, Measure
from .packed import Durations, Lazy, lasting, longer
from .records import IncidentRecord

FEWEST_FOR_P90 = 10
"""Below this many the 90th percentile is no more than the longest but one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in the list behind a measure; `why` says why it isn't counted, and is empty where it is."""

    record: IncidentRecord
    seconds: int | None
    why: str = ""


@dataclass(frozen=True)
class Sorted:
    """Some incidents sorted by what each says of a measure, whenever that is asked.

    `records` are those of each month by its number; `running` and `so_far` are as in `Readings`.
    """

    measure: Measure
    records: Mapping[int, Sequence[IncidentRecord]]
    known: Durations
    running: list[int]
    so_far: dict[int, int]
    unbounded: list[IncidentRecord]
    early: list[IncidentRecord]
    unknown: list[IncidentRecord]

    @property
    def seconds(self) -> Sequence[int]:
        """The known durations, from short to long."""
        return self.known.seconds

    @cached_property
    def median(self) -> float | None:
        """The middle duration, interpolated; None of nothing."""
        return self.known.percentile(0.5)

    @cached_property
    def p90(self) -> float | None:
        """The 90th percentile, interpolated; None of fewer than ten."""
        return self.known.percentile(0.9) if len(self.known) >= FEWEST_FOR_P90 else None

    @cached_property
    def mean(self) -> float | None:
        """The mean, which a single long incident can move at will; None of nothing."""
        return fmean(self.seconds) if self.known else None


@dataclass(frozen=True)
class Summary:
    """A measure over some incidents at an instant.

    `running` are those without an end yet, from short to long; they count in `of`, and in no percentile. `unbounded`
    are open ones of which not even a lower bound can be told, `early` those that ended it before the impact, `unknown`
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
    def unbounded(self) -> list[IncidentRecord]:
        """Open ones without a lower bound."""
        return self.kept.unbounded

    @property
    def early(self) -> list[IncidentRecord]:
        """Those that ended it before the impact."""
        return self.kept.early

    @property
    def unknown(self) -> list[IncidentRecord]:
        """Closed ones with a moment missing."""
        return self.kept.unknown

    @property
    def of(self) -> int:
        """How many incidents there are."""
        return sum(map(len, (self.known, self.running, self.unbounded, self.early, self.unknown)))

    @property
    def seconds(self) -> Sequence[int]:
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
        return self.known[0].seconds if self.known else None

    @property
    def longest(self) -> int | None:
        """The longest duration."""
        return self.known[-1].seconds if self.known else None

    def lines(self) -> Lazy[Line]:
        """Every incident behind the figures, the longest first, then those that are not counted."""
        parts = [
            _longest_first(self.known, ""),
            _longest_first(self.running, "at_least"),
            Lazy(len(self.unbounded), lambda place: Line(self.unbounded[place], None, "open")),
            Lazy(len(self.early), lambda place: Line(*self._by_how_much(place), "before_impact")),
            Lazy(len(self.unknown), lambda place: Line(self.unknown[place], None, "unknown")),
        ]
        return Lazy(self.of, lambda place: _in_turn(parts, place))

    def _by_how_much(self, place: int) -> tuple[IncidentRecord, int]:
        record = self.early[place]
        return record, getattr(record, self.measure.key)


def _longest_first(durations: Durations, why: str) -> Lazy[Line]:
    return Lazy(len(durations), lambda place: Line(*durations[-1 - place], why))


def _in_turn(parts: Sequence[Lazy[Line]], place: int) -> Line:
    """The row at a place of some parts, one after the other."""
    for part in parts:
        if place < len(part):
            return part[place]
        place -= len(part)
    raise IndexError(place)


def sort_by(measure: Measure, batches: Sequence[Batch]) -> Sorted:
    """Put the months that are asked for together, by one measure."""
    records = {batch.number: batch.records for batch in batches}
    readings = together(tuple(batches), MEASURES.index(measure))
    return Sorted(
        measure=measure,
        records=records,
        known=Durations(records, readings.known),
        running=readings.running,
        so_far=readings.so_far,
        unbounded=readings.unbounded,
        early=readings.early,
        unknown=readings.unknown,
    )


def at(kept: Sorted, now: int) -> Summary:
    """What some incidents say of a measure at an instant, in seconds since 1970."""
    if not kept.so_far:
        return Summary(kept, Durations(kept.records, kept.running, now))
    lasted = (max(longer(number, now), lasting(number, kept.so_far.get(number, 0))) for number in kept.running)
    return Summary(kept, Durations(kept.records, sorted(lasted)))
