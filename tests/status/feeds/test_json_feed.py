"""The JSON Feed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import (
    cancel_maintenance,
    create_group,
    edit_incident,
    edit_update,
    open_drill,
    publish_postmortem,
    save_postmortem_draft,
    update_page,
)
from incidents.management.commands.load_demo import load
from status.feeds import json_feed_document
from tests.factories import make_component, make_incident, make_page

from .reading import fresh, json_feed, json_feed_pages, plan

SCHEMA = json.loads((Path(__file__).parent / "json_feed.schema.json").read_text())


def test_shape(db):
    page = load()

    document = json_feed_document(fresh(page), timezone.now())

    assert (document.path, document.content_type) == ("/feed.json", "application/feed+json; charset=utf-8")
    assert document.last_modified == fresh(page).updated_at
    for each in json_feed_pages(page):
        jsonschema.validate(each, SCHEMA)


def test_empty_feed_is_one(page):
    feed = json_feed(page)

    jsonschema.validate(feed, SCHEMA)
    assert feed["items"] == []
    assert "next_url" not in feed


def test_it_says_what_happened(page):
    git = create_group(page=page, name="Git", by=None)
    website, ssh = make_component(page, "Website"), make_component(page, "SSH", group=git)
    incident = make_incident(
        page,
        name="Search is  down",
        affecting={website: ComponentStatus.MAJOR_OUTAGE, ssh: ComponentStatus.PARTIAL_OUTAGE},
        status=IncidentStatus.MONITORING,
        at=datetime(2022, 10, 4, 7, 36, tzinfo=UTC),
    )

    (item,) = json_feed(page)["items"]

    assert item["url"] == f"http://127.0.0.1:8000/incidents/{incident.code}"
    assert item["title"] == "Search is down"
    assert item["summary"] == "Now monitoring."
    assert item["content_text"].endswith("Oct 04, 2022 - 07:36 UTC\nInvestigating - We are looking into it.")
    assert item["date_published"] == "2022-10-04T07:36:00Z"
    assert item["tags"] == ["incident", "critical", "Website", "Git - SSH"]
    extension = item["_allclear"]
    assert (extension["code"], extension["status"]) == (incident.code, "monitoring")
    assert extension["components"][1] == {"id": ssh.code, "name": "Git - SSH"}
    assert [update["status"] for update in extension["updates"]] == ["monitoring", "investigating"]


def test_ids_stay_and_dates_move_when_it_is_edited(page):
    incident = make_incident(page, at=timezone.now() - timedelta(hours=2))
    (before,) = json_feed(page)["items"]

    later = timezone.now() + timedelta(minutes=1)
    edit_incident(incident=incident, name="Other words", impact_override=None, by=None, at=later)
    (renamed,) = json_feed(page)["items"]
    edit_update(update=incident.updates.get(), body="Better.", by=None, at=later + timedelta(minutes=1))
    (reworded,) = json_feed(page)["items"]
    update_page(page=page, by=None, hosts=["status.example.test"])
    (moved,) = json_feed(page)["items"]

    assert before["id"] == renamed["id"] == reworded["id"] == moved["id"]
    assert before["date_modified"] < renamed["date_modified"] < reworded["date_modified"]
    assert before["date_published"] == renamed["date_published"] == reworded["date_published"]
    assert before["url"] != moved["url"]
    assert "Better." in reworded["content_html"]


def test_a_published_postmortem_is_the_last_word_and_a_draft_is_none(page):
    incident = make_incident(page, status=IncidentStatus.RESOLVED)
    save_postmortem_draft(incident=incident, body="Because **reasons**.", by=None)
    assert "reasons" not in str(json_feed(page))

    publish_postmortem(incident=incident, by=None)

    (item,) = json_feed(page)["items"]
    assert item["_allclear"]["updates"][0]["status"] == "postmortem"
    assert "<strong>Postmortem</strong> - Because <strong>reasons</strong>.</p>" in item["content_html"]
    assert item["summary"] == "Because reasons."


def test_maintenance_follows_the_clock_and_says_when_it_is_called_off(page):
    running = plan(page, timedelta(minutes=-5), at=timezone.now() - timedelta(days=1))
    called_off = plan(page, timedelta(days=1))
    cancel_maintenance(incident=called_off, body="Not needed.", by=None)

    items = {item["_allclear"]["code"]: item["_allclear"] for item in json_feed(page)["items"]}

    assert items[running.code]["status"] == "in_progress"
    assert not items[running.code]["cancelled"]
    assert items[called_off.code]["cancelled"]


def test_drills_and_other_pages_never_appear(page):
    make_incident(make_page("Other"), name="Theirs")
    drill = open_drill(page=page, name="Practice", body="Only practice.", by=None)

    assert json_feed(page)["items"] == []
    assert json_feed(drill.page)["items"] == []


@pytest.mark.parametrize(("name", "title"), [("Shop", "Shop Status"), ("Shop Status", "Shop Status")])
def test_title_says_status_once(db, name, title):
    assert json_feed(make_page(name))["title"] == f"{title} - Incident History"
