"""Recurring windows by RFC 5545 section 3.3.10 rule, in local time: "Sundays at 02:00" stays 02:00 across DST. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast

from dateutil.rrule import rrule, rrulestr

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = (
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYSETPOS",
)
TEN_YEARS = timedelta(days=3653)
_UNTIL = re.compile(r"UNTIL=(\d{8}(?:T\d{6})?)(Z?)", re.IGNORECASE)


class RuleError(ValueError):
    """A recurrence rule that can't be read; the message says what to write instead."""


def check_rule(rule: str) -> None:
    """Raise RuleError for what isn't RFC 5545, recurs more often than daily, or doesn't happen in ten years."""
    first = datetime(2026, 1, 1)  # noqa: DTZ001 - rules run on local wall clock times
    ten_years_of_it = _parsed(rule, first, UTC).replace(count=None, until=first + TEN_YEARS)
    if next(iter(ten_years_of_it), None) is None:
        raise RuleError("This rule names days that never come.")


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


def _parsed(rule: str, first: datetime, zone: tzinfo) -> rrule:
    text = _checked(rule)
    try:
        return cast("rrule", rrulestr(_UNTIL.sub(lambda match: _local_until(match, zone), text), dtstart=first))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RuleError(f"This is not a recurrence rule (RFC 5545): {error}.") from error


def _checked(rule: str) -> str:
    """The rule's text, if it has the parts of a rule, each once, and none that would have it run for ever."""
    text = without_prefix(rule)
    parts = [part.partition("=")[::2] for part in text.upper().split(";")]
    values = dict(parts)
    if values.get("FREQ") not in FREQUENCIES:
        raise RuleError(f"A rule begins with FREQ= one of {', '.join(FREQUENCIES)}; for example FREQ=WEEKLY;BYDAY=SU.")
    for name, value in parts:
        if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            raise RuleError("The time of day is the first window's; leave BYHOUR, BYMINUTE and BYSECOND out.")
        if name not in PARTS or not value:
            raise RuleError(f"“{name}” is no part of a recurrence rule (RFC 5545).")
        if name in ("INTERVAL", "COUNT") and not re.fullmatch(r"0*[1-9][0-9]{0,4}", value):
            raise RuleError(f"{name} is a number from 1 to 99999.")
    if len(values) < len(parts):
        raise RuleError("Each part of a rule may be there once.")
    return text


def without_prefix(rule: str) -> str:
    """The rule as it is kept, whether or not it was typed as the line of a calendar file."""
    return re.sub(r"^RRULE:", "", rule.strip(), flags=re.IGNORECASE)


def _local_until(match: re.Match[str], zone: tzinfo) -> str:
    """UNTIL on the local clock, since the rule runs there."""
    day, in_utc = match[1], match[2]
    if "T" not in day:
        return f"UNTIL={day}T235959"
    if not in_utc:
        return f"UNTIL={day}"
    moment = datetime.strptime(day, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return f"UNTIL={moment.astimezone(zone):%Y%m%dT%H%M%S}"
