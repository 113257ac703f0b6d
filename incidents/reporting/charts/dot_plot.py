"""A dot for every incident on a logarithmic axis, and a lane for those that have not ended. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from .log_axis import LEFT, RIGHT, LogAxis, Tick, axis_over

RADIUS = 5
BINS = 64
"""Dots of one bin are stacked. A bin is about as wide as a dot on the width that most screens give."""

HEADROOM = 46
"""Pixels above the dots for the two lines' labels."""

HIGHEST = 150
LANE = 46
LABELS = 24
MOST_DOTS = 200
"""Of more, an even choice by length is drawn, so that the shape is that of all."""

MOST_ARROWS = 64
"""What has not ended stands in one lane, where more would only cover each other."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Dot:
    """Where the thing with this index is drawn."""

    index: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the dots, and on which side of it its label has room."""

    x: float
    anchor: str
    label_x: float


@dataclass(frozen=True, slots=True)
class DotPlot:
    """A whole drawing; `axis_y` is where the axis lies, `lane_y` the middle of the lane of what has not ended."""

    height: int
    axis_y: int
    lane_y: int | None
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    running: tuple[Dot, ...]
    median: Line | None
    p90: Line | None


def dot_plot(known: Sequence[float], running: Sequence[float], *, median: float | None, p90: float | None) -> DotPlot:
    """Lay out durations in seconds, and lower bounds of those that have not ended."""
    axis = axis_over([*known, *running])
    places = list(map(axis.place, known))
    bins = list(map(_bin, places))
    tallest = max(Counter(bins).values(), default=1)
    pitch = min(2.0 * RADIUS + 1, HIGHEST / tallest)
    axis_y = round(HEADROOM + pitch * (tallest - 1) + 2 * RADIUS + 4)
    lane_y = axis_y + LABELS + LANE - 14 if running else None
    return DotPlot(
        height=axis_y + LABELS + (LANE if running else 0),
        axis_y=axis_y,
        lane_y=lane_y,
        ticks=axis.ticks(),
        dots=_stacked(places, bins, axis_y - RADIUS - 3, pitch),
        running=tuple(Dot(index, axis.place(seconds), lane_y or 0) for index, seconds in enumerate(running)),
        median=_line(axis, median),
        p90=_line(axis, p90),
    )


def drawn(things: Sequence[Thing], most: int = MOST_DOTS) -> list[Thing]:
    """All of some things ordered from short to long, or so many evenly, with the shortest and the longest."""
    if len(things) <= most:
        return list(things)
    return [things[place * (len(things) - 1) // (most - 1)] for place in range(most)]


def _stacked(places: Sequence[float], bins: Sequence[int], bottom: float, pitch: float) -> tuple[Dot, ...]:
    heights: Counter[int] = Counter()
    dots = []
    for index, (x, where) in enumerate(zip(places, bins, strict=True)):
        dots.append(Dot(index, x, round(bottom - pitch * heights[where], 1)))
        heights[where] += 1
    return tuple(dots)


def _bin(x: float) -> int:
    return int((x - LEFT) / (RIGHT - LEFT) * BINS)


def _line(axis: LogAxis, seconds: float | None) -> Line | None:
    if seconds is None:
        return None
    x = axis.place(seconds)
    return Line(x, "start", x + 1) if x < (LEFT + RIGHT) / 2 else Line(x, "end", x - 1)
