"""Action items from the lifecycle: what they keep, refuse and count, and what the public reads of them."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.choices import ActionItemKind, ActionItemStatus, IncidentStatus, Priority, Verdict
from incidents.errors import ItemChanged, LifecycleError
from incidents.lifecycle import (
    add_action_item,
    arrange_action_items,
    change_action_item,
    change_action_items,
    give_verdict,
    name_cause,
    publish_postmortem,
    save_postmortem_draft,
    set_closure_policy,
    verify_action_item,
)
from incidents.models import ActionItem
from status.models import JournalEntry
from tests.factories import make_component, make_incident, make_page, make_user
from tests.status.feeds.reading import atom, json_feed

MAJOR = "major_outage"


@pytest.fixture
def incident(page):
    """A resolved incident."""
    return make_incident(page, status=IncidentStatus.RESOLVED)


def review(incident):
    """Publish the incident's postmortem."""
    save_postmortem_draft(incident=incident, body="Because.", by=None)
    publish_postmortem(incident=incident, by=None)


def make_item(incident, title="Upgrade", kind=ActionItemKind.PREVENT, **fields):
    return add_action_item(incident=incident, title=title, kind=kind, **{"by": None} | fields)


@pytest.mark.parametrize(("priority", "days"), [("p0", 7), ("p1", 30), ("p2", 60), ("p3", 90)])
def test_due_date_comes_from_the_closure_policy(incident, priority, days):
    at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    assert make_item(incident, priority=priority, at=at).due_on == date(2026, 3, 1) + timedelta(days=days)


def test_a_pages_own_policy_counts_and_its_days_are_the_pages(db):
    page = make_page(time_zone="Pacific/Auckland")
    set_closure_policy(page=page, leads=[], p0_days=3, p1_days=14, p2_days=60, p3_days=90)
    late = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # the 2nd there

    assert make_item(make_incident(page), priority=Priority.P0, at=late).due_on == date(2026, 3, 5)


def test_moving_a_due_date_is_counted_and_keeps_the_first(incident):
    item = make_item(incident, due_on=date(2026, 5, 1))

    change_action_item(item=item, by=None, due_on=date(2026, 5, 8))
    change_action_item(item=item, by=None, due_on=date(2026, 6, 1))
    change_action_item(item=item, by=None, due_on=date(2026, 6, 1))

    item.refresh_from_db()
    assert (item.due_moves, item.first_due_on) == (2, date(2026, 5, 1))


def test_a_person_says_what_shows_that_it_is_done(incident, responder):
    item = make_item(incident)

    with pytest.raises(LifecycleError, match="what shows") as refused:
        change_action_item(item=item, by=responder, status=ActionItemStatus.DONE)
    assert refused.value.field == "evidence"
    change_action_item(item=item, by=responder, status=ActionItemStatus.DONE, evidence="https://example.test/1")
    assert item.completed_at
    with pytest.raises(LifecycleError, match="what shows"):
        change_action_item(item=item, by=responder, evidence=" ")


@pytest.mark.parametrize("field", ["title", "public_title"])
def test_what_may_be_public_holds_no_internal_passage(incident, responder, field):
    words = "Rotate keys [[internal: Bob leaked them]]"
    with pytest.raises(LifecycleError, match="internal") as refused:
        make_item(incident, **{field: words})
    assert refused.value.field == field
    with pytest.raises(LifecycleError, match="internal"):
        change_action_item(item=make_item(incident), by=responder, **{field: words})


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(9001, 1, 1), date(1969, 12, 31), date(26, 3, 10)])
def test_a_due_date_has_a_year_that_somebody_can_mean(incident, responder, day):
    item = make_item(incident)
    steps = [
        lambda: make_item(incident, due_on=day),
        lambda: change_action_item(item=item, by=responder, due_on=day),
        lambda: change_action_items(items=[item], by=responder, changes={"due_on": day}),
    ]

    for step in steps:
        with pytest.raises(LifecycleError, match="The due date needs a year from 1970 to 9000") as refused:
            step()
        assert refused.value.field == "due_on"
    assert not item.changes.exists()


def test_a_due_date_that_was_stored_once_keeps_nothing_else_from_changing(incident, responder):
    item = make_item(incident)
    ActionItem.objects.filter(pk=item.pk).update(due_on=date.max)  # nothing refused it before
    item.refresh_from_db()

    change_action_item(item=item, by=responder, title="Renew")
    change_action_item(item=item, by=responder, due_on=None)

    assert (item.title, item.due_on) == ("Renew", None)


