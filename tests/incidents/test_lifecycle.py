"""Opening, updating, resolving, reopening: what happens, what is refused, and what two people at once see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.changes import IncidentOpened, UpdatePosted
from incidents.choices import ComponentStatus, Impact, IncidentStatus, Moment, MomentSource
from incidents.component_status import status_at
from incidents.errors import IncidentChanged, LifecycleError, MomentContradiction, TransitionRefused
from incidents.lifecycle import (
    add_action_item,
    archive_component,
    change_action_item,
    correct_moment,
    edit_incident,
    edit_update,
    open_drill,
    open_incident,
    post_update,
    publish_postmortem,
    reopen_incident,
    save_postmortem_draft,
    set_component_status,
)
from incidents.models import Incident
from incidents.signals import changed
from incidents.stored_metrics import store_metrics
from tests.factories import make_component, make_incident, make_page

MAJOR, DEGRADED = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.DEGRADED_PERFORMANCE
OPERATIONAL = ComponentStatus.OPERATIONAL


@pytest.fixture
def heard():
    """The changes that were signalled."""
    changes = []

    def listen(change, **_):
        changes.append(change)

    changed.connect(listen)
    yield changes
    changed.disconnect(listen)


def test_opening_signals_once_with_all_that_a_listener_needs(page, heard):
    website = make_component(page, "Website")
    heard.clear()

    incident = make_incident(page, affecting={website: MAJOR})

    (change,) = heard
    assert isinstance(change, IncidentOpened)
    assert (change.page, change.incident, change.notify) == (page, incident, True)
    assert [(c.component_name, c.old_status, c.new_status) for c in change.component_changes] == [
        ("Website", "operational", "major_outage")
    ]


def test_a_listener_that_fails_undoes_the_whole_change(page):
    def fail(change, **_):
        raise RuntimeError("the outbox is full")

    changed.connect(fail, sender=IncidentOpened)
    try:
        with pytest.raises(RuntimeError):
            make_incident(page)
    finally:
        changed.disconnect(fail, sender=IncidentOpened)

    assert not Incident.objects.exists()


def test_beginning_that_nobody_gave_is_remembered_as_derived(page):
    incident = make_incident(page)

    record = incident.moment_records.get(moment=Moment.STARTED)
    assert record.source == MomentSource.UPDATE
    assert incident.detected_at is None


@pytest.mark.parametrize(
    ("status", "impact"),
    [(DEGRADED, Impact.MINOR), (ComponentStatus.PARTIAL_OUTAGE, Impact.MAJOR), (MAJOR, Impact.CRITICAL)],
)
def test_impact_follows_the_worst_that_was_said(page, status, impact):
    website = make_component(page)
    incident = make_incident(page, affecting={website: status})

    post_update(
        incident=incident,
        status=IncidentStatus.MONITORING,
        body="Better.",
        by=None,
        component_statuses={website: OPERATIONAL},
    )

    assert incident.impact == impact


def test_override_wins_and_can_be_lifted(page):
    incident = make_incident(page, affecting={make_component(page): MAJOR})

    edit_incident(incident=incident, name="Renamed", impact_override=Impact.MINOR, by=None)
    assert incident.impact == Impact.MINOR
    edit_incident(incident=incident, name="Renamed", impact_override=None, by=None)
    assert incident.impact == Impact.CRITICAL


def test_one_incidents_end_never_paints_green_over_another(page):
    website = make_component(page)
    first = make_incident(page, affecting={website: MAJOR})
    make_incident(page, affecting={website: DEGRADED})

    post_update(incident=first, status=IncidentStatus.RESOLVED, body="Done.", by=None)

    assert status_at(website, timezone.now()) == DEGRADED
    assert website.periods.last().status == DEGRADED


def test_baseline_holds_apart_from_incidents(page):
    website = make_component(page)
    set_component_status(component=website, status=DEGRADED, by=None)
    incident = make_incident(page, affecting={website: MAJOR})

    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)

    assert status_at(website, timezone.now()) == DEGRADED
    set_component_status(component=website, status=OPERATIONAL, by=None)
    assert status_at(website, timezone.now()) == OPERATIONAL


@pytest.mark.parametrize("status", [IncidentStatus.INVESTIGATING, IncidentStatus.RESOLVED, IncidentStatus.SCHEDULED])
def test_refuses_an_update_after_the_end(page, status):
    incident = make_incident(page, status=IncidentStatus.RESOLVED)

    with pytest.raises(TransitionRefused, match="it can't become"):
        post_update(incident=incident, status=status, body="More.", by=None)

    assert incident.updates.count() == 2


def test_second_responder_is_told_and_neither_update_is_lost(page):
    incident = make_incident(page)
    mine = Incident.objects.get(pk=incident.pk)
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Theirs.", by=None)

    with pytest.raises(IncidentChanged):
        post_update(incident=mine, status=IncidentStatus.MONITORING, body="Mine.", by=None)

    fresh = Incident.objects.get(pk=incident.pk)
    post_update(incident=fresh, status=IncidentStatus.MONITORING, body="Mine.", by=None)
    assert [update.body for update in fresh.updates.all()][1:] == ["Theirs.", "Mine."]


def test_edit_keeps_the_earlier_text_and_its_author(page, responder):
    incident = make_incident(page)
    update = incident.updates.get()

    edit_update(update=update, body="Corrected.", by=responder)

    revision = update.revisions.get()
    assert (revision.body, revision.replaced_by) == ("We are looking into it.", responder)
    assert update.edited_at is not None


@pytest.mark.parametrize(
    ("status", "moment"),
    [(IncidentStatus.RESOLVED, "resolved_at"), (IncidentStatus.MONITORING, "monitoring_at")],
)
def test_moving_an_update_moves_the_time_that_it_gave(page, status, moment):
    now = timezone.now()
    incident = make_incident(page, at=now - timedelta(hours=2))
    last = post_update(incident=incident, status=status, body="Done.", by=None, at=now - timedelta(minutes=30))

    edit_update(update=last, body="Done.", posted_at=now - timedelta(minutes=40), by=None)

    incident.refresh_from_db()
    assert getattr(incident, moment) == now - timedelta(minutes=40)


def test_moving_the_first_update_moves_the_beginning_that_it_gave(page):
    now = timezone.now()
    incident = make_incident(page, at=now - timedelta(hours=2))

    edit_update(update=incident.updates.get(), body="Earlier.", posted_at=now - timedelta(hours=3), by=None)

    incident.refresh_from_db()
    assert incident.started_at == now - timedelta(hours=3)
    assert incident.moment_records.filter(moment=Moment.STARTED).last().source == MomentSource.UPDATE
    assert store_metrics(incident.pk).time_to_first_update_seconds == 0


def test_moving_an_update_leaves_a_beginning_that_somebody_gave(page):
    now = timezone.now()
    began = now - timedelta(hours=3)
    incident = make_incident(page, at=now - timedelta(hours=2), moments={Moment.STARTED: began})

    edit_update(update=incident.updates.get(), body="Later.", posted_at=now - timedelta(hours=1), by=None)

    incident.refresh_from_db()
    assert incident.started_at == began


def test_newest_update_says_what_the_incident_is(page):
    now = timezone.now()
    incident = make_incident(page, at=now - timedelta(hours=2))
    post_update(
        incident=incident, status=IncidentStatus.IDENTIFIED, body="Found.", by=None, at=now - timedelta(hours=1)
    )

    with pytest.raises(LifecycleError, match="A newer update says identified") as refused:
        post_update(
            incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None, at=now - timedelta(minutes=90)
        )
    assert refused.value.field == "posted_at"
    late = post_update(
        incident=incident, status=IncidentStatus.IDENTIFIED, body="More.", by=None, at=now - timedelta(minutes=90)
    )
    assert late == incident.updates.all()[1]

    last = post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None, at=now)
    found = incident.updates.get(body="Found.")
    for update, moved in ((last, now - timedelta(minutes=70)), (found, now + timedelta(minutes=1))):
        with pytest.raises(LifecycleError, match="another story") as refused:
            edit_update(update=update, body="Moved.", posted_at=moved, by=None)
        assert refused.value.field == "posted_at"


def test_correction_needs_a_reason_and_keeps_every_belief(page, responder):
    incident = make_incident(page)
    earlier = incident.started_at - timedelta(minutes=9)

    with pytest.raises(LifecycleError) as refused:
        correct_moment(incident=incident, moment=Moment.STARTED, value=earlier, by=responder)
    assert refused.value.field == "reason"

    correct_moment(incident=incident, moment=Moment.STARTED, value=earlier, by=responder, reason="Seen in the logs.")
    beliefs = incident.moment_records.filter(moment=Moment.STARTED)
    assert [(b.source, b.recorded_by) for b in beliefs] == [("update", None), ("manual", responder)]


def test_contradiction_is_refused_by_both_names(page):
    incident = make_incident(page)

    with pytest.raises(MomentContradiction) as refused:
        correct_moment(
            incident=incident, moment=Moment.MITIGATED, value=incident.started_at - timedelta(minutes=1), by=None
        )

    assert refused.value.moments == ("mitigated", "started")
    incident.refresh_from_db()
    assert incident.mitigated_at is None


def test_future_moment_is_refused(page):
    incident = make_incident(page)

    with pytest.raises(LifecycleError, match="future"):
        correct_moment(incident=incident, moment=Moment.DETECTED, value=timezone.now() + timedelta(minutes=6), by=None)


def test_reopening_is_not_told_below_the_update_that_resolved_it(page):
    now = timezone.now()
    incident = make_incident(page, at=now - timedelta(hours=3))
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)
    earlier = now - timedelta(hours=2)
    correct_moment(incident=incident, moment=Moment.MITIGATED, value=earlier, by=None, reason="Seen in the logs.")
    correct_moment(incident=incident, moment=Moment.RESOLVED, value=earlier, by=None, reason="Seen in the logs.")

    with pytest.raises(LifecycleError) as refused:
        reopen_incident(incident=incident, body="Again.", by=None, at=now - timedelta(hours=1))

    assert refused.value.field == "posted_at"


def test_reopening_keeps_the_ended_interval(page):
    now = timezone.now()
    website = make_component(page)
    incident = make_incident(page, at=now - timedelta(hours=3), affecting={website: MAJOR})
    correct_moment(incident=incident, moment=Moment.MITIGATED, value=now - timedelta(hours=2), by=None)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None, at=now - timedelta(hours=2))

    reopen_incident(
        incident=incident, body="It is back.", by=None, at=now - timedelta(hours=1), component_statuses={website: MAJOR}
    )
    assert (incident.resolved_at, incident.mitigated_at, incident.is_open) == (None, None, True)
    assert status_at(website, now) == MAJOR

    with pytest.raises(MomentContradiction, match="begun after it had ended"):
        correct_moment(
            incident=incident, moment=Moment.STARTED, value=now - timedelta(minutes=90), by=None, reason="A guess."
        )
    correct_moment(incident=incident, moment=Moment.MITIGATED, value=now - timedelta(minutes=30), by=None)
    figures = store_metrics(incident.pk)
    assert figures.ttr_seconds == 150 * 60
    assert figures.impact_seconds == 90 * 60


def test_backfilled_incident_notifies_nobody(page, heard):
    now = timezone.now()

    incident = open_incident(
        page=page,
        name="Yesterday's outage",
        body="It is over.",
        by=None,
        status=IncidentStatus.RESOLVED,
        at=now - timedelta(hours=20),
        moments={Moment.STARTED: now - timedelta(hours=21)},
        backfilled=True,
    )

    assert [change.notify for change in heard if isinstance(change, UpdatePosted)] == [False]
    assert store_metrics(incident.pk).time_to_first_update_seconds is None


def test_component_of_another_page_is_refused(page):
    other = make_component(make_page("Other"))

    with pytest.raises(LifecycleError, match="not a component of this page"):
        make_incident(page, affecting={other: MAJOR})


def test_component_that_an_open_incident_lists_cannot_be_archived(page):
    website = make_component(page)
    make_incident(page, affecting={website: MAJOR})

    with pytest.raises(LifecycleError, match="finish it first"):
        archive_component(component=website, by=None)


def test_postmortem_waits_for_the_end_and_keeps_revisions(page, responder):
    incident = make_incident(page)
    save_postmortem_draft(incident=incident, body="First.", by=responder)
    with pytest.raises(TransitionRefused):
        publish_postmortem(incident=incident, by=responder)

    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)
    save_postmortem_draft(incident=incident, body="Second.", by=responder)
    postmortem = publish_postmortem(incident=incident, by=responder)

    assert (postmortem.published_body, incident.status) == ("Second.", IncidentStatus.POSTMORTEM)
    assert [revision.body for revision in postmortem.revisions.all()] == ["First.", "Second.", "Second."]


def test_action_item_keeps_its_history(page, responder):
    item = add_action_item(incident=make_incident(page), title="Upgrade", kind="prevent", by=responder)

    change_action_item(item=item, by=responder, status="done", evidence="It runs.", owner=responder)

    assert item.completed_at is not None
    assert {(c.field, c.before, c.after) for c in item.changes.all()} == {
        ("status", "open", "done"),
        ("evidence", "", "It runs."),
        ("owner", "", responder.display_name),
    }
    with pytest.raises(LifecycleError, match="why"):
        change_action_item(item=item, by=responder, status="wont_do")


def test_drill_never_reaches_the_real_page(page, heard):
    website = make_component(page)
    drill = open_drill(page=page, name="Practice", body="Pretend.", by=None, component_statuses={website: MAJOR})

    assert drill.page.drill_for == page
    assert status_at(website, timezone.now()) == OPERATIONAL
    assert not page.incidents.exists()
    assert not Incident.objects.public().exists()
    assert store_metrics(drill.pk).time_to_first_update_seconds is not None
