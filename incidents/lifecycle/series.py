"""Recurring maintenance: a rule, and the maintenances that are scheduled ahead by it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.changes import SeriesChanged
from incidents.codes import new_code
from incidents.errors import LifecycleError
from incidents.models import Component, MaintenanceSeries, Page, User
from incidents.recurrence import TEN_YEARS, RuleError, check_rule, occurrences, without_prefix
from incidents.signals import announce

from .maintenance import schedule_maintenance
from .writing import check_not_empty, insert_once

logger = logging.getLogger(__name__)

HORIZON = timedelta(days=60)
"""How far ahead recurring maintenances are announced."""

AT_MOST_AHEAD = 10
"""How many of one series are announced ahead at the most, so that a daily window doesn't fill the page."""


def start_series(
    *,
    page: Page,
    name: str,
    body: str,
    rrule: str,
    first_starts_at: datetime,
    duration_minutes: int,
    components: Iterable[Component],
    by: User | None,
    auto_start: bool = True,
    auto_complete: bool = True,
    remind_before_minutes: int | None = 60,
    at: datetime | None = None,
    code: str = "",
) -> MaintenanceSeries:
    """Set up a recurring maintenance and schedule its first windows ahead.

    A `code` drawn ahead makes a second call raise AlreadyDone.
    """
    at = at or timezone.now()
    try:
        check_rule(rrule)
    except RuleError as error:
        raise LifecycleError(str(error), field="rrule") from error
    if not any(occurrences(rrule, first_starts_at, page.zone, after=at, until=at + TEN_YEARS)):
        raise LifecycleError("By this rule there is no window from now on.", field="rrule")
    if duration_minutes < 1:
        raise LifecycleError("A maintenance lasts at least a minute.", field="duration_minutes")
    series = MaintenanceSeries(
        page=page,
        code=code or new_code(),
        name=check_not_empty(name, field="name", what="The name"),
        body=check_not_empty(body, field="body", what="The announcement"),
        rrule=without_prefix(rrule),
        first_starts_at=first_starts_at,
        duration_minutes=duration_minutes,
        auto_start=auto_start,
        auto_complete=auto_complete,
        remind_before_minutes=remind_before_minutes,
        created_at=at,
    )
    with transaction.atomic():
        insert_once(series)
        series.components.set(components)
        announce(SeriesChanged(page=page, at=at, actor=by, series=series))
    extend_one(series=series, by=by, at=at)
    return series


def end_series(*, series: MaintenanceSeries, by: User | None, at: datetime | None = None) -> MaintenanceSeries:
    """Schedule no more windows of a series; those already announced stay until they are called off."""
    at = at or timezone.now()
    if series.ended_at is not None:
        return series
    with transaction.atomic():
        series.ended_at = at
        series.save(update_fields=["ended_at"])
        announce(SeriesChanged(page=series.page, at=at, actor=by, series=series))
    return series


def extend_series(at: datetime | None = None) -> int:
    """Schedule what every running series owes within the horizon; how many maintenances were scheduled."""
    at = at or timezone.now()
    scheduled = 0
    for series in MaintenanceSeries.objects.filter(ended_at__isnull=True).select_related("page"):
        try:
            scheduled += extend_one(series=series, by=None, at=at)
        except Exception:
            logger.exception("The maintenance series %s could not be extended.", series.code)
    return scheduled


def extend_one(*, series: MaintenanceSeries, by: User | None, at: datetime) -> int:
    """Schedule what one series owes within the horizon, each slot at most once; how many were scheduled."""
    taken = set(series.maintenances.values_list("series_slot", flat=True))
    slots = islice(
        occurrences(series.rrule, series.first_starts_at, series.page.zone, after=at, until=at + HORIZON), AT_MOST_AHEAD
    )
    return sum(_schedule(series, slot, by=by) for slot in slots if slot not in taken)


def _schedule(series: MaintenanceSeries, slot: datetime, *, by: User | None) -> bool:
    try:
        schedule_maintenance(
            page=series.page,
            name=series.name,
            body=series.body,
            scheduled_for=slot,
            scheduled_until=slot + timedelta(minutes=series.duration_minutes),
            components=series.components.filter(archived_at__isnull=True),
            by=by,
            auto_start=series.auto_start,
            auto_complete=series.auto_complete,
            remind_before_minutes=series.remind_before_minutes,
            notify=False,
            series=series,
            series_slot=slot,
        )
    except IntegrityError:
        # Another process scheduled this slot between our look and our write; the unique constraint kept it single.
        return False
    return True
