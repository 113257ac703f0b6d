"""Figures over many incidents. Pure; durations in seconds, unknown ones left out and counted as such."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .metrics import Metrics


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
    if not ordered:
        return None
    below, beyond = divmod(round(share * 1000) * (len(ordered) - 1), 1000)
    above = min(below + 1, len(ordered) - 1)
    return (ordered[below] * (1000 - beyond) + ordered[above] * beyond) / 1000


def roll_up(values: Iterable[float | None]) -> Rollup:
    """Summarise one metric; None counts towards `of` only."""
    everything = list(values)
    known = [value for value in everything if value is not None]
    return Rollup(len(known), len(everything), percentile(known, 0.5), percentile(known, 0.9))


def detection_times(metrics: Iterable[Metrics]) -> list[int | None]:
    """TTD for a roll-up: a detection before the impact is kept with its incident but is no time to detect."""
    return [None if each.detected_before_impact else each.ttd_seconds for each in metrics]
