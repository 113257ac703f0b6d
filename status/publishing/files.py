"""The names of published files, and the forms that each document is stored in. Knows no Django: the server uses it."""

import gzip
import os
import threading
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl

import brotli

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings and the suffix of each's file, best first."""

MIN_ENCODED = 400
"""Bytes below which a document isn't compressed: headers alone are that large."""

PAGED = ("/history", "/uptime")
"""Paths that `?page=N` continues."""

FEED = "/feed.json"
"""Where `?since=N` leads to the numbered changes."""

CHANGES_A_PAGE = 100

WRITERS = 8
"""Files that are written at the same time: a disk takes several flushes in little more time than one."""

Given = TypeVar("Given")
Found = TypeVar("Found")


def file_name(path: str, query: str = "") -> str | None:
    """The published file for a path and its query; None for a path that no document can have.

    `/` is `index.html`, `/history?page=2&component=x` is `history/x/2.html`, `/feed.json?since=120` is
    `changes/2.json`. Other parameters are passed over.
    """
    if not path.startswith("/") or len(path) > 500 or "\\" in path or not path.isascii() or not path.isprintable():
        return None
    parts = path[1:].split("/")
    if any(part.startswith(".") or (not part and path != "/") for part in parts):
        return None
    if path in PAGED:
        return _paged(path[1:], query)
    if path == FEED and "since=" in query:
        return _changes(query)
    name = path[1:] or "index"
    return name if "." in parts[-1] else f"{name}.html"


def _changes(query: str) -> str | None:
    """The page of changes that begins at or before the one after `since`."""
    since = dict(parse_qsl(query[:500])).get("since")
    if since is None:
        return FEED[1:]
    if not (since.isascii() and since.isdecimal() and len(since) < 10):
        return None
    return f"changes/{int(since) // CHANGES_A_PAGE + 1}.json"


def _paged(name: str, query: str) -> str | None:
    given = dict(parse_qsl(query[:500]))
    number, component = given.get("page", "1"), given.get("component", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 6 and number[0] != "0"):
        return None
    if component and not (component.isascii() and component.isalnum()):
        return None
    return "/".join([name, *([component] if component else []), f"{number}.html"])


def forms(body: bytes) -> dict[str, bytes]:
    """A document's bytes by suffix: as they are, and compressed where that makes them smaller."""
    found = {"": body}
    if len(body) >= MIN_ENCODED:
        found[".gz"] = gzip.compress(body, compresslevel=6, mtime=0)
        found[".br"] = brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
    return {suffix: data for suffix, data in found.items() if not suffix or len(data) < len(body)}


def decoded(coding: str, data: bytes) -> bytes:
    """The document in a compressed form; raises ValueError for bytes that are none."""
    try:
        return brotli.decompress(data) if coding == "br" else gzip.decompress(data)
    except (OSError, EOFError, zlib.error, brotli.error) as error:
        raise ValueError(f"These bytes are not {coding}: {error}") from error


def at_once(act: Callable[[Given], Found], things: Iterable[Given]) -> list[Found]:
    """What `act` returns for each thing, in their order; several wait for the disk together. Raises what it raised."""
    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(act, things))


def draft_of(path: Path) -> Path:
    """Where to make what is to replace a file or link: no other thread of any process makes it there."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")


def write_whole(path: Path, data: bytes, *, modified: float | None = None) -> None:
    """Write a file so that a reader, even after a power cut, sees the old or the new one whole."""
    draft = draft_of(path)
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if modified is not None:
            os.utime(draft, (modified, modified))
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def point(link: Path, target: str) -> None:
    """Make a symbolic link point elsewhere in one step."""
    draft = draft_of(link)
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    os.replace(draft, link)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
