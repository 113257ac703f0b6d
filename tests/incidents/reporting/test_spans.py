"""Stretches of days, and the stretch before each."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from incidents.reporting.spans import PRESETS, Span, months_between, preceding, preset

TODAY = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("30d", Span(date(2024, 1, 31), date(2024, 3, 1))),
        ("90d", Span(date(2023, 12, 2), date(2024, 3, 1))),
        ("12m", Span(date(2023, 3, 1), date(2024, 3, 1))),
        ("month", Span(date(2024, 2, 1), date(2024, 3, 1))),
        ("last-month", Span(date(2024, 1, 1), date(2024, 2, 1))),
        ("year", Span(date(2024, 1, 1), date(2025, 1, 1))),
        ("all", Span()),
    ],
)
def test_presets(name, expected):
    assert preset(name, TODAY) == expected
    assert name in PRESETS


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(date(2024, 1, 1), date(2024, 2, 1)), Span(date(2023, 12, 1), date(2024, 1, 1))),
        (Span(date(2024, 1, 1), date(2025, 1, 1)), Span(date(2023, 1, 1), date(2024, 1, 1))),
        (Span(date(2024, 3, 2), date(2024, 3, 12)), Span(date(2024, 2, 21), date(2024, 3, 2))),
        (Span(), None),
        (Span(None, date(2024, 1, 1)), None),
    ],
)
def test_the_stretch_before_is_as_long(span, expected):
    assert preceding(span) == expected


def test_days_are_those_of_the_zone():
    since, until = Span(date(2026, 3, 29), date(2026, 3, 30)).instants(ZoneInfo("Europe/Berlin"))

    assert until - since == 23 * 3600


def test_words_name_the_last_day():
    assert Span(date(2024, 1, 1), date(2024, 2, 1)).words == "Jan 01, 2024 to Jan 31, 2024"
    assert Span(date(2024, 1, 1), date(2024, 1, 2)).words == "Jan 01, 2024"
    assert Span().words == "at any time"


def test_months_between_go_over_the_year():
    assert list(months_between(date(2023, 11, 30), date(2024, 1, 1))) == [
        date(2023, 11, 1),
        date(2023, 12, 1),
        date(2024, 1, 1),
    ]
