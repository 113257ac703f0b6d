"""The documents of a Statuspage site as types: the v2 API, the webhook bodies, and the history page's properties.

Only what we keep is spelled out; other keys may be there and are passed over. A key that may be absent and whose
absence differs from null is UNSET.
"""

import zoneinfo
from datetime import UTC, date, datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from incidents.choices import ComponentStatus, Impact, IncidentStatus
from incidents.instants import EARLIEST_YEAR, LATEST_YEAR

ZONES = zoneinfo.available_timezones()

Instant = Annotated[datetime, Meta(tz=True)]
Code = Annotated[str, Meta(pattern=r"^[0-9a-z]{1,32}\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Link = Annotated[str, Meta(pattern=r"^(https?://\S+)?\Z", max_length=500)]
Position = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class ZoneName(str):
    """The name of a time zone that we know."""


class StartDate:
    """A day; the history page writes it as an instant at midnight."""

    def __init__(self, day: date) -> None:
        self.day = day


def decode(wanted: type, value: Any) -> Any:
    """Make one of our own types of a JSON value; raises ValueError with the reason."""
    if not isinstance(value, str):
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    if wanted is ZoneName:
        if value not in ZONES:
            raise ValueError(f"Unknown time zone '{value}'")
        return ZoneName(value)
    if wanted is StartDate:
        if value[10:11] not in ("", "T"):
            raise ValueError(f"Invalid date '{value}'")
        try:
            return StartDate(date.fromisoformat(value[:10]))
        except ValueError:
            raise ValueError(f"Invalid date '{value}'") from None
    raise NotImplementedError(wanted)


class Shape(Struct, kw_only=True):
    """A JSON object. Its instants become UTC, so that equal instants are equal texts in every database."""

    def __post_init__(self) -> None:
        """Bring the instants to UTC; raises ValueError for a year that no status page has seen."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
                    raise ValueError(f"The year of `{name}` is out of range")
                setattr(self, name, value.astimezone(UTC))


class PageDocument(Shape):
    """A page; webhook bodies only give its id, 2017 documents no time zone."""

    id: Code
    name: Name | None = None
    url: str | None = None
    domain: str | None = None
    subdomain: str | None = None
    support_url: Link | None = None
    time_zone: ZoneName | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class ComponentDocument(Shape):
    """A component, or with `group` a group; groups and their children come in one flat list."""

    id: Code
    name: Name
    status: ComponentStatus
    created_at: Instant
    updated_at: Instant
    position: Position = 1
    description: str | None = None
    showcase: bool | UnsetType = UNSET
    start_date: StartDate | UnsetType | None = UNSET
    group_id: Code | None = None
    page_id: Code | None = None
    group: bool | None = None
    only_show_if_degraded: bool | UnsetType = UNSET


class AffectedDocument(Shape):
    """What an update says of one component."""

    code: Code
    name: Annotated[str, Meta(min_length=1, max_length=520)]
    old_status: ComponentStatus
    new_status: ComponentStatus


class UpdateDocument(Shape):
    """An update."""

    id: Code
    status: IncidentStatus
    body: str
    created_at: Instant
    updated_at: Instant
    display_at: Instant | None = None
    incident_id: Code | None = None
    affected_components: list[AffectedDocument] | None = None
    deliver_notifications: bool = True

    @property
    def posted_at(self) -> datetime:
        """The time shown."""
        return self.display_at or self.created_at


class IncidentDocument(Shape):
    """An incident, or with `scheduled_for` a maintenance; the v1 keys come with webhook bodies only."""

    id: Code
    name: Name
    status: IncidentStatus
    impact: Impact
    created_at: Instant
    updated_at: Instant
    incident_updates: list[UpdateDocument]
    monitoring_at: Instant | None = None
    resolved_at: Instant | None = None
    started_at: Instant | None = None
    shortlink: Link | None = None
    page_id: Code | None = None
    components: list[ComponentDocument] | None = None
    reminder_intervals: Annotated[str, Meta(max_length=255)] | UnsetType | None = UNSET
    scheduled_for: Instant | None = None
    scheduled_until: Instant | None = None
    impact_override: Impact | None = None
    backfilled: bool | UnsetType = UNSET
    scheduled_auto_in_progress: bool | UnsetType = UNSET
    scheduled_auto_completed: bool | UnsetType = UNSET
    scheduled_remind_prior: bool | UnsetType = UNSET
    scheduled_reminded_at: Instant | UnsetType | None = UNSET
    postmortem_body: str | None = None
    postmortem_body_last_updated_at: Instant | None = None
    postmortem_published_at: Instant | bool | None = None
    postmortem_notified_subscribers: bool | None = None

    @property
    def is_maintenance(self) -> bool:
        """Whether this is scheduled maintenance."""
        return self.scheduled_for is not None


class RollUpDocument(Shape):
    """The page's status as a whole; checked, not kept, because we derive our own."""

    indicator: Impact


class MetaDocument(Shape):
    """A webhook body's covering note: its links lead to the page's own host."""

    unsubscribe: str | None = None


class Document(Shape):
    """Any document with a `page`: the v2 ones, one incident, or a webhook body."""

    page: PageDocument
    components: list[ComponentDocument] = []
    incidents: list[IncidentDocument] = []
    scheduled_maintenances: list[IncidentDocument] = []
    incident: IncidentDocument | None = None
    component: ComponentDocument | None = None
    status: RollUpDocument | None = None
    meta: MetaDocument | None = None


class PastIncidentDocument(Shape):
    """One line of the history page."""

    code: Code
    name: Name
    message: str
    impact: Impact
    timestamp: str


class MonthDocument(Shape):
    """One month of the history page."""

    name: str
    year: Annotated[int, Meta(ge=EARLIEST_YEAR, le=LATEST_YEAR)]
    incidents: list[PastIncidentDocument]


class PageStatusDocument(Shape):
    """Where the history page keeps its page."""

    page: PageDocument


class HistoryDocument(Shape):
    """The properties that the history page embeds."""

    page_status: PageStatusDocument
    months: list[MonthDocument]
    components: list[ComponentDocument] = []
