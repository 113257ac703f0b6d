"""The icon in a browser's tab and the picture of a shared link, which both show the state. Pure."""

WELL = "well"

_BY_SEVERITY = {"minor": "trouble", "major": "outage", "critical": "outage", "maintenance": "maintenance"}


def icon_of(severity: str) -> str:
    """The icon's name for an indicator or an impact; `none` is well."""
    return _BY_SEVERITY.get(severity, WELL)


def favicon(icon: str) -> str:
    """The static file of the small icon."""
    return "icons/favicon.svg" if icon == WELL else f"icons/favicon-{icon}.svg"


def preview(icon: str) -> str:
    """The static file of the large picture, 1200 by 630 pixels."""
    return f"icons/preview-{icon}.png"
