"""A thread for each place, so that one that hangs takes no worker away from the others."""

import time
from collections.abc import Callable, Mapping
from threading import Lock, Thread

from django.db import connections

PATIENCE = 1.0
"""Seconds that a task waits for its places, before it leaves their threads alone and ends."""

Work = Callable[[], object]

_at_work: dict[str, Thread] = {}
_lock = Lock()


def run(works: Mapping[str, Work], *, patience: float = PATIENCE) -> set[str]:
    """Have each work done in the thread of its name; those that are not over when this returns.

    Where that thread is still at work nothing is started and nothing waits: it looks for more before it ends, and beat
    asks again.
    """
    started = {name: _start(name, work) for name, work in works.items()}
    until = time.monotonic() + patience
    for thread in started.values():
        if thread is not None:
            thread.join(max(0.0, until - time.monotonic()))
    return {name for name, thread in started.items() if thread is None or thread.is_alive()}


def _start(name: str, work: Work) -> Thread | None:
    """The thread that began just now; None where one is at work already."""
    with _lock:
        present = _at_work.get(name)
        if present is not None and present.is_alive():
            return None
        thread = Thread(target=_done, args=[work], name=name, daemon=True)
        _at_work[name] = thread
        thread.start()
        return thread


def _done(work: Work) -> None:
    try:
        work()
    finally:
        connections.close_all()
