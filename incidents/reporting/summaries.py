"""One measure over many incidents. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from incidents.rollups import percentile

from .measures import BeforeImpact, Known, Measure, Running, read
from .records import IncidentRecord

FEWEST_FOR_P90 = 10
"""Below this many the 90th percentile is no more than the longest but one."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One incident and its duration: the whole of it, or what there is of it so far."""

    record: IncidentRecord
    seconds: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A measure over some incidents. `known` and `running` are ordered from short to long.

    `running` are those without an end yet; they count in `of`, and in no percentile. `unbounded` are open ones of which
    not even a lower bound can be told, `early` those detected before the impact, `unknown` closed ones with a moment
    missing. The five together are all there are.
    """

    measure: Measure
    known: tuple[Timed, ...]
    running: tuple[Timed, ...]
    unbounded: tuple[IncidentRecord, ...]
    early: tuple[IncidentRecord, ...]
    unknown: tuple[IncidentRecord, ...]

    @property
    def of(self) -> int:
        """How many incidents there are."""
        return sum(map(len, (self.known, self.running, self.unbounded, self.early, self.unknown)))

    @property
    def seconds(self) -> list[int]:
        """The known durations, from short to long."""
        return [timed.seconds for timed in self.known]

    @property
    def median(self) -> float | None:
        """The middle duration, interpolated; None of nothing."""
        return percentile(self.seconds, 0.5)

    @property
    def p90(self) -> float | None:
        """The 90th percentile, interpolated; None of fewer than ten."""
        return percentile(self.seconds, 0.9) if len(self.known) >= FEWEST_FOR_P90 else None

    @property
    def mean(self) -> float | None:
        """The mean, which a single long incident can move at will; None of nothing."""
        return fmean(self.seconds) if self.known else None

    @property
    def shortest(self) -> int | None:
        """The shortest duration."""
        return self.known[0].seconds if self.known else None

    @property
    def longest(self) -> int | None:
        """The longest duration."""
        return self.known[-1].seconds if self.known else None

    def lines(self) -> list[Line]:
        """Every incident behind the figures, the longest first, then those that are not counted."""
        return [
            *(Line(timed.record, timed.seconds) for timed in reversed(self.known)),
            *(Line(timed.record, timed.seconds, "at_least") for timed in reversed(self.running)),
            *(Line(record, None, "open") for record in self.unbounded),
            *(Line(record, record.ttd, "before_impact") for record in self.early),
            *(Line(record, None, "unknown") for record in self.unknown),
        ]


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in the list behind a measure; `why` says why it isn't counted, and is empty where it is."""

    record: IncidentRecord
    seconds: int | None
    why: str = ""


def summarise(measure: Measure, records: Iterable[IncidentRecord], now: int) -> Summary:
    """Sort the incidents by what each says of a measure at an instant."""
    known, running, unbounded, early, unknown = [], [], [], [], []
    for record in records:
        match read(measure, record, now):
            case Known(seconds):
                known.append(Timed(record, seconds))
            case Running(None):
                unbounded.append(record)
            case Running(int(seconds)):
                running.append(Timed(record, seconds))
            case BeforeImpact():
                early.append(record)
            case None:
                unknown.append(record)
    return Summary(measure, _in_order(known), _in_order(running), tuple(unbounded), tuple(early), tuple(unknown))


def _in_order(found: list[Timed]) -> tuple[Timed, ...]:
    return tuple(sorted(found, key=lambda timed: (timed.seconds, timed.record.started, timed.record.code)))
