"""What break glass has left lying: updates that wait for the timeline, and files that never get there by themselves."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from incidents.models import Page

from . import records
from .records import Record, RefusedFile

SHOWN = 20
"""Files of each sort that the console lists."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is public and not in the timeline yet. `is_known`: the database has its incident."""

    record: Record
    is_known: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What waits for a page's timeline, oldest first, and what was refused, newest first.

    Nobody knows which page an unsigned file is about, so every page shows it. `problem` says why nothing can be said.
    """

    folder: Path
    waiting: tuple[Waiting, ...] = ()
    more_waiting: int = 0
    refused: tuple[RefusedFile, ...] = ()
    more_refused: int = 0
    problem: str = ""


def left_of(page: Page) -> Left | None:
    """What break glass left lying of a page; None when there is nothing. One query, and only where something waits."""
    folder = settings.BREAK_GLASS_ROOT
    try:
        pending = records.pending(page.code)
        refused = [each for each in records.refused_files() if each.record is None or each.record.page == page.code]
    except (OSError, UnicodeDecodeError) as error:
        return Left(folder, problem=str(error))
    if not pending and not refused:
        return None
    codes = {record.published.incident for record in pending[:SHOWN]}
    known = set(page.incidents.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    return Left(
        folder=folder,
        waiting=tuple(Waiting(record, record.published.incident in known) for record in pending[:SHOWN]),
        more_waiting=max(0, len(pending) - SHOWN),
        refused=tuple(refused[::-1][:SHOWN]),
        more_refused=max(0, len(refused) - SHOWN),
    )
