"""What workers and beat do for the read side."""

from celery import shared_task
from django.utils import timezone

from incidents.models import Page

from .component_days import store_all_days
from .publishing.publisher import publish_stale


@shared_task(name="status.publish_stale_pages", time_limit=3600)
def publish_stale_pages() -> list[str]:
    """Publish what time alone changed, and what a crash, a full disk or a lost message left stale."""
    return [page.code for page in publish_stale()]


@shared_task(name="status.store_component_days", time_limit=3600)
def store_component_days() -> int:
    """Store what components' days came to, of those that are over; how many weren't stored yet."""
    now = timezone.now()
    return sum(store_all_days(page, now) for page in Page.objects.public())
