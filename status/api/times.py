"""Instants as the API writes them."""

from datetime import datetime, tzinfo


def written(at: datetime, zone: tzinfo) -> str:
    """`2022-10-04T08:39:00.000Z`: milliseconds always, the page's own offset, and `Z` only where the zone is UTC."""
    local = at.astimezone(zone)
    text = local.isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z" if local.tzname() == "UTC" else text


def written_or_null(at: datetime | None, zone: tzinfo) -> str | None:
    """The same, and null for what hasn't happened."""
    return None if at is None else written(at, zone)