def test_whoever_says_that_nobodys_item_is_done_does_not_verify_it(incident, responder):
    item = make_item(incident)
    change_action_item(item=item, by=responder, status=ActionItemStatus.DONE, evidence="It rang in a drill.")

    with pytest.raises(LifecycleError, match="somebody else"):
        verify_action_item(item=item, by=responder)
    assert verify_action_item(item=item, by=make_user("other")).verified_at


def test_whoever_gives_away_what_they_called_done_does_not_verify_it(incident, responder):
    other = make_user("other")
    item = make_item(incident, owner=responder)
    change_action_item(item=item, by=responder, status=ActionItemStatus.DONE, evidence="Trust me.")
    change_action_item(item=item, by=responder, owner=other)

    with pytest.raises(LifecycleError, match="You said that it is done; somebody else"):
        verify_action_item(item=item, by=responder)
    with pytest.raises(LifecycleError, match="than its owner"):
        verify_action_item(item=item, by=other)
    assert verify_action_item(item=item, by=make_user("third")).verified_at


def test_somebody_else_verifies_and_a_change_undoes_it(incident, responder):
    item = make_item(incident, owner=responder)
    other = make_user("other")
    with pytest.raises(LifecycleError, match="done"):
        verify_action_item(item=item, by=other)
    change_action_item(item=item, by=None, status=ActionItemStatus.DONE)
    with pytest.raises(LifecycleError, match="evidence"):
        verify_action_item(item=item, by=other)
    change_action_item(item=item, by=responder, evidence="The alert rang in a drill.")
    with pytest.raises(LifecycleError, match="Somebody else"):
        verify_action_item(item=item, by=responder)

    verify_action_item(item=item, by=other)
    with pytest.raises(LifecycleError, match="verified"):
        change_action_item(item=item, by=responder, owner=other)
    assert item.verified_at
    change_action_item(item=item, by=responder, status=ActionItemStatus.OPEN)

    assert (item.verified_at, item.verified_by) == (None, None)
    assert [(c.before, c.after) for c in item.changes.filter(field="verified_by")] == [("", "other"), ("other", "")]


def test_giving_up_keeps_its_reason_and_starting_again_drops_it(incident, responder):
    item = make_item(incident)

    change_action_item(item=item, by=responder, status=ActionItemStatus.WONT_DO, reason="The service goes away.")
    assert ActionItem.objects.get(pk=item.pk).wont_do_reason == "The service goes away."
    change_action_item(item=item, by=responder, status=ActionItemStatus.OPEN)
    assert item.wont_do_reason == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "wont_do", "completed_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"verified_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"metric": "mttr"},
        {"due_moves": 2},
    ],
)
def test_database_holds_the_rules_too(incident, wrong):
    item = make_item(incident)

    with pytest.raises(IntegrityError), transaction.atomic():
        ActionItem.objects.filter(pk=item.pk).update(**wrong)


def test_of_two_who_change_it_at_once_the_second_is_told(incident):
    item = make_item(incident)
    mine, theirs = ActionItem.objects.get(pk=item.pk), ActionItem.objects.get(pk=item.pk)
    change_action_item(item=theirs, by=None, status=ActionItemStatus.IN_PROGRESS)

    with pytest.raises(ItemChanged):
        change_action_item(item=mine, by=None, title="Something else")
    assert ActionItem.objects.get(pk=item.pk).title == "Upgrade"


def test_bulk_change_is_all_or_nothing(incident, responder):
    first, second = make_item(incident), make_item(incident, "Alert")
    change_action_item(item=first, by=None, evidence="It runs.")

    with pytest.raises(LifecycleError, match="“Alert”"):
        change_action_items(items=[first, second], by=responder, changes={"status": ActionItemStatus.DONE})
    assert not ActionItem.objects.filter(status="done").exists()
    items = ActionItem.objects.all()
    assert change_action_items(items=items, by=responder, changes={"owner": responder, "priority": Priority.P0}) == 2


