"""A publish folder as the source of copies, and another one as a copy: served by `status.serving` or nginx alike."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from status.document import Document
from status.publishing import trail
from status.publishing.files import write_whole
from status.publishing.store import FolderStore, Version
from status.serving.shelf import content_type

from .editions import Edition, Progress, Superseded, Told, sha256

BATCH = 50
"""Archived documents that a copy takes in one step."""

FORMS = (".gz", ".br")
ASSETS = ("static", "media")


class FolderSource:
    """The publish folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def pages(self) -> list[str]:
        """Every page with something published."""
        return sorted(folder.parent.name for folder in (self.root / "pages").glob("*/current"))

    def state(self, page: str) -> str:
        """The state of the page's folder."""
        return trail.state(self.root / "pages" / page)

    def edition(self, page: str) -> "FolderEdition":
        """What its present generation and archive hold."""
        folder = self.root / "pages" / page
        generation = (folder / "current").resolve(strict=True)
        said = json.loads((generation / ".version.json").read_text())
        edition = FolderEdition(
            root=self.root,
            page=page,
            generation=generation,
            state=self.state(page),
            version=Version(**{name: said[name] for name in Version.__slots__ if name in said}),
            checked_at=FolderStore(self.root).confirmed_at(page),
            hosts=tuple(sorted(link.name for link in (self.root / "hosts").iterdir() if link.readlink().name == page)),
            heads=tuple(filter(None, (generation / ".heads").read_text().split("\n"))),
        )
        if edition.state.rpartition(":")[2] != generation.name:
            raise Superseded
        return edition


@dataclass(frozen=True, slots=True)
class FolderEdition:
    """One generation with the archive beside it.

    Of the archive only the newest bytes are there, so a document besides the heads may already tell a later change.
    """

    root: Path
    page: str
    generation: Path
    state: str
    version: Version
    checked_at: datetime
    hosts: tuple[str, ...]
    heads: tuple[str, ...]

    def names(self) -> set[str]:
        """Every file besides the heads."""
        found = FolderStore(self.root).names(self.page)
        return found - set(self.heads)

    def since(self, state: str) -> set[str] | None:
        """What the trail says."""
        found = trail.since(self.generation.parents[1], state)
        return None if found is None else found - set(self.heads)

    def document(self, name: str) -> Document:
        """One file, from the generation or else the archive."""
        file = self._file(name)
        try:
            body, modified = file.read_bytes(), file.stat().st_mtime
        except FileNotFoundError:
            if not self.generation.is_dir():
                raise Superseded from None
            raise
        return Document(f"/{name}", body, content_type(name), datetime.fromtimestamp(modified, UTC))

    def digest(self, name: str) -> str:
        """The digest of its bytes."""
        return sha256(self.document(name).body)

    def assets(self) -> dict[str, float]:
        """Everything under `static` and `media`, without the compressed forms."""
        files = (file for folder in ASSETS for file in (self.root / folder).rglob("*") if file.is_file())
        return {
            str(file.relative_to(self.root)): file.stat().st_mtime
            for file in files
            if file.suffix not in FORMS and not file.name.startswith(".")
        }

    def asset(self, name: str) -> bytes:
        """One of them."""
        return (self.root / name).read_bytes()

    def _file(self, name: str) -> Path:
        file = self.generation / name
        if file.is_file() or name in self.heads:
            return file
        return self.generation.parents[1] / "archive" / name


class FolderTarget:
    """Another publish folder, whose readers see each edition whole."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._store = FolderStore(root)

    def state(self, page: str) -> str:
        """What its present generation is a copy of."""
        return self._store.version(page).copy_of

    def take(self, edition: Edition, known: str, told: Told, progress: Progress) -> None:
        """Static files first, then reports and months, then the heads together with the last of those."""
        page = edition.page
        changed = edition.since(known) if known else None
        names = edition.names() if changed is None else changed
        with self._store.lock(page):
            self._take_assets(edition, progress)
            documents = self._changed(edition, names, is_whole=changed is None)
            batch = list(islice(documents, BATCH))
            while len(batch) == BATCH:
                present = self._store.version(page)
                # The former heads stay until the last step; where there is nothing yet, nothing is shown either.
                self._store.put(page, None if present.made_at else [], batch, replace(present, copy_of=""))
                progress()
                batch = list(islice(documents, BATCH))
            heads = [edition.document(name) for name in edition.heads]
            self._store.put(page, heads, batch, replace(edition.version, copy_of=edition.state))
            if changed is None:
                self._store.keep_only(page, names)
            self._store.confirm(page, at=edition.checked_at)
        self._answer(edition)

    def confirm(self, edition: Edition) -> None:
        """Pass on when the source was last found to be current; a copy is no fresher than that."""
        if self._store.confirmed_at(edition.page) < edition.checked_at:
            self._store.confirm(edition.page, at=edition.checked_at)
        self._answer(edition)

    def check(self) -> None:
        """Write and delete a small file. Raises OSError."""
        self.root.mkdir(parents=True, exist_ok=True)
        file = self.root / f".allclear-check-{time.time_ns()}"
        write_whole(file, b"written by Allclear to test this place\n")
        file.unlink()

    def _changed(self, edition: Edition, names: set[str], *, is_whole: bool) -> Iterable[Document]:
        for name in sorted(names):
            held = self._store.read(edition.page, name) if is_whole else None
            if held is None or sha256(held) != edition.digest(name):
                yield edition.document(name)

    def _take_assets(self, edition: Edition, progress: Progress) -> None:
        for name, modified in edition.assets().items():
            file = self.root / name
            if not file.is_file() or int(file.stat().st_mtime) != int(modified):
                self._store.put_asset(name, edition.asset(name), modified)
                progress()

    def _answer(self, edition: Edition) -> None:
        """Lead the page's host names here; names that lead to other pages of the folder stay as they are."""
        folder = self.root / "hosts"
        folder.mkdir(parents=True, exist_ok=True)
        led = {link.name: link.readlink().name for link in folder.iterdir() if link.is_symlink()}
        others = {host: page for host, page in led.items() if page != edition.page}
        wanted = others | dict.fromkeys(edition.hosts, edition.page)
        if wanted != led:
            self._store.answer_on(wanted)
