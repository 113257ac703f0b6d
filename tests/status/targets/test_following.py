"""Machines that share no folder: real processes, woken through Redis or looking by themselves."""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from status.publishing import messages
from status.targets.keeping import bring_up_to_date
from tests.status.conftest import Reader

from .conftest import free_port, post

ROOT = Path(__file__).resolve().parents[3]
ONE_SECOND = 1.0


@contextmanager
def following(tmp_path: Path, *arguments: str, **variables: str) -> Iterator[Path]:
    """A `manage.py follow` on a folder of its own, without any database."""
    root = tmp_path / "second-machine"
    env = os.environ | {
        "VAR_DIR": str(tmp_path / "var"),
        "PUBLISH_ROOT": str(root),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "",
    }
    log = (tmp_path / "follow.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "follow", *arguments], cwd=ROOT, env=env | variables, stdout=log, stderr=log
    )
    try:
        yield root
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, (tmp_path / "follow.log").read_text()
    finally:
        process.kill()
        process.wait()
        log.close()


def seconds_until(what, limit: float = 30.0) -> float:
    """How long a condition took to come true."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < limit, "it did not happen in time"
        threading.Event().wait(0.01)
    return time.monotonic() - began


def shows(root: Path, words: str) -> bool:
    return words.encode() in Reader(root).get("/").body


def change_seen_within(root: Path, words: str) -> float:
    """Publish something, and measure until the other machine has it."""
    post(words)
    return seconds_until(lambda: shows(root, words))


def soonest_of_three(root: Path) -> float:
    """Each change comes just after a look, so that none is seen sooner by luck; later by what else goes on here."""
    return min(change_seen_within(root, f"Word {number}.") for number in range(3))


def test_a_change_is_seen_within_a_second_by_looking(live_page, tmp_path, published):
    redis_that_is_away = f"redis://127.0.0.1:{free_port()}/0"
    with following(tmp_path, str(published.root), REDIS_URL=redis_that_is_away) as root:
        seconds_until(lambda: shows(root, "Pages load slowly"))
        took = soonest_of_three(root)

        # The source is away: what is here stays, and what comes after is taken.
        published.root.rename(tmp_path / "away")
        threading.Event().wait(0.7)
        assert shows(root, "Word 1.")
        (tmp_path / "away").rename(published.root)
        change_seen_within(root, "It is back.")
    assert took < ONE_SECOND


class Forgetful(socketserver.StreamRequestHandler):
    """A Redis that takes subscriptions and loses every message."""

    subscribed = threading.Event()

    def handle(self) -> None:
        while header := self.rfile.readline():  # *<parts>, then $<length> and the part, each on a line
            parts = [self.rfile.readline() and self.rfile.readline().strip() for _ in range(int(header[1:]))]
            if parts[0].upper() == b"HELLO":
                self.wfile.write(b"%1\r\n$5\r\nproto\r\n:3\r\n")
            elif parts[0].upper() == b"SUBSCRIBE":
                self.wfile.write(b">3\r\n$9\r\nsubscribe\r\n$%d\r\n%s\r\n:1\r\n" % (len(parts[1]), parts[1]))
                self.subscribed.set()
            else:
                self.wfile.write(b"+OK\r\n")


def test_a_change_is_seen_within_a_second_when_its_message_is_lost(live_page, tmp_path, published):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Forgetful) as redis:
        redis.daemon_threads = True
        threading.Thread(target=redis.serve_forever, daemon=True).start()
        url = f"redis://127.0.0.1:{redis.server_address[1]}/0"
        with following(tmp_path, str(published.root), REDIS_URL=url) as root:
            seconds_until(lambda: shows(root, "Pages load slowly"))
            assert Forgetful.subscribed.wait(30)
            threading.Event().wait(1.0)  # past the look that follows a connection
            took = soonest_of_three(root)
        redis.shutdown()
    assert took < ONE_SECOND


@pytest.mark.skipif(not configured.REDIS_URL, reason="REDIS_URL is not given")
def test_a_change_is_seen_within_a_second_through_redis(live_page, tmp_path, published, settings, monkeypatch):
    settings.REDIS_URL = configured.REDIS_URL
    monkeypatch.setattr(messages, "SECONDS", 5.0)  # after one slow answer nothing would be announced for a while
    with following(tmp_path, str(published.root), "--every", "60", REDIS_URL=configured.REDIS_URL) as root:
        seconds_until(lambda: shows(root, "Pages load slowly"))
        with messages.connect(configured.REDIS_URL) as client:
            seconds_until(lambda: dict(client.pubsub_numsub(messages.CHANNEL)).get(messages.CHANNEL.encode()))
        took = soonest_of_three(root)
    assert took < ONE_SECOND


def test_an_object_store_can_be_followed(add, object_store, bucket, live_page, tmp_path):
    row = add("s3", f"s3://{bucket}/site", endpoint=object_store, credentials="store")
    bring_up_to_date(row.pk)
    secrets = {"TARGET_STORE_HOST": "127.0.0.1", "TARGET_STORE_USER": "id", "TARGET_STORE_SECRET": "secret"}
    options = (f"s3://{bucket}/site", "--endpoint", object_store, "--credentials", "store")
    with following(tmp_path, *options, **secrets) as root:
        seconds_until(lambda: shows(root, "Pages load slowly"))
        incident = post("It was the cache.")
        bring_up_to_date(row.pk)
        seconds_until(lambda: shows(root, "It was the cache."))
        assert b"It was the cache." in Reader(root).get(f"/incidents/{incident.code}").body
        assert Reader(root).get("/history").status == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/folder"], "is no folder"),
        (["{root}"], "PUBLISH_ROOT itself"),
        (["s3://bucket"], "credentials"),
        (["s3://bucket", "--credentials", "nobody"], "TARGET_NOBODY_HOST"),
        (["{root}", "--every", "0"], "0.05 to 60"),
    ],
)
def test_what_can_t_be_followed_is_refused_in_one_line(root, arguments, words):
    root.mkdir()
    with pytest.raises(CommandError, match=words) as refused:
        call_command("follow", *(argument.format(root=root) for argument in arguments))

    assert refused.value.returncode == 2
