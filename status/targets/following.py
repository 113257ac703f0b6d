"""Following a publish folder or one of its copies from another machine, which shares no folder with it.

The local publish folder is kept the same as the source's. A message through Redis wakes the follower at once; messages
can be lost, so it looks by itself too. It needs neither database nor broker, and what it has is served while the source
is away.
"""

import logging
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

import redis

from status.publishing.messages import CHANNEL, connect

from .editions import Source, Superseded, bring
from .folders import FolderTarget

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between two looks while no message can come."""

LOOK_ANYWAY = 0.8
"""Seconds after which it looks although no message came: one may have been lost, and a change is seen within a second.

A look that finds nothing new reads one small file, or object, for each page.
"""

ASK_AGAIN_AFTER = 5.0
"""Seconds for which a Redis that failed is left alone."""

PASS_ON_EVERY = 15.0
"""Seconds between two looks at how fresh the source is while nothing changes."""


class Follower:
    """Keeps one local publish folder the same as its sources."""

    def __init__(self, sources: list[Source], root: Path, stop: Event) -> None:
        self._sources = sources
        self._target = FolderTarget(root)
        self._stop = stop
        self._passed_on: dict[str, float] = {}
        self._complaints: dict[int, str] = {}

    def look(self) -> bool:
        """Take what changed at each source; whether all could be asked. One that stays away is said once."""
        is_good = True
        for number, source in enumerate(self._sources):
            try:
                for page in source.pages() or self._nothing():
                    self._follow(source, page)
            except Superseded:
                continue  # an edition is being written; the next look finds it whole
            except Exception as error:
                is_good = False
                self._complain(number, f"{type(error).__name__}: {error}")
            else:
                self._complain(number, "")
        return is_good

    def run(self, messages: "Messages") -> None:
        """Look, and wait for a message or the time to look again, until told to stop."""
        while not self._stop.is_set():
            self.look()
            messages.wait(self._stop)

    @staticmethod
    def _nothing() -> list[str]:
        raise FileNotFoundError("nothing is published there")

    def _follow(self, source: Source, page: str) -> None:
        state, now = source.state(page), time.monotonic()
        is_same = state == self._target.state(page)
        if is_same and now - self._passed_on.get(page, 0.0) < PASS_ON_EVERY:
            return
        edition = bring(source, page, self._target, {}, self._check, again=False)
        self._passed_on[page] = now
        if not is_same:
            logger.info("%s: change %s is here", page, edition.version.number)

    def _check(self) -> None:
        if self._stop.is_set():
            raise InterruptedError("stopped while copying; the next start goes on")

    def _complain(self, number: int, said: str) -> None:
        if said != self._complaints.get(number, ""):
            if said:
                logger.warning("source %d can't be read (%s); what is here goes on being served", number + 1, said)
            else:
                logger.info("source %d can be read again", number + 1)
        self._complaints[number] = said


class Messages:
    """Waiting for a message, or for the time to look again."""

    def __init__(self, url: str, *, every: float = LOOK_EVERY, anyway: float = LOOK_ANYWAY) -> None:
        self._url = url
        self._every = every
        self._anyway = max(every, anyway)
        self._listening: redis.client.PubSub | None = None
        self._away_until = 0.0

    def wait(self, stop: Event) -> None:
        """Return when something may have been published.

        At once after a connection was made: what was said before it has been missed.
        """
        if self._listening is None:
            if not self._connected():
                stop.wait(self._every)
            return
        until = time.monotonic() + self._anyway
        while (left := until - time.monotonic()) > 0 and not stop.is_set():
            try:
                found = self._listening.get_message(ignore_subscribe_messages=True, timeout=min(left, LOOK_ANYWAY))
            except (redis.RedisError, OSError) as error:
                self._leave(error)
                return
            if found is not None:
                return

    def _connected(self) -> bool:
        """Whether messages can come from now on."""
        if not self._url or time.monotonic() < self._away_until:
            return False
        self._listening = connect(self._url).pubsub()
        try:
            self._listening.subscribe(CHANNEL)
        except (redis.RedisError, OSError) as error:
            self._leave(error)
            return False
        return True

    def _leave(self, error: Exception) -> None:
        logger.warning("Redis can't be reached (%s); looking every %g s instead", error, self._every)
        if self._listening is not None:
            with suppress(redis.RedisError, OSError):
                self._listening.close()
        self._listening = None
        self._away_until = time.monotonic() + ASK_AGAIN_AFTER
