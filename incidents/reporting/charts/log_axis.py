"""A logarithmic axis of durations. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from incidents.durations import in_words

MINUTE, HOUR, DAY = 60, 3_600, 86_400
STEPS = (
    *(1, 2, 5, 10, 30),
    *(MINUTE * step for step in (1, 2, 5, 15, 30)),
    *(HOUR * step for step in (1, 2, 4, 12)),
    *(DAY * step for step in (1, 2, 7, 14, 30, 90, 365, 1_000, 3_650, 10_000, 36_500)),
)
"""Where an axis may begin, end and bear a label, in seconds."""

LEFT, RIGHT = 5.0, 95.0
LEFT_BESIDE_NOUGHT = 16.0
BETWEEN_LABELS = 15.0
"""Per cent of the width, which on a phone is as much as the widest label needs."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place."""

    x: float
    label: str


@dataclass(frozen=True)
class LogAxis:
    """From `first` to `last` seconds; what is at or below nought has a place of its own at the left."""

    first: float
    last: float
    has_nought: bool

    def place(self, seconds: float) -> float:
        """Where a duration lies, in per cent of the width."""
        if seconds < 1 and self.has_nought:
            return LEFT
        if seconds <= self.first:
            return self._left
        return min(round(self._left + log(seconds / self.first) * self._per_log, 2), RIGHT)

    @cached_property
    def _left(self) -> float:
        return LEFT_BESIDE_NOUGHT if self.has_nought else LEFT

    @cached_property
    def _per_log(self) -> float:
        return (RIGHT - self._left) / log(self.last / self.first)

    def ticks(self) -> tuple[Tick, ...]:
        """Round durations, the ends among them, as many as fit."""
        inside = [step for step in STEPS if self.first <= step <= self.last]
        found = [Tick(LEFT, "0")] if self.has_nought else []
        end = Tick(self.place(self.last), in_words(self.last))
        for step in inside[:-1]:
            x = self.place(step)
            if (not found or x - found[-1].x >= BETWEEN_LABELS) and end.x - x >= BETWEEN_LABELS:
                found.append(Tick(x, in_words(step)))
        return (*found, end)


def axis_over(seconds: Sequence[float]) -> LogAxis:
    """The axis that some durations fit on, between two of STEPS."""
    above = [value for value in seconds if value >= 1]
    least, most = min(above, default=MINUTE), max(above, default=HOUR)
    first = max((step for step in STEPS if step <= least), default=STEPS[0])
    last = min((step for step in STEPS if step >= most and step > first), default=max(most, first * 2))
    return LogAxis(first, last, has_nought=len(above) < len(seconds))
