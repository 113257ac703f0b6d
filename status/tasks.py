"""What workers and beat do for the read side."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from incidents.models import Page

from . import liveness
from .component_days import store_all_days
from .publishing.publisher import publish_stale
from .targets import keeping, lanes


@shared_task(name="status.publish_stale_pages", time_limit=3600)
def publish_stale_pages() -> list[str]:
    """Publish what time alone changed, and what a crash, a full disk or a lost message left stale."""
    return [page.code for page in publish_stale()]


@shared_task(name="status.bring_target")
def bring_target(target_id: int) -> None:
    """Bring one further place up to date, in a thread of its own: this task never waits long for it."""
    lanes.run({f"target {target_id}": partial(keeping.bring_up_to_date, target_id)})


@shared_task(name="status.bring_due_targets")
def bring_due_targets() -> None:
    """Bring every place up to date that was away, or whose message was lost."""
    due = keeping.due(timezone.now())
    lanes.run({f"target {target.pk}": partial(keeping.bring_up_to_date, target.pk) for target in due})


@shared_task(name="status.confirm_live")
def confirm_live(page_id: int) -> None:
    """Ask a page's public address whether what was published is there, in a thread as well: it may hang."""
    page = Page.objects.get(pk=page_id)
    lanes.run({f"reading {page.code}": partial(liveness.confirm, page, timezone.now())})


@shared_task(name="status.confirm_live_pages")
def confirm_live_pages() -> None:
    """Ask the same for every page of which something published hasn't been seen yet."""
    now = timezone.now()
    lanes.run({f"reading {page.code}": partial(liveness.confirm, page, now) for page in liveness.unseen()})


@shared_task(name="status.store_component_days", time_limit=3600)
def store_component_days() -> int:
    """Store what components' days came to, of those that are over; how many weren't stored yet."""
    now = timezone.now()
    return sum(store_all_days(page, now) for page in Page.objects.public())
