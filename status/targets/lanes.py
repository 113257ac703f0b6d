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

    Where that thread is still at work nothing is started: it looks for more before it ends, and beat asks again.
    """
    threads = {name: _started(name, work) for name, work in works.items()}
    until = time.monotonic() + patience
    for thread in threads.values():
        thread.join(max(0.0, until - time.monotonic()))
    return {name for name, thread in threads.items() if thread.is_alive()}


def _started(name: str, work: Work) -> Thread:
    with _lock:
        thread = _at_work.get(name)
        if thread is None or not thread.is_alive():
            thread = Thread(target=_done, args=[work], name=name, daemon=True)
            _at_work[name] = thread
            thread.start()
    return thread


def _done(work: Work) -> None:
    try:
        work()
    finally:
        connections.close_all()
