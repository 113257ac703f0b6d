"""Scheduled maintenance: by the clock, by hand, moved, called off, and recurring across DST."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.component_status import status_at
from incidents.errors import LifecycleError, TransitionRefused
from incidents.lifecycle import (
    advance_due,
    cancel_maintenance,
    complete_maintenance,
    end_series,
    extend_series,
    remind_of_maintenance,
    reschedule_maintenance,
    schedule_maintenance,
    start_series,
)
from incidents.models import Incident
from incidents.recurrence import RuleError, check_rule, occurrences
from tests.factories import make_component

HOUR = timedelta(hours=1)


@pytest.fixture
def website(page):
    return make_component(page, "Website")


def schedule(website, *, starts, lasts=HOUR, **options):
    now = timezone.now()
    return schedule_maintenance(
        page=website.page,
        name="Upgrade",
        body="We are upgrading.",
        scheduled_for=now + starts,
        scheduled_until=now + starts + lasts,
        components=[website],
        by=None,
        **options,
    )


def test_clock_is_right_at_read_time_with_the_worker_dead(website):
    incident = schedule(website, starts=HOUR)
    now = timezone.now()

    assert incident.status_at(now) == IncidentStatus.SCHEDULED
    assert incident.status_at(now + HOUR * 1.5) == IncidentStatus.IN_PROGRESS
    assert incident.status_at(now + HOUR * 3) == IncidentStatus.COMPLETED
    assert status_at(website, now) == ComponentStatus.OPERATIONAL
    assert status_at(website, now + HOUR * 1.5) == ComponentStatus.UNDER_MAINTENANCE
    assert status_at(website, now + HOUR * 3) == ComponentStatus.OPERATIONAL
    for at, upcoming, running in ((now, 1, 0), (now + HOUR * 1.5, 0, 1), (now + HOUR * 3, 0, 0)):
        assert Incident.objects.upcoming(at).count() == upcoming
        assert Incident.objects.in_progress(at).count() == running


def test_late_worker_records_start_and_end_with_their_true_times(website):
    incident = schedule(website, starts=-3 * HOUR, lasts=HOUR, at=timezone.now() - 4 * HOUR)

    assert advance_due() == 2
    assert advance_due() == 0

    incident.refresh_from_db()
    started, completed = incident.updates.filter(is_automatic=True)
    assert (started.posted_at, completed.posted_at) == (incident.scheduled_for, incident.scheduled_until)
    assert incident.status == IncidentStatus.COMPLETED
    assert [p.status for p in website.periods.all()] == ["operational", "under_maintenance", "operational"]


def test_by_hand_nothing_starts_by_itself(website):
    incident = schedule(website, starts=-HOUR, auto_start=False, auto_complete=False)

    assert advance_due() == 0
    assert incident.status_at(timezone.now()) == IncidentStatus.SCHEDULED
    assert status_at(website, timezone.now()) == ComponentStatus.OPERATIONAL


def test_completed_early_frees_the_components(website):
    incident = schedule(website, starts=-HOUR / 2, at=timezone.now() - HOUR)
    advance_due()
    incident.refresh_from_db()
    assert status_at(website, timezone.now()) == ComponentStatus.UNDER_MAINTENANCE

    complete_maintenance(incident=incident, by=None)

    assert status_at(website, timezone.now()) == ComponentStatus.OPERATIONAL


def test_moved_window_moves_the_plan(website):
    incident = schedule(website, starts=HOUR)
    start = timezone.now() + timedelta(days=1)

    reschedule_maintenance(incident=incident, scheduled_for=start, scheduled_until=start + HOUR, body="Moved.", by=None)

    assert status_at(website, timezone.now() + HOUR * 1.5) == ComponentStatus.OPERATIONAL
    assert status_at(website, start) == ComponentStatus.UNDER_MAINTENANCE
    assert incident.schedule_sequence == 1


def test_called_off_never_starts(website):
    incident = schedule(website, starts=HOUR)

    cancel_maintenance(incident=incident, body="Called off.", by=None)

    assert status_at(website, timezone.now() + HOUR * 1.5) == ComponentStatus.OPERATIONAL
    assert not Incident.objects.due(timezone.now() + HOUR * 9)
    with pytest.raises(TransitionRefused):
        cancel_maintenance(incident=incident, body="Again.", by=None)


def test_calling_off_is_not_told_below_a_newer_update(website):
    incident = schedule(website, starts=HOUR)
    later = timezone.now() + HOUR * 2
    reschedule_maintenance(
        incident=incident, scheduled_for=later, scheduled_until=later + HOUR, body="Two hours later.", by=None
    )

    with pytest.raises(LifecycleError) as refused:
        cancel_maintenance(incident=incident, body="Called off.", by=None, at=timezone.now() - HOUR)

    assert refused.value.field == "posted_at"


def test_window_must_end_after_it_starts(website):
    with pytest.raises(LifecycleError) as refused:
        schedule(website, starts=HOUR, lasts=-HOUR)

    assert refused.value.field == "scheduled_until"


def test_reminder_is_given_once(website):
    incident = schedule(website, starts=timedelta(minutes=50), remind_before_minutes=60)

    assert remind_of_maintenance(incident=incident)
    assert not remind_of_maintenance(incident=incident)


def test_series_schedules_each_slot_once_and_can_be_ended(website):
    series = start_series(
        page=website.page,
        name="Weekly",
        body="Routine.",
        rrule="FREQ=WEEKLY",
        first_starts_at=timezone.now() + timedelta(days=1),
        duration_minutes=30,
        components=[website],
        by=None,
    )
    scheduled = series.maintenances.count()

    assert scheduled > 5
    assert extend_series() == 0
    assert extend_series(timezone.now() + timedelta(days=14)) == 2
    end_series(series=series, by=None)
    assert extend_series(timezone.now() + timedelta(days=90)) == 0


def test_local_time_holds_across_dst():
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 3, 22, 2, 0, tzinfo=zone)

    found = list(
        occurrences(
            "FREQ=WEEKLY;UNTIL=20260406T000000Z",
            first,
            zone,
            after=first.astimezone(UTC),
            until=datetime(2026, 5, 1, tzinfo=UTC),
        )
    )

    assert [at.isoformat() for at in found] == [
        "2026-03-22T01:00:00+00:00",
        "2026-03-29T01:00:00+00:00",
        "2026-04-05T00:00:00+00:00",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "weekly",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY\nEXDATE:20260101T000000",
    ],
)
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(RuleError):
        check_rule(rule)


@pytest.mark.parametrize(
    "rule", ["rrule:freq=daily", "RRULE:FREQ=WEEKLY;BYDAY=SU,WE;WKST=MO", "FREQ=MONTHLY;BYDAY=-1FR"]
)
def test_what_calendars_write_is_a_rule(rule):
    check_rule(rule)


def test_series_whose_windows_are_all_past_is_refused(page):
    with pytest.raises(LifecycleError, match="no window from now on") as refused:
        start_series(
            page=page,
            name="Restart",
            body="We restart.",
            rrule="FREQ=DAILY;UNTIL=20200101T000000Z",
            first_starts_at=timezone.now() - HOUR,
            duration_minutes=5,
            components=[],
            by=None,
        )

    assert refused.value.field == "rrule"
    assert not page.maintenance_series.exists()
