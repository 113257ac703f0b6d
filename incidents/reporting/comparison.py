"""Whether a median really moved from one period to the next, or whether luck would do as much. Pure and repeatable.

Durations of incidents are few and skewed, so that medians of two equal periods differ by a tenth as often as not. No
change is claimed unless the 95 % bootstrap interval of the ratio of the medians excludes 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import inf
from random import Random

FEWEST = 5
"""Below this many in either period the interval says "changed" far more often than one time in twenty."""

DRAWS = 2000
CONFIDENCE = 0.95
SHORTEST = 1
"""A duration of nought, or below it, counts as one second: a ratio to nought says nothing."""


class Verdict(Enum):
    """What the numbers allow to be said."""

    TOO_FEW = "too_few"
    CANT_TELL = "cant_tell"
    OPEN_COULD_CHANGE_IT = "open_could_change_it"
    SHORTER = "shorter"
    LONGER = "longer"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict with the interval of (median now / median before) that it rests on; None when there are too few."""

    verdict: Verdict
    low: float | None = None
    high: float | None = None


def compare(now: Sequence[int], before: Sequence[int], *, running_now: int = 0, running_before: int = 0) -> Comparison:
    """Compare two periods by their known durations, in order, and the number that have not ended.

    What has not ended is left out of the medians, which makes a period look quicker than it will turn out. So a claim
    must also hold when those of the period that seems quicker are taken to last for ever.
    """
    if min(len(now), len(before)) < FEWEST:
        return Comparison(Verdict.TOO_FEW)
    now, before = list(now), list(before)
    low, high = interval(now, before)
    if high < 1:
        _, worst = interval([*now, *[inf] * running_now], before)
        return Comparison(Verdict.SHORTER if worst < 1 else Verdict.OPEN_COULD_CHANGE_IT, low, high)
    if low > 1:
        worst, _ = interval(now, [*before, *[inf] * running_before])
        return Comparison(Verdict.LONGER if worst > 1 else Verdict.OPEN_COULD_CHANGE_IT, low, high)
    return Comparison(Verdict.CANT_TELL, low, high)


def interval(now: Sequence[float], before: Sequence[float]) -> tuple[float, float]:
    """The 95 % percentile interval of the bootstrapped ratio of medians; both in order, at most one with infinities."""
    ratios = sorted(above / below for above, below in zip(_medians(now, 0), _medians(before, 1), strict=True))
    tail = round(DRAWS * (1 - CONFIDENCE) / 2)
    return ratios[tail], ratios[-1 - tail]


def _medians(ordered: Sequence[float], side: int) -> list[float]:
    return [max((ordered[lower] + ordered[upper]) / 2, SHORTEST) for lower, upper in _middle_places(len(ordered), side)]


@lru_cache(maxsize=512)
def _middle_places(count: int, side: int) -> tuple[tuple[int, int], ...]:
    """Where the one or two middle values of each resample lie among the ordered originals.

    A resample of n draws n places evenly, so its middle place is the middle order statistic of n uniform numbers, which
    is a beta variate, and the next one the least of those that remain above it. One draw instead of n, from the same
    distribution, whatever the durations are.
    """
    chance = Random(f"{count} {side}")
    middle = (count + 1) // 2
    places = []
    for _ in range(DRAWS):
        lower = upper = chance.betavariate(middle, count - middle + 1)
        if count % 2 == 0:
            upper = lower + (1 - lower) * (1 - chance.random() ** (1 / (count - middle)))
        places.append((min(int(lower * count), count - 1), min(int(upper * count), count - 1)))
    return tuple(places)
