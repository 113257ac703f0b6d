"""The editor and what lies around it, from outside: what is saved, kept, shown, refused, exported and read in again."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from incidents.choices import ActionItemKind, IncidentStatus, Moment, PostmortemStatus
from incidents.lifecycle import (
    add_action_item,
    correct_moment,
    explain_no_action,
    move_postmortem,
    publish_postmortem,
    release_due_publications,
    save_postmortem_draft,
    schedule_publication,
)
from incidents.lifecycle.postmortem_publishing import TIME_TO_UNDO
from incidents.markdown import render, render_marked
from incidents.models import Postmortem
from incidents.postmortems.facts import facts_of
from incidents.postmortems.front_matter import read
from incidents.postmortems.internal import public_text
from tests.factories import make_incident, make_page, make_user

from .asking import BODY, address, latest


def test_starts_from_a_template_of_the_page_with_facts_and_saves(page, incident, console):
    console.post(
        reverse("console:add-postmortem-template"),
        {"name": "Short", "body": "## What\n\n{{moments}}\n", "required": "What"},
    )
    template = page.postmortem_templates.get()
    assert "Short" in console.get(address("postmortem", incident)).content.decode()

    console.post(address("start-postmortem", incident), {"template": template.pk})
    postmortem = Postmortem.objects.get(incident=incident)
    assert postmortem.draft.startswith("## What\n\n| Moment | When |")

    answer = console.post(
        address("postmortem", incident), {"body": "## What\r\n\r\nWords.", "base": latest(postmortem)}, follow=True
    )
    assert "Saved." in answer.content.decode()
    assert Postmortem.objects.get(incident=incident).draft == "## What\n\nWords."


def test_what_was_told_before_the_impact_says_so_among_the_facts(incident):
    alert = incident.started_at - timedelta(minutes=12)
    correct_moment(incident=incident, moment=Moment.DETECTED, value=alert, by=None, reason="There was an alert.")

    facts = facts_of(incident)

    assert "(TTD 12 min before impact)." in facts["detection"]
    assert "| TTD, time to detect | impact began to detected | 12 min before impact |" in facts["metrics"]


def test_the_preview_shows_the_very_bytes_that_are_published(incident, postmortem, console, public):
    preview = console.post(address("preview-postmortem", incident), {"body": BODY}).content.decode()
    publish_postmortem(incident=incident, by=None)
    report = public.get(f"/incidents/{incident.code}").content.decode()

    rendered = render(public_text(BODY))
    assert rendered in preview
    assert rendered in report
    assert "Ada" not in report


def test_the_preview_marks_internal_passages_and_names_the_line_of_one_that_is_never_closed(
    incident, postmortem, console
):
    text = "One *two [[internal: three* **four**\n\n- five ]] six"
    marked = render_marked(text)
    assert "<em>two </em>" not in marked
    assert '<mark class="internal">four</mark>' in marked
    assert "six</mark>" not in marked

    answer = console.post(address("preview-postmortem", incident), {"body": "One\n[[internal: two"}).content.decode()
    assert "Line 2: this internal passage is never closed" in answer
    assert '<mark class="internal">' in answer


def test_a_second_save_is_told_and_shown_both_texts_merged_by_section(incident, postmortem, console, colleague):
    base = latest(postmortem)
    colleague.post(address("postmortem", incident), {"body": BODY.replace("300", "400"), "base": base})

    answer = console.post(address("postmortem", incident), {"body": BODY.replace("broke", "burnt"), "base": base})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "colleague saved this postmortem while you were writing" in page
    assert "It burnt" in answer.context["form"]["body"].value()
    assert "400 people" in answer.context["form"]["body"].value()
    assert Postmortem.objects.get(incident=incident).draft == BODY.replace("300", "400")

    merged = answer.context["form"]
    again = console.post(
        address("postmortem", incident), {"body": merged["body"].value(), "base": merged["base"].value()}
    )
    assert again.status_code == 302


def test_autosave_keeps_every_state_and_says_a_conflict_as_data(incident, postmortem, console, colleague):
    base = latest(postmortem)
    for words in ("One", "Two"):
        answer = console.post(address("autosave-postmortem", incident), {"body": f"{BODY}{words}", "base": base})
        assert answer.status_code == 200
        base = answer.json()["base"]
    stale = colleague.post(address("autosave-postmortem", incident), {"body": f"{BODY}Three", "base": base - 1})
    assert stale.status_code == 409
    merged = stale.json()["merged"]
    assert "One" not in merged.split("<<<<<<<")[0]
    assert "\n<<<<<<< written by colleague\n" in merged
    assert "\n>>>>>>> written by responder\n" in merged
    assert {"message", "panel", "theirs", "merged", "base"} <= stale.json().keys()

    assert [revision.body for revision in postmortem.revisions.all()] == [BODY, f"{BODY}One", f"{BODY}Two"]
    listed = console.get(address("postmortem-revisions", incident)).content.decode()
    assert "1 saved while typing" in listed


def test_an_earlier_text_comes_back_as_a_new_revision(incident, postmortem, console):
    first = latest(postmortem)
    console.post(address("postmortem", incident), {"body": "Other", "base": first})

    compared = console.get(address("postmortem-revision", incident, first) + "?with=now").content.decode()
    assert "<del>" in compared
    console.post(address("restore-postmortem", incident, first))

    assert [revision.body for revision in postmortem.revisions.all()] == [BODY, "Other", BODY]


def test_every_illegal_step_is_answered_with_409_and_changes_nothing(incident, postmortem, console):
    for to in PostmortemStatus:
        answer = console.post(address("move-postmortem", incident), {"to": to, "reason": "x"})
        assert answer.status_code == 409, to
    assert console.post(address("postmortem-publish", incident), {}).status_code == 409
    assert Postmortem.objects.get(incident=incident).status == PostmortemStatus.DRAFT


def test_review_publish_undo_and_correct(incident, postmortem, console, colleague, public):
    console.post(address("explain-no-action", incident), {"reason": "It was a test."})
    whole = f"{BODY}\n## Timeline\n\n- Nine.\n\n## Contributing factors\n\nA cache.\n"
    console.post(address("postmortem", incident), {"body": whole, "base": latest(postmortem)})
    assert console.post(address("move-postmortem", incident), {"to": "in_review"}).status_code == 302
    colleague.post(address("comment-on-postmortem", incident), {"comment": "How many?", "passage": "300 people."})
    assert "How many?" in console.get(address("postmortem-review", incident)).content.decode()
    console.post(address("settle-comment", incident, postmortem.comments.get().pk))
    seen = {"to": "approved", "seen": latest(postmortem)}
    assert console.post(address("move-postmortem", incident), seen).status_code == 409
    assert colleague.post(address("move-postmortem", incident), seen).status_code == 302

    before = console.get(address("postmortem-publish", incident)).content.decode()
    assert f"/incidents/{incident.code}, of the feeds" in before
    whole_report = console.get(reverse("report-preview", args=[incident.code])).content.decode()
    assert render(public_text(whole)) in whole_report
    assert "Postmortem" not in public.get(f"/incidents/{incident.code}").content.decode()
    going = console.post(address("postmortem-publish", incident), {"notify": "on"}, follow=True).content.decode()
    assert "Undo" in going
    console.post(address("undo-publication", incident))
    assert Postmortem.objects.get(incident=incident).status == PostmortemStatus.APPROVED

    console.post(address("postmortem-publish", incident), {"notify": "on"})
    release_due_publications(timezone.now() + TIME_TO_UNDO)
    assert "300 people" in public.get(f"/incidents/{incident.code}").content.decode()
    console.post(address("postmortem", incident), {"body": whole.replace("300", "400"), "base": latest(postmortem)})
    assert "300 people" in public.get(f"/incidents/{incident.code}").content.decode()
    colleague.post(address("move-postmortem", incident), {"to": "approved"})
    refused = console.post(address("postmortem-publish", incident), {})
    assert refused.status_code == 409
    assert "Say what was corrected" in refused.content.decode()
    console.post(address("postmortem-publish", incident), {"note": "It was 400 people."})
    release_due_publications(timezone.now() + TIME_TO_UNDO)
    report = public.get(f"/incidents/{incident.code}").content.decode()
    assert "400 people" in report
    assert "It was 400 people." in report
    assert "Corrected on <time" in report


def test_whoever_looks_puts_out_what_a_dead_worker_left(incident, postmortem, console, responder):
    explain_no_action(incident=incident, reason="x", by=responder)
    whole = f"{BODY}\n## Timeline\n\nx\n\n## Contributing factors\n\nx\n"
    save_postmortem_draft(incident=incident, body=whole, by=responder)
    move_postmortem(incident=incident, to=PostmortemStatus.IN_REVIEW, by=responder)
    move_postmortem(incident=incident, to=PostmortemStatus.APPROVED, by=make_user("reviewer", password=None))
    schedule_publication(incident=incident, by=responder)
    assert "Undo" in console.get(address("postmortem-publish", incident)).content.decode()

    Postmortem.objects.update(publish_due_at=timezone.now())  # ten seconds later
    assert "It is public since" in console.get(address("postmortem-publish", incident)).content.decode()


def picture(form="JPEG", **options):
    written = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(written, form, **options)
    return written.getvalue()


def test_an_image_is_told_by_its_bytes_and_needs_words(incident, postmortem, console):
    upload = SimpleUploadedFile("x.txt", picture(), "text/plain")
    send = address("postmortem-images", incident)
    answer = console.post(send, {"image": upload, "alt": "A graph"}, headers={"accept": "application/json"})

    image = postmortem.images.get()
    assert answer.json()["markdown"] == f"![A graph]({image.path})"
    assert f'src="{image.path}" alt="A graph"' in answer.json()["item"]
    assert image.file.read().startswith(b"\x89PNG")
    assert f'<img alt="A graph" src="{image.path}" width="20" height="10">' in render(answer.json()["markdown"])
    for name, content, alt, problem in (
        ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "A", "not a PNG, JPEG, WebP or GIF"),
        ("x.png", picture(), " ", "What it shows: This field is required."),
        ("x.png", picture() + b"\0" * 5_000_000, "A", "larger than 5 MB"),
    ):
        answer = console.post(
            send, {"image": SimpleUploadedFile(name, content), "alt": alt}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 422
        assert problem in answer.json()["message"]
    assert postmortem.images.count() == 1


def test_a_markdown_export_reads_in_again_to_the_same(incident, postmortem, console, responder):
    add_action_item(incident=incident, title='Say "no": it\'s', kind=ActionItemKind.PREVENT, by=responder)
    exported = console.get(address("export-postmortem", incident, "internal.md"))
    facts, text = read(exported.content.decode())
    assert text == BODY
    assert facts["action_items"][0]["title"] == 'Say "no": it\'s'
    assert exported.headers["Content-Disposition"].startswith("attachment")

    def bring(content):
        file = SimpleUploadedFile("x.md", content)
        return console.post(address("postmortem-exports", incident), {"file": file}, follow=True)

    bring(exported.content)
    assert postmortem.revisions.count() == 1
    bring(exported.content.replace(b"300 people", b"500 people"))
    assert "500 people" in Postmortem.objects.get(incident=incident).draft
    again = read(console.get(address("export-postmortem", incident, "internal.md")).content.decode())
    assert again[0] | {"exported_at": 0, "revision": 0} == facts | {"exported_at": 0, "revision": 0}

    other = exported.content.replace(incident.code.encode(), b"other")
    assert "not of this one" in bring(other).content.decode()
    assert "an export begins with" in bring(b"# Hello").content.decode()
    publish_postmortem(incident=incident, by=None)
    shown = console.get(address("export-postmortem", incident, "public.md")).content
    assert "internal passages would be lost" in bring(shown).content.decode()


def test_facts_that_a_file_tells_otherwise_are_named(incident, postmortem, console, responder):
    add_action_item(incident=incident, title="Alert earlier", kind=ActionItemKind.DETECT, by=responder)
    exported = console.get(address("export-postmortem", incident, "internal.md")).content
    changed = exported.replace(b"Alert earlier", b"Alert later")
    changed = changed.replace(b'no_action_reason: ""', b'no_action_reason: "Retired."')

    file = SimpleUploadedFile("x.md", changed)
    answer = console.post(address("postmortem-exports", incident), {"file": file}, follow=True)

    said = "The file tells action items, the reason why nothing is to be done otherwise than the incident does"
    assert said in answer.content.decode()


def test_what_may_not_be_read_in_is_said_as_a_refusal(incident, postmortem, console, responder):
    exported = console.get(address("export-postmortem", incident, "internal.md")).content
    publish_postmortem(incident=incident, by=responder)
    move_postmortem(incident=incident, to=PostmortemStatus.CLOSED, by=responder, reason="The team is gone.")

    file = SimpleUploadedFile("x.md", exported.replace(b"300 people", b"500 people"))
    answer = console.post(address("postmortem-exports", incident), {"file": file}, follow=True)

    assert [(said.level_tag, said.message) for said in answer.context["messages"]] == [
        ("error", "This postmortem is closed; reopen it first.")
    ]
    assert Postmortem.objects.get(incident=incident).draft == BODY


@pytest.mark.parametrize("name", ["internal.html", "internal.pdf", "internal.json", "public.html", "public.pdf"])
def test_exports_say_whom_they_are_for(incident, postmortem, console, name):
    if name.startswith("public"):
        assert console.get(address("export-postmortem", incident, name)).status_code == 404
        publish_postmortem(incident=incident, by=None)

    body = console.get(address("export-postmortem", incident, name)).content

    if name.endswith("pdf"):
        assert body.startswith(b"%PDF-")
        assert len(body) > 5_000
    elif name.endswith("json"):
        assert json.loads(body)["audience"] == "internal"
    else:
        assert ("colleagues only" in body.decode()) == name.startswith("internal")
        assert ("Ada" in body.decode()) == name.startswith("internal")
        assert "src=" not in body.decode()


def test_another_pages_postmortem_is_not_found(console, responder, page):
    other = make_incident(make_page("Other"), status=IncidentStatus.RESOLVED)
    save_postmortem_draft(incident=other, body=BODY, by=responder)

    for name in ("postmortem", "postmortem-review", "postmortem-publish", "postmortem-revisions", "postmortem-exports"):
        assert console.get(address(name, other)).status_code == 404
    assert console.get(reverse("report-preview", args=[other.code])).status_code == 404


def test_lists_take_as_many_queries_for_twenty(page, console, django_assert_max_num_queries, responder):
    def written():
        found = make_incident(page, status=IncidentStatus.RESOLVED)
        return save_postmortem_draft(incident=found, body=BODY, by=responder)

    one_written = written()

    def count(address):
        with django_assert_max_num_queries(40) as counted:
            assert console.get(address).status_code == 200
        return len(counted.captured_queries)

    revisions = address("postmortem-revisions", one_written.incident)
    review = address("postmortem-review", one_written.incident)
    first = [count(path) for path in (reverse("console:postmortems"), revisions, review)]
    for number in range(19):
        written()
        save_postmortem_draft(incident=one_written.incident, body=f"{BODY}{number}", by=responder)
        one_written.comments.create(body="x", author=responder, created_at=timezone.now())
    assert [count(path) for path in (reverse("console:postmortems"), revisions, review)] == first


@pytest.mark.parametrize("status", PostmortemStatus)
def test_a_locked_text_takes_no_words_and_only_a_script_says_that_all_is_saved(incident, postmortem, console, status):
    due = timezone.now() + timedelta(hours=1) if status == PostmortemStatus.PUBLISHING else None
    Postmortem.objects.filter(incident=incident).update(status=status, publish_due_at=due)

    shown = console.get(address("postmortem", incident)).content.decode()

    is_locked = status in (PostmortemStatus.PUBLISHING, PostmortemStatus.CLOSED)
    assert (" readonly" in re.search(r'<textarea name="body"[^>]*>', shown)[0]) is is_locked
    assert "All is saved." not in shown


def test_the_room_leads_to_the_postmortem(incident, postmortem, console, responder):
    explain_no_action(incident=incident, reason="x", by=responder)
    save_postmortem_draft(
        incident=incident, body=f"{BODY}\n## Timeline\n\nx\n\n## Contributing factors\n\nx\n", by=responder
    )
    move_postmortem(incident=incident, to=PostmortemStatus.IN_REVIEW, by=responder)

    room = console.get(reverse("console:incident", args=[incident.code])).content.decode()

    assert address("postmortem", incident) in room
    assert "In review" in room
