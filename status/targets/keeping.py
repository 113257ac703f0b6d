"""Keeping a place up with the publish folder: one attempt at a time, bounded, and tried again by itself.

An attempt *holds* its place by a compare-and-set on the row, until it is done or a time is up; so of two workers one
works, and a worker that dies blocks nothing for long. Nothing here runs in a responder's request.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from incidents.codes import new_code
from incidents.errors import LifecycleError
from status.journal import in_words
from status.models import JournalEntry, PublishTarget
from status.publishing import messages

from . import arrivals
from .alone import alone
from .editions import Edition, Superseded, Told, bring
from .folders import FolderSource
from .git import GitRefused
from .places import target_of

logger = logging.getLogger(__name__)

HOLD = timedelta(seconds=90)
"""After which an attempt that made no step counts as lost; longer than any single step may take."""

FIRST_RETRY, LAST_RETRY = 10, 120
"""Seconds until a place that failed is tried again: doubled with each failure."""

CONFIRM_AFTER = timedelta(seconds=60)
"""How often a place that has everything is told that this is still so."""

PATIENCE = 20.0
"""Seconds that an attempt waits for another process of this machine, such as break glass, to end its own."""

TOLD = 50
"""Changes that a commit lists one by one."""


class HoldLost(Exception):
    """Another attempt has taken the place over."""


def source() -> FolderSource:
    """The publish folder of this machine."""
    return FolderSource(settings.PUBLISH_ROOT)


def due(now: datetime) -> list[PublishTarget]:
    """Places that lack something, or haven't been confirmed for a minute, and aren't being left alone."""
    rows = PublishTarget.objects.select_related("page").filter(
        Q(retry_at__isnull=True) | Q(retry_at__lte=now), Q(held_until__isnull=True) | Q(held_until__lte=now)
    )
    here = source()
    return [row for row in rows if _lacks(row, here.state(row.page.code), now)]


def _lacks(row: PublishTarget, state: str, now: datetime) -> bool:
    is_confirmed = row.confirmed_at is not None and now - row.confirmed_at < CONFIRM_AFTER
    return bool(state) and not (row.state == state and is_confirmed)


def bring_up_to_date(pk: int) -> bool:
    """Bring everything that is published to a place; whether it is there now.

    A place that failed lately is left alone, and one that another attempt holds is left to that.
    """
    row = _hold(pk, timezone.now())
    if row is None:
        return False
    try:
        while _attempt(row).state != source().state(row.page.code):
            pass
    except HoldLost:
        return False
    except Exception as error:
        _note_failure(row, timezone.now(), error)
        return False
    finally:
        PublishTarget.objects.filter(pk=pk, held_by=row.held_by).update(held_by="", held_until=None)
    return True


def _hold(pk: int, now: datetime) -> PublishTarget | None:
    """Take a place for this attempt; None when there is none, or when it is to be left alone."""
    free = PublishTarget.objects.filter(
        Q(held_until__isnull=True) | Q(held_until__lte=now), Q(retry_at__isnull=True) | Q(retry_at__lte=now), pk=pk
    )
    before = PublishTarget.objects.filter(pk=pk).first()
    holder = new_code()
    if before is None or free.update(held_by=holder, held_until=now + HOLD) != 1:
        return None
    row = PublishTarget.objects.select_related("page").get(pk=pk)
    if before.held_until is not None and before.held_until <= now:
        _note_failure(row, now, TimeoutError("An attempt did not end in time"))
    return row


def _attempt(row: PublishTarget) -> Edition:
    """One copy. What it brought is noted only while the place is still held.

    A place that we never brought anything to gets everything, whatever lies there.
    """
    renewed = time.monotonic()

    def progress() -> None:
        nonlocal renewed
        if time.monotonic() - renewed > HOLD.total_seconds() / 4:
            renewed = time.monotonic()
            _write_held(row, held_until=timezone.now() + HOLD)

    with alone(row.code, patience=PATIENCE):
        edition = bring(source(), row.page.code, target_of(row), told_since(row), progress, again=not row.state)
    now = timezone.now()
    moved = {"brought_at": _arrived_at(row, edition.state, now)} if row.state != edition.state else {}
    _write_held(
        row,
        number=edition.version.number,
        state=edition.state,
        confirmed_at=now,
        error="",
        failures=0,
        failed_at=None,
        retry_at=None,
        **moved,
    )
    if moved:
        messages.announce(row.page.code)
    return edition


def _arrived_at(row: PublishTarget, state: str, now: datetime) -> datetime:
    """When an edition got to a place: by now, unless break glass brought it there before."""
    arrival = arrivals.last(row.code)
    return arrival.at if arrival is not None and arrival.state == state else now


def _write_held(row: PublishTarget, **fields: object) -> None:
    if PublishTarget.objects.filter(pk=row.pk, held_by=row.held_by).update(**fields) != 1:
        raise HoldLost
    for name, value in fields.items():
        setattr(row, name, value)


def told_since(row: PublishTarget) -> Told:
    """The changes that a place lacks, each in a line of words, oldest first; none for a place that has nothing yet."""
    if row.number is None:
        return {}
    entries = JournalEntry.objects.filter(page=row.page, number__gt=row.number).select_related("incident")
    return {entry.number: in_words(entry) for entry in reversed(entries.order_by("-number")[:TOLD])}


def _note_failure(row: PublishTarget, now: datetime, error: Exception) -> None:
    said = reason(error)
    failures = row.failures + 1
    pause = min(FIRST_RETRY * 2 ** min(failures - 1, 10), LAST_RETRY)
    PublishTarget.objects.filter(pk=row.pk, held_by=row.held_by).update(
        error=said, failures=failures, failed_at=now, retry_at=now + timedelta(seconds=pause)
    )
    row.failures = failures
    logger.warning("%s can't be published to %s: %s", row.page.code, row.code, said)


def reason(error: Exception) -> str:
    """Why a place could not be reached or written to, in one line without secrets."""
    return _reason(error).strip().rstrip(".")[:500]


def _reason(error: Exception) -> str:
    from botocore.exceptions import BotoCoreError, ClientError  # here, since it takes long to import

    if isinstance(error, LifecycleError):
        return error.message
    if isinstance(error, GitRefused):
        return str(error)
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        return f"The object store refuses: {said.get('Code', '')} {said.get('Message', '')}"
    if isinstance(error, Superseded):
        return "It changed faster than it could be copied; the next attempt follows"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}"
    if isinstance(error, BotoCoreError | OSError):
        return str(error) or type(error).__name__
    return f"{type(error).__name__}: {error}"
