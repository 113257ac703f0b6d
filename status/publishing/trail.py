"""What each generation of a page's folder replaced, so that copies of it need not compare everything.

    PUBLISH_ROOT/pages/<page code>/trail/<serial>   the names that generation replaced besides the heads
    PUBLISH_ROOT/pages/<page code>/trail/of         which folder this is; another one's serials say nothing about it

A *state* is `<of>:<serial>`: everything that a page's folder holds, head documents and archive.
"""

from contextlib import suppress
from pathlib import Path

from incidents.codes import new_code

from .files import sync_folder, write_whole

KEPT = 1_000
"""Generations after which a copy compares everything instead."""


def state(folder: Path) -> str:
    """The state of a page's folder; empty when nothing is published."""
    with suppress(OSError):
        serial = (folder / "current").resolve(strict=True).name
        return f"{(folder / 'trail' / 'of').read_text()}:{serial}"
    return ""


def note(folder: Path, serial: int, names: list[str]) -> None:
    """Say which names a generation replaces, before it becomes the present one."""
    trail = folder / "trail"
    if not (trail / "of").is_file():
        trail.mkdir(parents=True, exist_ok=True)
        start_over(folder)
    write_whole(trail / str(serial), "\n".join(names).encode())
    sync_folder(trail)
    (trail / str(serial - KEPT)).unlink(missing_ok=True)


def start_over(folder: Path) -> None:
    """Have every copy compare everything the next time: something happened that the trail doesn't tell."""
    write_whole(folder / "trail" / "of", new_code().encode())


def since(folder: Path, known: str) -> set[str] | None:
    """The names that were replaced after a state, besides the heads; None when everything must be compared."""
    of, _, serial = known.partition(":")
    now_of, _, now_serial = state(folder).partition(":")
    if not of or of != now_of or not serial.isdecimal() or int(serial) > int(now_serial):
        return None
    found: set[str] = set()
    for number in range(int(serial) + 1, int(now_serial) + 1):
        try:
            found |= set(filter(None, (folder / "trail" / str(number)).read_text().split("\n")))
        except OSError:
            return None
    return found
