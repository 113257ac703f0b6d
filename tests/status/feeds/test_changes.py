"""A program that follows the numbered changes misses none, whatever happens to it."""

import json
import random

from django.db import transaction

from incidents.choices import IncidentStatus
from incidents.lifecycle import edit_update, post_update
from status.models import JournalEntry
from status.publishing.publisher import publish, publish_archive
from tests.factories import make_incident

EVERY = 25


def ask(reader, url):
    answer = reader.get("/" + url.split("/", 3)[3])
    assert answer.status == 200, url
    return json.loads(answer.body)


class Follower:
    """The client of docs/api.md: it keeps one number, and may be stopped anywhere."""

    def __init__(self, reader):
        self.reader, self.since, self.seen = reader, 0, []

    def poll(self, *, stop_after: int) -> None:
        url = f"http://status.example.test/feed.json?since={self.since}"
        while url:
            feed = ask(self.reader, url)
            for item in feed["items"]:
                if item["_allclear"]["sequence"] <= self.since:
                    continue
                if not stop_after:
                    return
                stop_after -= 1
                self.seen.append(item)
                self.since = item["_allclear"]["sequence"]
            url = feed.get("next_url")


def test_a_follower_sees_a_thousand_changes_each_once_in_order(page, reader):
    incident = make_incident(page)
    first = incident.updates.get()
    follower, chance = Follower(reader), random.Random(4)
    publish(page)
    publish_archive(page)
    while JournalEntry.objects.count() < 1_000:
        with transaction.atomic():
            for _ in range(EVERY):
                edit_update(update=first, body=f"Text {JournalEntry.objects.count()}", by=None)
        publish(page)
        follower.poll(stop_after=chance.randrange(60))
    follower.poll(stop_after=10_000)

    last = JournalEntry.objects.count()
    assert [item["_allclear"]["sequence"] for item in follower.seen] == list(range(1, last + 1))
    assert len({item["id"] for item in follower.seen}) == last
    assert follower.seen[-1]["content_text"] == f"Text {last - 1}"
    assert follower.seen[500]["content_text"] == "Text 500"


def test_a_correction_names_what_it_supersedes(page, reader):
    incident = make_incident(page)
    update = incident.updates.get()
    edit_update(update=update, body="First correction.", by=None)
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Meanwhile.", by=None)
    edit_update(update=update, body="Second correction.", by=None)
    publish(page)

    feed = ask(reader, "http://x/feed.json?since=0")

    by_text = {item["content_text"]: item["_allclear"] for item in feed["items"]}
    original = by_text["We are looking into it."]["sequence"]
    assert by_text["First correction."]["supersedes"] == original
    assert by_text["Second correction."]["supersedes"] == by_text["First correction."]["sequence"]
    assert by_text["Meanwhile."]["supersedes"] is None
    assert feed["_allclear"]["since"] == JournalEntry.objects.count()


def test_a_follower_that_has_everything_finds_an_empty_page(page, reader):
    incident = make_incident(page)
    update = incident.updates.get()
    with transaction.atomic():
        while JournalEntry.objects.count() < 100:
            edit_update(update=update, body=f"Text {JournalEntry.objects.count()}", by=None)
    publish(page)

    assert ask(reader, "http://x/feed.json?since=100")["items"] == []
    assert reader.get("/feed.json?since=200").status == 404
    assert reader.get("/feed.json?since=-1").status == 404
    assert reader.get("/feed.json?since=1e3").status == 404
    assert ask(reader, "http://x/feed.json?since=99")["next_url"].endswith("/changes/2.json")
