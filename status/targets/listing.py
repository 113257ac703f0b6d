"""Adding, changing and removing places. Nothing that the public reads follows from it, so no change is announced."""

import logging
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.errors import LifecycleError
from incidents.models import Page
from status.break_glass import standby
from status.models import PublishTarget, TargetKind
from status.publishing.store import FolderStore

from . import arrivals
from .places import check_place

logger = logging.getLogger(__name__)

MOST = 20
"""Places a page may have: each is a thread of its own while it is worked on."""

COPY_SECONDS = 3.0
"""How long whoever saves a place waits for a publication that is under way."""


def save_target(
    *,
    page: Page,
    name: str,
    kind: TargetKind,
    location: str,
    endpoint: str = "",
    region: str = "",
    branch: str = "",
    credentials: str = "",
    target: PublishTarget | None = None,
) -> PublishTarget:
    """Add a place, or change one; one that is elsewhere now starts from nothing. Raises LifecycleError."""
    if target is None and page.publish_targets.count() >= MOST:
        raise LifecycleError(f"A page is published to {MOST} places at most.")
    row = target or PublishTarget(page=page, created_at=timezone.now())
    row.name = name.strip()
    where = {
        "kind": kind,
        "location": location.strip().rstrip("/") or location,
        "endpoint": endpoint.strip().rstrip("/") if kind == TargetKind.S3 else "",
        "region": region.strip() if kind == TargetKind.S3 else "",
        "branch": (branch.strip() or "main") if kind == TargetKind.GIT else "",
        "credentials": "" if kind == TargetKind.FOLDER else credentials.strip().lower(),
    }
    if any(getattr(row, field) != value for field, value in where.items()):
        forget_progress(row)
        arrivals.forget(row.code)
    for field, value in where.items():
        setattr(row, field, value)
    check_place(row)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
            transaction.on_commit(partial(_tell_copy, page), robust=True)
    except IntegrityError:
        raise LifecycleError("Something is published to this place already.", field="location") from None
    return row


def forget_progress(row: PublishTarget) -> None:
    """Have a place be brought everything anew, as if it had just been added; the row is not written."""
    row.number = row.brought_at = row.confirmed_at = row.failed_at = row.retry_at = row.held_until = None
    row.state = row.error = row.held_by = ""
    row.failures = 0


def bring_again(*, target: PublishTarget) -> None:
    """Have a place be brought everything anew. An attempt that is at work on it ends with its next step."""
    forget_progress(target)
    arrivals.forget(target.code)
    target.save()


def retry_now(*, page: Page) -> None:
    """Leave no place of a page alone any longer because it failed lately."""
    page.publish_targets.update(retry_at=None)


def remove_target(*, target: PublishTarget) -> None:
    """Publish there no more. What lies there stays."""
    page = target.page
    with transaction.atomic():
        target.delete()
        transaction.on_commit(partial(_tell_copy, page), robust=True)


def _tell_copy(page: Page) -> None:
    """Have break glass know the places as they are now; beat does where this can't."""
    try:
        with FolderStore(settings.PUBLISH_ROOT).lock(page.code, patience=COPY_SECONDS):
            standby.note_places(page)
    except Exception:
        logger.exception("The standby copy of %s does not know its places yet.", page.code)
