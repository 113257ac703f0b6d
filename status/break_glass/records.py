"""The signed files that say what break glass published: one each, on disk before anything of it is public.

    BREAK_GLASS_ROOT/records/<serial>-<code>.json    published, and not in the timeline yet
    BREAK_GLASS_ROOT/done/                           in the timeline
    BREAK_GLASS_ROOT/refused/                        not signed by this installation, or refused by the timeline;
                                                     a text file beside each says why

A file is signed with a key derived from SECRET_KEY, over its exact bytes.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from django.conf import settings
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from incidents.lifecycle import Published
from status.publishing.files import sync_folder, write_whole

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """One update that break glass published: the how manieth, on which page, and as which change of it."""

    serial: int
    page: str
    number: int
    published: Published


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that is not brought in, and why; `record` is what it says, where it is signed by this installation."""

    name: str
    reason: str
    record: Record | None


class _Signed(msgspec.Struct):
    record: msgspec.Raw
    signature: str


class Refused(Exception):
    """A file that isn't a record of ours; says which and why."""


def write(record: Record) -> Path:
    """Write a record down, on disk for good when this returns. Raises OSError."""
    folder = _folder("records")
    path = folder / _name(record)
    raw = msgspec.json.encode(record)
    signed = _Signed(msgspec.Raw(raw), _signature(raw))
    write_whole(path, msgspec.json.encode(signed) + b"\n")
    path.chmod(0o600)
    sync_folder(folder)
    return path


def read(path: Path) -> Record:
    """A record from its file; raises Refused, naming the file."""
    try:
        signed = msgspec.json.decode(path.read_bytes(), type=_Signed)
        raw = bytes(signed.record)
        if not constant_time_compare(_signature(raw), signed.signature):
            raise Refused(f"{path.name} is not signed with this installation's SECRET_KEY, or was altered.")
        return msgspec.json.decode(raw, type=Record)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} can't be read: {error}.") from error


def next_serial() -> int:
    """The serial after the highest that was ever given, whatever became of its record."""
    given = [path.name.partition("-")[0] for part in ("records", "done", "refused") for path in _files(part)]
    return max((int(serial) for serial in given if serial.isdecimal()), default=0) + 1


def pending(page_code: str = "") -> list[Record]:
    """What isn't in the timeline yet, oldest first; of one page, or of all. Files that are refused are passed over."""
    found = []
    for path in _files("records"):
        try:
            record = read(path)
        except FileNotFoundError:
            continue  # brought in just now
        except Refused:
            continue
        if page_code in ("", record.page):
            found.append(record)
    return sorted(found, key=lambda record: record.serial)


def refused() -> list[str]:
    """A sentence on each file that is not brought in: those that aren't ours, and those put aside before."""
    return [file.reason for file in refused_files()]


def refused_files() -> list[RefusedFile]:
    """Each file that is not brought in: those put aside before, and those among the pending ones that aren't ours."""
    found = [RefusedFile(path.name, _reason_beside(path), _if_ours(path)) for path in _files("refused")]
    for path in _files("records"):
        try:
            read(path)
        except Refused as error:
            found.append(RefusedFile(path.name, str(error), None))
        except FileNotFoundError:
            continue
    return found


def put_refused_aside() -> None:
    """Take files that aren't ours away from the pending ones."""
    for path in _files("records"):
        try:
            read(path)
        except Refused as error:
            _put_aside(path, str(error))
        except FileNotFoundError:
            continue


def put_aside(record: Record, reason: str) -> None:
    """Take a record that can't be brought in away from the pending ones, so that it holds nothing else up."""
    name = _name(record)
    _put_aside(settings.BREAK_GLASS_ROOT / "records" / name, f"{name} could not be brought in: {reason}")


def settle(done: list[Record]) -> None:
    """Note that these are in the timeline and public from there."""
    for record in done:
        source = settings.BREAK_GLASS_ROOT / "records" / _name(record)
        source.rename(_folder("done") / source.name)


@contextmanager
def lock() -> Iterator[None]:
    """Let one process at a time bring records in."""
    with (settings.BREAK_GLASS_ROOT / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _reason_beside(path: Path) -> str:
    try:
        return path.with_suffix(".txt").read_text().strip()
    except FileNotFoundError:
        return f"{path.name} was put aside, and the reason beside it is gone."


def _if_ours(path: Path) -> Record | None:
    try:
        return read(path)
    except (Refused, FileNotFoundError):
        return None


def _put_aside(path: Path, reason: str) -> None:
    logger.error("Break glass: %s It is in %s and nowhere else.", reason, settings.BREAK_GLASS_ROOT / "refused")
    target = _folder("refused") / path.name
    target.with_suffix(".txt").write_text(f"{reason}\n")
    path.rename(target)


def _name(record: Record) -> str:
    return f"{record.serial:06}-{record.published.code}.json"


def _signature(raw: bytes) -> str:
    return Signer(salt="status.break_glass").signature(raw.decode())


def _folder(part: str) -> Path:
    folder = settings.BREAK_GLASS_ROOT / part
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _files(part: str) -> list[Path]:
    return sorted((settings.BREAK_GLASS_ROOT / part).glob("[!.]*.json"))
