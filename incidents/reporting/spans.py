"""Stretches of days that figures are asked for, and the stretch before each. Pure; days are the page's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from incidents.instants import MONTHS

FULL_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PRESETS = {
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "12m": "Last 12 months",
    "month": "This month",
    "last-month": "Last month",
    "year": "This year",
    "all": "All",
}
DEFAULT = "90d"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to before `until`; None: without bound."""

    since: date | None = None
    until: date | None = None

    def instants(self, zone: tzinfo) -> tuple[int | None, int | None]:
        """Its two midnights in a zone, in seconds since 1970."""
        return _midnight(self.since, zone), _midnight(self.until, zone)

    @property
    def words(self) -> str:
        """`Oct 01, 2026 to Oct 31, 2026`, with its last day; what began or ended in it did so "at any time" of all."""
        if not self.since and not self.until:
            return "at any time"
        first = _day(self.since) if self.since else "the beginning"
        last = _day(self.until - timedelta(days=1)) if self.until else "today"
        return first if first == last else f"{first} to {last}"


def preset(name: str, today: date) -> Span:
    """One of PRESETS, as it is on a day. Raises KeyError for another name."""
    tomorrow = today + timedelta(days=1)
    first = today.replace(day=1)
    return {
        "30d": lambda: Span(tomorrow - timedelta(days=30), tomorrow),
        "90d": lambda: Span(tomorrow - timedelta(days=90), tomorrow),
        "12m": lambda: Span(months_later(first, -11), months_later(first, 1)),
        "month": lambda: Span(first, months_later(first, 1)),
        "last-month": lambda: Span(months_later(first, -1), first),
        "year": lambda: Span(date(today.year, 1, 1), date(today.year + 1, 1, 1)),
        "all": lambda: Span(),
    }[name]()


def preceding(span: Span) -> Span | None:
    """The stretch before, as long: in months where it is whole months, else in days. None of one without beginning."""
    if span.since is None or span.until is None:
        return None
    if span.since.day == span.until.day == 1:
        count = (span.until.year - span.since.year) * 12 + span.until.month - span.since.month
        return Span(months_later(span.since, -count), span.since)
    return Span(span.since - (span.until - span.since), span.since)


def months_later(first: date, count: int) -> date:
    """The first of the month so many months after (before) another first of a month."""
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: date, last: date) -> Iterator[date]:
    """The firsts of all months from one day's to another's, both included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = months_later(month, 1)


def month_words(month: date) -> str:
    """`October 2026`."""
    return f"{FULL_MONTHS[month.month - 1]} {month.year}"


def _day(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day:02}, {day.year}"


def _midnight(day: date | None, zone: tzinfo) -> int | None:
    return None if day is None else int(datetime.combine(day, time(), tzinfo=zone).timestamp())
