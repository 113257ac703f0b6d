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

from incidents.choices import ComponentStatus, IncidentStatus, Moment
from incidents.component_status import status_at
from incidents.errors import LifecycleError
from incidents.facts import timeline_of
from incidents.lifecycle import (
    Outage,
    adjudicate_outages,
    correct_moment,
    edit_update,
    open_incident,
    post_update,
    reopen_incident,
    set_component_status,
)
from incidents.metrics import compute
from incidents.models import Incident
from incidents.stored_metrics import store_metrics
from tests.factories import make_component, make_page

statuses = st.sampled_from(ComponentStatus.values)
minutes = st.integers(0, 600)
said = st.dictionaries(st.integers(0, 1), statuses, max_size=2)

steps = st.one_of(
    st.tuples(st.just("open"), minutes, said),
    st.tuples(
        st.just("post"), minutes, st.sampled_from(["investigating", "identified", "monitoring", "resolved"]), said
    ),
    st.tuples(st.just("reopen"), minutes, said),
    st.tuples(st.just("moment"), st.sampled_from(Moment.values), st.one_of(st.none(), minutes)),
    st.tuples(st.just("edit"), st.integers(0, 3), minutes),
    st.tuples(st.just("baseline"), st.integers(0, 1), statuses),
    st.tuples(st.just("adjudicate"), st.integers(0, 1), minutes, st.integers(1, 90), statuses),
)


class World:
    """A page with two components, and the last incident touched."""

    def __init__(self) -> None:
        self.page = make_page("Property")
        self.components = [make_component(self.page, name) for name in ("Website", "API")]
        self.base = timezone.now() - timedelta(hours=11)

    def at(self, minute: int):
        return self.base + timedelta(minutes=minute)

    def saying(self, said):
        return {self.components[number]: ComponentStatus(status) for number, status in said.items()}

    def incident(self):
        return Incident.objects.filter(page=self.page).order_by("-pk").first()

    def do(self, step) -> None:
        kind, *rest = step
        incident = self.incident()
        if kind == "open":
            open_incident(
                page=self.page,
                name="X",
                body="x",
                by=None,
                at=self.at(rest[0]),
                component_statuses=self.saying(rest[1]),
            )
        elif kind == "baseline":
            set_component_status(component=self.components[rest[0]], status=ComponentStatus(rest[1]), by=None)
        elif incident is None:
            return
        elif kind == "post":
            post_update(
                incident=incident,
                status=IncidentStatus(rest[1]),
                body="x",
                by=None,
                at=self.at(rest[0]),
                component_statuses=self.saying(rest[2]),
            )
        elif kind == "reopen":
            reopen_incident(
                incident=incident, body="x", by=None, at=self.at(rest[0]), component_statuses=self.saying(rest[1])
            )
        elif kind == "moment":
            value = None if rest[1] is None else self.at(rest[1])
            correct_moment(incident=incident, moment=Moment(rest[0]), value=value, by=None, reason="Found in the logs.")
        elif kind == "edit":
            updates = list(incident.updates.all())
            edit_update(update=updates[rest[0] % len(updates)], body="y", posted_at=self.at(rest[1]), by=None)
        elif kind == "adjudicate":
            outage = Outage(ComponentStatus(rest[3]), self.at(rest[1]), self.at(rest[1] + rest[2]))
            adjudicate_outages(incident=incident, component=self.components[rest[0]], outages=[outage], by=None)


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=12))
def test_any_sequence_leaves_everything_consistent(sequence):
    with undone():
        world = World()
        for step in sequence:
            with suppress(LifecycleError):
                world.do(step)

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
    assert incident.status == incident.updates.last().status
    assert incident.last_told_at == max(update.posted_at for update in incident.updates.all())
    assert (incident.resolved_at is not None) == (incident.status == IncidentStatus.RESOLVED)
    assert {c.component_id for u in incident.updates.all() for c in u.component_changes.all()} == {
        listing.component_id for listing in incident.listings.all()
    }
    for moment in Moment:
        records = list(incident.moment_records.filter(moment=moment))
        believed = records[-1].at if records else None
        assert believed == getattr(incident, f"{moment}_at")
    stored = store_metrics(incident.pk)
    for name, value in asdict(compute(timeline_of(incident))).items():
        assert getattr(stored, name) == value
    assert stored.impact_seconds is None or 0 <= stored.impact_seconds <= stored.ttr_seconds
