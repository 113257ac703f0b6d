"""The layer that serves published documents, listening on loopback, for programs that are tried unmodified."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from status.serving.app import PublishedPages
from status.serving.headers import public_headers
from status.serving.shelf import Shelf


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Running:
    """A web server over a publish root; `asked` holds every target that was asked for, over restarts too."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.asked: list[str] = []
        self.port = 0

    @property
    def address(self) -> str:
        """Where it listens; the same after a restart."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, as a process that has read nothing yet."""
        asked = self.asked

        class Handler(WSGIRequestHandler):
            def log_request(self, *_: object) -> None:
                asked.append(self.path)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        layer = PublishedPages(_no_django, Shelf(str(self._root), public_headers))
        self._server = make_server("127.0.0.1", self.port, layer, _Server, Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Refuse connections."""
        self._server.shutdown()
        self._server.server_close()


def _no_django(environ: object, start_response: object) -> list[bytes]:
    raise AssertionError("a published document was asked of Django")


@contextmanager
def running(root: Path) -> Iterator[Running]:
    """The server for as long as the block lasts."""
    server = Running(root)
    server.start()
    try:
        yield server
    finally:
        server.stop()
