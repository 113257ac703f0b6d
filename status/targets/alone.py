"""One process of this machine at a time at work on a place, whether or not there is a database to hold it in.

The hold on the row (`keeping.py`) keeps workers of all machines apart; this keeps `manage.py break_glass`, the
console's test and a worker from sharing one working copy.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

LOOK_EVERY = 0.1


@contextmanager
def alone(code: str, *, patience: float) -> Iterator[None]:
    """Hold the place of a code for as long as the block lasts. Raises TimeoutError after `patience` seconds."""
    folder = settings.TARGET_CLONES
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{code}.lock").open("w") as file:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError(
                        f"Another process has been at work on this place for {patience:g} seconds"
                    ) from None
                time.sleep(LOOK_EVERY)
        yield
