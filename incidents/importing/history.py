"""The history page's lines as incidents: name, impact, start and end to the minute, and the last words."""

import hashlib
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.choices import Impact, IncidentStatus
from incidents.codes import ALPHABET, LENGTH
from incidents.instants import MONTHS

from .documents import HistoryDocument, IncidentDocument, PastIncidentDocument, UpdateDocument
from .refusal import ImportRefused

_TAG = re.compile(r"<[^>]*>")
_SPAN = re.compile(
    r"(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}), (?P<time>\d\d:\d\d)"
    r"(?: - (?:(?P<end_month>[A-Z][a-z]{2}) +(?P<end_day>\d{1,2}), )?(?P<end_time>\d\d:\d\d))? \S+"
)


def stand_in_code(incident_code: str) -> str:
    """The code of the update that stands in for real ones: the history page doesn't give their ids."""
    number = int.from_bytes(hashlib.sha256(f"history:{incident_code}".encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def incidents_of(source: str, history: HistoryDocument) -> dict[str, list[IncidentDocument]]:
    """The page's lines, under the keys that a v2 document has for them."""
    zone = ZoneInfo(history.page_status.page.time_zone or "UTC")
    found: dict[str, list[IncidentDocument]] = {"incidents": [], "scheduled_maintenances": []}
    for month_index, month in enumerate(history.months):
        for index, line in enumerate(month.incidents):
            try:
                incident = _incident(line, month.year, zone)
            except ValueError as error:
                pointer = f"/months/{month_index}/incidents/{index}/timestamp"
                raise ImportRefused(source, str(error), pointer) from None
            found["scheduled_maintenances" if incident.is_maintenance else "incidents"].append(incident)
    return found


def _incident(line: PastIncidentDocument, year: int, zone: ZoneInfo) -> IncidentDocument:
    started_at, ended_at = _span(line.timestamp, year, zone)
    is_maintenance = line.impact == Impact.MAINTENANCE
    status = _status(is_maintenance, is_over=ended_at is not None)
    last_said_at = ended_at or started_at
    update = UpdateDocument(
        id=stand_in_code(line.code),
        status=status,
        body=line.message,
        created_at=last_said_at,
        updated_at=last_said_at,
        deliver_notifications=False,
    )
    return IncidentDocument(
        id=line.code,
        name=line.name,
        status=status,
        impact=line.impact,
        created_at=started_at,
        updated_at=last_said_at,
        started_at=started_at,
        resolved_at=ended_at,
        scheduled_for=started_at if is_maintenance else None,
        scheduled_until=last_said_at if is_maintenance else None,
        incident_updates=[update],
    )


def _status(is_maintenance: bool, is_over: bool) -> IncidentStatus:
    if is_maintenance:
        return IncidentStatus.COMPLETED if is_over else IncidentStatus.SCHEDULED
    return IncidentStatus.RESOLVED if is_over else IncidentStatus.INVESTIGATING


def _span(timestamp: str, year: int, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """Start and end of a line such as `Aug 26, 23:37 - Aug 27, 19:44 UTC`, in the page's zone."""
    text = " ".join(_TAG.sub("", timestamp).split())
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"Not a span of time: '{text[:80]}'")
    start = _instant(year, match["month"], match["day"], match["time"], zone)
    if match["end_time"] is None:
        return start, None
    month, day = match["end_month"] or match["month"], match["end_day"] or match["day"]
    end = _instant(year, month, day, match["end_time"], zone)
    if end < start - timedelta(days=1):  # From December into January.
        end = _instant(year + 1, month, day, match["end_time"], zone)
    return start, max(start, end)


def _instant(year: int, month: str, day: str, time: str, zone: ZoneInfo) -> datetime:
    if month not in MONTHS:
        raise ValueError(f"Not a month: '{month}'")
    hour, minute = (int(part) for part in time.split(":"))
    return datetime(year, MONTHS.index(month) + 1, int(day), hour, minute, tzinfo=zone)
