"""Instants in words, always in a named time zone. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo

EARLIEST_YEAR, LATEST_YEAR = 1970, 9000
"""Years outside of these are mistyped, and no database takes them in every time zone."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone_name(at: datetime) -> str:
    """The zone's abbreviation at an instant, such as UTC or CET; the offset where it has none, such as UTC+05:30."""
    name = at.tzname() or ""
    if name.isalpha():
        return name
    offset = at.utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def format_day(at: datetime, zone: tzinfo) -> str:
    """`Oct 04, 2022`."""
    local = at.astimezone(zone)
    return f"{MONTHS[local.month - 1]} {local.day:02}, {local.year}"


def format_time(at: datetime, zone: tzinfo) -> str:
    """`08:39 UTC`."""
    local = at.astimezone(zone)
    return f"{local:%H:%M} {zone_name(local)}"


def format_instant(at: datetime, zone: tzinfo) -> str:
    """`Oct 04, 2022 - 08:39 UTC`, as status pages have always written it."""
    return f"{format_day(at, zone)} - {format_time(at, zone)}"


def format_span(start: datetime, end: datetime, zone: tzinfo) -> tuple[str, str]:
    """The words for both ends of a span: a day and a zone that are the same are said once."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    same_zone = zone_name(first) == zone_name(last)
    start_words = f"{format_day(start, zone)} - {first:%H:%M}" if same_zone else format_instant(start, zone)
    end_words = format_time(end, zone) if first.date() == last.date() else format_instant(end, zone)
    return start_words, end_words


def rfc3339(at: datetime) -> str:
    """`2022-10-04T08:39:00Z`; fractions of a second are left out."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def readings(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants, in the zone, at which its clocks show a time without a zone.

    One as a rule; two, the earlier first, in an hour that comes twice as clocks go back; none in one that they skip.
    """
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    there = (at.astimezone(zone) for at in sorted(found))
    return tuple(at for at in there if at.replace(tzinfo=None, fold=0) == local.replace(fold=0))


def format_offset(at: datetime) -> str:
    """The offset from UTC as RFC 3339 writes it, such as +01:00; the zones of today have no seconds in it."""
    return at.isoformat()[-6:]
