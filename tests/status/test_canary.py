"""Nothing that is meant for colleagues is in anything public; documents and files that come later are found too."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from incidents.choices import (
    ActionItemKind,
    ActionItemStatus,
    ComponentStatus,
    IncidentStatus,
    Moment,
    PostmortemStatus,
)
from incidents.images import png_of
from incidents.lifecycle import (
    add_action_item,
    add_postmortem_image,
    change_action_item,
    comment_on_postmortem,
    correct_moment,
    explain_no_action,
    move_postmortem,
    name_cause,
    open_drill,
    open_incident,
    post_update,
    release_due_publications,
    reopen_incident,
    save_postmortem_draft,
    schedule_publication,
    verify_action_item,
)
from incidents.lifecycle.postmortem_publishing import TIME_TO_UNDO
from incidents.models import Page, Postmortem
from incidents.postmortems.exports import FORMS, INTERNAL, PUBLIC, export_of
from status.break_glass import standby
from status.publishing import registry
from status.publishing.publisher import publish, publish_archive, store
from tests.factories import make_component, make_page, make_user
from tests.pdfs import everything_in, is_pdf, text_of

CANARY = "c4n4ry"
PUBLIC_WORDS = "a proxy crashed"
TEXT = f"""\
## Summary

On that day {PUBLIC_WORDS}. [[internal: {CANARY} one [[internal: {CANARY} two]] and [{CANARY}](https://x.test)]]

<!-- {CANARY} in a comment -->

[[internal:

```
{CANARY} in code
```

| {CANARY} | b |
| --- | --- |
| {CANARY} | ![{CANARY}](/media/postmortems/{CANARY}.png) |

]]
## Impact

12 people.

## Timeline

- 09:00 It broke. *(update)* [[internal: {CANARY}]] <!-- entry:{CANARY} -->

## Contributing factors

A cache.

## Action items

- [ ] Upgrade {CANARY} (prevent, P0, @{CANARY})
"""


def photograph():
    """A picture that was taken with the canary for a camera, as it is kept."""
    taken, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = CANARY
    Image.new("RGB", (40, 30), "teal").save(taken, "JPEG", exif=exif, comment=CANARY.encode())
    assert CANARY.encode() in taken.getvalue()
    return png_of(taken, max_side=2_000)


@pytest.fixture(scope="module")
def written(module_db):
    """An incident with a published postmortem, and the canary wherever colleagues can write what isn't public."""
    page = make_page()
    responder, reviewer = (make_user(name, password=None, first_name=CANARY) for name in ("writer", "reviewer"))
    website = make_component(page, "Website")
    began = timezone.now() - timedelta(days=2)
    incident = open_incident(
        page=page,
        name="The website was down",
        body="We are looking.",
        by=responder,
        at=began,
        component_statuses={website: ComponentStatus.MAJOR_OUTAGE},
        moments={Moment.STARTED: began},
    )
    correct_moment(
        incident=incident, moment=Moment.STARTED, value=began - timedelta(minutes=9), by=responder, reason=CANARY
    )
    correct_moment(incident=incident, moment=Moment.DETECTED, value=began, by=responder, reason=CANARY)
    post_update(
        incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=responder, at=began + timedelta(hours=1)
    )
    reopen_incident(
        incident=incident,
        body="It is back.",
        by=responder,
        status=IncidentStatus.INVESTIGATING,
        impact_resumed_at=began + timedelta(hours=2),
        reason=CANARY,
        at=began + timedelta(hours=2),
    )
    post_update(
        incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=responder, at=began + timedelta(hours=3)
    )

    save_postmortem_draft(incident=incident, body=f"{TEXT}{CANARY}", by=responder, note=CANARY)
    image = add_postmortem_image(incident=incident, png=photograph(), alt="The graph", by=responder)
    hidden = add_postmortem_image(incident=incident, png=photograph() + CANARY.encode(), alt=CANARY, by=responder)
    body = f"{TEXT}\n![The graph]({image.path})\n\n[[internal: ![{CANARY}]({hidden.path})]]\n"
    save_postmortem_draft(incident=incident, body=body, by=responder)
    comment_on_postmortem(incident=incident, body=CANARY, by=reviewer)
    explain_no_action(incident=incident, reason=CANARY, by=responder)
    add_action_item(incident=incident, title=f"Private {CANARY}", kind=ActionItemKind.PREVENT, by=responder)
    verified = add_action_item(
        incident=incident,
        title=f"Upgrade {CANARY}",
        public_title="Upgrade the proxy",
        detail=CANARY,
        cause=CANARY,
        kind=ActionItemKind.PREVENT,
        owner=responder,
        tracker_url=f"https://tracker.example.test/{CANARY}",
        is_public=True,
        by=responder,
    )
    name_cause(incident=incident, cause=CANARY)
    change_action_item(item=verified, status=ActionItemStatus.DONE, evidence=CANARY, by=responder)
    verify_action_item(item=verified, by=reviewer)
    ended = add_action_item(
        incident=incident, title="Try another proxy", kind=ActionItemKind.PREVENT, is_public=True, by=responder
    )
    change_action_item(item=ended, status=ActionItemStatus.DONE, evidence=CANARY, by=responder)
    change_action_item(item=ended, status=ActionItemStatus.WONT_DO, reason=CANARY, by=responder)
    move_postmortem(incident=incident, to=PostmortemStatus.IN_REVIEW, by=responder)
    move_postmortem(incident=incident, to=PostmortemStatus.DRAFT, by=reviewer, reason=CANARY)
    move_postmortem(incident=incident, to=PostmortemStatus.IN_REVIEW, by=responder)
    move_postmortem(incident=incident, to=PostmortemStatus.APPROVED, by=reviewer)
    at = timezone.now()
    schedule_publication(incident=incident, by=responder, at=at)
    release_due_publications(at + TIME_TO_UNDO)
    # What is written after the publication is a draft again.
    save_postmortem_draft(incident=incident, body=f"{body}\n{CANARY} afterwards\n", by=responder)

    waiting = open_incident(page=page, name="Another one", body="We are looking.", by=responder)
    post_update(incident=waiting, status=IncidentStatus.RESOLVED, body="Over.", by=responder)
    save_postmortem_draft(incident=waiting, body=TEXT.replace(PUBLIC_WORDS, CANARY), by=responder)
    explain_no_action(incident=waiting, reason=CANARY, by=responder)
    move_postmortem(incident=waiting, to=PostmortemStatus.IN_REVIEW, by=responder)
    move_postmortem(incident=waiting, to=PostmortemStatus.APPROVED, by=reviewer)
    schedule_publication(incident=waiting, by=responder)

    drill = open_drill(page=page, name=f"Drill {CANARY}", body=CANARY, by=responder)
    post_update(incident=drill, status=IncidentStatus.RESOLVED, body=CANARY, by=responder)
    return page, incident, image, hidden


@pytest.fixture
def story(written, db):
    """All of it, as it is before each test."""
    return written


def holds(body, words):
    """Whether a document says it, also where that is compressed."""
    return words.encode() in body or (is_pdf(body) and words.encode() in everything_in(body))


def every_document(page):
    """All that the registry knows, now and whatever is added to it."""
    now = timezone.now()
    return [*registry.heads(page, now), *registry.everything(page, now)]


def test_no_public_document_holds_what_is_internal(story):
    page, incident, *_ = story

    documents = every_document(page)

    assert [document.path for document in documents if holds(document.body, CANARY)] == []
    told = [document.path for document in documents if holds(document.body, PUBLIC_WORDS)]
    assert f"/incidents/{incident.code}" in told
    assert f"/api/v2/incidents/{incident.code}.json" in told
    assert len(told) > 5


def test_no_published_file_nor_the_standby_copy_holds_what_is_internal(story, tmp_path, settings):
    page, incident, image, hidden = story
    settings.PUBLISH_ROOT, settings.BREAK_GLASS_ROOT = tmp_path / "published", tmp_path / "standby"
    settings.BREAK_GLASS_ROOT.mkdir()
    publish(Page.objects.get(pk=page.pk))
    publish_archive(Page.objects.get(pk=page.pk))

    files = [file for file in tmp_path.rglob("*") if file.is_file() and file.suffix not in (".gz", ".br")]

    assert [str(file) for file in files if holds(file.read_bytes(), CANARY) or CANARY in file.name] == []
    assert any(PUBLIC_WORDS.encode() in file.read_bytes() for file in files)
    assert standby.number(page.code) == page.journal_entries.latest("number").number
    assert (settings.PUBLISH_ROOT / image.path[1:]).is_file()
    assert not (settings.PUBLISH_ROOT / hidden.path[1:]).exists()
    assert store().read(page.code, f"incidents/{incident.code}.html")


def test_no_public_address_answers_with_what_is_internal(story, public):
    page, incident, image, hidden = story
    paths = {document.path for document in every_document(page)}
    found = {f"/incidents/{incident.code}", "/"}
    for path in sorted(paths):
        answer = public.get(path)
        assert not holds(answer.content, CANARY), path
        found |= set(re.findall(r'(?:href|src)="(/[^"#]*)"', answer.content.decode(errors="replace")))
    for path in sorted(found - paths):
        if not path.startswith(("/static/", "/console/")):
            answer = public.get(path)
            assert not holds(getattr(answer, "content", b""), CANARY), path
    assert public.get(image.path).status_code == 200
    assert public.get(hidden.path).status_code == 404


def test_an_image_that_is_not_public_is_for_those_who_are_signed_in(story, console):
    *_, hidden = story

    answer = console.get(hidden.path)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_no_public_export_holds_what_is_internal(story):
    _, incident, *_ = story
    postmortem = Postmortem.objects.select_related("incident__page", "author", "approved_by").get(incident=incident)

    for form in FORMS:
        body, _ = export_of(postmortem, PUBLIC, form, timezone.now())
        assert not holds(body, CANARY), form
        assert holds(body, PUBLIC_WORDS), form


@pytest.mark.parametrize(
    ("passage", "where"),
    [
        (f"A word, {CANARY}.", text_of),
        (f"| a | b |\n| --- | --- |\n| {CANARY} | b |", text_of),
        (f"```\n{CANARY}\n```", text_of),
        (f"[the ticket](https://tracker.example.test/{CANARY})", everything_in),
        (f"### {CANARY}", everything_in),
    ],
)
def test_the_canary_would_be_found_within_a_pdf(story, passage, where):
    _, incident, *_ = story
    postmortem = Postmortem.objects.select_related("incident__page", "author", "approved_by").get(incident=incident)
    postmortem.published_body = f"{PUBLIC_WORDS}\n\n{passage}\n"  # as if an internal passage had been let through

    body, _ = export_of(postmortem, PUBLIC, "pdf", timezone.now())

    assert CANARY in str(where(body))
    assert holds(body, CANARY)


def test_an_export_for_colleagues_holds_what_is_internal(story):
    _, incident, *_ = story
    postmortem = Postmortem.objects.select_related("incident__page", "author", "approved_by").get(incident=incident)

    for form in FORMS:
        assert holds(export_of(postmortem, INTERNAL, form, timezone.now())[0], f"{CANARY} one"), form


def test_every_console_address_of_a_postmortem_is_behind_the_sign_in(page):
    incident = open_incident(page=page, name="One", body="We are looking.", by=None)
    save_postmortem_draft(incident=incident, body=TEXT, by=None)
    stranger = Client(headers={"host": "localhost"})

    for path in ("", "review/", "publish/", "revisions/", "export/", "export/internal.md/", "export/public.json/"):
        assert stranger.get(f"/console/incidents/{incident.code}/postmortem/{path}").status_code == 302
    assert stranger.get(f"/console/report-preview/{incident.code}/").status_code == 302


def test_uploads_that_are_no_images_are_never_served(db, public):
    name = "postmortems/page.html"
    file = Path(settings.MEDIA_ROOT) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(ContentFile(b"<script>").read())

    assert public.get(f"/media/{name}").status_code == 404
