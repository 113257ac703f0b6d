"""The Celery app and what beat starts when. The tasks themselves live in the apps."""

import os
import signal
import warnings
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from . import file_broker  # noqa: F401 - names the transport of CELERY_BROKER_URL

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Celery warns of root because pickled messages could run anything; ours are JSON only.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

app = Celery("allclear")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "heartbeat": {"task": "incidents.tasks.heartbeat", "schedule": timedelta(seconds=20), "options": {"expires": 60}},
    "advance-due-maintenance": {
        "task": "incidents.tasks.advance_due",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 60},
    },
    "repair-metrics": {
        "task": "incidents.tasks.repair_metrics",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 120},
    },
    "publish-stale-pages": {
        "task": "status.publish_stale_pages",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 60},
    },
    "bring-due-targets": {
        "task": "status.bring_due_targets",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 30},
    },
    "confirm-live-pages": {
        "task": "status.confirm_live_pages",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 60},
    },
    "store-component-days": {
        "task": "status.store_component_days",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "send-reminders": {
        "task": "incidents.tasks.send_reminders",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 120},
    },
    "send-item-notices": {
        "task": "incidents.tasks.send_item_notices",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 600},
    },
    "release-due-publications": {
        "task": "incidents.tasks.release_due_publications",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 60},
    },
    "extend-maintenance-series": {
        "task": "incidents.tasks.extend_maintenance_series",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}


@worker_process_init.connect
def leave_stopping_to_the_worker(**_: Any) -> None:
    """Ignore SIGTERM in pool processes, which honcho and systemd send to the whole group.

    The worker itself lets its pool finish; when its pool dies first, it waits until it is killed.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
