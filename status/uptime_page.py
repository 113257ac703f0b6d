"""`/uptime`: month by month, each component's days and the incidents behind them."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from incidents.models import Component, Page

from .component_days import Record, births_of, records_of, with_uptime
from .document import Document
from .history import MONTH_NAMES
from .rendering import html_document
from .uptime_words import MarkedDay, marked_days, rule_of, uptime_text, weights_of

MONTHS_A_PAGE = 3


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One square of a calendar: clean, marked, without data, or still ahead."""

    date: date
    kind: str
    marked: MarkedDay | None = None


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """One month of one component. Without text there is no data at all; squares of other months are None."""

    title: str
    text: str
    weeks: tuple[tuple[CalendarDay | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ComponentMonths:
    """One component's months, oldest first, and their days that weren't clean, newest first."""

    code: str
    name: str
    months: tuple[CalendarMonth, ...]
    days: tuple[MarkedDay, ...]

    @property
    def has_data(self) -> bool:
        """Whether it existed in any of the months."""
        return any(month.text for month in self.months)


@dataclass(frozen=True, slots=True)
class UptimePage:
    """One page of three months, and the numbers of its neighbours (None: there is none)."""

    number: int
    title: str
    rule: str
    components: tuple[ComponentMonths, ...]
    newer: int | None
    older: int | None


def uptime_document(page: Page, number: int, at: datetime) -> Document:
    """`/uptime?page=N`: three months of every component that shows its uptime; 1 is the newest."""
    context = {"uptime": uptime_page_of(page, number, at)}
    return html_document(f"/uptime?page={number}", page, "status/uptime.html", context, page.updated_at)


def last_uptime_number(page: Page, at: datetime) -> int:
    """The number of the oldest page of uptime that has any data."""
    births = births_of(page, with_uptime(page)).values()
    if not births:
        return 1
    oldest = min(births).astimezone(page.zone)
    return max(_month_index(at.astimezone(page.zone)) - _month_index(oldest), 0) // MONTHS_A_PAGE + 1


def uptime_page_of(page: Page, number: int, at: datetime) -> UptimePage:
    """What page `number` shows, from a bounded number of queries."""
    today = at.astimezone(page.zone).date()
    last = _month_index(today) - (number - 1) * MONTHS_A_PAGE
    months = range(last - MONTHS_A_PAGE + 1, last + 1)
    components = with_uptime(page)
    first_day, last_day = _first_of(months[0]), _first_of(last + 1) - timedelta(days=1)
    records = records_of(page, components, first_day, last_day, at)
    has_older = any(record.born.astimezone(page.zone).date() < first_day for record in records.values())
    return UptimePage(
        number=number,
        title=f"{_title(months[0])} to {_title(last)}",
        rule=rule_of(page),
        components=tuple(_component(page, component, records[component.pk], months, today) for component in components),
        newer=number - 1 if number > 1 else None,
        older=number + 1 if has_older else None,
    )


def _component(page: Page, component: Component, record: Record, months: range, today: date) -> ComponentMonths:
    marked = marked_days(record, today)
    by_date = {day.date: day for day in marked}
    return ComponentMonths(
        code=component.code,
        name=component.full_name,
        months=tuple(_month(page, index, record, by_date, today) for index in months),
        days=marked,
    )


def _month(page: Page, index: int, record: Record, marked: dict[date, MarkedDay], today: date) -> CalendarMonth:
    year, month = index // 12, index % 12 + 1
    own = [figures for day, figures in record.figures.items() if (day.year, day.month) == (year, month)]

    def square(day: date) -> CalendarDay | None:
        if day.month != month:
            return None
        if day > today:
            return CalendarDay(day, "ahead")
        if day not in record.figures:
            return CalendarDay(day, "no_data")
        return CalendarDay(day, record.figures[day].worst, marked.get(day))

    weeks = Calendar().monthdatescalendar(year, month)
    return CalendarMonth(
        title=_title(index),
        text=uptime_text(own, weights_of(page)),
        weeks=tuple(tuple(square(day) for day in week) for week in weeks),
    )


def _title(index: int) -> str:
    return f"{MONTH_NAMES[index % 12]} {index // 12}"


def _month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)
