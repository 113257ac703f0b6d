"""What every change asks stays cheap however much happened before: found by an index, not by walking."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from incidents.choices import ComponentStatus
from incidents.component_status import status_at
from incidents.models import Component, Page, StatusClaim
from status.publishing.publisher import publish
from tests.factories import make_component, make_incident

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_claims_that_are_over_cost_nothing(page: Page):
    """A component's status is asked for with every change; thousands of outages that ended play no part in it."""
    component = make_component(page)
    now = timezone.now()
    before = _work_of(lambda: status_at(component, now))
    _outages(component, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert _work_of(lambda: status_at(component, now)) < before + 50
    StatusClaim.objects.create(
        component=component, status=ComponentStatus.MAJOR_OUTAGE, started_at=now - MINUTE, ended_at=now + MINUTE
    )
    assert status_at(component, now) == ComponentStatus.MAJOR_OUTAGE
    assert status_at(component, now + MINUTE) == ComponentStatus.OPERATIONAL


def test_a_claim_without_an_end_covers_all_that_follows(page: Page):
    component = make_component(page)
    now = timezone.now()
    StatusClaim.objects.create(component=component, status=ComponentStatus.PARTIAL_OUTAGE, started_at=now)
    assert status_at(component, now + timedelta(days=365 * 50)) == ComponentStatus.PARTIAL_OUTAGE
    assert status_at(component, now - MINUTE) == ComponentStatus.OPERATIONAL


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's machine")
def test_sqlite_works_little_more_for_a_change_of_a_longer_history(page: Page):
    """Without statistics SQLite takes whichever index looks best; each question must have one that is."""
    component = make_component(page)
    make_incident(page, affecting={component: ComponentStatus.PARTIAL_OUTAGE})
    publish(page)
    before = _steps_of(lambda: publish(page))
    _outages(component, 3000)
    assert _steps_of(lambda: publish(page)) < before * 1.1 + 1000


def _outages(component: Component, count: int) -> None:
    """So many outages of a minute, one after another, the last of them a year ago."""
    last = timezone.now() - timedelta(days=365)
    starts = (last - 10 * number * MINUTE for number in range(count))
    StatusClaim.objects.bulk_create(
        StatusClaim(component=component, status=ComponentStatus.MAJOR_OUTAGE, started_at=start, ended_at=start + MINUTE)
        for start in starts
    )


def _work_of(ask) -> int:
    """A measure of what the database did: steps of SQLite's machine, or the rows that PostgreSQL's plan reads."""
    return _steps_of(ask) if connection.vendor == "sqlite" else _rows_read_by(ask)


def _steps_of(ask) -> int:
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, 1)
    try:
        ask()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return steps


def _rows_read_by(ask) -> int:
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    rows = 0
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            rows += _read(cursor.fetchone()[0][0]["Plan"])
    return rows


def _read(plan: dict) -> int:
    """The rows that a plan's scans looked at, those that a filter then threw away included."""
    thrown_away = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return plan["Actual Rows"] + thrown_away + sum(_read(part) for part in plan.get("Plans", ()))
