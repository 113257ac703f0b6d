"""A process that publishes one revision after another, and is killed in the middle of many of them.

Run as `python -m tests.faults.revisions FOLDER COUNT SEED`. Some publications are made by a process of their own,
which is killed (SIGKILL) just before one of the file-system calls of a publication. It prints how many at the end.
"""

import hashlib
import json
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from status.document import Document
from status.publishing.store import ANY_HOST, FolderStore, Version

PAGE = "page00000000"
HEADS = ("/", "/api/v2/summary.json", "/feed.json", "/404")
REPORTS = 5
STEPS = ("open", "os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "os.utime")
"""Audit events (PEP 578) of the calls that change what lies in a folder."""


def body(path: str, revision: int) -> bytes:
    """A document that says which revision it is, with a digest of itself at its end."""
    text = json.dumps({"path": path, "revision": revision, "text": f"{revision:06} " * 90})
    return f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}\n".encode()


def revision_of(path: str, found: bytes) -> int:
    """The revision of a document that is whole; anything else raises."""
    text, digest = found.decode().splitlines()
    if hashlib.sha256(text.encode()).hexdigest() != digest or json.loads(text)["path"] != path:
        raise AssertionError(f"{path} is not whole: {found[:80]!r} … {found[-80:]!r}")
    return json.loads(text)["revision"]


def report_of(revision: int) -> str:
    """The one report that a revision touches, besides the heads."""
    return f"/incidents/report{revision % REPORTS}"


def put(store: FolderStore, revision: int) -> None:
    """Publish a revision as the publisher does."""
    now = datetime.now(UTC)
    heads = [Document(path, body(path, revision), "", now) for path in HEADS]
    report = report_of(revision)
    with store.lock(PAGE):
        store.put(PAGE, heads, [Document(report, body(report, revision), "", now)], Version(number=revision))


def main(root: Path, count: int, seed: int) -> None:
    """Publish until revision `count` is live."""
    store, chance, killed = FolderStore(root), random.Random(seed), 0
    store.answer_on({ANY_HOST: PAGE})
    while (live := store.version(PAGE).number) < count:
        if chance.random() > 0.3:
            put(store, live + 1)
            continue
        step, child = chance.randrange(1, 130), os.fork()
        if not child:
            _die_at(step)
            put(store, live + 1)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        killed += os.WIFSIGNALED(status)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise SystemExit("A publication failed; see above.")
    print(json.dumps({"killed": killed}))


def _die_at(step: int) -> None:
    left = iter(range(step - 1, -1, -1))

    def count(event: str, _: object) -> None:
        if event in STEPS and not next(left, 0):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
