"""Merging claims, held against a second-by-second look."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.periods import Claim, merge
from incidents.severity import FROM_WELL_TO_WORST, worst

T = datetime(2026, 1, 1, tzinfo=UTC)
END = 40


def at(second: int) -> datetime:
    return T + timedelta(seconds=second)


@st.composite
def claims(draw):
    start = draw(st.integers(-10, END))
    length = draw(st.one_of(st.none(), st.integers(1, 60)))
    status = draw(st.sampled_from(FROM_WELL_TO_WORST[1:]))
    return Claim(status, at(start), None if length is None else at(start + length), draw(st.integers(1, 3)))


@given(st.lists(claims(), max_size=8))
def test_log_is_the_worst_claim_at_each_instant(made):
    log = merge(made, T, at(END))

    for second in range(END + 1):
        holding = [p for p in log if p.started_at <= at(second) and (p.ended_at is None or at(second) < p.ended_at)]
        claimed = [
            c.status for c in made if c.started_at <= at(second) and (c.ended_at is None or at(second) < c.ended_at)
        ]
        assert len(holding) == 1
        assert holding[0].status == worst(claimed)


@given(st.lists(claims(), max_size=8))
def test_log_is_contiguous_and_joined(made):
    log = merge(made, T, at(END))

    assert log[0].started_at == T
    assert log[-1].ended_at is None
    for before, after in zip(log, log[1:], strict=False):
        assert before.ended_at == after.started_at
        assert (before.status, before.cause) != (after.status, after.cause)


def test_nothing_claimed_is_operational():
    ((only),) = merge([], T, at(END))

    assert (only.status, only.cause) == ("operational", None)
