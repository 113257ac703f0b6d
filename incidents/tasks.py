"""What Celery runs: each takes ids, calls one plain function, and may run twice."""

from datetime import datetime

from celery import shared_task

from . import heartbeats, item_notices, lifecycle, reminders, stored_metrics
from .models import Page
from .reporting import months


@shared_task
def compute_incident_metrics(incident_id: int) -> None:
    """Compute and store one incident's metrics, and bring the months of its page up to date."""
    stored_metrics.store_metrics(incident_id)
    for page in Page.objects.public().filter(incidents=incident_id):
        months.refresh(page)


@shared_task
def repair_metrics() -> None:
    """Compute what is missing or older than its facts."""
    stored_metrics.repair_stale_metrics()
    months.refresh_all()


@shared_task
def heartbeat() -> None:
    """Show that a worker is alive."""
    heartbeats.hear(heartbeats.WORKER)


@shared_task
def advance_due() -> None:
    """Record the starts and ends of maintenance that the clock has made due."""
    lifecycle.advance_due()


@shared_task
def send_reminders() -> None:
    """Remind responders of what is due."""
    reminders.send_due()


@shared_task
def extend_maintenance_series() -> None:
    """Schedule recurring maintenance ahead."""
    lifecycle.extend_series()


@shared_task
def send_item_notices(at: str | None = None) -> None:
    """Mail what is due about action items; `at`, an ISO 8601 instant, for one that should run as of then."""
    item_notices.send_due_notices(datetime.fromisoformat(at) if at else None)


@shared_task
def release_due_publications() -> None:
    """Put out the postmortems that nobody took back."""
    lifecycle.release_due_publications()
