"""Stored days: always what would be worked out anew, and cheap to read."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.changes import PageImported
from incidents.choices import ComponentStatus, IncidentStatus
from incidents.errors import LifecycleError
from incidents.lifecycle import (
    Outage,
    adjudicate_outages,
    post_update,
    schedule_maintenance,
    update_component,
    update_page,
)
from incidents.signals import announce
from status.component_days import births_of, records_of, store_all_days, store_days
from status.models import ComponentDay
from status.tasks import store_component_days
from status.uptime import Figures
from tests.factories import make_component, make_incident, make_page
from tests.incidents.test_any_sequence import World, steps, undone

MAJOR, PARTIAL = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
DEGRADED = ComponentStatus.DEGRADED_PERFORMANCE
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ten_days(page, at=NOW):
    """What is read of ten days, as it is and with all of them stored."""
    components, first = list(page.components.order_by("pk")), (at - 9 * DAY).date()
    read = records_of(page, components, first, at.date(), at)
    store_days(page, components, first, at.date(), at)
    assert records_of(page, components, first, at.date(), at) == read
    return read


def made(page, component, *, start, end, status=MAJOR, **fields):
    incident = make_incident(page, affecting={component: status}, at=start, **fields)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=None, at=end)
    return incident


def test_days_are_stored_once_over(page):
    website = make_component(page, "Website")
    start = datetime(2026, 6, 8, 23, tzinfo=UTC)
    incident = made(page, website, start=start, end=start + 3 * HOUR)

    record = ten_days(page)[website.pk]

    assert record.figures[date(2026, 6, 8)] == Figures(operational=23 * HOUR, major_outage=HOUR)
    assert record.figures[date(2026, 6, 9)] == Figures(operational=22 * HOUR, major_outage=2 * HOUR)
    assert record.figures[date(2026, 6, 10)] == Figures(operational=12 * HOUR)
    for day in (8, 9):
        assert [report.address for report in record.reports[date(2026, 6, day)]] == [f"/incidents/{incident.code}"]
    assert set(record.reports) == {date(2026, 6, 8), date(2026, 6, 9)}
    days = list(ComponentDay.objects.order_by("day").values_list("day", flat=True))
    assert days == [date(2026, 6, day) for day in range(1, 10)]


def test_reading_takes_as_many_queries_for_many_components_as_for_one(page, django_assert_num_queries):
    first = make_component(page)
    made(page, first, start=NOW - 5 * DAY, end=NOW - 4 * DAY)
    long_ago = (NOW - 89 * DAY).date()
    for count in (0, 99):
        for _ in range(count):
            make_component(page)
        components = list(page.components.all())
        with django_assert_num_queries(3):
            unstored = records_of(page, components, long_ago, NOW.date(), NOW)
        store_days(page, components, long_ago, NOW.date(), NOW)
        with django_assert_num_queries(3):
            assert records_of(page, components, long_ago, NOW.date(), NOW) == unstored
    assert ComponentDay.objects.count() == 100 * 89


def test_all_reports_of_a_day_are_named_even_under_a_worse_one(page):
    website = make_component(page, "Website")
    made(page, website, start=NOW - 30 * HOUR, end=NOW - 28 * HOUR, status=DEGRADED, name="Slow")
    made(page, website, start=NOW - 31 * HOUR, end=NOW - 27 * HOUR, status=MAJOR, name="Down")

    record = ten_days(page)[website.pk]

    assert [report.name for report in record.reports[date(2026, 6, 9)]] == ["Down", "Slow"]
    assert record.figures[date(2026, 6, 9)].troubles == ((MAJOR, 4 * HOUR),)


def test_public_listing_and_real_outage_are_separate(page):
    website, api = make_component(page, "Website"), make_component(page, "API")
    start = NOW - 2 * DAY
    incident = made(page, website, start=start, end=start + HOUR)
    other = made(page, api, start=start, end=start + HOUR)
    assert not ten_days(page)[api.pk].figures[start.date()].is_clean

    outage = Outage(PARTIAL, start - DAY, start - DAY + HOUR)
    adjudicate_outages(incident=incident, component=website, outages=[outage], by=None)
    adjudicate_outages(incident=other, component=api, outages=[], by=None)

    records = ten_days(page)
    assert [day for day, found in records[website.pk].figures.items() if not found.is_clean] == [(start - DAY).date()]
    assert all(found.is_clean for found in records[api.pk].figures.values())
    assert not records[api.pk].reports


def test_maintenance_runs_by_the_clock_without_a_worker(page):
    website = make_component(page, "Website")
    schedule_maintenance(
        page=page,
        name="Upgrade",
        body="We upgrade.",
        scheduled_for=NOW - DAY,
        scheduled_until=NOW - DAY + HOUR,
        components=[website],
        by=None,
        at=NOW - 3 * DAY,
    )

    record = ten_days(page)[website.pk]

    assert record.figures[(NOW - DAY).date()] == Figures(operational=23 * HOUR, under_maintenance=HOUR)
    assert [report.name for report in record.reports[(NOW - DAY).date()]] == ["Upgrade"]


def test_no_data_before_a_component_existed(page):
    young = make_component(page, at=NOW - 2 * DAY)

    assert [found.observed for found in ten_days(page)[young.pk].figures.values()] == [12 * HOUR, DAY, 12 * HOUR]

    made(page, young, start=NOW - 4 * DAY, end=NOW - 4 * DAY + HOUR)
    assert [found.observed for found in ten_days(page)[young.pk].figures.values()] == [12 * HOUR, *[DAY] * 3, 12 * HOUR]

    update_component(component=young, name="Young", group=None, start_date=date(2026, 6, 9), by=None)
    assert list(ten_days(page)[young.pk].figures) == [date(2026, 6, 9), date(2026, 6, 10)]
    update_component(component=young, name="Young", group=None, start_date=date(2026, 6, 5), by=None)
    assert list(ten_days(page)[young.pk].figures) == [date(2026, 6, day) for day in range(5, 11)]
    assert births_of(page, [young]) == {young.pk: datetime(2026, 6, 5, tzinfo=UTC)}


def test_another_zone_has_other_days(page):
    website = make_component(page, "Website")
    start = datetime(2026, 6, 8, 23, tzinfo=UTC)
    made(page, website, start=start, end=start + HOUR)
    assert not ten_days(page)[website.pk].figures[date(2026, 6, 8)].is_clean

    update_page(page=page, by=None, time_zone="Europe/Berlin")

    assert not ComponentDay.objects.exists()
    figures = ten_days(page)[website.pk].figures
    assert figures[date(2026, 6, 8)].is_clean
    assert figures[date(2026, 6, 9)].major_outage == HOUR


def test_import_starts_afresh_and_leaves_other_pages_alone(page):
    other = make_page("Other Status", hosts=["other.test"])
    for each in (page, other):
        make_component(each)
        ten_days(each)

    announce(PageImported(page=page, at=NOW, actor=None))

    assert not ComponentDay.objects.filter(component__page=page).exists()
    assert ComponentDay.objects.filter(component__page=other).count() == 9


def test_all_days_since_the_beginning_are_stored_once(page):
    young, old = make_component(page, at=NOW - 3 * DAY), make_component(page, at=NOW - 100 * DAY)
    make_component(page, showcase=False)

    assert store_all_days(page, NOW) == 3 + 100
    assert store_all_days(page, NOW) == 0
    assert (young.days.count(), old.days.count()) == (3, 100)
    assert store_all_days(page, NOW + DAY) == 2

    made(page, old, start=NOW - 50 * DAY, end=NOW - 50 * DAY + HOUR)
    assert store_all_days(page, NOW + DAY) > 0
    assert old.days.count() == 101
    assert old.days.not_clean().get().major_outage == HOUR // timedelta(microseconds=1)


def test_task_stores_the_days_of_every_page(page):
    make_component(make_page("Other Status", hosts=["other.test"]), at=timezone.now() - 2 * DAY)
    make_component(page, at=timezone.now() - 3 * DAY)

    assert store_component_days() == 2 + 3
    assert store_component_days() == 0


def test_page_without_components_has_nothing_to_store(page):
    assert store_all_days(page, NOW) == 0


def test_row_that_covers_another_span_is_replaced(page):
    website = make_component(page)
    ten_days(page)
    ComponentDay.objects.filter(day=date(2026, 6, 5)).update(observed=1)

    assert ten_days(page)[website.pk].figures[date(2026, 6, 5)] == Figures(operational=DAY)
    assert not ComponentDay.objects.filter(observed=1).exists()


@pytest.mark.parametrize("wrong", [{"observed": 1, "major_outage": 2}, {"observed": 1, "partial_outage": -1}])
def test_database_refuses_figures_that_do_not_add_up(page, wrong):
    with pytest.raises(IntegrityError):
        ComponentDay.objects.create(component=make_component(page), day=NOW.date(), zone="Etc/UTC", **wrong)


class DaysWorld(World):
    """The same world, with steps over five days instead of ten hours."""

    def __init__(self) -> None:
        super().__init__()
        self.base = timezone.now() - 5 * DAY

    def at(self, minute: int):
        return self.base + timedelta(minutes=12 * minute)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=10))
def test_stored_days_are_those_that_would_be_worked_out_anew(sequence):
    with undone():
        world = DaysWorld()
        now = timezone.now() + HOUR
        for step in sequence:
            ten_days(world.page, now)
            with suppress(LifecycleError):
                world.do(step)

        stored = ten_days(world.page, now)
        ComponentDay.objects.all().delete()
        assert ten_days(world.page, now) == stored
