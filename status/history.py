"""What the history page shows: all incidents by month, three months a page."""

from dataclasses import dataclass
from datetime import datetime

from incidents.models import Component, Page
from incidents.querysets import IncidentQuerySet

from .reports import Report, reports_of

MONTHS_A_PAGE = 3
MONTH_NAMES = [
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
]


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month of the page's zone, with what began in it, newest first."""

    year: int
    month: int
    reports: tuple[Report, ...]

    @property
    def title(self) -> str:
        """`October 2022`."""
        return f"{MONTH_NAMES[self.month - 1]} {self.year}"


@dataclass(frozen=True, slots=True)
class History:
    """One page of history, the numbers of its neighbours (None: there is none), and each year's with its first page.

    A year's first page is the one that its last month is on; the newest year comes first.
    """

    number: int
    months: tuple[MonthView, ...]
    newer: int | None
    older: int | None
    years: tuple[tuple[int, int], ...]
    component: Component | None
    components: tuple[Component, ...]


def history_of(page: Page, number: int, component: Component | None, at: datetime) -> History:
    """Page `number` (1 is the newest) of a page's history, over one component's incidents if one is given."""
    incidents = _incidents(page, component, at)
    newest = _month_index(at.astimezone(page.zone))
    last = newest - (number - 1) * MONTHS_A_PAGE
    first = last - MONTHS_A_PAGE + 1
    start, end = _month_start(page, first), _month_start(page, last + 1)
    reports = reports_of(incidents.filter(happened_at__gte=start, happened_at__lt=end), at)
    oldest = incidents.values_list("happened_at", flat=True).last() or at
    return History(
        number=number,
        months=tuple(_month(page, index, reports) for index in range(last, first - 1, -1)),
        newer=number - 1 if number > 1 else None,
        older=number + 1 if oldest < start else None,
        years=_years(newest, oldest.astimezone(page.zone).year),
        component=component,
        components=tuple(page.components.living().in_page_order()),
    )


def last_number(page: Page, at: datetime, component: Component | None = None) -> int:
    """The number of the oldest page of history that has anything on it."""
    oldest = _incidents(page, component, at).values_list("happened_at", flat=True).last()
    return max(number_of(page, oldest, at), 1) if oldest else 1


def number_of(page: Page, happened_at: datetime, at: datetime) -> int:
    """The number of the page that tells of an instant; below 1 when it is ahead of every page."""
    months = _month_index(at.astimezone(page.zone)) - _month_index(happened_at.astimezone(page.zone))
    return months // MONTHS_A_PAGE + 1


def _incidents(page: Page, component: Component | None, at: datetime) -> IncidentQuerySet:
    incidents = page.incidents.in_history(at)
    return incidents if component is None else incidents.affecting(component)


def _years(newest: int, oldest: int) -> tuple[tuple[int, int], ...]:
    """Each year from that of the newest month (an index) to the oldest, and the number of its first page."""
    years = range(newest // 12, oldest - 1, -1)
    return tuple((year, max(newest - (year * 12 + 11), 0) // MONTHS_A_PAGE + 1) for year in years)


def _month_index(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _month_start(page: Page, index: int) -> datetime:
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=page.zone)


def _month(page: Page, index: int, reports: list[Report]) -> MonthView:
    own = tuple(report for report in reports if _month_index(report.happened_at.astimezone(page.zone)) == index)
    return MonthView(index // 12, index % 12 + 1, own)
