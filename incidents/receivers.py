"""What the write side itself does when something changed: have the metrics computed and postmortems put out, and note
signs of life.
"""

import logging
from typing import Any

from celery.signals import beat_init, before_task_publish, worker_ready
from django.dispatch import receiver

from . import tasks
from .broker import after_commit
from .changes import Change, IncidentChange, PostmortemDrafted, PostmortemMoved
from .choices import PostmortemStatus
from .heartbeats import BEAT, WORKER, hear
from .lifecycle.postmortem_publishing import TIME_TO_UNDO
from .signals import changed

logger = logging.getLogger(__name__)


@receiver(changed)
def compute_metrics_after(change: Change, **_: Any) -> None:
    """Have a worker compute the incident's metrics once the change is committed; a dead broker is only logged."""
    if isinstance(change, PostmortemDrafted | PostmortemMoved):
        return  # no fact of the incident; and drafts are saved every few seconds
    if isinstance(change, IncidentChange) and not change.incident.is_maintenance:
        after_commit(tasks.compute_incident_metrics, change.incident.pk)


@receiver(changed, sender=PostmortemMoved)
def release_in_time(change: PostmortemMoved, **_: Any) -> None:
    """Have a worker put a postmortem out once it can't be taken back any more; beat's own task makes good for it."""
    if change.after == PostmortemStatus.PUBLISHING:
        seconds = TIME_TO_UNDO.total_seconds() + 0.1
        after_commit(tasks.release_due_publications, countdown=seconds)


@worker_ready.connect
def greet(**_: Any) -> None:
    """A worker that starts is alive, before its first heartbeat comes."""
    _note(WORKER)


@beat_init.connect
def watch_beat(**_: Any) -> None:
    """In the scheduler's own process, take each heartbeat that it sends for its own sign of life."""
    _note(BEAT)
    before_task_publish.connect(_on_publish, weak=False)


def _on_publish(sender: str | None = None, **_: Any) -> None:
    if sender == tasks.heartbeat.name:
        _note(BEAT)


def _note(name: str) -> None:
    try:
        hear(name)
    except Exception:
        logger.exception("A sign of life could not be stored.")
