"""What every console page shows around its content."""

from django.http import HttpRequest
from django.utils import timezone

from .heartbeats import warning

NAVIGATION = (
    ("console:home", "Home"),
    ("console:incidents", "Incidents"),
    ("console:maintenances", "Maintenance"),
    ("console:components", "Components"),
    ("console:templates", "Templates"),
    ("console:settings", "Settings"),
)


def console(request: HttpRequest) -> dict[str, object]:
    """Navigation, and a warning when a background process is silent; nothing outside the console."""
    if not hasattr(request, "console"):
        return {}
    return {"console_nav": NAVIGATION, "background_warning": warning(timezone.now())}
