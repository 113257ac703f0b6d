"""Recurring windows by RFC 5545 section 3.3.10 rule, in local time: "Sundays at 02:00" stays 02:00 across DST. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from dateutil.rrule import rrulestr

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_UNTIL = re.compile(r"UNTIL=(\d{8}(?:T\d{6})?)(Z?)", re.IGNORECASE)


class RuleError(ValueError):
    """A recurrence rule that can't be read; the message says what to write instead."""


def check_rule(rule: str) -> None:
    """Refuse a rule that isn't RFC 5545, or that recurs more often than daily. Raises RuleError."""
    _parsed(rule, datetime(2026, 1, 1), UTC)  # noqa: DTZ001 - rules run on local wall clock times


def occurrences(
    rule: str, first_starts_at: datetime, zone: tzinfo, *, after: datetime, until: datetime
) -> Iterator[datetime]:
    """The starts that a rule gives in `[after, until)`, in UTC, soonest first.

    The rule runs on the local time of `zone`, from `first_starts_at` (always its first occurrence's anchor, DTSTART).
    A local time that a DST change skips comes as much later as the clock jumped.
    """
    first = first_starts_at.astimezone(zone).replace(tzinfo=None)
    for local in _parsed(rule, first, zone):
        start = local.replace(tzinfo=zone).astimezone(UTC)
        if start >= until:
            return
        if start >= after:
            yield start


def _parsed(rule: str, first: datetime, zone: tzinfo) -> Iterator[datetime]:
    text = rule.strip().removeprefix("RRULE:")
    frequency = re.search(r"FREQ=(\w+)", text, re.IGNORECASE)
    if frequency is None or frequency[1].upper() not in FREQUENCIES:
        raise RuleError(f"A rule begins with FREQ= one of {', '.join(FREQUENCIES)}; for example FREQ=WEEKLY;BYDAY=SU.")
    if re.search(r"BY(HOUR|MINUTE|SECOND)=", text, re.IGNORECASE):
        raise RuleError("The time of day is the first window's; leave BYHOUR, BYMINUTE and BYSECOND out.")
    try:
        return iter(rrulestr(_UNTIL.sub(lambda match: _local_until(match, zone), text), dtstart=first))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RuleError(f"This is not a recurrence rule (RFC 5545): {error}.") from error


def _local_until(match: re.Match[str], zone: tzinfo) -> str:
    """UNTIL on the local clock, since the rule runs there."""
    day, in_utc = match[1], match[2]
    if "T" not in day:
        return f"UNTIL={day}T235959"
    if not in_utc:
        return f"UNTIL={day}"
    moment = datetime.strptime(day, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return f"UNTIL={moment.astimezone(zone):%Y%m%dT%H%M%S}"
