"""What break glass publishes reaches further places at once, and the database that returns finds it there."""

import json
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from incidents.choices import IncidentStatus
from incidents.models import Incident
from status.break_glass import posting, standby
from status.break_glass.places import bring_places
from status.live_changes import places_of
from status.models import PublishTarget
from status.publishing.publisher import bring_up_to_date as publish_what_waits
from status.targets import buckets, keeping
from status.targets.alone import alone
from status.targets.keeping import bring_up_to_date
from status.targets.listing import remove_target
from tests.status.conftest import Reader

from .conftest import s3

SECONDS = 10.0
"""How long a place is waited for: longer than those that answer take on a machine that has much else to do."""


def tell(page, body="Found it."):
    asked = posting.Asked(
        incident=Incident.objects.latest("pk").code, status=IncidentStatus.IDENTIFIED, body=body, author="Jo"
    )
    return posting.post(page.code, asked)


def subjects(repository):
    command = ["git", "-C", str(repository), "log", "--format=%s"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.fixture
def silent():
    """The port of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def everywhere(add, places, repository, bucket, object_store, silent, monkeypatch):
    """A place of each kind, up to date, and one whose server hangs."""
    monkeypatch.setattr(buckets, "READ_SECONDS", 30)
    hanging = add("s3", "s3://bucket", endpoint=f"http://127.0.0.1:{silent}", credentials="store")
    PublishTarget.objects.filter(pk=hanging.pk).update(name="A that hangs")
    rows = {
        "folder": add("folder", str(places / "copy")),
        "git": add("git", str(repository)),
        "s3": add("s3", f"s3://{bucket}/site", endpoint=object_store, credentials="store"),
    }
    assert all(bring_up_to_date(row.pk) for row in rows.values())
    publish_what_waits(hanging.page, timezone.now())  # the copy learns of them
    return rows


def test_it_gets_to_every_place_that_answers_and_one_that_hangs_delays_none(
    everywhere, live_page, places, repository, bucket, object_store, django_assert_num_queries
):
    tell(live_page)
    began = time.monotonic()

    with django_assert_num_queries(0):
        outcomes = {each.name: each.problem for each in bring_places(live_page.code, seconds=SECONDS)}

    assert time.monotonic() - began < 25  # the one that hangs does so for thirty
    assert outcomes == {
        "A folder": "",
        "A git": "",
        "A s3": "",
        "A that hangs": f"it took longer than {SECONDS:.0f} seconds",
    }
    assert b"Found it." in Reader(places / "copy").get("/").body
    home = s3(object_store).get_object(Bucket=bucket, Key="site/index.html")["Body"].read()
    assert b"Found it." in home
    assert subjects(repository)[0] == "Pages load slowly: identified"


def test_the_returned_database_sends_nothing_twice_and_knows_when_it_got_there(
    everywhere, live_page, places, repository
):
    tell(live_page)
    tell(live_page, "A switch broke.")
    bring_places(live_page.code, seconds=SECONDS)
    arrived = timezone.now()
    state = posting.store().state(live_page.code)
    assert [each.is_current for each in places_of(live_page)] == [True, True, True, False]

    for row in everywhere.values():  # a worker is there before the first publication
        assert bring_up_to_date(row.pk)
        row.refresh_from_db()
        assert row.state == state
        assert row.brought_at < arrived < row.confirmed_at
    assert publish_what_waits(live_page, timezone.now())
    for row in everywhere.values():
        assert bring_up_to_date(row.pk)

    told = subjects(repository)
    assert [line for line in told if "identified" in line or "2 changes" in line] == ["Publish 2 changes up to 4"]
    number = posting.store().version(live_page.code).number
    for place in places_of(live_page)[:3]:
        assert (place.target.number, place.behind, place.behind_since, place.is_current) == (number, 0, None, True)
    assert Reader(places / "copy").get("/").body.count(b"A switch broke.") == 1


def test_a_publication_before_any_worker_is_told_once_as_well(add, repository, live_page):
    row = add("git", str(repository))
    bring_up_to_date(row.pk)
    publish_what_waits(live_page, timezone.now())
    tell(live_page)
    assert [each.problem for each in bring_places(live_page.code)] == [""]

    publish_what_waits(live_page, timezone.now())
    (place,) = places_of(live_page)
    assert (place.behind, place.behind_since) == (0, None)
    assert bring_up_to_date(row.pk)

    assert [line for line in subjects(repository) if "identified" in line] == ["Pages load slowly: identified"]


def test_the_command_says_of_each_place_whether_it_got_there(add, places, live_page):
    add("folder", str(places / "copy"))
    PublishTarget.objects.update(name="Frankfurt")
    blocked = add("folder", str(places / "blocked"))
    PublishTarget.objects.filter(pk=blocked.pk).update(name="Paris")
    publish_what_waits(live_page, timezone.now())
    (places / "blocked").write_text("in the way")
    code, said = Incident.objects.get().code, StringIO()

    call_command(
        "break_glass", "--incident", code, "--status", "identified", "--body", "Found it.", "--as", "Jo", stdout=said
    )
    lines = said.getvalue().splitlines()
    assert f"  Frankfurt (folder, {places / 'copy'}): there" in lines
    assert any(line.startswith(f"  Paris (folder, {places / 'blocked'}): NOT there: ") for line in lines)
    assert "--again tries them now" in said.getvalue()

    (places / "blocked").unlink()
    said = StringIO()
    call_command("break_glass", "--again", stdout=said)
    assert f"  Paris (folder, {places / 'blocked'}): there" in said.getvalue().splitlines()
    assert b"Found it." in Reader(places / "blocked").get("/").body


def test_the_copy_knows_each_place_and_no_secret(add, places, bucket, object_store, live_page, settings):
    settings.TARGET_SECRETS = {"store": {"host": "127.0.0.1", "user": "id-canary", "secret": "secret-canary"}}
    row = add("s3", f"s3://{bucket}", endpoint=object_store, credentials="store")
    PublishTarget.objects.update(error="canary of an error", failures=1, failed_at=timezone.now())
    gone = add("folder", str(places / "gone"))
    remove_target(target=gone)
    publish_what_waits(live_page, timezone.now())

    with closing(sqlite3.connect(standby.path_of(live_page.code))) as copy:
        found = copy.execute("SELECT code, location, credentials FROM status_publishtarget").fetchall()
        dump = "\n".join(copy.iterdump())
    assert found == [(row.code, f"s3://{bucket}", "store")]
    assert "canary" not in dump


@pytest.mark.django_db(transaction=True)
def test_a_place_that_is_added_between_changes_is_known_at_once(add, places, live_page):
    add("folder", str(places / "copy"))

    tell(live_page)

    assert [each.problem for each in bring_places(live_page.code)] == [""]


def test_it_waits_for_a_worker_that_is_at_work_on_a_place_only_so_long(add, places, live_page, monkeypatch):
    row = add("folder", str(places / "copy"))
    publish_what_waits(live_page, timezone.now())
    monkeypatch.setattr(keeping, "PATIENCE", 0.2)

    with alone(row.code, patience=0):
        (outcome,) = bring_places(live_page.code, seconds=0.5)
        assert not bring_up_to_date(row.pk)

    assert "seconds" in outcome.problem
    row.refresh_from_db()
    assert "Another process has been at work" in row.error


def test_what_was_brought_is_on_record(add, places, live_page, settings):
    row = add("folder", str(places / "copy"))
    publish_what_waits(live_page, timezone.now())
    tell(live_page)
    bring_places(live_page.code)

    said = json.loads((settings.BREAK_GLASS_ROOT / "places" / f"{row.code}.json").read_text())

    assert said["state"] == posting.store().state(live_page.code)
