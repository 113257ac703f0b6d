"""From draft to closed: what may follow what, what each step asks for, and ten seconds to take a publication back."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from incidents.choices import ActionItemKind, IncidentStatus, Moment, PostmortemStatus
from incidents.errors import LifecycleError, PostmortemChanged, PostmortemMoveRefused
from incidents.lifecycle import (
    add_action_item,
    add_postmortem_image,
    comment_on_postmortem,
    confirm_moments,
    correct_moment,
    explain_no_action,
    move_postmortem,
    open_incident,
    release_due_publications,
    reopen_incident,
    save_postmortem_draft,
    schedule_publication,
    start_postmortem,
    withdraw_publication,
)
from incidents.lifecycle.postmortem_publishing import TIME_TO_UNDO
from incidents.lifecycle.postmortem_writing import write_postmortem
from incidents.models import Postmortem
from incidents.postmortems.workflow import NEXT, may_follow
from tests.factories import make_incident, make_user

S = PostmortemStatus
TEXT = """\
## Summary

It broke.

## Impact

300 people.

## Timeline

Nine.

## Contributing factors

A cache.
"""


@pytest.fixture
def reviewer(db):
    return make_user("reviewer", password=None)


@pytest.fixture
def approved(incident, responder, reviewer):
    """An incident whose postmortem was approved."""
    save_postmortem_draft(incident=incident, body=f"{TEXT}[[internal: secret]]\n", by=responder)
    explain_no_action(incident=incident, reason="A drill of the real thing.", by=responder)
    move_postmortem(incident=incident, to=S.IN_REVIEW, by=responder)
    move_postmortem(incident=incident, to=S.APPROVED, by=reviewer)
    return incident


def status_of(incident):
    return Postmortem.objects.get(incident=incident).status


def publish(incident, by, **fields):
    at = timezone.now()
    schedule_publication(incident=incident, by=by, at=at, **fields)
    release_due_publications(at + TIME_TO_UNDO)
    incident.refresh_from_db()
    return Postmortem.objects.get(incident=incident)


def test_review_asks_for_sections_and_for_what_follows(incident, responder):
    save_postmortem_draft(incident=incident, body="## Summary\n\nIt broke.\n\n## Impact\n", by=responder)

    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=incident, to=S.IN_REVIEW, by=responder)

    assert refusal.value.unmet == (
        "Write “Impact”: nobody has yet.",
        "Write “Timeline”: nobody has yet.",
        "Write “Contributing factors”: nobody has yet.",
        "There is an action item, or a recorded reason why nothing is to be done.",
    )
    assert status_of(incident) == S.DRAFT


def test_a_required_section_that_an_edit_took_out_stands_in_the_way_of_an_approval(
    approved, responder, reviewer, client
):
    publish(approved, responder)
    save_postmortem_draft(incident=approved, body=TEXT.replace("## Summary", "## Summaryxx"), by=responder)

    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=approved, to=S.APPROVED, by=reviewer)

    assert refusal.value.unmet == ("Write “Summary”: nobody has yet.",)
    assert status_of(approved) == S.IN_REVIEW
    client.force_login(reviewer)
    review = client.get(reverse("console:postmortem-review", args=[approved.code])).content.decode()
    assert "Write “Summary”: nobody has yet." in review
    assert re.search(r"<button[^>]*\sdisabled>Approve this text", review)


def test_what_was_out_without_a_section_can_be_corrected_without_it(approved, responder, reviewer):
    postmortem = publish(approved, responder)
    without = TEXT.split("## Impact")[0]
    write_postmortem(postmortem, at=timezone.now(), published_body=without)
    save_postmortem_draft(incident=approved, body=f"{without}Corrected.\n", by=responder)

    assert move_postmortem(incident=approved, to=S.APPROVED, by=reviewer).status == S.APPROVED


def test_an_unsettled_merge_and_a_mark_without_its_end_stand_in_the_way(incident, responder):
    unsettled = f"{TEXT}<<<<<<< written by Ada\n[[internal: x\n![ ](/media/postmortems/x.png)"
    save_postmortem_draft(incident=incident, body=unsettled, by=responder)
    explain_no_action(incident=incident, reason="None.", by=responder)

    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=incident, to=S.IN_REVIEW, by=responder)

    assert refusal.value.unmet[0].startswith("Line 16: two versions")
    assert refusal.value.unmet[1].startswith("Line 18: say between the brackets")
    assert refusal.value.unmet[2].startswith("Line 17: this internal passage is never closed")


def test_nobody_approves_what_they_wrote(incident, responder, reviewer):
    save_postmortem_draft(incident=incident, body=TEXT, by=responder)
    explain_no_action(incident=incident, reason="None.", by=responder)
    move_postmortem(incident=incident, to=S.IN_REVIEW, by=responder)

    with pytest.raises(PostmortemMoveRefused, match="Somebody other"):
        move_postmortem(incident=incident, to=S.APPROVED, by=responder)
    save_postmortem_draft(incident=incident, body=f"{TEXT}More.", by=reviewer)
    with pytest.raises(PostmortemMoveRefused, match="Somebody other"):
        move_postmortem(incident=incident, to=S.APPROVED, by=reviewer)


def test_an_approval_holds_for_the_text_it_was_given_to(approved, responder, reviewer):
    save_postmortem_draft(incident=approved, body=f"{TEXT}Changed.", by=responder)

    postmortem = Postmortem.objects.get(incident=approved)
    assert (postmortem.status, postmortem.approved_by) == (S.IN_REVIEW, None)
    with pytest.raises(PostmortemMoveRefused):
        schedule_publication(incident=approved, by=responder)
    with pytest.raises(LifecycleError, match="changed since you read it"):
        move_postmortem(incident=approved, to=S.APPROVED, by=reviewer, seen=TEXT)
    event = postmortem.events.last()
    assert (event.before, event.after, event.reason) == (
        "approved",
        "in_review",
        "The text was edited after it had been approved.",
    )


def test_a_step_back_needs_a_reason(approved, reviewer):
    with pytest.raises(LifecycleError, match="Say why") as refusal:
        move_postmortem(incident=approved, to=S.DRAFT, by=reviewer)
    assert refusal.value.field == "reason"

    assert move_postmortem(incident=approved, to=S.DRAFT, by=reviewer, reason="Too thin.").status == S.DRAFT


def test_goes_out_after_ten_seconds_without_what_is_internal(approved, responder):
    at = timezone.now()
    schedule_publication(incident=approved, by=responder, at=at)

    assert release_due_publications(at + TIME_TO_UNDO - timedelta(milliseconds=1)) == 0
    assert not Postmortem.objects.get(incident=approved).is_published
    assert release_due_publications(at + TIME_TO_UNDO) == 1
    assert release_due_publications(at + TIME_TO_UNDO) == 0

    postmortem = Postmortem.objects.select_related("incident").get(incident=approved)
    assert (postmortem.status, postmortem.published_body) == (S.PUBLISHED, TEXT)
    assert (postmortem.published_at, postmortem.pending_body) == (at + TIME_TO_UNDO, "")
    assert postmortem.incident.status == IncidentStatus.POSTMORTEM


def test_can_be_taken_back_within_ten_seconds_and_not_after(approved, responder):
    at = timezone.now()
    schedule_publication(incident=approved, by=responder, at=at)
    with pytest.raises(LifecycleError, match="just going out"):
        save_postmortem_draft(incident=approved, body="Late.", by=responder)

    withdraw_publication(incident=approved, by=responder, at=at + timedelta(seconds=9))

    assert status_of(approved) == S.APPROVED
    assert release_due_publications(at + timedelta(hours=1)) == 0
    schedule_publication(incident=approved, by=responder, at=at)
    with pytest.raises(LifecycleError, match="ten seconds are over"):
        withdraw_publication(incident=approved, by=responder, at=at + TIME_TO_UNDO)


def test_what_waits_comes_back_when_the_incident_is_opened_again(approved, responder):
    at = timezone.now()
    schedule_publication(incident=approved, by=responder, at=at)
    approved.refresh_from_db()
    reopen_incident(
        incident=approved, body="It is back.", by=responder, status=IncidentStatus.INVESTIGATING, reason="Relapse."
    )

    assert release_due_publications(at + TIME_TO_UNDO) == 0

    postmortem = Postmortem.objects.get(incident=approved)
    assert (postmortem.status, postmortem.published_at) == (S.APPROVED, None)
    assert "Resolve it first" in postmortem.events.last().reason


def test_a_correction_needs_an_approval_and_a_note_that_the_public_reads(approved, responder, reviewer):
    first = publish(approved, responder)
    save_postmortem_draft(incident=approved, body=f"{TEXT}Corrected.\n", by=responder)
    assert Postmortem.objects.get(incident=approved).published_body == TEXT
    move_postmortem(incident=approved, to=S.APPROVED, by=reviewer)

    with pytest.raises(LifecycleError, match="Say what was corrected"):
        schedule_publication(incident=approved, by=responder)
    with pytest.raises(LifecycleError, match="internal"):
        schedule_publication(incident=approved, by=responder, note="[[internal: x]]")
    with pytest.raises(LifecycleError, match="can't hold internal passages"):
        schedule_publication(incident=approved, by=responder, note="Numbers [internal: they threatened to sue]")
    corrected = publish(approved, responder, note="The number of people.")

    assert corrected.published_body == f"{TEXT}Corrected.\n"
    assert corrected.published_at == first.published_at
    assert [each.note for each in corrected.corrections.all()] == ["The number of people."]


def test_closing_asks_for_confirmed_moments_and_complete_items_or_a_reason(approved, responder):
    publish(approved, responder)
    now = timezone.now()
    correct_moment(incident=approved, moment=Moment.DETECTED, value=approved.started_at, by=responder)
    if approved.mitigated_at is None:
        correct_moment(incident=approved, moment=Moment.MITIGATED, value=approved.resolved_at, by=responder)
    add_action_item(incident=approved, title="Alert on it", kind=ActionItemKind.DETECT, by=responder)

    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=approved, to=S.CLOSED, by=responder)
    assert refusal.value.unmet[0] == "Somebody confirmed the moments as they are now."
    assert refusal.value.unmet[1].startswith("“Alert on it” needs an owner")

    confirm_moments(incident=approved, by=responder)
    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=approved, to=S.CLOSED, by=responder)
    assert len(refusal.value.unmet) == 1
    correct_moment(
        incident=approved,
        moment=Moment.DETECTED,
        value=now - timedelta(days=1),
        by=responder,
        reason="The logs say so.",
    )
    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=approved, to=S.CLOSED, by=responder)
    assert len(refusal.value.unmet) == 2

    closed = move_postmortem(incident=approved, to=S.CLOSED, by=responder, reason="The team is gone.")
    assert (closed.status, closed.events.last().reason) == (S.CLOSED, "The team is gone.")
    with pytest.raises(LifecycleError, match="closed"):
        save_postmortem_draft(incident=approved, body="Late.", by=responder)


def test_an_image_is_public_while_a_published_text_shows_it(approved, responder, reviewer):
    graph = io.BytesIO()
    Image.new("RGB", (4, 3)).save(graph, "PNG")
    image = add_postmortem_image(incident=approved, png=graph.getvalue(), alt="A graph", by=responder)
    publish(approved, responder)
    image.refresh_from_db()
    assert not image.is_public

    for text, is_public in ((f"{TEXT}![A graph]({image.path})\n", True), (TEXT, False)):
        save_postmortem_draft(incident=approved, body=text, by=responder)
        move_postmortem(incident=approved, to=S.APPROVED, by=reviewer)
        publish(approved, responder, note="The graph.")
        image.refresh_from_db()
        assert image.is_public == is_public


def test_of_two_at_once_one_is_told(approved, responder):
    stale = Postmortem.objects.get(incident=approved)
    confirm_moments(incident=approved, by=responder)

    with pytest.raises(PostmortemChanged):
        write_postmortem(stale, at=timezone.now(), status=S.DRAFT)


def test_a_comment_is_about_words_that_are_there(approved, reviewer):
    comment_on_postmortem(incident=approved, body="How many?", passage="300\npeople.", by=reviewer)
    with pytest.raises(LifecycleError) as refusal:
        comment_on_postmortem(incident=approved, body="How many?", passage="400 people", by=reviewer)
    assert refusal.value.field == "passage"


@pytest.mark.parametrize(
    "passage",
    [
        "About 300 people saw errors",
        "About **300** [people]",
        "Figure\tValue\nTime to detect\t4 min",
        "09:00 It broke (update)\n\n09:10 It was found",
        "they said: R&D <b> was asleep",
    ],
)
def test_a_comment_may_be_about_words_as_the_page_shows_them(approved, responder, reviewer, client, passage):
    text = (
        "About **300** [people](https://x.test) *saw errors*. [[internal: they said: R&D `<b>` was asleep]]\n\n"
        "| Figure | Value |\n| --- | --- |\n| Time to detect | 4 min |\n\n"
        "- 09:00 **It broke** (update) <!-- entry:update-x -->\n- 09:10 It was found\n"
    )
    save_postmortem_draft(incident=approved, body=f"{TEXT}\n{text}", by=responder)

    comment_on_postmortem(incident=approved, body="Really?", passage=passage, by=reviewer)

    client.force_login(reviewer)
    review = client.get(reverse("console:postmortem-review", args=[approved.code])).content.decode()
    assert "Really?" in review
    assert "These words have been changed since" not in review


def test_the_draft_starts_with_the_facts(incident, responder):
    postmortem = start_postmortem(incident=incident, by=responder)

    update = incident.updates.first()
    assert f"<!-- entry:update-{update.code} -->" in postmortem.draft
    assert "{{" not in postmortem.draft
    assert start_postmortem(incident=incident, by=None).pk == postmortem.pk
    with pytest.raises(PostmortemMoveRefused) as refusal:
        move_postmortem(incident=incident, to=S.IN_REVIEW, by=responder)
    assert [words.split("”")[0] for words in refusal.value.unmet[:3]] == [
        "Write “Summary",
        "Write “Impact",
        "Write “Contributing factors",
    ]


def test_names_in_double_braces_within_the_facts_stay_as_they_are(page, responder):
    incident = open_incident(page=page, name="Braces", body="Pages show {{metrics}} and {{name}}.", by=None)

    draft = start_postmortem(incident=incident, by=responder).draft

    assert "Pages show {{metrics}} and {{name}}." in draft
    assert "| Figure |" not in draft


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([*S, "edit", "publish", "undo", "release"]), st.booleans()), max_size=12))
def test_no_sequence_takes_an_illegal_step(page, responder, reviewer, steps):
    writer, other = responder, reviewer
    incident = make_incident(page, status=IncidentStatus.RESOLVED)
    save_postmortem_draft(incident=incident, body=TEXT, by=writer)
    explain_no_action(incident=incident, reason="None.", by=writer)
    at = timezone.now()

    for number, (step, by_writer) in enumerate(steps):
        by, before = writer if by_writer else other, status_of(incident)
        at += timedelta(seconds=6)
        try:
            if step == "edit":
                save_postmortem_draft(incident=incident, body=f"{TEXT}{number}", by=by, at=at)
            elif step == "publish":
                schedule_publication(incident=incident, by=by, note="Better.", at=at)
            elif step == "undo":
                withdraw_publication(incident=incident, by=by, at=at)
            elif step == "release":
                release_due_publications(at)
            else:
                move_postmortem(incident=incident, to=step, by=by, reason="Because.", at=at)
                assert may_follow(S(before), step)
        except LifecycleError:
            assert status_of(incident) == before
        incident.refresh_from_db()

    postmortem = Postmortem.objects.get(incident=incident)
    trail = [(S(event.before), S(event.after)) for event in postmortem.events.all()]
    assert all(after in NEXT[before] for before, after in trail)
    assert [after for _, after in trail[:-1]] == [before for before, _ in trail[1:]]
    if postmortem.status in (S.APPROVED, S.PUBLISHING):
        assert postmortem.approved_body == postmortem.draft
    assert postmortem.is_published == any(after == S.PUBLISHED for _, after in trail)
