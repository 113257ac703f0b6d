"""What is published and what is served, on a folder of the test's own."""

from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from status.publishing.publisher import store
from status.serving.app import PublishedPages
from status.serving.headers import public_headers
from status.serving.shelf import Shelf


@dataclass
class Answer:
    """What the WSGI layer answered."""

    status: int = 0
    headers: Message = field(default_factory=Message)
    body: bytes = b""
    from_django: bool = False


class Reader:
    """Asks the layer ahead of Django, as a web server would; whatever reaches Django is only noted."""

    def __init__(self, root: object) -> None:
        self.layer = PublishedPages(self._django, Shelf(str(root), public_headers))

    def get(self, target: str, *, method: str = "GET", host: str = "status.example.test", **headers: str) -> Answer:
        """Ask for a path and query as they stand on the request line."""
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": host,
        } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        answer = Answer()

        def start(status: str, found: list[tuple[str, str]]) -> None:
            answer.status = int(status.split()[0])
            for name, value in found:
                answer.headers[name] = value

        answer.body = b"".join(self.layer(environ, start))
        answer.from_django = answer.headers.get("X-Django") == "1"
        return answer

    @staticmethod
    def _django(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("X-Django", "1")])
        return [b"django"]


@pytest.fixture
def root(settings, tmp_path):
    """A publish root of the test's own."""
    settings.PUBLISH_ROOT = tmp_path / "published"
    settings.BREAK_GLASS_ROOT = tmp_path / "break_glass"
    settings.BREAK_GLASS_ROOT.mkdir()
    return settings.PUBLISH_ROOT


@pytest.fixture
def published(root):
    """The store under it."""
    return store()


@pytest.fixture
def reader(root):
    """A web process over it."""
    return Reader(root)
