"""One measure over many incidents. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from statistics import fmean
from typing import NamedTuple

from incidents.rollups import percentile

from .measures import BeforeImpact, Known, Measure, Running, read
from .records import IncidentRecord

FEWEST_FOR_P90 = 10
"""Below this many the 90th percentile is no more than the longest but one."""


class Timed(NamedTuple):
    """One incident and its duration: the whole of it, or what there is of it so far."""

    record: IncidentRecord
    seconds: int


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in the list behind a measure; `why` says why it isn't counted, and is empty where it is."""

    record: IncidentRecord
    seconds: int | None
    why: str = ""


@dataclass(frozen=True)
class Sorted:
    """Some incidents sorted by what each says of a measure, whenever that is asked; `known` from short to long."""

    measure: Measure
    known: tuple[Timed, ...]
    running: tuple[tuple[IncidentRecord, Running], ...]
    unbounded: tuple[IncidentRecord, ...]
    early: tuple[IncidentRecord, ...]
    unknown: tuple[IncidentRecord, ...]

    @cached_property
    def seconds(self) -> list[int]:
        """The known durations, from short to long."""
        return [timed.seconds for timed in self.known]

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
    running: tuple[Timed, ...]

    @property
    def measure(self) -> Measure:
        """Which measure."""
        return self.kept.measure

    @property
    def known(self) -> tuple[Timed, ...]:
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
        return self.known[0].seconds if self.known else None

    @property
    def longest(self) -> int | None:
        """The longest duration."""
        return self.known[-1].seconds if self.known else None

    def lines(self) -> Iterator[Line]:
        """Every incident behind the figures, the longest first, then those that are not counted."""
        yield from (Line(timed.record, timed.seconds) for timed in reversed(self.known))
        yield from (Line(timed.record, timed.seconds, "at_least") for timed in reversed(self.running))
        yield from (Line(record, None, "open") for record in self.unbounded)
        yield from (Line(record, record.ttd, "before_impact") for record in self.early)
        yield from (Line(record, None, "unknown") for record in self.unknown)


def sort_by(measure: Measure, records: Iterable[IncidentRecord]) -> Sorted:
    """Sort incidents, given in the order of their beginning, by what each says of a measure."""
    known, running, unbounded, early, unknown = [], [], [], [], []
    for record in records:
        match read(measure, record):
            case Known(seconds):
                known.append(Timed(record, seconds))
            case Running(None):
                unbounded.append(record)
            case Running() as duration:
                running.append((record, duration))
            case BeforeImpact():
                early.append(record)
            case None:
                unknown.append(record)
    return Sorted(measure, _in_order(known), tuple(running), tuple(unbounded), tuple(early), tuple(unknown))


def at(kept: Sorted, now: int) -> Summary:
    """What some incidents say of a measure at an instant."""
    return Summary(kept, _in_order(Timed(record, duration.at_least(now) or 0) for record, duration in kept.running))


def _in_order(found: Iterable[Timed]) -> tuple[Timed, ...]:
    return tuple(sorted(found, key=itemgetter(1)))
