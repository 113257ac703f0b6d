"""Uptime as readers see it: percentages, the rule behind them, and the days that weren't clean."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from incidents.choices import ComponentStatus
from incidents.durations import in_words
from incidents.models import Page

from .component_days import Record, ReportLink
from .uptime import Figures, Weights, percentage, total

DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Trouble:
    """One status on a day and how long it lasted: `Major outage, 55 min`."""

    status: str
    label: str


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day that wasn't clean: what happened, worst first, and the reports behind it."""

    date: date
    status: str
    troubles: tuple[Trouble, ...]
    reports: tuple[ReportLink, ...]
    is_over: bool

    @property
    def words(self) -> str:
        """What happened in one line."""
        return "; ".join(trouble.label for trouble in self.troubles)


def weights_of(page: Page) -> Weights:
    """How much each status counts as downtime on a page."""
    return Weights.of(page.partial_outage_weight, page.degraded_weight)


def rule_of(page: Page) -> str:
    """The weights in words, as they are printed wherever uptime is shown."""
    return (
        f"A major outage counts in full as downtime, a partial outage {_share(page.partial_outage_weight)}, "
        f"degraded performance {_share(page.degraded_weight)}, and maintenance not at all."
    )


def uptime_text(figures: Iterable[Figures], weights: Weights) -> str:
    """`99.95 %`, rounded down, `100 %` only when there was no downtime; empty without data."""
    found = percentage(total(figures), weights, DECIMALS)
    if found is None:
        return ""
    return "100 %" if found == 100 else f"{found} %"


def marked_days(record: Record, today: date) -> tuple[MarkedDay, ...]:
    """The days that weren't clean, newest first."""
    return tuple(
        MarkedDay(
            date=day,
            status=figures.worst,
            troubles=tuple(
                Trouble(status, f"{ComponentStatus(status).label}, {in_words(duration)}")
                for status, duration in figures.troubles
            ),
            reports=record.reports.get(day, ()),
            is_over=day < today,
        )
        for day, figures in reversed(record.figures.items())
        if not figures.is_clean
    )


def _share(weight: Decimal) -> str:
    if weight in (0, 1):
        return "not at all" if not weight else "in full"
    return f"by {weight * 100:.0f} %"
