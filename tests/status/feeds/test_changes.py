"""A program that follows the numbered changes misses none, whatever happens to it."""

import json
import os
import random
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from django.db import transaction

from incidents.choices import IncidentStatus
from incidents.lifecycle import edit_update, post_update
from status.models import JournalEntry
from status.publishing.publisher import publish, publish_archive
from tests.factories import make_incident
from tests.status.running import running

EVERY = 40
ROOT = Path(__file__).resolve().parents[3]


def ask(reader, url):
    answer = reader.get("/" + url.split("/", 3)[3])
    assert answer.status == 200, url
    return json.loads(answer.body)


def documented_client(site):
    """The program of docs/api.md as it stands there, but for where it asks and how long it waits between questions."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(), re.S)
    for documented, here in (("https://status.example.org", site), ("time.sleep(30)", "time.sleep(0.1)")):
        assert code.count(documented) == 1
        code = code.replace(documented, here)
    return code


class Follower:
    """That program in a folder of its own, which is killed and started again."""

    def __init__(self, folder, site):
        self.folder, self.code, self.process = folder, documented_client(site), None

    def start(self):
        with (self.folder / "told.txt").open("ab") as told:
            self.process = subprocess.Popen(
                [sys.executable, "-c", self.code], cwd=self.folder, stdout=told, stderr=subprocess.STDOUT
            )

    def kill(self):
        assert self.process.poll() is None, self.told()
        self.process.kill()
        self.process.wait()
        # A line that it was killed in the middle of was never told.
        told = self.folder / "told.txt"
        os.truncate(told, told.read_bytes().rfind(b"\n") + 1)

    def told(self):
        return (self.folder / "told.txt").read_text()

    def wait_for(self, number):
        """Until it has remembered this change."""
        memory = self.folder / "since.txt"
        for _ in range(3_000):
            if memory.exists() and int(memory.read_text()) >= number:
                return
            assert self.process.poll() is None, self.told()
            time.sleep(0.02)
        raise AssertionError(f"change {number} never came:\n{self.told()[-2000:]}")


def numbered(follower):
    """The number and the words of each change that it told."""
    return [line.split(" ", 1) for line in follower.told().splitlines() if line[0].isdigit()]


def test_the_documented_client_misses_none_of_a_thousand_changes(page, root, tmp_path, settings):
    """Through 25 publications, with the client killed and the server away at random in between."""
    incident, chance = make_incident(page), random.Random(4)
    first = incident.updates.get()
    with running(root) as server:
        settings.SITE_URL = server.address
        follower = Follower(tmp_path, server.address)
        publish(page)
        follower.start()
        while (done := JournalEntry.objects.count()) < 1_000:
            with transaction.atomic():
                for _ in range(EVERY):
                    edit_update(update=first, body=f"Text {JournalEntry.objects.count()}", by=None)
            publish(page)
            match chance.randrange(8):
                case 0:
                    follower.wait_for(done - 50)
                    follower.kill()
                    follower.start()
                case 1:
                    follower.kill()
                    server.stop()
                    server.start()
                    follower.start()
                case 2:
                    server.stop()
                    follower.wait_for(0)
                    server.start()
        last = JournalEntry.objects.count()
        follower.wait_for(last)
        follower.kill()

    lines = numbered(follower)
    numbers = [int(number) for number, _ in lines]
    assert sorted(set(numbers)) == list(range(1, last + 1))
    # What it tells again is what it told last before it was killed.
    assert all(later in (earlier, earlier + 1) for earlier, later in pairwise(numbers))
    assert dict(lines)["501"] == "Something is wrong Text 500"
    assert not any("Traceback" in line for line in follower.told().splitlines())


def test_the_documented_client_is_led_through_all_that_was_before_it(page, root, tmp_path, settings):
    """From page to page of the changes, each told once."""
    update = make_incident(page).updates.get()
    with transaction.atomic():
        while (last := JournalEntry.objects.count()) < 250:
            edit_update(update=update, body=f"Text {last}", by=None)
    with running(root) as server:
        settings.SITE_URL = server.address
        publish(page)
        publish_archive(page)
        follower = Follower(tmp_path, server.address)
        follower.start()
        follower.wait_for(last)
        follower.kill()

    assert [int(number) for number, _ in numbered(follower)] == list(range(1, last + 1))
    assert server.asked[:3] == ["/feed.json?since=0", "/changes/2.json", "/changes/3.json"]


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
