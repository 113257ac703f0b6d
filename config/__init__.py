"""Wiring only: settings, URLs, the Celery app and the WSGI entry. No behaviour."""

from .celery import app as celery_app

__all__ = ["celery_app"]
