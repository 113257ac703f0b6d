"""Whatever legal things are done in whatever order, what is stored stays consistent."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.choices import ActionItemKind, ActionItemStatus, ComponentStatus, IncidentKind, IncidentStatus, Moment
from incidents.component_status import status_at
from incidents.errors import LifecycleError
from incidents.facts import timeline_of
from incidents.lifecycle import (
    Outage,
    add_action_item,
    adjudicate_outages,
    advance_due,
    archive_component,
    cancel_maintenance,
    change_action_item,
    complete_maintenance,
    correct_moment,
    edit_update,
    open_incident,
    post_update,
    publish_postmortem,
    reopen_incident,
    reschedule_maintenance,
    restore_component,
    schedule_maintenance,
    set_component_status,
    start_maintenance,
    start_postmortem,
)
from incidents.metrics import compute
from incidents.models import ActionItem, Incident
from incidents.stored_metrics import store_metrics
from tests.factories import make_component, make_page

statuses = st.sampled_from(ComponentStatus.values)
minutes = st.integers(0, 600)
which = st.integers(0, 1)
said = st.dictionaries(which, statuses, max_size=2)
length = st.integers(1, 90)
OVER = {IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM, IncidentStatus.COMPLETED}


def step(name, *arguments):
    return st.tuples(st.just(name), *arguments)


steps = st.one_of(
    step("open", minutes, said),
    step("post", minutes, st.sampled_from(["investigating", "identified", "monitoring", "resolved"]), said),
    step("reopen", minutes, said),
    step("moment", st.sampled_from(Moment.values), st.one_of(st.none(), minutes)),
    step("edit", st.integers(0, 3), minutes),
    step("baseline", which, statuses),
    step("adjudicate", which, minutes, length, statuses),
    step("publish"),
    step("item", st.booleans()),
    step("advance", st.sampled_from(ActionItemStatus.values)),
    step("schedule", minutes, length, st.booleans(), st.sets(which)),
    step("reschedule", minutes, length),
    step("start", minutes),
    step("complete", minutes),
    step("cancel", minutes),
    step("clock"),
    step("archive", which),
    step("restore", which),
)


class World:
    """A page with two components. Each step is about the last incident, or the last maintenance, if there is one."""

    def __init__(self) -> None:
        self.page = make_page("Property")
        self.components = [make_component(self.page, name) for name in ("Website", "API")]
        self.base = timezone.now() - timedelta(hours=11)

    def at(self, minute: int):
        return self.base + timedelta(minutes=minute)

    def saying(self, said):
        return {self.components[number]: ComponentStatus(status) for number, status in said.items()}

    def do(self, step) -> None:
        """Do a step; one that needs what isn't there yet does nothing."""
        name, *arguments = step
        with suppress(Incident.DoesNotExist, ActionItem.DoesNotExist):
            getattr(self, name)(*arguments)

    @property
    def incident(self) -> Incident:
        return self.page.incidents.incidents().latest("pk")

    @property
    def maintenance(self) -> Incident:
        return self.page.incidents.filter(kind=IncidentKind.MAINTENANCE).latest("pk")

    def open(self, minute, said):
        open_incident(
            page=self.page, name="X", body="x", by=None, at=self.at(minute), component_statuses=self.saying(said)
        )

    def post(self, minute, status, said):
        post_update(
            incident=self.incident,
            status=IncidentStatus(status),
            body="x",
            by=None,
            at=self.at(minute),
            component_statuses=self.saying(said),
        )

    def reopen(self, minute, said):
        reopen_incident(
            incident=self.incident, body="x", by=None, at=self.at(minute), component_statuses=self.saying(said)
        )

    def moment(self, moment, minute):
        value = None if minute is None else self.at(minute)
        correct_moment(incident=self.incident, moment=Moment(moment), value=value, by=None, reason="Found in the logs.")

    def edit(self, number, minute):
        updates = list(self.incident.updates.all())
        edit_update(update=updates[number % len(updates)], body="y", posted_at=self.at(minute), by=None)

    def baseline(self, number, status):
        set_component_status(component=self.components[number], status=ComponentStatus(status), by=None)

    def adjudicate(self, number, minute, length, status):
        outage = Outage(ComponentStatus(status), self.at(minute), self.at(minute + length))
        adjudicate_outages(incident=self.incident, component=self.components[number], outages=[outage], by=None)

    def publish(self):
        incident = self.incident
        with suppress(LifecycleError):  # it may be over
            post_update(incident=incident, status=IncidentStatus.RESOLVED, body="x", by=None)
        with suppress(LifecycleError):  # it may be there
            start_postmortem(incident=incident, by=None)
        publish_postmortem(incident=incident, by=None)

    def item(self, is_public):
        add_action_item(
            incident=self.incident, title="Watch it", kind=ActionItemKind.DETECT, by=None, is_public=is_public
        )

    def advance(self, status):
        item = ActionItem.objects.filter(incident__page=self.page).latest("pk")
        change_action_item(item=item, by=None, status=ActionItemStatus(status), reason="So it is.")

    def schedule(self, minute, length, is_automatic, numbers):
        schedule_maintenance(
            page=self.page,
            name="M",
            body="m",
            scheduled_for=self.at(minute),
            scheduled_until=self.at(minute + length),
            components=[self.components[number] for number in numbers],
            by=None,
            at=self.at(0),
            auto_start=is_automatic,
            auto_complete=is_automatic,
        )

    def reschedule(self, minute, length):
        reschedule_maintenance(
            incident=self.maintenance,
            scheduled_for=self.at(minute),
            scheduled_until=self.at(minute + length),
            body="m",
            by=None,
        )

    def start(self, minute):
        start_maintenance(incident=self.maintenance, by=None, at=self.at(minute))

    def complete(self, minute):
        complete_maintenance(incident=self.maintenance, by=None, at=self.at(minute))

    def cancel(self, minute):
        cancel_maintenance(incident=self.maintenance, body="m", by=None, at=self.at(minute))

    def clock(self):
        advance_due()

    def archive(self, number):
        archive_component(component=self.components[number], by=None)

    def restore(self, number):
        restore_component(component=self.components[number], by=None)


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=14))
def test_any_sequence_leaves_everything_consistent(sequence):
    with undone():
        world = World()
        for step in sequence:
            with suppress(LifecycleError):
                world.do(step)
        advance_due()  # what the clock has brought is right at once, and recorded by beat

        now = timezone.now()
        for component in world.components:
            _check_periods(component, now)
        for incident in world.page.incidents.all():
            _check_incident(incident)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is checked as a commit would and taken back: nothing is published of what is done in it."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


