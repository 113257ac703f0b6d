"""The read side's app."""

from django.apps import AppConfig


class StatusConfig(AppConfig):
    """What the public sees."""

    name = "status"
