"""The bars on the home page: 90 days of each component, the newest on the right.

Each status has a shape of its own, so that colour is never alone, and all days of one status are one path, so that
ninety bars weigh little. Bars lie 7 units apart and are 5 wide, on a ground 40 high; `public.js` counts on that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from incidents.models import Component, Page
from incidents.severity import OPERATIONAL

from .component_days import Record, records_of
from .uptime import Weights
from .uptime_words import MarkedDay, marked_days, uptime_text, weights_of

DAYS = 90
SPANS = (90, 60, 30)
"""How many of the newest days are shown: on a wide screen, a narrower one and a phone."""

PITCH = 7
WIDTH = 5
NO_DATA = "no_data"

_LINES = {OPERATIONAL: 26, NO_DATA: 38}
_SHAPES = {
    "under_maintenance": "12h5v11h-5zm0 16h5v12h-5z",
    "degraded_performance": "3h5v5h-5zm0 9h5v28h-5z",
    "partial_outage": "10l2.5-9 2.5 9v30h-5z",
    "major_outage": "0h5v40h-5z",
}


@dataclass(frozen=True, slots=True)
class Span:
    """The uptime of the newest days; empty text: no data."""

    days: int
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """One component's bars; `known_from` counts the bars without data on their left."""

    today: date
    known_from: int
    paths: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    days: tuple[MarkedDay, ...]

    @property
    def summary(self) -> str:
        """The bars in one sentence, for those who can't see them."""
        text = self.spans[0].text
        if not text:
            return "No data yet."
        trouble = f"trouble or maintenance on {len(self.days)} of them" if self.days else "no trouble"
        return f"{text} uptime over {self.spans[0].days} days, {trouble}."


def bars_of(page: Page, components: Sequence[Component], at: datetime) -> dict[int, Bars]:
    """The bars of some components of a page, by primary key, in a number of queries that doesn't grow with them."""
    if not components:
        return {}
    today = at.astimezone(page.zone).date()
    dates = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    records = records_of(page, components, dates[0], today, at)
    return {pk: _bars(record, dates, weights_of(page)) for pk, record in records.items()}


def _bars(record: Record, dates: Sequence[date], weights: Weights) -> Bars:
    states = [record.figures[day].worst if day in record.figures else NO_DATA for day in dates]
    return Bars(
        today=dates[-1],
        known_from=next((index for index, state in enumerate(states) if state != NO_DATA), len(dates)),
        paths=paths_of(states),
        spans=tuple(
            Span(days, uptime_text((record.figures[day] for day in dates[-days:] if day in record.figures), weights))
            for days in SPANS
        ),
        days=marked_days(record, dates[-1]),
    )


def paths_of(states: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The path of each status among the bars. Days of health or without data are dashed lines, one for each run."""
    paths: dict[str, list[str]] = {}
    for state, run in groupby(range(len(states)), key=lambda index: states[index]):
        paths.setdefault(state, []).append(_path(state, list(run)))
    return tuple((state, "".join(parts)) for state, parts in paths.items())


def _path(state: str, run: Iterable[int]) -> str:
    first, *rest = run
    if state in _LINES:
        return f"M{first * PITCH} {_LINES[state]}h{len(rest) * PITCH + WIDTH}"
    return "".join(f"M{index * PITCH} {_SHAPES[state]}" for index in (first, *rest))
