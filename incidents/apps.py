"""The write side's app."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Connects the app's own listeners once models are loaded."""

    name = "incidents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from . import receivers  # noqa: F401 - importing connects them
