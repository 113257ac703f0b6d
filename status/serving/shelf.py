"""Published files in memory: read once for each generation, bounded in bytes."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from threading import Lock

from status.publishing.files import ENCODINGS, decoded

from .headers import HASHED

MAX_BYTES = 64 * 1000 * 1000
"""What one process keeps; beyond it, all is let go and read again."""

MAX_UNCLAIMED = 1000
"""Host names that are remembered as nobody's."""

ANY_HOST = "_"
VERSION = "version.json"

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
FEED = "application/feed+json; charset=utf-8"
IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
ASSETS = "./assets"
"""Stands for a generation where files have none."""


Headers = Callable[[str], tuple[tuple[str, str], ...]]
"""Gives the headers that a published file is answered with besides those that describe it."""


@dataclass(frozen=True, slots=True)
class Form:
    """A document in one content coding, with everything that an answer says of it."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]
    not_modified: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A document in each of its codings (empty: none), and when it was made (seconds since 1970)."""

    forms: dict[str, Form]
    modified: int
    offered: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all its codings."""
        return sum(len(form.body) for form in self.forms.values())


class Shelf:
    """The published files of one folder, kept in memory as long as their generation is the present one."""

    def __init__(self, root: str, headers: Headers) -> None:
        self.root = root
        self._headers = headers
        self._held: dict[tuple[str, str], Held] = {}
        self._present: dict[str, str] = {}
        self._bytes = 0
        self._lock = Lock()
        self._ages: dict[str, tuple[float, float]] = {}
        self._unclaimed: dict[str, float] = {}

    def generation(self, host: str) -> str | None:
        """The folder of the present generation for a host name, such as `../<page>/generations/12`; None: no page.

        One system call, made for every request: this is how a change is seen by every process at once. Only that no
        page claims a name is believed for a second, since most names that are asked for are of that kind.
        """
        now = time.monotonic()
        if self._unclaimed.get(host, 0.0) < now:
            try:
                return os.readlink(f"{self.root}/hosts/{host}/current")
            except OSError:
                if len(self._unclaimed) >= MAX_UNCLAIMED:
                    self._unclaimed.clear()
                self._unclaimed[host] = now + 1.0
        try:
            return os.readlink(f"{self.root}/hosts/{ANY_HOST}/current")
        except OSError:
            return None

    def find(self, generation: str, name: str) -> Held | None:
        """A published file of a generation, or of the archive beside it."""
        key = generation, name
        try:
            return self._held[key]
        except KeyError:
            return self._fetch(key)

    def age(self, generation: str) -> list[tuple[str, str]]:
        """The header with the seconds since the publisher last confirmed that what is live is current.

        Looked up once a second; empty when nothing says it.
        """
        page = generation.split("/", 2)[1]
        now = time.monotonic()
        until, header = self._ages.get(page, (0.0, []))
        if now >= until:
            try:
                confirmed = os.stat(f"{self.root}/pages/{page}/{VERSION}").st_mtime
                header = [("X-Snapshot-Age", str(max(0, int(time.time() - confirmed))))]
            except OSError:
                header = []
            self._ages[page] = now + 1.0, header
        return header

    def asset(self, name: str) -> Held | None:
        """A file that documents link to. One with a digest in its name is kept; others are rarely asked for."""
        if not HASHED.fullmatch(name):
            is_public = name.startswith("static/") or name.endswith(IMAGES)
            return self._read(f"{self.root}/{name}", name) if is_public else None
        key = ASSETS, name
        held = self._held.get(key)
        if held is None:
            held = self._read(f"{self.root}/{name}", name)
            if held is not None:
                with self._lock:
                    self._keep(key, held)
        return held

    def version(self, generation: str) -> Held | None:
        """`version.json` of the generation's page as it is now; never kept, since it is confirmed without a change."""
        return self._read(f"{self.root}/pages/{generation.split('/')[1]}/{VERSION}", VERSION)

    def _fetch(self, key: tuple[str, str]) -> Held | None:
        generation, name = key
        page = generation.split("/")[1]
        held = None
        for folder in (f"{self.root}/pages/{page}/{generation}", f"{self.root}/pages/{page}/archive"):
            held = self._read(f"{folder}/{name}", name)
            if held is not None:
                break
        with self._lock:
            if self._present.get(page) != generation:
                self._let_go(page)
                self._present[page] = generation
            # Names that nobody published aren't remembered: there is no end to them.
            if held is not None:
                self._keep(key, held)
        return held

    def _keep(self, key: tuple[str, str], held: Held) -> None:
        """Keep a file, with the lock held; when there would be too much, let all others go."""
        if key not in self._held:
            if self._bytes + held.size > MAX_BYTES:
                self._held.clear()
                self._bytes = 0
            self._held[key] = held
            self._bytes += held.size

    def _let_go(self, page: str) -> None:
        for key in [key for key in self._held if key[0].split("/")[1] == page]:
            self._bytes -= self._held.pop(key).size

    def _read(self, path: str, name: str) -> Held | None:
        try:
            with open(path, "rb") as file:
                body = file.read()
                modified = int(os.fstat(file.fileno()).st_mtime)
        except OSError:
            return None
        digest = hashlib.sha256(body).hexdigest()[:20]
        forms = {"": self._form(body, name, "", digest, modified)}
        for coding, suffix in ENCODINGS.items():
            try:
                with open(path + suffix, "rb") as file:
                    encoded = file.read()
                # The archive's files are replaced one by one: never send the old document under the new one's ETag.
                if decoded(coding, encoded) == body:
                    forms[coding] = self._form(encoded, name, coding, digest, modified)
            except (OSError, ValueError):
                continue
        return Held(forms, modified, tuple(forms))

    def _form(self, body: bytes, name: str, coding: str, digest: str, modified: int) -> Form:
        etag = f'"{digest}-{coding}"' if coding else f'"{digest}"'
        common = (
            ("ETag", etag),
            ("Last-Modified", formatdate(modified, usegmt=True)),
            ("Vary", "Accept-Encoding"),
            *self._headers(name),
        )
        described = [("Content-Type", content_type(name)), ("Content-Length", str(len(body)))]
        if coding:
            described.append(("Content-Encoding", coding))
        return Form(body, etag, (*described, *common), common)


def content_type(name: str) -> str:
    """The media type of a published file, by its name."""
    if name == "feed.json" or name.startswith(("feed/", "changes/")):
        return FEED
    return TYPES.get(os.path.splitext(name)[1], "application/octet-stream")
