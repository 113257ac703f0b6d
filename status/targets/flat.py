"""Copies on any Django storage: an object store, or a folder of plain files. One page each.

An object store can't replace many objects in one step. So they are written in an order in which nothing ever leads
nowhere: static files, reports and months, heads, then the manifest with every file's digest, and `version.json` last.
While that lasts (a second or so) a reader of the bucket may see a new report before the home page tells of it; each
document is whole. A follower (`following.py`) checks digests against the manifest, and so takes whole editions only.
"""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from status.document import JSON, Document
from status.publishing.store import Version
from status.publishing.store import told as told_of
from status.serving.shelf import VERSION, content_type

from .editions import Edition, Progress, Superseded, Told, sha256
from .naming import Naming, keys

MANIFEST = "published.json"
AT_ONCE = 8
"""Files that are on their way at the same time."""

MAX_SECONDS = 60
"""How long one file may make the others wait before the copy is given up."""


class FlatTarget:
    """A copy of one page at the root of a storage."""

    def __init__(self, storage: Storage, naming: Naming) -> None:
        self.storage = storage
        self.naming = naming

    def state(self, page: str) -> str:
        """What `version.json` says it is a copy of: it is written last, so all of that is there."""
        return self._read(VERSION).get("state", "")

    def number(self) -> int:
        """The last change that it holds; -1 when there is none."""
        return self._read(VERSION).get("number", -1)

    def take(self, edition: Edition, known: str, told: Told, progress: Progress) -> None:
        """Write what changed in the order above, and take away what is gone last."""
        before = self._read(MANIFEST)
        held: dict[str, list[Any]] = before.get("files", {})
        changed = edition.since(known) if known else None
        names = edition.names() if changed is None else changed
        files = {} if changed is None else dict(held)
        assets = self._put_assets(edition, before.get("assets", {}) if known else {}, progress)
        for part in (sorted(names), edition.heads):
            self._put_documents(edition, part, held if known else {}, files, progress)
        manifest = {
            "page": edition.page,
            "state": edition.state,
            "version": asdict(edition.version),
            "hosts": edition.hosts,
            "heads": edition.heads,
            "files": files,
            "assets": assets,
        }
        self._write(MANIFEST, json.dumps(manifest, separators=(",", ":")).encode(), JSON)
        self.confirm(edition)
        for name in held.keys() - files.keys():
            for key in keys(name, self.naming):
                self.storage.delete(key)

    def confirm(self, edition: Edition) -> None:
        """Write `version.json`: which edition it is, and when that was last found to be the present one."""
        said = told_of(edition.version, edition.checked_at) | {"state": edition.state}
        self._write(VERSION, json.dumps(said).encode() + b"\n", JSON)

    def check(self) -> None:
        """Write, read and delete a small file; raises what the storage raises."""
        key = f"allclear-check-{time.time_ns()}.txt"
        self._write(key, b"written by Allclear to test this place\n", "text/plain; charset=utf-8")
        try:
            with self.storage.open(key) as file:
                file.read()
        finally:
            self.storage.delete(key)

    def _read(self, key: str) -> dict[str, Any]:
        try:
            with self.storage.open(key) as file:
                found = json.loads(file.read())
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _put_documents(
        self,
        edition: Edition,
        names: Iterable[str],
        before: dict[str, list[Any]],
        files: dict[str, list[Any]],
        progress: Progress,
    ) -> None:
        """Write those of the documents that differ from what was there, and note every one's digest."""

        def put(name: str) -> None:
            document = edition.document(name)
            said = [sha256(document.body), document.last_modified.timestamp()]
            if before.get(name, [""])[0] != said[0]:
                for key in keys(name, self.naming):
                    self._write(key, document.body, document.content_type)
            files[name] = said

        _side_by_side(put, names, progress)

    def _put_assets(self, edition: Edition, before: dict[str, list[Any]], progress: Progress) -> dict[str, list[Any]]:
        there = edition.assets()
        assets = {name: said for name, said in before.items() if name in there and said[1] == there[name]}

        def put(name: str) -> None:
            body = edition.asset(name)
            self._write(name, body, content_type(name))
            assets[name] = [sha256(body), there[name]]

        _side_by_side(put, there.keys() - assets.keys(), progress)
        return assets

    def _write(self, key: str, body: bytes, media_type: str) -> None:
        content = ContentFile(body)
        content.content_type = media_type
        self.storage.save(key, content)


