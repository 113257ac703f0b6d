"""Components' days: worked out from what is claimed of them, kept once over, and forgotten when the past changes.

Figures follow from claims alone, so they are right even where no worker has recorded that a maintenance began or ended.
Stored days only save work: reading never writes (a page is published from a snapshot), and works out what isn't stored.
A stored day is true because `forget` drops every day that a change can have touched; a row that covers another span
than the day now has (the component turned out to be older, a zone's rules changed) is passed over until it is replaced.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Min

from incidents.models import Component, Page, StatusClaim
from incidents.periods import Claim

from .models import ComponentDay
from .models.component_day import TROUBLES
from .uptime import NOTHING, Day, Figures, born_at, days_between, figures_by_day

MICROSECOND = timedelta(microseconds=1)

DAYS_AT_ONCE = 31
"""Days that are stored in one transaction, during which changes of the page wait."""


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A report by name and path."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one component over some days; a day without data is in neither mapping."""

    born: datetime
    figures: dict[date, Figures]
    reports: dict[date, tuple[ReportLink, ...]]


@dataclass(frozen=True, slots=True)
class _Source:
    """One claim with the report behind it, if there is one."""

    claim: Claim
    report: ReportLink | None


@dataclass(frozen=True, slots=True)
class _Findings:
    """The figures of each component, and those days of them that are over and not stored yet."""

    births: dict[int, datetime]
    sources: dict[int, list[_Source]]
    figures: dict[int, dict[date, Figures]]
    unstored: dict[int, list[date]]


def records_of(page: Page, components: Sequence[Component], first: date, last: date, at: datetime) -> dict[int, Record]:
    """What is known at `at` of some components of a page from `first` to `last`, by primary key, in three queries."""
    days = days_between(first, min(last, at.astimezone(page.zone).date()), page.zone)
    found = _find(page, components, days, at)
    return {
        pk: Record(found.births[pk], found.figures[pk], _reports_by_day(found.sources[pk], found.figures[pk], page, at))
        for pk in found.births
    }


def births_of(page: Page, components: Iterable[Component]) -> dict[int, datetime]:
    """From when on there is data of each component, in one query."""
    components = list(components)
    earlier = dict(
        StatusClaim.objects.filter(component__in=components, started_at__lt=F("component__created_at"))
        .effective()
        .values_list("component_id")
        .annotate(first=Min("started_at"))
        .order_by()
    )
    return {
        component.pk: born_at(component.start_date, component.created_at, earlier.get(component.pk), page.zone)
        for component in components
    }


def with_uptime(page: Page) -> list[Component]:
    """The living components that show their uptime, in page order."""
    return list(page.components.living().filter(showcase=True).in_page_order())


def store_all_days(page: Page, at: datetime) -> int:
    """Store whatever day of a page's components is over and isn't stored, newest first; how many there were."""
    components = with_uptime(page)
    births = births_of(page, components).values()
    if not births:
        return 0
    oldest, last, stored = min(births).astimezone(page.zone).date(), at.astimezone(page.zone).date(), 0
    while last >= oldest:
        first = last - timedelta(days=DAYS_AT_ONCE - 1)
        stored += store_days(page, components, first, last, at)
        last = first - timedelta(days=1)
    return stored


def store_days(page: Page, components: Sequence[Component], first: date, last: date, at: datetime) -> int:
    """Store the days from `first` to `last` that are over and aren't stored; how many there were."""
    days = days_between(first, last, page.zone)
    if not any(_find(page, components, days, at).unstored.values()):
        return 0
    with transaction.atomic():
        _wait_for(page)
        found = _find(page, components, days, at)
        rows = [
            _row(pk, day, page.time_zone, found.figures[pk][day]) for pk, over in found.unstored.items() for day in over
        ]
        ComponentDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["component", "zone", "day"],
            update_fields=["observed", *TROUBLES],
        )
    return len(rows)


def forget(page: Page, component_ids: Collection[int], since: datetime, *, withdraws: bool = False) -> None:
    """Drop the days of components that a change of what is claimed of them from `since` on can have touched.

    That is each day from then on. A change that withdraws claims can have touched each earlier day as well on which
    something had been claimed: it may no longer be.
    """
    _wait_for(page)
    days = ComponentDay.objects.filter(component_id__in=component_ids)
    days.filter(day__gte=since.astimezone(page.zone).date()).delete()
    if withdraws:
        days.not_clean().delete()


