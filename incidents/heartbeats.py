"""Whether the worker and the scheduler are alive, as far as we have heard."""

from datetime import datetime, timedelta

from django.utils import timezone

from .models import Heartbeat

SILENT_AFTER = timedelta(seconds=60)
WORKER = "worker"
BEAT = "beat"


def hear(name: str, at: datetime | None = None) -> None:
    """Note a sign of life of a background process."""
    Heartbeat.objects.update_or_create(name=name, defaults={"heard_at": at or timezone.now()})


def silent(now: datetime) -> list[str]:
    """Which of the two haven't been heard of for a minute."""
    heard = dict(Heartbeat.objects.values_list("name", "heard_at"))
    return [name for name in (WORKER, BEAT) if name not in heard or now - heard[name] > SILENT_AFTER]


def warning(now: datetime) -> str:
    """What the console says about it; empty while both are well.

    The worker's sign of life is a task that beat sends, so a silent beat leaves the worker unknown.
    """
    quiet = silent(now)
    if BEAT in quiet:
        return (
            "The scheduler (beat) has not been heard of for a minute. Maintenance still starts and ends on time on the "
            "public page, but figures, reminders and recurring windows wait until it runs again."
        )
    if WORKER in quiet:
        return (
            "The worker has not been heard of for a minute. The public page is unaffected; figures and reminders wait "
            "until it runs again."
        )
    return ""
