"""What takes long to make and is the same for every pytest process of a run: the first that needs it makes it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` has filled, in this process or in another of this run. Copy what lies in it."""
    shared = Path(os.environ["VAR_DIR"]) / "once"
    shared.mkdir(exist_ok=True)
    done, draft = shared / name, shared / f".{name}"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.is_dir():
            shutil.rmtree(draft, ignore_errors=True)  # what one left that failed
            draft.mkdir()
            make(draft)
            draft.rename(done)
    return done
