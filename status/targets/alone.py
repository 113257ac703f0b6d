"""One process of this machine at a time at work on a place, whether or not there is a database to hold it in.

The hold on the row (`keeping.py`) keeps workers of all machines apart; this keeps `manage.py break_glass`, the
console's test and a worker from sharing one working copy.
"""

from contextlib import AbstractContextManager

from django.conf import settings

from status.locking import locked


def alone(code: str, *, patience: float) -> AbstractContextManager[None]:
    """Hold the place of a code for as long as the block lasts. Raises TimeoutError after `patience` seconds."""
    path = settings.TARGET_CLONES / f".{code}.lock"
    return locked(path, "Another process has been at work on this place", patience=patience)
