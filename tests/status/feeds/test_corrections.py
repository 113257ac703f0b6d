"""What was corrected in a postmortem, where readers of each format look for it, and nowhere in Statuspage's API."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.choices import ActionItemKind, IncidentStatus
from incidents.lifecycle import add_action_item, post_update, publish_postmortem, save_postmortem_draft
from status.api import incidents_document
from status.feeds import changes, selection
from tests.factories import make_incident
from tests.status.api.contract import SCHEMA_OF, problems

from .reading import atom, fresh, json_feed, rss

NOTE = "It was <400> people, *not* 300."


@pytest.fixture
def corrected(page):
    """An incident whose postmortem was published, and corrected an hour later."""
    began = timezone.now() - timedelta(hours=3)
    incident = make_incident(page, at=began)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=None, at=began)
    _publish(incident, "300 people saw **errors**.", timezone.now() - timedelta(hours=2))
    _publish(incident, "400 people saw **errors**.", timezone.now() - timedelta(hours=1), note=NOTE)
    return incident


def _publish(incident, body, at, note=""):
    save_postmortem_draft(incident=incident, body=body, by=None)
    publish_postmortem(incident=incident, by=None, note=note, at=at)


def _changes(page):
    found = json.loads(changes.changes_document(fresh(page), 1, timezone.now()).body)["items"]
    return [item for item in found if item["_allclear"]["change"] == "postmortem_published"]


def test_the_numbered_changes_supersede_and_say_what_was_corrected(page, corrected):
    _publish(corrected, "500 people saw **errors**.", timezone.now(), note="More still.")

    first, second, third = _changes(page)

    assert first["_allclear"]["supersedes"] is None
    assert first["_allclear"]["note"] is None
    assert first["content_text"] == "300 people saw errors."
    assert second["_allclear"]["supersedes"] == first["_allclear"]["sequence"]
    assert second["_allclear"]["note"] == NOTE
    assert second["content_text"] == f"Correction: {NOTE}\n\n400 people saw errors."
    assert third["_allclear"]["supersedes"] == second["_allclear"]["sequence"]


def test_an_entry_of_the_json_feed_begins_with_it(page, corrected):
    (item,) = json_feed(page)["items"]

    assert item["summary"] == NOTE
    text = item["content_text"].split("\n\n")
    assert text[0].endswith(f"\nCorrection - {NOTE}")
    assert text[1].endswith("\nPostmortem - 400 people saw errors.")
    assert "<strong>Correction</strong> - It was &lt;400&gt; people, *not* 300.</p>" in item["content_html"]
    (correction,) = item["_allclear"]["corrections"]
    assert correction["note"] == NOTE
    assert item["date_modified"] == correction["posted_at"]
    statuses = [update["status"] for update in item["_allclear"]["updates"]]
    assert statuses.count("postmortem") == 1


@pytest.mark.parametrize("read", [atom, rss])
def test_atom_and_rss_date_the_entry_by_it_and_bring_it_back(page, corrected, read, monkeypatch):
    at = corrected.postmortem.corrections.get().at
    monkeypatch.setattr(selection, "PAGE_SIZE", 2)
    for minutes in (100, 90):  # after the postmortem and before its correction
        make_incident(page, name="Another one", at=timezone.now() - timedelta(minutes=minutes))

    first, second = read(page).entries

    assert first.published_parsed[:6] == at.utctimetuple()[:6]
    words = first.get("content", [{}])[0].get("value") or first.summary
    assert words.index("<strong>Correction</strong>") < words.index("<strong>Postmortem</strong>")
    assert second.title == "Another one"


def test_action_items_still_follow_the_postmortem(page, corrected):
    add_action_item(incident=corrected, title="Replace the disk", kind=ActionItemKind.PREVENT, is_public=True, by=None)
    (item,) = json_feed(page)["items"]
    assert [each["title"] for each in item["_allclear"]["action_items"]] == ["Replace the disk"]


def test_statuspages_api_keeps_its_contract(page, corrected):
    document = json.loads(incidents_document(fresh(page), timezone.now()).body)
    found = document["incidents"][0]["incident_updates"]

    assert problems(document, SCHEMA_OF["/api/v2/incidents.json"]) == []
    told = [update for update in found if update["status"] == "postmortem"]
    assert [update["body"] for update in told] == ["400 people saw **errors**."]
    assert told[0]["display_at"] < told[0]["updated_at"]
    assert NOTE not in json.dumps(found)