def _check_periods(component, now) -> None:
    periods = list(component.periods.order_by("started_at"))
    for before, after in zip(periods, periods[1:], strict=False):
        assert before.ended_at == after.started_at
        assert (before.status, before.cause_id) != (after.status, after.cause_id)
    assert periods[-1].ended_at is None
    assert periods[-1].status == status_at(component, now)


def _check_incident(incident) -> None:
    told_last = IncidentStatus.RESOLVED if incident.status == IncidentStatus.POSTMORTEM else incident.status
    assert told_last == incident.updates.last().status
    assert incident.last_told_at == max(update.posted_at for update in incident.updates.all())
    assert (incident.resolved_at is not None) == (incident.status in OVER)
    told = {c.component_id for u in incident.updates.all() for c in u.component_changes.all()}
    listed = {listing.component_id for listing in incident.listings.all()}
    if incident.is_maintenance:  # which lists what it will touch before any update tells of it
        assert told <= listed
        assert incident.scheduled_for < incident.scheduled_until
        return
    assert told == listed
    for moment in Moment:
        records = list(incident.moment_records.filter(moment=moment))
        believed = records[-1].at if records else None
        assert believed == getattr(incident, f"{moment}_at")
    for item in incident.action_items.all():
        assert (item.completed_at is not None) == item.is_finished
        moves = item.changes.filter(field="status")
        assert not moves or moves.last().after == item.status
    stored = store_metrics(incident.pk)
    for name, value in asdict(compute(timeline_of(incident))).items():
        assert getattr(stored, name) == value
    assert stored.impact_seconds is None or 0 <= stored.impact_seconds <= stored.ttr_seconds
