"""Months are stored once, found stale whatever changed, and read back as they were."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.choices import ActionItemKind, ActionItemStatus, ComponentStatus, Impact, IncidentStatus, Moment
from incidents.lifecycle import (
    add_action_item,
    change_action_item,
    correct_moment,
    edit_incident,
    open_drill,
    open_incident,
    post_update,
    update_page,
)
from incidents.models import MonthFigures
from incidents.reporting.months import read_batches, read_items, refresh, refresh_all, state_of
from incidents.reporting.records import ItemRecord, Selection, pack, unpack_items
from incidents.reporting.spans import Span
from incidents.stored_metrics import repair_stale_metrics
from incidents.tasks import compute_incident_metrics, repair_metrics
from tests.factories import make_component, make_incident, make_page

BEGAN = datetime(2024, 3, 31, 21, 30, tzinfo=UTC)


@pytest.fixture
def incident(page):
    return open_incident(page=page, name="x", body="x", by=None, at=BEGAN, moments={Moment.STARTED: BEGAN})


def stored(page):
    return {row.month: row for row in MonthFigures.objects.filter(page=page)}


def read_incidents(page):
    return [record for batch in read_batches(page, Span(), Selection()) for record in batch.records]


def read_all(page):
    state_of(page)
    read_items(page)
    return read_incidents(page)


def test_twice_changes_nothing(page, incident):
    repair_metrics()
    first = list(MonthFigures.objects.values_list())

    assert refresh(page) == 0
    repair_metrics()

    assert list(MonthFigures.objects.values_list()) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda i: correct_moment(incident=i, moment=Moment.MITIGATED, value=BEGAN + timedelta(hours=1), by=None),
        lambda i: edit_incident(incident=i, name="Renamed", impact_override=None, by=None),
        lambda i: edit_incident(incident=i, name="x", impact_override=Impact.CRITICAL, by=None),
        lambda i: post_update(incident=i, status=IncidentStatus.RESOLVED, body="x", by=None),
        lambda i: post_update(
            incident=i,
            status=IncidentStatus.IDENTIFIED,
            body="x",
            by=None,
            component_statuses={make_component(i.page): ComponentStatus.MAJOR_OUTAGE},
        ),
    ],
    ids=["moment", "name", "impact", "update", "component"],
)
def test_a_change_makes_its_month_stale_and_one_look_mends_it(page, incident, change):
    repair_metrics()
    before = stored(page)[date(2024, 3, 1)].incidents

    change(incident)
    compute_incident_metrics(incident.pk)

    assert stored(page)[date(2024, 3, 1)].incidents != before
    assert refresh(page) == 0


def test_an_item_that_moves_makes_the_month_it_was_opened_in_stale(page, incident):
    item = add_action_item(incident=incident, title="x", kind=ActionItemKind.DETECT, by=None, at=BEGAN)
    refresh(page)
    change_action_item(item=item, status=ActionItemStatus.DONE, by=None, at=BEGAN + timedelta(days=40))

    assert refresh(page) == 1
    assert read_items(page)[0].status == "done"


def test_an_incident_that_began_in_another_month_after_all_moves_there(page, incident):
    refresh(page)
    correct_moment(
        incident=incident, moment=Moment.STARTED, value=BEGAN - timedelta(days=40), by=None, reason="Logs say so."
    )

    assert refresh(page) == 2
    assert list(stored(page)) == [date(2024, 2, 1)]


def test_a_page_that_moves_to_another_zone_is_cut_anew(page, incident):
    refresh(page)
    update_page(page=page, by=None, name=page.name, time_zone="Europe/Berlin")

    assert refresh(page) == 1 or list(stored(page)) == [date(2024, 3, 1)]
    update_page(page=page, by=None, name=page.name, time_zone="Asia/Tokyo")
    refresh(page)
    assert list(stored(page)) == [date(2024, 4, 1)]


def test_a_deleted_incident_goes_from_the_figures(page, incident):
    refresh(page)
    incident.delete()

    assert refresh(page) == 1
    assert not stored(page)


def test_drills_maintenance_and_backfills_are_not_stored(page, incident):
    open_drill(page=page, name="Drill", body="x", by=None)
    open_incident(page=page, name="Old", body="x", by=None, status=IncidentStatus.RESOLVED, backfilled=True)
    refresh_all()

    assert [record.code for record in read_incidents(page)] == [incident.code]
    assert not MonthFigures.objects.exclude(page=page).exists()


def test_what_waits_for_its_metrics_is_counted(page, incident):
    refresh(page)
    assert state_of(page).behind == 1

    repair_stale_metrics()
    refresh(page)
    assert state_of(page).behind == 0


def test_queries_do_not_grow_with_incidents_or_months(page, django_assert_num_queries):
    make_incident(page)
    refresh(page)
    with django_assert_num_queries(4):
        read_all(page)
    for number in range(20):
        at = BEGAN + timedelta(days=25 * number)
        open_incident(page=page, name="x", body="x", by=None, at=at, moments={Moment.STARTED: at})
    refresh(page)
    with django_assert_num_queries(4):
        assert len(read_all(page)) == 21


def test_another_pages_months_are_its_own(page, incident):
    other = make_page("Other")
    refresh_all()

    assert read_incidents(other) == []


items = st.builds(
    ItemRecord,
    st.sampled_from(["minor", "none"]),
    st.lists(st.integers(1, 3), max_size=2).map(tuple),
    st.just("detect"),
    st.just("open"),
    st.integers(-(2**40), 2**40),
    st.none() | st.integers(0, 2**40),
    st.none() | st.booleans(),
)


@given(st.lists(items, max_size=20))
def test_records_read_back_as_they_were(records):
    assert unpack_items(pack(records)) == tuple(records)


def test_days_are_half_open():
    selection = Selection(since=100, until=200)

    assert [at for at in (99, 100, 199, 200) if selection.covers(at)] == [100, 199]
