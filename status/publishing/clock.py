"""Publishing what comes due by whichever web process is up, so that neither worker nor beat is needed for it."""

import logging
import threading
import time
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from incidents.models import Page

from .due import is_due
from .publisher import publish, store

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
AGAIN_AFTER = 10.0
"""Seconds after which it is tried again when it failed: the database is away, mostly."""


def watch() -> None:
    """Publish whatever comes due, from a thread of this process, for as long as the process lives.

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


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY)
        try:
            if publish_due(timezone.now()):
                close_old_connections()
        except Exception:
            logger.exception("What time changed could not be published.")
            close_old_connections()
            time.sleep(AGAIN_AFTER)
