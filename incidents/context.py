"""What every console page shows around its content."""

from django.http import HttpRequest
from django.utils import timezone

from .heartbeats import warning
from .navigation import links_on


def console(request: HttpRequest) -> dict[str, object]:
    """Navigation, and a warning when a background process is silent; nothing outside the console."""
    if not hasattr(request, "console"):
        return {}
    return {"navigation": links_on(request.path), "background_warning": warning(timezone.now())}
