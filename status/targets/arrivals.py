"""What break glass brought to further places while no database could be told: a small file for each place.

BREAK_GLASS_ROOT/places/<code>.json     the last edition that it brought there, and when that got there
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings

from status.publishing.files import write_whole


@dataclass(frozen=True, slots=True)
class Arrival:
    """An edition that got to a place: its state, the last change in it, and when it was there."""

    state: str
    number: int
    at: datetime


def note(code: str, arrival: Arrival) -> None:
    """Write an arrival down in place of the one before. Raises OSError."""
    path = _path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, msgspec.json.encode(arrival))


def last(code: str) -> Arrival | None:
    """The last arrival at a place; None when break glass never brought anything there."""
    try:
        return msgspec.json.decode(_path(code).read_bytes(), type=Arrival)
    except (OSError, msgspec.MsgspecError):
        return None


def forget(code: str) -> None:
    """Know of none: something else than was brought may lie there."""
    _path(code).unlink(missing_ok=True)


def _path(code: str) -> Path:
    return settings.BREAK_GLASS_ROOT / "places" / f"{code}.json"
