"""The WSGI layer ahead of Django that answers for published documents (PEP 3333)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from status.publishing.files import PAGED, file_name

from .doorway import Application, Environ, StartResponse
from .hosts import host_name
from .negotiation import coding, is_unchanged
from .shelf import VERSION, Held, Shelf

DJANGO = re.compile(
    r"/(?:console|healthz|readyz|media|static|subscribe|unsubscribe|subscriptions|api/v1|v1|hooks)(?:/|\Z)"
)
"""Paths that are never documents."""

ASSET = re.compile(r"/((?:static|media)(?:/[\w-][\w.-]*)+)", re.ASCII)
"""Files that documents link to, published beside them. What isn't there, such as the console's, is Django's."""

HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
NOT_FOUND = "404.html"
MAX_TARGET = 8_000
"""Characters of path and query beyond which a request is refused (RFC 9110, 15.5.15)."""


class PublishedPages:
    """Answers GET and HEAD for published documents from memory; leaves everything else to the wrapped application.

    While nothing is published for a host yet, Django makes the documents on request.
    """

    def __init__(self, django: Application, shelf: Shelf) -> None:
        self._django = django
        self._shelf = shelf

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "") or "/"
        query = environ.get("QUERY_STRING", "")
        if len(path) + len(query) > MAX_TARGET:
            return _plain(start_response, "414 URI Too Long", b"This address is too long.\n")
        if DJANGO.match(path):
            asset = self._asset(path, environ)
            if asset is not None:
                return _send(asset, "200 OK", [], environ, start_response)
            return self._django(environ, start_response)
        generation = self._shelf.generation(_host(environ.get("HTTP_HOST", "")))
        if generation is None:
            return self._django(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return _other_method(method, path, start_response)
        return self._answer(generation, path, query, environ, start_response)

    def _answer(
        self, generation: str, path: str, query: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        name = _named(path, query)
        held = self._find(generation, name, environ) if name and name != NOT_FOUND else None
        if held is None:
            if len(path) > 1 and path.endswith("/") and self._names_a_document(generation, path[:-1], query):
                return _moved(start_response, path.rstrip("/"), query)
            missing = self._find(generation, NOT_FOUND, environ)
            if missing is None:
                return self._django(environ, start_response)
            return _send(missing, "404 Not Found", self._shelf.age(generation), environ, start_response)
        return _send(held, "200 OK", self._shelf.age(generation), environ, start_response)

    def _asset(self, path: str, environ: Environ) -> Held | None:
        """A file that documents link to: their looks must not hang on Django either."""
        match = ASSET.fullmatch(path)
        if match is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        return self._shelf.asset(match[1])

    def _find(self, generation: str, name: str, environ: Environ) -> Held | None:
        if name == VERSION:
            return self._shelf.version(generation)
        held = self._shelf.find(generation, name)
        if held is None:
            # The generation may have been replaced, and cleared away, since its name was read.
            present = self._shelf.generation(_host(environ.get("HTTP_HOST", "")))
            if present not in (None, generation):
                return self._shelf.find(present, name)
        return held

    def _names_a_document(self, generation: str, path: str, query: str) -> bool:
        name = file_name(path, query)
        return name is not None and self._shelf.find(generation, name) is not None


def _send(
    held: Held, status: str, age: list[tuple[str, str]], environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    accepted = environ.get("HTTP_ACCEPT_ENCODING")
    form = held.forms[_coding(accepted[:1000], held.offered) if accepted else ""]
    if status == "200 OK" and is_unchanged(
        form.etag, held.modified, environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
    ):
        start_response("304 Not Modified", [*form.not_modified, *age])
        return []
    start_response(status, [*form.headers, *age])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]


# The same few paths, host names and codings come with nearly every request.
_named = lru_cache(maxsize=1024)(file_name)
_coding = lru_cache(maxsize=256)(coding)


@lru_cache(maxsize=256)
def _host(header: str) -> str:
    """The host name of a Host header, fit to be looked up; `_` for one that no page can claim."""
    name = host_name(header)
    return name if HOST.fullmatch(name) else "_"


def _other_method(method: str, path: str, start_response: StartResponse) -> Iterable[bytes]:
    if method == "OPTIONS":
        start_response(
            "204 No Content",
            [
                ("Allow", "GET, HEAD, OPTIONS"),
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
                ("Access-Control-Allow-Headers", "*"),
                ("Access-Control-Max-Age", "86400"),
            ],
        )
        return []
    body = b"Published documents can only be read.\n"
    return _plain(start_response, "405 Method Not Allowed", body, ("Allow", "GET, HEAD, OPTIONS"))


def _moved(start_response: StartResponse, path: str, query: str) -> Iterable[bytes]:
    # One slash only: two would name another host.
    location = "/" + path.lstrip("/") + (f"?{query}" if query and path in PAGED else "")
    return _plain(start_response, "301 Moved Permanently", b"", ("Location", location))


def _plain(start_response: StartResponse, status: str, body: bytes, *more: tuple[str, str]) -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(status, [*headers, ("X-Content-Type-Options", "nosniff"), *more])
    return [body]
