"""The feeds as readers fetch them: with the headers that a web process gives."""

import json
import urllib.request

import feedparser
import jsonschema
import pytest
from django.conf import settings
from django.db import transaction
from icalendar import Calendar

from incidents.management.commands.load_demo import load
from status.publishing.publisher import publish, publish_archive
from tests.status.running import running

from .test_json_feed import SCHEMA

pytestmark = pytest.mark.django_db  # for the fixture of the module, when none of another asked for a database

CHANGES = {
    "type": "object",
    "required": ["version", "title", "home_page_url", "feed_url", "language", "authors", "items", "_allclear"],
    "properties": {
        **{name: SCHEMA["properties"][name] for name in ("version", "title", "home_page_url", "feed_url", "authors")},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "url", "title", "content_text", "date_published", "_allclear"],
                "properties": {
                    "id": {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"},
                    "url": {"$ref": "#/$defs/address"},
                    "content_text": {"type": "string"},
                    "date_published": {"$ref": "#/$defs/instant"},
                    "_allclear": {"required": ["sequence", "change", "incident", "supersedes"]},
                },
            },
        },
    },
    "$defs": SCHEMA["$defs"],
}
"""What JSON Feed 1.1 asks of any feed, and docs/api.md of the numbered changes."""


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, published and served. Nothing of it is in any database by the time that a test begins."""
    root = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "PUBLISH_ROOT", root)
        patch.setattr(settings, "BREAK_GLASS_ROOT", root / "break_glass")
        settings.BREAK_GLASS_ROOT.mkdir()
        page = load()
        publish(page)
        publish_archive(page)
        transaction.set_rollback(True)
    with running(root) as server:
        yield server.address


@pytest.mark.parametrize(("path", "version"), [("/history.atom", "atom10"), ("/history.rss", "rss20")])
def test_a_feed_reader_finds_nothing_to_complain_of_and_asks_politely(site, path, version):
    read = feedparser.parse(site + path)

    assert (read.status, read.bozo, read.version) == (200, False, version)
    assert read.encoding == "utf-8"
    assert len(read.entries) > 5
    assert read.etag
    again = feedparser.parse(site + path, etag=read.etag, modified=read.modified)
    assert (again.status, len(again.entries)) == (304, 0)


@pytest.mark.parametrize("path", ["/feed.json", "/feed.json?since=0", "/changes/1.json"])
def test_json_feeds_have_their_type_and_shape(site, path):
    with urllib.request.urlopen(site + path) as answer:
        assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        feed = json.load(answer)

    jsonschema.validate(feed, SCHEMA if path == "/feed.json" else CHANGES)
    assert feed["items"]


def test_the_calendar_parses(site):
    with urllib.request.urlopen(site + "/history.ics") as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(answer.read())

    assert {str(event["SUMMARY"]) for event in calendar.walk("VEVENT")} == {
        "Database upgrade",
        "Monthly storage maintenance",  # once or more, by the day of the month
    }
