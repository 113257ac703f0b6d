"""One measure of a page of figures: what it says, in sentences, and its drawing. Pure."""

from dataclasses import dataclass
from functools import cached_property

from .charts.dot_plot import MOST_ARROWS, Dot, DotPlot, dot_plot, drawn
from .comparison import Comparison
from .measures import Measure
from .packed import Durations, Timed
from .sentences import coverage, left_out, trend, why_no_p90
from .summaries import Line, Summary

FIRST_LINES = 10
DOTS_AMONG_OTHERS = 100
"""Of a measure beside others; a page of its own has room for more."""


@dataclass(frozen=True)
class MeasureView:
    """One measure: its figures, what they say, and a drawing of so many dots, made when it is asked for."""

    summary: Summary
    before: Summary | None
    comparison: Comparison | None
    most_dots: int = DOTS_AMONG_OTHERS

    @property
    def measure(self) -> Measure:
        """Which one."""
        return self.summary.measure

    @property
    def coverage(self) -> str:
        """For how many incidents it is known."""
        return coverage(self.summary)

    @property
    def notes(self) -> list[str]:
        """What the figures don't count."""
        return left_out(self.summary)

    @property
    def why_no_p90(self) -> str:
        """Why there is no 90th percentile, if there is none."""
        return why_no_p90(self.summary)

    @property
    def trend(self) -> str:
        """What became of it since the span before; empty where there is none."""
        return trend(self.summary, self.before, self.comparison) if self.before and self.comparison else ""

    @property
    def lane_words(self) -> str:
        """What the lane of those that have not ended says."""
        return "None yet, after at least:" if self.measure.key == "time_to_postmortem" else "Still open, at least:"

    @property
    def first_lines(self) -> list[Line]:
        """The first of the incidents behind it."""
        return self.summary.lines()[:FIRST_LINES]

    @cached_property
    def plot(self) -> DotPlot:
        """Where everything is drawn."""
        known, running = self._drawn
        return dot_plot(
            [timed.seconds for timed in known],
            [timed.seconds for timed in running],
            median=self.summary.median,
            p90=self.summary.p90,
        )

    @property
    def dots(self) -> list[tuple[Dot, Timed]]:
        """Each incident that is drawn as a dot."""
        return list(zip(self.plot.dots, self._drawn[0], strict=True))

    @property
    def running(self) -> list[tuple[Dot, Timed]]:
        """Each that has not ended and is drawn as an arrow."""
        return list(zip(self.plot.running, self._drawn[1], strict=True))

    @property
    def is_thinned(self) -> bool:
        """Whether not every incident is drawn."""
        return any(len(some) < len(every) for some, every in zip(self._drawn, self._all, strict=True))

    @property
    def what_is_drawn(self) -> str:
        """`100 of 3,012`, and apart from it how many of what has no end."""
        found = zip(self._drawn, self._all, ("", " without an end"), strict=True)
        return " and ".join(f"{len(some):,} of {len(every):,}{which}" for some, every, which in found if every)

    @cached_property
    def _drawn(self) -> tuple[list[Timed], list[Timed]]:
        known, running = self._all
        return drawn(known, self.most_dots), drawn(running, MOST_ARROWS)

    @property
    def _all(self) -> tuple[Durations, Durations]:
        return self.summary.known, self.summary.running
