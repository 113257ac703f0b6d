"""Our serving layer behind a plain web server in a thread, with a Django that only says that it was asked."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from status.serving.app import PublishedPages
from status.serving.headers import public_headers
from status.serving.shelf import Shelf


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Origin:
    """A server on loopback until the block ends, or until it is stopped; each answer has `headers` besides its own."""

    def __init__(self, published: Path, **headers: str) -> None:
        layer = PublishedPages(self._django, Shelf(str(published), public_headers))
        more = [(name.replace("_", "-"), value) for name, value in headers.items()]

        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            return layer(environ, lambda status, found: start_response(status, [*found, *more]))

        self._server = make_server("127.0.0.1", 0, application, _Server, _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.port = self._server.server_port

    def __enter__(self) -> "Origin":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer nothing any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @staticmethod
    def _django(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        target = environ["PATH_INFO"] + ("?" + environ["QUERY_STRING"] if environ["QUERY_STRING"] else "")
        start_response("200 OK", [("X-Django", target), ("Content-Length", "6")])
        return [b"django"]
