"""What copies are made of, and the small interface of a place that holds one."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from status.document import Document
from status.publishing.store import Version

Progress = Callable[[], None]
"""Called between the files of a long copy; may raise to end it."""


Told = Mapping[int, str]
"""Changes in words by their numbers, oldest first."""


class Superseded(Exception):
    """The source moved on while it was read; what was read so far belongs together no more."""


class Edition(Protocol):
    """All that is published of a page at one moment."""

    page: str
    state: str
    version: Version
    checked_at: datetime
    hosts: tuple[str, ...]
    heads: tuple[str, ...]

    def names(self) -> set[str]:
        """Every file besides the heads."""

    def since(self, state: str) -> set[str] | None:
        """The files besides the heads that differ from an earlier state's; None when that can't be told."""

    def document(self, name: str) -> Document:
        """One file. Raises FileNotFoundError, or Superseded."""

    def digest(self, name: str) -> str:
        """The SHA-256 of one file, in hexadecimal."""

    def assets(self) -> dict[str, float]:
        """The static files that documents link to, and when each was modified (seconds since 1970)."""

    def asset(self, name: str) -> bytes:
        """One of them."""


class Source(Protocol):
    """Where editions come from."""

    def pages(self) -> list[str]:
        """The codes of the pages that it has."""

    def state(self, page: str) -> str:
        """The state of the page's present edition: cheap, asked for again and again. Empty when there is none."""

    def edition(self, page: str) -> Edition:
        """The present edition. Raises FileNotFoundError when there is none, or Superseded."""


class Target(Protocol):
    """A place that holds a copy of one edition of each page."""

    def state(self, page: str) -> str:
        """The state of the edition that it holds; empty when it holds none."""

    def take(self, edition: Edition, known: str, told: Told, progress: Progress) -> None:
        """Replace the edition `known` (empty: whatever there is, all of it) by another.

        `told` says in words which changes that brings; some of them may be there already.
        """

    def confirm(self, edition: Edition) -> None:
        """Say that the edition that it holds is still the present one."""

    def check(self) -> None:
        """Try to reach and write to it; raises what stands in the way."""


def bring(source: Source, page: str, target: Target, told: Told, progress: Progress, *, again: bool) -> Edition:
    """Have a target hold the source's present edition of a page; with `again` without trusting what it holds."""
    for attempt in range(3):
        edition = source.edition(page)
        try:
            held = target.state(page)
            known = "" if again else held
            if known == edition.state:
                target.confirm(edition)
            else:
                target.take(edition, known, told, progress)
        except Superseded:
            if attempt == 2:
                raise
        else:
            return edition
    raise AssertionError("unreachable")


def sha256(body: bytes) -> str:
    """The digest that editions are compared by."""
    return hashlib.sha256(body).hexdigest()
