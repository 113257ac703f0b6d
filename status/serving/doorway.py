"""A doorway before Django: however long it hangs, threads are left that answer the public."""

from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

INSIDE = 3
"""Requests that one process has Django work on at once. The Procfile gives it more threads than INSIDE + WAITING."""

WAITING = 4
"""Requests that wait for one of those to end."""

PATIENCE = 5.0
"""Seconds that they wait."""

OPEN_TO_ALL = ("/healthz",)
"""Paths that ask for nothing that could hang."""

BUSY = b"Allclear is busy: what it depends on may not be answering. Try again in a moment.\n"


class Doorway:
    """Lets a few requests into an application at once, a few more wait, and answers 503 to the others.

    A database that swallows packets holds a thread for as long as it likes. Without a doorway a handful of requests to
    the console would hold all of them, and the public page with them.
    """

    def __init__(
        self, application: Application, *, inside: int = INSIDE, waiting: int = WAITING, patience: float = PATIENCE
    ) -> None:
        self._application = application
        self._patience = patience
        self._admitted = BoundedSemaphore(inside + waiting)
        self._inside = BoundedSemaphore(inside)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in OPEN_TO_ALL:
            return self._application(environ, start_response)
        if not self._admitted.acquire(blocking=False):
            return _busy(start_response)
        if not self._inside.acquire(timeout=self._patience):
            self._admitted.release()
            return _busy(start_response)
        try:
            body = self._application(environ, start_response)
        except BaseException:
            self._leave()
            raise
        leaving = _Leaving(body, self._leave)
        if getattr(body, "streaming", True):
            return leaving
        # Whole already: a reader who takes it slowly, or goes away, keeps nobody else out.
        try:
            return [b"".join(leaving)]
        finally:
            leaving.close()

    def _leave(self) -> None:
        self._inside.release()
        self._admitted.release()


class _Leaving:
    """A response body that tells, once, when the server is done with it (PEP 3333: it calls `close`)."""

    def __init__(self, body: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._body = body
        self._leave: Callable[[], None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        if self._leave is None:
            return
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._go()

    def _go(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()

    def __del__(self) -> None:
        # A server that forgot to close. Not the body: Django would close its connections under a later request.
        self._go()


def _busy(start_response: StartResponse) -> Iterable[bytes]:
    start_response(
        "503 Service Unavailable",
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(BUSY))),
            ("Retry-After", "5"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )
    return [BUSY]
