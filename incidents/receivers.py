"""What the write side itself does when something changed: have the metrics computed, and note signs of life."""

import logging
from typing import Any

from celery.signals import beat_init, before_task_publish, worker_ready
from django.dispatch import receiver

from . import tasks
from .broker import after_commit
from .changes import Change, IncidentChange
from .heartbeats import BEAT, WORKER, hear
from .signals import changed

logger = logging.getLogger(__name__)


@receiver(changed)
def compute_metrics_after(change: Change, **_: Any) -> None:
    """Have a worker compute the incident's metrics once the change is committed; a dead broker is only logged."""
    if isinstance(change, IncidentChange) and not change.incident.is_maintenance:
        after_commit(tasks.compute_incident_metrics, change.incident.pk)


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
