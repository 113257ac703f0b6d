"""No change is claimed that luck would explain, and a large real one is found."""

import statistics
from itertools import product
from random import Random

import pytest

from incidents.reporting.comparison import FEWEST, Verdict, _middle_places, compare, interval

CLAIMS = (Verdict.SHORTER, Verdict.LONGER)
TRIALS = 400


def durations(chance, count, *, times=1.0):
    """Durations as incidents have them: log-normal, with a spread of 1.2 (PRACTICE A2)."""
    return sorted(max(1, int(times * chance.lognormvariate(7, 1.2))) for _ in range(count))


@pytest.mark.parametrize(("now", "before"), [(5, 5), (10, 10), (10, 40), (60, 61)])
def test_claims_a_change_where_there_is_none_about_one_time_in_twenty(now, before):
    chance = Random(2022)

    claims = sum(compare(durations(chance, now), durations(chance, before)).verdict in CLAIMS for _ in range(TRIALS))

    assert 0.01 <= claims / TRIALS <= 0.07


def test_finds_a_large_real_change_and_its_direction():
    chance = Random(7)
    verdicts = [compare(durations(chance, 60, times=0.3), durations(chance, 60)).verdict for _ in range(50)]
    slower = compare(durations(chance, 60, times=4), durations(chance, 60)).verdict

    assert verdicts.count(Verdict.SHORTER) >= 45
    assert Verdict.LONGER not in verdicts
    assert slower == Verdict.LONGER


def test_says_the_same_each_time():
    chance = Random(1)
    now, before = durations(chance, 31), durations(chance, 24)

    first = compare(now, before)
    _middle_places.cache_clear()

    assert compare(now, before) == first


@pytest.mark.parametrize(("now", "before"), [(FEWEST - 1, 100), (100, FEWEST - 1), (0, 0)])
def test_too_few_are_not_compared(now, before):
    found = compare(list(range(1, now + 1)), list(range(1000, 1000 + before)))

    assert (found.verdict, found.low, found.high) == (Verdict.TOO_FEW, None, None)


def test_what_has_not_ended_can_take_a_claim_back():
    before, now = [6000 + i for i in range(10)], [600 + i for i in range(10)]

    assert compare(now, before).verdict == Verdict.SHORTER
    assert compare(now, before, running_now=1).verdict == Verdict.SHORTER
    assert compare(now, before, running_now=15).verdict == Verdict.OPEN_COULD_CHANGE_IT
    assert compare(before, now, running_before=15).verdict == Verdict.OPEN_COULD_CHANGE_IT
    assert compare(before, now, running_now=15).verdict == Verdict.LONGER


def test_equal_periods_and_noughts_are_no_change():
    assert compare([0] * 9, [0] * 9).verdict == Verdict.CANT_TELL
    assert compare([60] * 9, [60] * 9) == compare([60] * 9, [60] * 9)
    low, high = interval([60] * 9, [60] * 9)
    assert (low, high) == (1, 1)


@pytest.mark.parametrize("count", [3, 4])
def test_middle_places_are_distributed_as_those_of_real_resamples(count):
    """Against every resample that there is: n to the n of them."""
    everything = [sorted(places) for places in product(range(count), repeat=count)]
    expected = statistics.fmean((s[(count - 1) // 2] + s[count // 2]) / 2 for s in everything)
    spread = statistics.pstdev((s[(count - 1) // 2] + s[count // 2]) / 2 for s in everything)
    drawn = [(low + high) / 2 for low, high in _middle_places(count, 0)]

    assert statistics.fmean(drawn) == pytest.approx(expected, abs=4 * spread / len(drawn) ** 0.5)
    assert statistics.pstdev(drawn) == pytest.approx(spread, rel=0.08)