def _side_by_side(put: Callable[[str], None], names: Iterable[str], progress: Progress) -> None:
    """Call for each name, several at a time; the first failure ends it."""
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for future in [pool.submit(put, name) for name in names]:
            future.result(MAX_SECONDS)
            progress()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class FlatSource:
    """Such a copy as the source of another one."""

    def __init__(self, storage: Storage, naming: Naming) -> None:
        self.storage = storage
        self.naming = naming
        self._pages: list[str] = []
        self._seen: tuple[str, dict[str, list[Any]]] = ("", {})

    def pages(self) -> list[str]:
        """The one page; none while nothing is there."""
        if not self._pages:
            with suppress(FileNotFoundError):
                self._pages = [self._read(MANIFEST)["page"]]
        return self._pages

    def state(self, page: str) -> str:
        """What `version.json` says."""
        try:
            return self._read(VERSION).get("state", "")
        except FileNotFoundError:
            return ""

    def edition(self, page: str) -> "FlatEdition":
        """What the manifest lists."""
        said, manifest = self._read(VERSION), self._read(MANIFEST)
        if said.get("state") != manifest["state"]:
            raise Superseded  # the next edition is being written
        earlier, self._seen = self._seen, (manifest["state"], manifest["files"])
        return FlatEdition(
            storage=self.storage,
            naming=self.naming,
            page=manifest["page"],
            state=manifest["state"],
            version=Version(**manifest["version"]),
            checked_at=datetime.fromisoformat(said["checked_at"]),
            hosts=tuple(manifest["hosts"]),
            heads=tuple(manifest["heads"]),
            files=manifest["files"],
            static=manifest["assets"],
            earlier=earlier,
        )

    def _read(self, key: str) -> dict[str, Any]:
        with self.storage.open(key) as file:
            return json.loads(file.read())


@dataclass(frozen=True, slots=True)
class FlatEdition:
    """What a manifest lists, and the manifest before it to compare with."""

    storage: Storage
    naming: Naming
    page: str
    state: str
    version: Version
    checked_at: datetime
    hosts: tuple[str, ...]
    heads: tuple[str, ...]
    files: dict[str, list[Any]]
    static: dict[str, list[Any]]
    earlier: tuple[str, dict[str, list[Any]]]

    def names(self) -> set[str]:
        """Every file besides the heads."""
        return set(self.files) - set(self.heads)

    def since(self, state: str) -> set[str] | None:
        """Files whose digest differs; None when the earlier manifest isn't at hand, or lists files that are gone."""
        earlier_state, earlier = self.earlier
        if state != earlier_state or earlier.keys() - self.files.keys():
            return None
        return {name for name in self.names() if earlier.get(name, [""])[0] != self.files[name][0]}

    def document(self, name: str) -> Document:
        """One file, checked against its digest."""
        digest, modified = self.files[name]
        body = self._read(keys(name, self.naming)[0], digest)
        return Document(f"/{name}", body, content_type(name), datetime.fromtimestamp(modified, UTC))

    def digest(self, name: str) -> str:
        """As the manifest says."""
        return self.files[name][0]

    def assets(self) -> dict[str, float]:
        """As the manifest says."""
        return {name: said[1] for name, said in self.static.items()}

    def asset(self, name: str) -> bytes:
        """One of them, checked against its digest."""
        return self._read(name, self.static[name][0])

    def _read(self, key: str, digest: str) -> bytes:
        try:
            with self.storage.open(key) as file:
                body = file.read()
        except FileNotFoundError:
            raise Superseded from None
        if sha256(body) != digest:
            raise Superseded
        return body
