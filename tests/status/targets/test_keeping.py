"""Keeping places up: each on its own, tried again by itself, one attempt at a time, secrets kept."""

import logging
import shutil
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incidents.errors import LifecycleError
from incidents.models import Incident
from status import tasks
from status.models import PublishTarget, TargetKind
from status.targets import buckets, keeping, lanes, testing
from status.targets.folders import FolderTarget
from status.targets.keeping import bring_up_to_date, due
from status.targets.listing import bring_again, retry_now, save_target
from tests.factories import make_page
from tests.status.conftest import Reader

from .conftest import post, s3


def until(what, seconds=60.0):
    """Wait for a condition of another thread."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_place_that_was_away_catches_up_by_itself(add, places, live_page):
    (places / "copy").write_text("a file where the folder should be")
    row = add("folder", str(places / "copy"))
    tasks.bring_due_targets()
    until(lambda: PublishTarget.objects.get().failures and not lanes._at_work[f"target {row.pk}"].is_alive())
    row.refresh_from_db()
    assert (row.number, row.failures) == (None, 1)
    assert "exists" in row.error or "directory" in row.error
    post("Never there yet.")
    (places / "copy").unlink()

    later = row.retry_at + timedelta(seconds=1)
    assert row in due(later)
    assert row not in due(row.retry_at - timedelta(seconds=1))
    retry_now(page=live_page)
    tasks.bring_due_targets()
    until(lambda: PublishTarget.objects.get().number)

    row.refresh_from_db()
    assert (row.error, row.failures, row.retry_at) == ("", 0, None)
    assert b"Never there yet." in Reader(places / "copy").get("/").body


def test_each_failure_waits_longer_up_to_two_minutes(add, places):
    (places / "copy").write_text("in the way")
    row = add("folder", str(places / "copy"))
    waits = []
    for _ in range(6):
        PublishTarget.objects.update(retry_at=None)
        assert not bring_up_to_date(row.pk)
        row.refresh_from_db()
        waits.append((row.retry_at - row.failed_at).total_seconds())

    assert waits == [10, 20, 40, 80, 120, 120]


@pytest.mark.django_db(transaction=True)
def test_one_that_hangs_delays_no_other(add, places, live_page, settings, monkeypatch):
    monkeypatch.setattr(buckets, "READ_SECONDS", 4)
    with socket.socket() as silent:  # accepts, and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.TARGET_SECRETS = {"store": {"host": "127.0.0.1", "user": "id", "secret": "secret"}}
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hanging = add("s3", "s3://bucket", endpoint=address, credentials="store")
        good = add("folder", str(places / "copy"))

        tasks.bring_target(hanging.pk)
        tasks.bring_target(good.pk)

        until(lambda: PublishTarget.objects.get(pk=good.pk).number is not None)
        hanging.refresh_from_db()
        assert (hanging.number, hanging.failures, bool(hanging.held_by)) == (None, 0, True)
    until(lambda: not lanes._at_work[f"target {hanging.pk}"].is_alive(), 40)
    hanging.refresh_from_db()
    assert (hanging.failures, hanging.held_by) == (1, "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_race_on_one_place(add, places, live_page, monkeypatch):
    row = add("folder", str(places / "copy"))
    take, inside, most = FolderTarget.take, [], []
    go_on = threading.Event()

    def slow(self, *arguments):
        inside.append(1)
        most.append(len(inside))
        go_on.wait(10)
        take(self, *arguments)
        inside.pop()

    monkeypatch.setattr(FolderTarget, "take", slow)
    outcomes = []

    def work():
        try:
            outcomes.append(bring_up_to_date(row.pk))
        finally:
            connection.close()

    first = threading.Thread(target=work)
    first.start()
    until(lambda: most)
    second = threading.Thread(target=work)
    second.start()
    second.join()
    assert outcomes == [False]
    go_on.set()
    first.join()

    assert outcomes == [False, True]
    assert max(most) == 1


def test_an_attempt_that_died_is_told_and_taken_over(add, places):
    row = add("folder", str(places / "copy"))
    gone = timezone.now() - timedelta(seconds=1)
    PublishTarget.objects.update(held_by="deadworker00", held_until=gone)

    assert row in due(timezone.now())
    assert bring_up_to_date(row.pk)

    row.refresh_from_db()
    assert (row.held_by, row.error) == ("", "")


def test_a_live_attempt_is_left_alone(add, places):
    row = add("folder", str(places / "copy"))
    PublishTarget.objects.update(held_by="anotherone00", held_until=timezone.now() + timedelta(seconds=30))

    assert not bring_up_to_date(row.pk)
    assert row not in due(timezone.now())
    row.refresh_from_db()
    assert row.held_by == "anotherone00"


def test_the_change_before_is_not_lost_while_one_is_copied(add, places, live_page, monkeypatch):
    row = add("folder", str(places / "copy"))
    take = FolderTarget.take

    def meanwhile(self, *arguments):
        take(self, *arguments)
        if Incident.objects.latest("pk").updates.count() == 1:
            post("Posted meanwhile.")

    monkeypatch.setattr(FolderTarget, "take", meanwhile)

    assert bring_up_to_date(row.pk)

    assert b"Posted meanwhile." in Reader(places / "copy").get("/").body


@pytest.mark.django_db(transaction=True)
def test_a_change_wakes_every_place_without_waiting_for_any(add, places, live_page, monkeypatch):
    rows = [add("folder", str(places / "copy"))]
    handed = []
    monkeypatch.setattr("status.receivers.hand_over", lambda task, *arguments: handed.append((task.name, *arguments)))

    post("Wake up.")

    assert ("status.bring_target", rows[0].pk) in handed
    assert ("status.confirm_live", live_page.pk) in handed


def test_a_place_is_told_that_nothing_changed(add, places, live_page, published):
    row = add("folder", str(places / "copy"))
    bring_up_to_date(row.pk)
    PublishTarget.objects.update(confirmed_at=timezone.now() - timedelta(minutes=2))
    version = places / "copy" / "pages" / live_page.code / "version.json"
    before = version.stat().st_mtime
    assert row in due(timezone.now())

    published.confirm(live_page.code, at=timezone.now() + timedelta(seconds=60))
    assert bring_up_to_date(row.pk)

    assert version.stat().st_mtime > before
    assert row not in due(timezone.now())


def test_copying_again_trusts_nothing_that_lies_there(add, object_store, bucket, live_page):
    row = add("s3", f"s3://{bucket}", endpoint=object_store, credentials="store")
    bring_up_to_date(row.pk)
    client = s3(object_store)
    client.put_object(Bucket=bucket, Key="index.html", Body=b"somebody else wrote this")
    row.refresh_from_db()

    bring_again(target=row)
    assert bring_up_to_date(row.pk)

    assert b"Pages load slowly" in client.get_object(Bucket=bucket, Key="index.html")["Body"].read()


def test_a_place_that_was_emptied_is_filled_again(add, places, live_page):
    row = add("folder", str(places / "copy"))
    bring_up_to_date(row.pk)
    shutil.rmtree(places / "copy")
    post("After it was emptied.")

    assert bring_up_to_date(row.pk)

    assert b"After it was emptied." in Reader(places / "copy").get("/").body


@pytest.mark.parametrize(
    ("fields", "at_fault", "words"),
    [
        ({"kind": "folder", "location": "relative/path"}, "location", "whole path"),
        ({"kind": "folder", "location": "/etc/nginx"}, "location", "TARGET_FOLDERS"),
        ({"kind": "folder", "location": "{places}/../../etc"}, "location", "TARGET_FOLDERS"),
        ({"kind": "folder", "location": "{places}"}, "location", "TARGET_FOLDERS"),
        ({"kind": "s3", "location": "https://bucket"}, "location", "s3://bucket"),
        ({"kind": "s3", "location": "s3://bucket/../x", "credentials": "store"}, "location", "s3://bucket"),
        ({"kind": "s3", "location": "s3://bucket"}, "credentials", "Say which"),
        ({"kind": "s3", "location": "s3://bucket", "credentials": "other"}, "credentials", "TARGET_OTHER_HOST"),
        (
            {"kind": "s3", "location": "s3://bucket", "credentials": "store", "endpoint": "http://169.254.169.254"},
            "credentials",
            "for s3.example.test, not for 169.254.169.254",
        ),
        (
            {"kind": "s3", "location": "s3://bucket", "credentials": "store", "endpoint": "file:///etc"},
            "endpoint",
            "https://host",
        ),
        ({"kind": "git", "location": "ext::sh -c touch% /tmp/x"}, "location", "https://host/path.git"),
        ({"kind": "git", "location": "--upload-pack=touch"}, "location", "https://host/path.git"),
        ({"kind": "git", "location": "https://u:p@git.example.test/x.git"}, "location", "password"),
        (
            {"kind": "git", "location": "https://evil.example.test/x.git", "credentials": "store"},
            "credentials",
            "for s3.example.test, not for evil.example.test",
        ),
        ({"kind": "git", "location": "{places}/x.git", "branch": "--force"}, "branch", "branch"),
        ({"kind": "git", "location": "/etc"}, "location", "TARGET_FOLDERS"),
    ],
)
def test_places_that_may_not_be(page, places, settings, fields, at_fault, words):
    settings.TARGET_SECRETS = {"store": {"host": "s3.example.test", "user": "id", "secret": "topsecret"}}
    kind = TargetKind(fields["kind"])
    location = fields["location"].format(places=places)

    with pytest.raises(LifecycleError) as refused:
        save_target(page=page, name="Place", **fields | {"kind": kind, "location": location})

    assert refused.value.field == at_fault
    assert words in refused.value.message
    assert "topsecret" not in refused.value.message
    assert not PublishTarget.objects.exists()


def test_a_place_belongs_to_one_page_only(page, places):
    save_target(page=page, name="Copy", kind=TargetKind.FOLDER, location=str(places / "copy"))

    with pytest.raises(ValidationError, match="published to this place already"):
        save_target(page=make_page("Other"), name="Copy", kind=TargetKind.FOLDER, location=str(places / "copy") + "/")


def test_the_database_refuses_what_may_not_be(page, places):
    row = save_target(page=page, name="Copy", kind=TargetKind.FOLDER, location=str(places / "copy"))

    for fields in ({"kind": "ftp"}, {"error": "without a time"}, {"held_by": "x"}, {"failures": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublishTarget.objects.filter(pk=row.pk).update(**fields)


def test_secrets_are_neither_stored_nor_logged(add, live_page, settings, object_store, caplog):
    settings.TARGET_SECRETS = {"store": {"host": "127.0.0.1", "user": "id", "secret": "topsecret"}}
    row = add("s3", "s3://no-such-bucket", endpoint=object_store, credentials="store")

    with caplog.at_level(logging.DEBUG):
        bring_up_to_date(row.pk)

    row.refresh_from_db()
    assert "NoSuchBucket" in row.error
    assert "topsecret" not in caplog.text + repr(vars(row))


def test_the_console_s_test_says_what_is_wrong(add, live_page, places, object_store, bucket, repository):
    (places / "blocked").write_text("in the way")
    good = [
        add("folder", str(places / "copy")),
        add("s3", f"s3://{bucket}", endpoint=object_store, credentials="store"),
        add("git", str(repository)),
    ]
    for row in good:
        assert testing.problem_of(row) == ""
    PublishTarget.objects.all().delete()

    assert "exists" in testing.problem_of(add("folder", str(places / "blocked"))).lower()
    missing = add("s3", "s3://no-such-bucket", endpoint=object_store, credentials="store")
    assert "NoSuchBucket" in testing.problem_of(missing)
    assert "git ls-remote" in testing.problem_of(add("git", str(places / "nothing.git")))


def test_due_asks_as_many_queries_for_twenty_places(add, places, live_page, django_assert_max_num_queries):
    for number in range(20):
        save_target(page=live_page, name=f"{number}", kind=TargetKind.FOLDER, location=str(places / str(number)))

    with django_assert_max_num_queries(1):
        assert len(keeping.due(timezone.now())) == 20
    with pytest.raises(LifecycleError, match="20 places"):
        add("folder", str(places / "one-too-many"))
