"""The folder of published files: what was published together becomes visible together.

    PUBLISH_ROOT/pages/<page code>/current            -> ../<page code>/generations/<serial>
    PUBLISH_ROOT/pages/<page code>/generations/<serial>/   every head document, and what else the last change touched
    PUBLISH_ROOT/pages/<page code>/archive/           what earlier changes touched
    PUBLISH_ROOT/pages/<page code>/trail/             what each generation replaced (`trail.py`), for copies
    PUBLISH_ROOT/pages/<page code>/version.json       which change is live, and when that was last confirmed
    PUBLISH_ROOT/hosts/<host name>                    -> ../pages/<page code>; `_` for every other name
    PUBLISH_ROOT/static/                              style sheets and scripts
    PUBLISH_ROOT/due/                                 when to look at the database (`alarms.py`)

A reader looks into `current` first and then into `archive`. The cost of a change does not grow with the archive: a new
generation links to the files of the last one, and the last one's own documents have moved to the archive before.
"""

import json
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from status.document import Document
from status.locking import locked

from . import trail
from .files import at_once, draft_of, file_name, forms, point, sync_folder, write_whole

KEPT_GENERATIONS = 3
"""A reader that has just resolved `current` may still open files of the generation before."""

ANY_HOST = "_"


@dataclass(frozen=True, slots=True)
class Version:
    """What is live of a page: the heads with every change up to `number`, the archive with those to `archive_number`.

    `made_at` is an instant (RFC 3339); `day` and `archive_day` are the page's days that heads and archive were made on;
    `layout` is the fingerprint of what they were made with; `due_at` (RFC 3339) is when time alone changes something.
    """

    number: int = -1
    archive_number: int = -2
    made_at: str = ""
    day: str = ""
    archive_day: str = ""
    layout: str = ""
    due_at: str = ""
    copy_of: str = ""
    """Of a copy: the state (`trail.py`) of the folder that it holds; empty where documents are made."""


