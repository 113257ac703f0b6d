"""When something that waits in the database comes due, written down where a web process sees it without asking that.

    PUBLISH_ROOT/due/<microseconds since 1970>        empty; gone once what was due then has been done

Each instant is a file of its own, so that taking an old one away can't take a new one along.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)


def set_alarm(at: datetime) -> None:
    """Have the web processes of this machine look at the database at an instant. Raises OSError."""
    _folder().mkdir(parents=True, exist_ok=True)
    (_folder() / str((at - EPOCH) // _STEP)).touch()


def ringing(at: datetime) -> list[Path]:
    """The alarms that were set for `at` or before."""
    last = (at - EPOCH) // _STEP
    found = _folder().iterdir() if _folder().is_dir() else ()
    return [alarm for alarm in found if alarm.name.isdecimal() and int(alarm.name) <= last]


def stop(alarms: list[Path]) -> None:
    """Forget alarms; another process may have done so before."""
    for alarm in alarms:
        alarm.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.PUBLISH_ROOT) / "due"
