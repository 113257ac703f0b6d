"""Uptime, exactly: how long a component was in each status, and what share of the time it was up. Pure.

Durations are timedeltas and weights are fractions, so that nothing is rounded before the one percentage that is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction

from incidents.periods import Claim, Period, merge
from incidents.severity import FROM_WELL_TO_WORST, OPERATIONAL

NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Weights:
    """How much an outage of each kind counts as downtime, from 0 (not at all) to 1. Maintenance never counts."""

    partial_outage: Fraction = Fraction(3, 10)
    degraded_performance: Fraction = Fraction(0)

    @classmethod
    def of(cls, partial_outage: Decimal, degraded_performance: Decimal) -> "Weights":
        """The weights as a page stores them."""
        return cls(Fraction(partial_outage), Fraction(degraded_performance))


@dataclass(frozen=True, slots=True)
class Figures:
    """How long a component was in each status within some time. Where there is no data, no time is counted."""

    operational: timedelta = NOTHING
    under_maintenance: timedelta = NOTHING
    degraded_performance: timedelta = NOTHING
    partial_outage: timedelta = NOTHING
    major_outage: timedelta = NOTHING

    def __add__(self, other: "Figures") -> "Figures":
        """The figures of two stretches of time that don't overlap."""
        return Figures(
            self.operational + other.operational,
            self.under_maintenance + other.under_maintenance,
            self.degraded_performance + other.degraded_performance,
            self.partial_outage + other.partial_outage,
            self.major_outage + other.major_outage,
        )

    @property
    def observed(self) -> timedelta:
        """The time that there is data for."""
        return (
            self.operational
            + self.under_maintenance
            + self.degraded_performance
            + self.partial_outage
            + self.major_outage
        )

    @property
    def is_clean(self) -> bool:
        """Whether nothing but health was observed, if anything was."""
        return self.operational == self.observed

    @property
    def worst(self) -> str:
        """The worst status that was observed; operational if none was."""
        return next((status for status, _ in self.troubles), OPERATIONAL)

    @property
    def troubles(self) -> tuple[tuple[str, timedelta], ...]:
        """Every status but operational with how long it lasted, worst first."""
        return tuple(
            (status, getattr(self, status))
            for status in reversed(FROM_WELL_TO_WORST)
            if status != OPERATIONAL and getattr(self, status)
        )


EMPTY = Figures()


def total(figures: Iterable[Figures]) -> Figures:
    """The figures of several stretches of time that don't overlap."""
    return sum(figures, EMPTY)


def downtime(figures: Figures, weights: Weights) -> Fraction:
    """Seconds of downtime: each outage's length times its weight."""
    return (
        _seconds(figures.major_outage)
        + _seconds(figures.partial_outage) * weights.partial_outage
        + _seconds(figures.degraded_performance) * weights.degraded_performance
    )


def share_up(figures: Figures, weights: Weights) -> Fraction | None:
    """The share of the observed time that was not downtime, unrounded; None without data."""
    observed = _seconds(figures.observed)
    return 1 - downtime(figures, weights) / observed if observed else None


def percentage(figures: Figures, weights: Weights, decimals: int = 2) -> Decimal | None:
    """The uptime in percent, rounded down, so that 100 means that there was no downtime at all; None without data."""
    share = share_up(figures, weights)
    if share is None:
        return None
    scale = 10**decimals
    return Decimal(share * 100 * scale // 1).scaleb(-decimals)


def _seconds(duration: timedelta) -> Fraction:
    return Fraction(duration // timedelta(microseconds=1), 1_000_000)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day of a zone as the instants (UTC) between which it lasts; 23 to 25 hours, or none where skipped."""

    date: date
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it really lasts."""
        return self.end - self.start


def days_between(first: date, last: date, zone: tzinfo) -> tuple[Day, ...]:
    """The days of a zone from `first` to `last`, both included."""
    dates = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    edges = [midnight(day, zone) for day in [*dates, last + timedelta(days=1)]]
    return tuple(Day(day, start, end) for day, start, end in zip(dates, edges, edges[1:], strict=False))


def midnight(day: date, zone: tzinfo) -> datetime:
    """The instant (UTC) at which a day begins in a zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def born_at(start_date: date | None, created_at: datetime, first_claimed_at: datetime | None, zone: tzinfo) -> datetime:
    """From when on there is data: local midnight of the start date, else its creation or what was said of it before."""
    if start_date is not None:
        return midnight(start_date, zone)
    return min(created_at, first_claimed_at or created_at)


def figures_by_day(
    claims: Iterable[Claim], days: Sequence[Day], born: datetime, until: datetime
) -> dict[date, Figures]:
    """The figures of each of some consecutive days, over the time from `born` to `until`; days without data left out.

    At each instant the worst claim counts, once; overlapping ones are never added up.
    """
    if not days:
        return {}
    start, end = max(days[0].start, born), min(days[-1].end, until)
    if start >= end:
        return {}
    periods = merge(claims, start, end)
    found = {}
    for day in days:
        figures = _within(_overlapping(periods, day), max(day.start, start), min(day.end, end))
        if figures.observed:
            found[day.date] = figures
    return found


def _overlapping(periods: list[Period], day: Day) -> Iterator[Period]:
    """Those of the sorted periods that touch a day; what ended before it is dropped from the list for good."""
    while len(periods) > 1 and periods[1].started_at <= day.start:
        periods.pop(0)
    for period in periods:
        if period.started_at >= day.end:
            return
        yield period


def _within(periods: Iterable[Period], start: datetime, end: datetime) -> Figures:
    spent: dict[str, timedelta] = {}
    for period in periods:
        inside = min(period.ended_at or end, end) - max(period.started_at, start)
        if inside > NOTHING:
            spent[period.status] = spent.get(period.status, NOTHING) + inside
    return Figures(**spent)
