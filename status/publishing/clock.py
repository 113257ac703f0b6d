"""Doing what comes due in whichever web process is up, so that neither worker nor beat is needed for it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from incidents.lifecycle import release_due_publications
from incidents.models import Page, Postmortem

from . import alarms
from .due import is_due
from .publisher import publish, store

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
AGAIN_AFTER = 10.0
"""Seconds after which it is tried again when it failed: the database is away, mostly."""


def watch() -> None:
    """Do whatever comes due, from a thread of this process, for as long as the process lives.

    Until something is due it reads nothing but the folder, so that a database that is away is left alone.
    """
    threading.Thread(target=_watch, name="publishing-clock", daemon=True).start()


def publish_due(at: datetime) -> list[str]:
    """Publish the pages of which something has come due; their codes."""
    target = store()
    live = {code: target.version(code) for code in target.pages()}
    due = [code for code, version in live.items() if is_due(version, at) and not version.copy_of]
    pages = list(Page.objects.public().filter(code__in=due)) if due else []
    for page in pages:
        publish(page)
    return [page.code for page in pages]


def release_due(at: datetime) -> bool:
    """Put out the postmortems that may no longer be taken back, if an alarm rings for any; whether one rang.

    The worker and the other web processes try it at the same moment, and one of them succeeds for each postmortem. The
    alarm rings on while any is left: whoever writes to its incident at that very moment lets all of them fail.
    """
    ringing = alarms.ringing(at)
    if ringing:
        release_due_publications(at)
        if not Postmortem.objects.due(at).exists():
            alarms.stop(ringing)
    return bool(ringing)


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY)
        done = [_attempt(release_due), _attempt(publish_due)]  # each, whatever became of the other
        if not all(done):
            time.sleep(AGAIN_AFTER)


def _attempt(work: Callable[[datetime], object]) -> bool:
    """Whether it went through; the connection is given back where there was something to do."""
    try:
        if work(timezone.now()):
            close_old_connections()
    except Exception:
        logger.exception("What has come due could not be published.")
        close_old_connections()
        return False
    return True