def told(version: Version, at: datetime) -> dict[str, object]:
    """What `version.json` says to the public."""
    return {
        "number": version.number,
        "published_at": version.made_at,
        "checked_at": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


class FolderStore:
    """Published files under a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def pages(self) -> list[str]:
        """The codes of the pages of which anything is live."""
        folder = self.root / "pages"
        return [found.name for found in folder.iterdir() if (found / "current").exists()] if folder.is_dir() else []

    def version(self, page: str) -> Version:
        """What is live of a page; number -1 when nothing is."""
        try:
            found = json.loads((self._page(page) / "current" / ".version.json").read_text())
        except (OSError, ValueError):
            return Version()
        return Version(**{name: found[name] for name in Version.__slots__ if name in found})

    def lock(self, page: str, *, patience: float | None = None) -> AbstractContextManager[None]:
        """Let one process at a time replace a page's documents; TimeoutError after `patience` seconds, if given."""
        return locked(self._page(page) / ".lock", "Another process has been publishing", patience=patience)

    def put(self, page: str, heads: Iterable[Document] | None, others: Iterable[Document], version: Version) -> None:
        """Build the next generation beside the present one and switch to it. Raises OSError, with nothing changed."""
        folder = self._page(page)
        generations = folder / "generations"
        generations.mkdir(parents=True, exist_ok=True)
        serial, present = self._serials(generations, folder / "current")
        self._settle(folder, present)
        draft = generations / f".{serial}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        try:
            if heads is None:
                names = [self._keep(draft, present, name) for name in (present / ".heads").read_text().split("\n")]
            else:
                names = at_once(partial(self._add, draft, present), heads)
            archived = at_once(partial(self._add, draft, present), others)
            (draft / ".heads").write_text("\n".join(names))
            (draft / ".archived").write_text("\n".join(archived))
            write_whole(draft / ".version.json", json.dumps(asdict(version)).encode())
            at_once(sync_folder, {draft, *((draft / name).parent for name in (*names, *archived))})
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        trail.note(folder, serial, archived)
        draft.rename(generations / str(serial))
        sync_folder(generations)  # or a power cut could leave `current` leading to what isn't there
        point(folder / "current", f"../{page}/generations/{serial}")
        sync_folder(folder)
        self.confirm(page, version)
        self._settle(folder, generations / str(serial))
        self._forget(generations, serial)

    def confirm(self, page: str, version: Version | None = None, at: datetime | None = None) -> None:
        """Write `version.json`: what is live, and that the publisher found it current, just now or at an instant."""
        said = told(version or self.version(page), at or datetime.now(UTC))
        body = json.dumps(said).encode() + b"\n"
        write_whole(self._page(page) / "version.json", body, modified=at.timestamp() if at else None)

    def confirmed_at(self, page: str) -> datetime:
        """When the publisher last found what is live to be current. Raises OSError when nothing is."""
        return datetime.fromtimestamp((self._page(page) / "version.json").stat().st_mtime, UTC)

    def answer_on(self, hosts: dict[str, str]) -> None:
        """Let these host names (`_` is any other) lead to these pages, and no other name to any."""
        folder = self.root / "hosts"
        folder.mkdir(parents=True, exist_ok=True)
        for link in folder.iterdir():
            if link.name not in hosts:
                link.unlink()
        for host, page in hosts.items():
            target = f"../pages/{page}"
            if not (folder / host).is_symlink() or os.readlink(folder / host) != target:
                point(folder / host, target)

    def put_assets(self, files: dict[str, Path]) -> None:
        """Copy the static files that documents link to, so that the folder serves the whole page by itself."""
        for name, source in files.items():
            target = self.root / name
            found = source.stat()
            with suppress(FileNotFoundError):
                there = target.stat()
                if (there.st_size, int(there.st_mtime)) == (found.st_size, int(found.st_mtime)):
                    continue
            self.put_asset(name, source.read_bytes(), found.st_mtime)
        self._withdraw_media(files)

    def _withdraw_media(self, files: dict[str, Path]) -> None:
        """Take away uploaded files that nothing public shows any more; old style sheets may still be asked for."""
        for file in (self.root / "media").rglob("*"):
            if file.is_file() and str(file.relative_to(self.root)).removesuffix(".gz").removesuffix(".br") not in files:
                file.unlink()

    def put_asset(self, name: str, body: bytes, modified: float) -> None:
        """Write one static file, with its compressed forms."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for suffix, data in forms(body).items():
            write_whole(target.with_name(target.name + suffix), data, modified=modified)

    def read(self, page: str, name: str) -> bytes | None:
        """A published file's bytes, from the present generation or the archive."""
        for part in ("current", "archive"):
            with suppress(OSError):
                return (self._page(page) / part / name).read_bytes()
        return None

    def names(self, page: str) -> set[str]:
        """Every published file of a page, without the compressed forms."""
        found: set[str] = set()
        for part in ("current", "archive"):
            root = self._page(page) / part
            found |= {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}
        return {name for name in found if not name.endswith((".gz", ".br")) and not Path(name).name.startswith(".")}

    def keep_only(self, page: str, names: set[str]) -> None:
        """Take files out of the archive that no document has any more."""
        root = self._page(page) / "archive"
        gone = False
        for file in root.rglob("*"):
            name = str(file.relative_to(root))
            if file.is_file() and name.removesuffix(".gz").removesuffix(".br") not in names:
                file.unlink()
                gone = True
        if gone:
            trail.start_over(self._page(page))

    @staticmethod
    def name_of(document: Document) -> str:
        """The file that a document is kept in; raises ValueError for a path that can't be published."""
        path, _, query = document.path.partition("?")
        name = file_name(path, query)
        if name is None:
            raise ValueError(f"{document.path} can't be a published path.")
        return name

    def state(self, page: str) -> str:
        """All that a page's folder holds, as a token that differs from that of every other state."""
        return trail.state(self._page(page))

    def _page(self, page: str) -> Path:
        return self.root / "pages" / page

    @staticmethod
    def _serials(generations: Path, current: Path) -> tuple[int, Path]:
        """The next serial, and the present generation's folder (which may not be there yet)."""
        serials = [int(folder.name) for folder in generations.iterdir() if folder.name.isdecimal()]
        return max(serials, default=0) + 1, current.resolve()

    @staticmethod
    def _add(draft: Path, present: Path, document: Document) -> str:
        """Put a document into the draft: linked when the present generation has the same bytes, else written.

        What differs is dated later than what it replaces, by a second if need be: readers and nginx tell two versions
        apart by the second.
        """
        name = FolderStore.name_of(document)
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        modified = document.last_modified.timestamp()
        with suppress(FileNotFoundError):
            if (present / name).read_bytes() == document.body:
                return FolderStore._keep(draft, present, name)
        # Time alone, or an upgrade, changes bytes too: a reader that goes by dates must not take them for the old ones.
        for earlier in (present / name, present.parent.parent / "archive" / name):
            with suppress(FileNotFoundError):
                if int(earlier.stat().st_mtime) >= int(modified) and earlier.read_bytes() != document.body:
                    modified = max(time.time(), earlier.stat().st_mtime + 1)
        for suffix, data in forms(document.body).items():
            write_whole(draft / (name + suffix), data, modified=modified)
        return name

    @staticmethod
    def _keep(draft: Path, present: Path, name: str) -> str:
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", ".gz", ".br"):
            with suppress(FileNotFoundError):
                os.link(present / (name + suffix), draft / (name + suffix))
        return name

    @staticmethod
    def _settle(folder: Path, generation: Path) -> None:
        """Copy what the generation holds besides the heads to the archive, by links; doing it again changes nothing."""
        listed = generation / ".archived"
        if not listed.is_file():
            return
        archive = folder / "archive"
        for name in filter(None, listed.read_text().split("\n")):
            (archive / name).parent.mkdir(parents=True, exist_ok=True)
            for suffix in ("", ".gz", ".br"):
                source, target = generation / (name + suffix), archive / (name + suffix)
                if not source.exists():
                    target.unlink(missing_ok=True)
                    continue
                draft = draft_of(target)
                draft.unlink(missing_ok=True)
                os.link(source, draft)
                os.replace(draft, target)
                draft.unlink(missing_ok=True)  # replacing a link by another one to the same file leaves both
        listed.unlink()

    @staticmethod
    def _forget(generations: Path, serial: int) -> None:
        for folder in generations.iterdir():
            is_old = folder.name.isdecimal() and int(folder.name) <= serial - KEPT_GENERATIONS
            is_left = folder.name.startswith(".") and time.time() - folder.stat().st_mtime > 3600
            if is_old or is_left:
                shutil.rmtree(folder, ignore_errors=True)
