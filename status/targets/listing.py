"""Adding, changing and removing places. Nothing that the public reads follows from it, so no change is announced."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.errors import LifecycleError
from incidents.models import Page
from status.models import PublishTarget, TargetKind

from .places import check_place

MOST = 20
"""Places a page may have: each is a thread of its own while it is worked on."""


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
    for field, value in where.items():
        setattr(row, field, value)
    check_place(row)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
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
    target.save()


def retry_now(*, page: Page) -> None:
    """Leave no place of a page alone any longer because it failed lately."""
    page.publish_targets.update(retry_at=None)


def remove_target(*, target: PublishTarget) -> None:
    """Publish there no more. What lies there stays."""
    target.delete()