def test_nothing_is_public_before_the_postmortem_is(page, incident):
    before = JournalEntry.objects.count()
    item = make_item(incident, "Replace Bob's script", is_public=True, public_title="Automate the deployment")
    change_action_item(item=item, by=None, status=ActionItemStatus.IN_PROGRESS)

    assert JournalEntry.objects.count() == before
    assert "deployment" not in json.dumps(json_feed(page))


def test_a_public_item_that_moves_changes_report_and_feeds(page, incident, public):
    item = make_item(incident, "Replace Bob's script", is_public=True, public_title="Automate the deployment")
    make_item(incident, "Talk to the vendor")
    review(incident)
    before, written = json_feed(page)["items"][0], JournalEntry.objects.count()
    page.refresh_from_db()
    stamped = page.updated_at
    at = timezone.now() + timedelta(minutes=5)

    change_action_item(item=item, by=None, status=ActionItemStatus.DONE, evidence="Run 7 by Bob.", at=at)

    after = json_feed(page)["items"][0]
    page.refresh_from_db()
    assert (after["date_modified"], page.updated_at) == (f"{at:%Y-%m-%dT%H:%M:%S}Z", at)
    assert before["date_modified"] < after["date_modified"]
    assert stamped < at
    assert after["_allclear"]["action_items"][0]["status"] == "done"
    assert "Action items: 1 of 1 done\n- Done: Automate the deployment" in after["content_text"]
    assert "<li>Done: Automate the deployment</li>" in atom(page).entries[0].content[0].value
    assert JournalEntry.objects.count() == written + 1
    assert JournalEntry.objects.last().told["action_item"] == {
        "id": item.code,
        "title": "Automate the deployment",
        "status": "done",
        "done": 1,
        "of": 1,
    }
    report = public.get(f"/incidents/{incident.code}").content.decode()
    assert "1 of 1 done" in report
    everything = report + json.dumps(after) + json.dumps([e.told for e in JournalEntry.objects.all()])
    assert "Bob" not in everything
    assert "vendor" not in everything


def test_internal_work_on_a_public_item_is_nobodys_business(page, incident, responder):
    item = make_item(incident, is_public=True)
    review(incident)
    before, written = json_feed(page), JournalEntry.objects.count()

    change_action_item(item=item, by=responder, owner=responder, detail="Ask ops.", due_on=date(2030, 1, 1))

    assert json_feed(page) == before
    assert JournalEntry.objects.count() == written


def test_taking_an_item_out_of_public_changes_the_report(page, incident, public):
    item = make_item(incident, is_public=True)
    review(incident)
    written = JournalEntry.objects.count()

    change_action_item(item=item, by=None, is_public=False)

    assert JournalEntry.objects.count() == written + 1
    assert "action_item" not in JournalEntry.objects.last().told
    assert "Upgrade" not in public.get(f"/incidents/{incident.code}").content.decode()


def test_order_is_the_reports_order(incident, public):
    one, two = make_item(incident, "One", is_public=True), make_item(incident, "Two", is_public=True)
    review(incident)

    arrange_action_items(incident=incident, ordered=[two, one], by=None)

    text = public.get(f"/incidents/{incident.code}").content.decode()
    assert text.index("Two") < text.index("One")
    with pytest.raises(LifecycleError, match="changed meanwhile"):
        arrange_action_items(incident=incident, ordered=[two], by=None)


def test_a_later_incident_that_shares_a_component_counts(page, responder):
    website, api = make_component(page), make_component(page)
    item = make_item(make_incident(page, affecting={website: MAJOR}), "Alert earlier")
    elsewhere = make_incident(page, affecting={api: MAJOR})
    again = make_incident(page, affecting={website: MAJOR, api: MAJOR})

    assert list(ActionItem.objects.sharing_with(again)) == [item]
    assert not ActionItem.objects.sharing_with(elsewhere).exists()
    give_verdict(item=item, incident=again, verdict=Verdict.SHORTENED, by=responder)
    give_verdict(item=item, incident=again, verdict=Verdict.PREVENTED, by=responder)
    with pytest.raises(LifecycleError, match="shares no"):
        give_verdict(item=item, incident=elsewhere, verdict=Verdict.SHORTENED, by=responder)
    assert ActionItem.objects.with_recurrences().get().recurrences == 1

    name_cause(incident=elsewhere, cause="Expired certificate")
    change_action_item(item=item, by=None, cause="expired certificate")
    assert list(ActionItem.objects.sharing_with(elsewhere)) == [item]