def forget_everything(page: Page) -> None:
    """Drop all days of a page's components."""
    _wait_for(page)
    ComponentDay.objects.filter(component__page=page).delete()


def forget_other_zones(page: Page) -> None:
    """Drop the days of zones that the page isn't in any more; nothing would keep them true."""
    ComponentDay.objects.filter(component__page=page).exclude(zone=page.time_zone).delete()


def _wait_for(page: Page) -> None:
    """Hold the page's row, so that nobody stores figures of claims that a change under way is about to replace."""
    Page.objects.select_for_update().filter(pk=page.pk).values_list("pk").first()


def _row(component_id: int, day: date, zone: str, figures: Figures) -> ComponentDay:
    return ComponentDay(
        component_id=component_id,
        day=day,
        zone=zone,
        observed=figures.observed // MICROSECOND,
        **{status: duration // MICROSECOND for status, duration in figures.troubles},
    )


def _find(page: Page, components: Sequence[Component], days: Sequence[Day], at: datetime) -> _Findings:
    births = births_of(page, components)
    sources = _sources(components, days, at)
    stored = _stored(page, components, days)
    figures: dict[int, dict[date, Figures]] = {}
    unstored: dict[int, list[date]] = {}
    for pk, born in births.items():
        lengths = {day.date: min(day.end, at) - max(day.start, born) for day in days}
        known = {
            day: found for day, found in stored[pk].items() if lengths[day] > NOTHING and found.observed == lengths[day]
        }
        missing = [day for day in days if lengths[day.date] > NOTHING and day.date not in known]
        claims = (source.claim for source in sources[pk])
        known |= figures_by_day(claims, _run(days, missing), born, at)
        figures[pk] = dict(sorted(known.items()))
        unstored[pk] = [day.date for day in missing if day.end <= at]
    return _Findings(births, sources, figures, unstored)


def _run(days: Sequence[Day], missing: Sequence[Day]) -> Sequence[Day]:
    """The consecutive days from the first to the last of the missing ones."""
    return days[days.index(missing[0]) : days.index(missing[-1]) + 1] if missing else ()


def _stored(page: Page, components: Sequence[Component], days: Sequence[Day]) -> dict[int, dict[date, Figures]]:
    stored: dict[int, dict[date, Figures]] = defaultdict(dict)
    if days:
        rows = ComponentDay.objects.filter(
            component__in=components, zone=page.time_zone, day__gte=days[0].date, day__lte=days[-1].date
        ).order_by()
        for pk, day, observed, *troubles in rows.values_list("component_id", "day", "observed", *TROUBLES):
            stored[pk][day] = _figures_of(observed, troubles)
    return stored


def _figures_of(observed: int, troubles: Sequence[int]) -> Figures:
    operational = timedelta(microseconds=observed - sum(troubles))
    return Figures(operational, *(timedelta(microseconds=value) if value else NOTHING for value in troubles))


def _sources(components: Sequence[Component], days: Sequence[Day], at: datetime) -> dict[int, list[_Source]]:
    """What is claimed of each component on some days, up to `at`."""
    sources: dict[int, list[_Source]] = defaultdict(list)
    if days:
        claims = (
            StatusClaim.objects.filter(component__in=components, started_at__lt=min(days[-1].end, at))
            .ending_after(days[0].start)
            .effective()
            .select_related("incident")
        )
        for claim in claims.oldest_first():
            incident = claim.incident
            sources[claim.component_id].append(
                _Source(
                    Claim(claim.status, claim.started_at, claim.ended_at, claim.incident_id),
                    ReportLink(incident.name, f"/incidents/{incident.code}") if incident else None,
                )
            )
    return sources


def _reports_by_day(
    sources: Iterable[_Source], figures: dict[date, Figures], page: Page, at: datetime
) -> dict[date, tuple[ReportLink, ...]]:
    """The reports behind each day that isn't clean, in the order in which they began to matter."""
    found: dict[date, dict[ReportLink, None]] = defaultdict(dict)
    not_clean = sorted(day for day, of_day in figures.items() if not of_day.is_clean)
    for source in sources:
        if source.report is not None:
            first = source.claim.started_at.astimezone(page.zone).date()
            last = (min(source.claim.ended_at or at, at) - MICROSECOND).astimezone(page.zone).date()
            for day in not_clean[bisect_left(not_clean, first) : bisect_right(not_clean, last)]:
                found[day][source.report] = None
    return {day: tuple(reports) for day, reports in found.items()}
