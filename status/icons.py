"""The icon in a browser's tab, which shows the state. Pure."""

WELL = "icons/favicon.svg"
TROUBLE = "icons/favicon-trouble.svg"
OUTAGE = "icons/favicon-outage.svg"
MAINTENANCE = "icons/favicon-maintenance.svg"

_BY_SEVERITY = {"minor": TROUBLE, "major": OUTAGE, "critical": OUTAGE, "maintenance": MAINTENANCE}


def icon_of(severity: str) -> str:
    """The static file for an indicator or an impact; `none` is well."""
    return _BY_SEVERITY.get(severity, WELL)
