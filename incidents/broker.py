"""Handing a task to the workers without ever holding up whoever asked for it."""

import logging
import time
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = 10.0
"""Seconds for which a broker that failed is left alone, so that no responder waits for its time-out again and again."""

_away_until = 0.0  # of the whole process, on time.monotonic()'s clock


def after_commit(task: Task, *arguments: Any, countdown: float | None = None) -> None:
    """Hand the task over once the transaction is committed; see `hand_over`."""
    transaction.on_commit(lambda: hand_over(task, *arguments, countdown=countdown), robust=True)


def hand_over(task: Task, *arguments: Any, countdown: float | None = None) -> bool:
    """Hand the task to the broker now, to be run at once or after `countdown` seconds.

    False when the broker can't be reached. Whatever is lost, beat's repair task finds.
    """
    global _away_until
    if time.monotonic() < _away_until:
        return False
    try:
        task.apply_async(arguments, retry=False, countdown=countdown)
    except Exception:
        _away_until = time.monotonic() + ASK_AGAIN_AFTER
        logger.warning("The broker can't be reached; %s%r will be made good later.", task.name, arguments)
        return False
    return True
