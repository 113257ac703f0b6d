"""Figures over many incidents. Pure; durations in seconds, unknown ones left out and counted as such."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rollup:
    """One metric over some incidents: known for `known` of `of`, with the median and the 90th percentile."""

    known: int
    of: int
    median_seconds: float | None
    p90_seconds: float | None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share (0 to 1) of the values lies, with linear interpolation; None of nothing."""
    ordered = sorted(values)
    return interpolated(len(ordered), ordered.__getitem__, share)


def interpolated(count: int, value: Callable[[int], float], share: float) -> float | None:
    """The same of so many values in order, of which only the two beside the place are asked for."""
    if not count:
        return None
    below, beyond = divmod(round(share * 1000) * (count - 1), 1000)
    above = min(below + 1, count - 1)
    return (value(below) * (1000 - beyond) + value(above) * beyond) / 1000


def roll_up(values: Iterable[float | None]) -> Rollup:
    """Summarise one metric; None counts towards `of` only."""
    everything = list(values)
    known = [value for value in everything if value is not None]
    return Rollup(len(known), len(everything), percentile(known, 0.5), percentile(known, 0.9))
