"""Telling other machines through Redis that something was published; without Redis they look for themselves."""

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)

CHANNEL = "allclear:published"
SECONDS = 0.5
"""How long Redis may take: a change isn't held up by it."""

ASK_AGAIN_AFTER = 10.0

_away_until = 0.0  # of the whole process, on time.monotonic()'s clock


def announce(page: str) -> None:
    """Say that what is published of a page changed. Lost messages do no harm: followers look from time to time too."""
    global _away_until
    if not settings.REDIS_URL or time.monotonic() < _away_until:
        return
    from redis import RedisError  # here, since it takes long to import where nothing else needs it

    try:
        with connect(settings.REDIS_URL) as client:
            client.publish(CHANNEL, page)
    except RedisError as error:
        _away_until = time.monotonic() + ASK_AGAIN_AFTER
        logger.warning("Redis can't be reached (%s); followers look for themselves.", error)


def connect(url: str) -> "Redis":
    """A connection that never waits long."""
    from redis import Redis

    return Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
