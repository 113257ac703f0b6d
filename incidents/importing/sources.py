"""Where documents come from: a file, a folder of files, or a site."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .fetching import fetch_site
from .reading import MAX_BYTES
from .refusal import ImportRefused


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one document, and what to call it."""

    source: str
    content: bytes


def pieces_of(source: str, *, allow_private: bool = False) -> Iterator[Piece]:
    """The documents of a file, of the .json files of a folder by name, or of a site; raises ImportRefused."""
    if source.startswith(("http://", "https://")):
        for address, content in fetch_site(source, allow_private=allow_private):
            yield Piece(address, content)
        return
    if "://" in source:
        raise ImportRefused(source, "Only http and https addresses can be read")
    for path in _files(Path(source)):
        yield Piece(str(path), _read(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.json") if file.is_file())
    if not files:
        raise ImportRefused(str(path), "The folder holds no .json file")
    return files


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed: enough for the reader to see that it is too large.
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImportRefused(str(path), error.strerror or "It can't be read") from None
