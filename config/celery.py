"""The Celery app and what beat starts when. The tasks themselves live in the apps."""

import os
from datetime import timedelta

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

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
    "send-reminders": {
        "task": "incidents.tasks.send_reminders",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 120},
    },
    "extend-maintenance-series": {
        "task": "incidents.tasks.extend_maintenance_series",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}
