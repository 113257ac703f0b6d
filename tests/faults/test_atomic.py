"""Readers over HTTP while a thousand revisions are published by processes that are killed at any step."""

import gzip
import hashlib
import http.client
import json
import random
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import brotli
import pytest

from bench import servers
from status.publishing.store import FolderStore
from tests.faults import revisions
from tests.faults.conftest import environment

ROOT = Path(__file__).resolve().parents[2]
PUBLICATIONS = 1000
READERS = 4
SHARED = Path("/dev/shm")
DECODED = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Readers:
    """Threads that read without end, and what they found wrong."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.faults: list[BaseException] = []
        self.answers = 0
        self.same_before_and_after = 0
        self.newest = 0
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[number]) for number in range(READERS)]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, seed: int) -> None:
        chance = random.Random(seed)
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                # A breath between rounds leaves the processors to the publisher.
                while not self._is_over.wait(0.01):
                    self._read_all(connection, chance)
        except BaseException as fault:
            self.faults.append(fault)

    def _read_all(self, connection: http.client.HTTPConnection, chance: random.Random) -> None:
        """Read HTML, JSON and feed in any order, and the HTML again; and the report of the revision that was seen."""
        paths = ["/", "/api/v2/summary.json", "/feed.json"]
        chance.shuffle(paths)
        seen = [self._read(connection, path, chance) for path in [*paths, paths[0]]]
        if seen[0] == seen[-1]:
            assert len(set(seen)) == 1, f"two revisions at once: {seen}"
            self.same_before_and_after += 1
        revision = seen[-1] - chance.randrange(revisions.REPORTS)
        if revision > 0:
            path = revisions.report_of(revision)
            assert self._read(connection, path, chance, at_least=revision) % revisions.REPORTS == (
                revision % revisions.REPORTS
            )

    def _read(
        self, connection: http.client.HTTPConnection, path: str, chance: random.Random, at_least: int | None = None
    ) -> int:
        """The revision of a document: whole, as its ETag says, and no older than anybody had seen when we asked."""
        newest = self.newest if at_least is None else at_least
        accepted = chance.choice(["identity", "gzip", "br"])
        connection.request("GET", path, headers={"Accept-Encoding": accepted})
        answer = connection.getresponse()
        data = answer.read()
        assert answer.status == 200, (path, answer.status)
        coding = answer.headers["Content-Encoding"]
        assert coding in (None, accepted)
        found = DECODED[coding](data)
        digest = hashlib.sha256(found).hexdigest()[:20]
        assert answer.headers["ETag"] == (f'"{digest}-{coding}"' if coding else f'"{digest}"')
        revision = revisions.revision_of(path, found)
        assert revision >= newest, f"{path} went back from {newest} to {revision}"
        self.answers += 1
        if at_least is None:
            self.newest = max(self.newest, revision)
        return revision


@pytest.fixture
def root(tmp_path):
    """A folder in memory where there is one: what is tried is the order of steps, not the disk."""
    if not SHARED.is_dir():
        yield tmp_path / "published"
        return
    import shutil

    folder = SHARED / f"allclear-{tmp_path.name}-{time.monotonic_ns()}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_readers_see_whole_documents_of_one_revision_whenever_publishers_die(root, tmp_path):
    store, port = FolderStore(root), servers.free_port()
    store.answer_on({revisions.ANY_HOST: revisions.PAGE})
    revisions.put(store, 1)
    publisher = [sys.executable, "-m", "tests.faults.revisions", str(root), str(PUBLICATIONS), "7"]

    with (
        servers.allclear(port, environment(tmp_path, PORT=port, PUBLISH_ROOT=root), tmp_path / "log.txt"),
        Readers(port) as readers,
    ):
        done = subprocess.run(publisher, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)

    assert done.returncode == 0, done.stderr
    assert readers.faults == []
    assert json.loads(done.stdout)["killed"] > PUBLICATIONS / 10
    assert readers.answers > READERS * 50
    assert readers.same_before_and_after > 0
    assert store.version(revisions.PAGE).number == PUBLICATIONS
    assert len(list((root / "pages" / revisions.PAGE / "generations").glob("[0-9]*"))) <= 3
