"""Uptime arithmetic: worked values, calendar edges, and what holds for any claims."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.periods import Claim
from incidents.severity import FROM_WELL_TO_WORST, worst
from status.uptime import (
    Figures,
    Weights,
    born_at,
    days_between,
    downtime,
    figures_by_day,
    percentage,
    share_up,
    total,
)

BERLIN = ZoneInfo("Europe/Berlin")
WEIGHTS = Weights()
LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
MUCH_LATER = datetime(2030, 1, 1, tzinfo=UTC)
IMPACT = (datetime(2022, 10, 4, 7, 17, tzinfo=UTC), datetime(2022, 10, 4, 8, 12, tzinfo=UTC))


def claim(status, start, end):
    return Claim(status, start, end, 1)


def uptime_of(claims, first, last, *, zone=UTC, born=LONG_AGO, until=MUCH_LATER, weights=WEIGHTS, decimals=4):
    figures = figures_by_day(claims, days_between(first, last, zone), born, until)
    return percentage(total(figures.values()), weights, decimals)


@pytest.mark.parametrize(
    ("status", "first", "last", "expected"),
    [
        ("major_outage", date(2022, 10, 4), date(2022, 10, 4), "96.1805"),
        ("major_outage", date(2022, 10, 1), date(2022, 10, 31), "99.8767"),
        ("major_outage", date(2022, 7, 7), date(2022, 10, 4), "99.9575"),
        ("partial_outage", date(2022, 10, 1), date(2022, 10, 31), "99.9630"),
        ("partial_outage", date(2022, 7, 7), date(2022, 10, 4), "99.9872"),
        ("degraded_performance", date(2022, 10, 4), date(2022, 10, 4), "100.0000"),
        ("under_maintenance", date(2022, 10, 4), date(2022, 10, 4), "100.0000"),
    ],
)
def test_reference_incident(status, first, last, expected):
    assert uptime_of([claim(status, *IMPACT)], first, last) == Decimal(expected)


def test_weights_are_the_pages():
    weights = Weights.of(Decimal("0.5"), Decimal("0.1"))
    figures = Figures(
        operational=timedelta(hours=21), partial_outage=timedelta(hours=2), degraded_performance=timedelta(hours=1)
    )

    assert downtime(figures, weights) == 3600 + 360
    assert downtime(figures, WEIGHTS) == 2160


def test_overlapping_outages_count_once_by_the_worst():
    hour = [datetime(2022, 10, 4, hour, tzinfo=UTC) for hour in range(5)]
    claims = [
        claim("partial_outage", hour[0], hour[3]),
        claim("major_outage", hour[1], hour[2]),
        claim("major_outage", hour[1], hour[2]),
        claim("under_maintenance", hour[2], hour[4]),
    ]

    figures = figures_by_day(claims, days_between(hour[0].date(), hour[0].date(), UTC), LONG_AGO, MUCH_LATER)

    assert figures == {
        hour[0].date(): Figures(
            operational=timedelta(hours=20),
            under_maintenance=timedelta(hours=1),
            partial_outage=timedelta(hours=2),
            major_outage=timedelta(hours=1),
        )
    }


def test_outage_during_maintenance_is_an_outage():
    day = datetime(2022, 10, 4, tzinfo=UTC)
    claims = [
        claim("under_maintenance", day, day + timedelta(hours=12)),
        claim("major_outage", day, day + timedelta(hours=6)),
    ]

    assert uptime_of(claims, day.date(), day.date()) == Decimal("75")


@pytest.mark.parametrize(
    ("day", "zone", "seconds"),
    [
        (date(2026, 3, 29), "Europe/Berlin", 82_800),
        (date(2026, 10, 25), "Europe/Berlin", 90_000),
        (date(2026, 6, 1), "Europe/Berlin", 86_400),
        (date(2018, 11, 4), "America/Sao_Paulo", 82_800),  # midnight itself was skipped
        (date(2018, 2, 17), "America/Sao_Paulo", 90_000),
        (date(2026, 11, 1), "America/Havana", 90_000),  # midnight came twice
        (date(2011, 12, 30), "Pacific/Apia", 0),  # the whole day was skipped
        (date(2026, 4, 5), "Australia/Lord_Howe", 88_200),
    ],
)
def test_days_last_as_long_as_they_really_do(day, zone, seconds):
    (only,) = days_between(day, day, ZoneInfo(zone))

    assert only.length == timedelta(seconds=seconds)
    (figures,) = figures_by_day([], [only], datetime(2000, 1, 1, tzinfo=UTC), MUCH_LATER).values() or [Figures()]
    assert figures.observed == timedelta(seconds=seconds)


def test_hour_down_weighs_more_on_a_short_day():
    night = datetime(2026, 3, 29, tzinfo=UTC)
    outage = [claim("major_outage", night, night + timedelta(hours=1))]

    assert uptime_of(outage, night.date(), night.date(), zone=BERLIN) == Decimal("95.6521")
    assert uptime_of(outage, night.date(), night.date()) == Decimal("95.8333")


def test_no_data_before_it_existed_and_none_of_the_future():
    born, now = datetime(2026, 5, 2, 18, tzinfo=UTC), datetime(2026, 5, 4, 6, tzinfo=UTC)
    outage = [claim("major_outage", now - timedelta(hours=3), None)]

    figures = figures_by_day(outage, days_between(date(2026, 5, 1), date(2026, 5, 5), UTC), born, now)

    assert {day.day: found.observed for day, found in figures.items()} == {
        2: timedelta(hours=6),
        3: timedelta(hours=24),
        4: timedelta(hours=6),
    }
    assert figures[date(2026, 5, 4)].major_outage == timedelta(hours=3)
    assert percentage(Figures(), WEIGHTS) is None
    assert share_up(Figures(), WEIGHTS) is None
    assert uptime_of([], date(2021, 1, 1), date(2021, 2, 1)) is None
    assert figures_by_day([], (), born, now) == {}


@pytest.mark.parametrize(
    ("start_date", "first_claimed_at", "expected"),
    [
        (None, None, datetime(2026, 5, 2, 18, tzinfo=UTC)),
        (None, datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 5, 2, 18, tzinfo=UTC)),
        (None, datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)),
        (date(2026, 5, 2), datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, 22, tzinfo=UTC)),
        (date(2026, 6, 1), None, datetime(2026, 5, 31, 22, tzinfo=UTC)),
    ],
)
def test_born(start_date, first_claimed_at, expected):
    created = datetime(2026, 5, 2, 18, tzinfo=UTC)

    assert born_at(start_date, created, first_claimed_at, BERLIN) == expected


@pytest.mark.parametrize(("decimals", "expected"), [(2, "99.99"), (4, "99.9999")])
def test_smallest_outage_never_reads_100(decimals, expected):
    figures = Figures(operational=timedelta(days=90), major_outage=timedelta(microseconds=1))

    assert str(percentage(figures, WEIGHTS, decimals)) == expected
    assert percentage(Figures(operational=timedelta(days=90)), WEIGHTS, decimals) == 100


def test_worst_and_troubles():
    figures = Figures(operational=timedelta(1), degraded_performance=timedelta(2), major_outage=timedelta(3))

    assert figures.troubles == (("major_outage", timedelta(3)), ("degraded_performance", timedelta(2)))
    assert (figures.worst, figures.is_clean) == ("major_outage", False)
    assert (Figures().worst, Figures(operational=timedelta(1)).is_clean) == ("operational", True)


T = datetime(2026, 3, 28, 12, tzinfo=UTC)
HOURS = 72
AMONG = st.fractions(0, 1, max_denominator=100)


def hour_of(number):
    return T + timedelta(hours=number)


@st.composite
def some_claims(draw):
    start = draw(st.integers(-10, HOURS))
    length = draw(st.one_of(st.none(), st.integers(1, 40)))
    status = draw(st.sampled_from(FROM_WELL_TO_WORST[1:]))
    return claim(status, hour_of(start), None if length is None else hour_of(start + length))


@given(st.lists(some_claims(), max_size=6), st.builds(Weights, AMONG, AMONG), st.integers(0, HOURS))
def test_uptime_and_downtime_make_up_the_whole(claims, weights, born):
    days = days_between(date(2026, 3, 28), date(2026, 3, 31), BERLIN)
    figures = total(figures_by_day(claims, days, hour_of(born), hour_of(HOURS)).values())

    expected = min(days[-1].end, hour_of(HOURS)) - max(days[0].start, hour_of(born))
    assert figures.observed == max(expected, timedelta())
    share = share_up(figures, weights)
    if share is not None:
        window = Fraction(int(figures.observed.total_seconds()))
        assert share * window + downtime(figures, weights) == window
        assert 0 <= share <= 1
        assert percentage(figures, weights, 4) <= share * 100


@given(st.lists(some_claims(), max_size=6))
def test_each_hour_counts_once_as_its_worst(claims):
    days = days_between(date(2026, 3, 28), date(2026, 3, 31), BERLIN)
    counted = total(figures_by_day(claims, days, T, hour_of(HOURS)).values())

    said = [
        worst(claim.status for claim in claims if claim.started_at <= hour and (claim.ended_at or MUCH_LATER) > hour)
        for hour in (hour_of(number) for number in range(HOURS))
    ]
    assert {status: getattr(counted, status) for status in FROM_WELL_TO_WORST} == {
        status: timedelta(hours=said.count(status)) for status in FROM_WELL_TO_WORST
    }


@given(st.lists(some_claims(), max_size=6), st.integers(0, 3))
def test_splitting_a_window_adds_up(claims, cut):
    days = days_between(date(2026, 3, 28), date(2026, 4, 1), BERLIN)

    whole = figures_by_day(claims, days, T, hour_of(HOURS))
    parts = [figures_by_day(claims, part, T, hour_of(HOURS)) for part in (days[:cut], days[cut:])]

    assert parts[0] | parts[1] == whole
