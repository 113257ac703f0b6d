"""One process of this machine at a time: lock files, which the system lets go of when their process ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_EVERY = 0.1


@contextmanager
def locked(path: Path, busy: str, *, patience: float | None = None) -> Iterator[None]:
    """Hold a lock file for as long as the block lasts.

    Raises TimeoutError after `patience` seconds, if given; `busy` says in it what the other process has been doing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        until = None if patience is None else time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if until is None else fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError(f"{busy} for {patience:g} seconds") from None
                time.sleep(LOOK_EVERY)
        yield
