"""Making a long list of saved states readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

APART = timedelta(minutes=10)
"""A pause after which typing on is something new."""


class Saved(Protocol):
    """What is asked of a revision."""

    author_id: int | None
    is_autosave: bool
    note: str
    is_published: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A saved state, and those that one person's typing led up to it; newest first, all of them kept."""

    latest: Saved
    earlier: tuple[Saved, ...]


def grouped(revisions: Sequence[Saved]) -> list[Group]:
    """Newest first: each state with the ones saved by themselves shortly before it by the same person."""
    groups: list[list[Saved]] = []
    for revision in revisions:
        last = groups[-1] if groups else []
        if last and _leads_up_to(revision, last[-1]):
            last.append(revision)
        else:
            groups.append([revision])
    return [Group(rows[0], tuple(rows[1:])) for rows in groups]


def _leads_up_to(earlier: Saved, later: Saved) -> bool:
    return (
        earlier.is_autosave
        and not later.is_published
        and earlier.author_id == later.author_id
        and later.created_at - earlier.created_at <= APART
    )
