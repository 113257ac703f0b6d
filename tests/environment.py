"""Set before Django reads its settings (`-p tests.environment`): all state of a run goes with it."""

import atexit
import os
import shutil
import tempfile

MEMORY = "/dev/shm"
ROOM = 2 * 1024**3
"""Bytes; a run takes a tenth of it."""


def _lie_in_memory() -> None:
    """Have what tests write lie in memory where there is room: they publish a lot, and each file waits for the disk."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = MEMORY
        tempfile.tempdir = None  # or what was found before would stay


if "PYTEST_XDIST_WORKER" not in os.environ:
    _lie_in_memory()
    _var = tempfile.mkdtemp(prefix="allclear-tests-")
    atexit.register(shutil.rmtree, _var, ignore_errors=True)
    os.environ["VAR_DIR"] = _var
    for _name in ("EMAIL_URL", "ALLOWED_HOSTS", "SITE_URL", "PUBLISH_ROOT", "PORT", "SECRET_KEY"):
        os.environ.pop(_name, None)
    # Playwright's loop stays in the process that ran a browser test, and Django takes every later query for one in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    os.environ["DEBUG"] = "1"  # static files as they lie in the tree; the test runner turns DEBUG itself off again
