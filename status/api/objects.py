"""The objects of the API, key by key in the order they are written; a key that is UNSET is left out."""

from msgspec import UNSET, Struct, UnsetType


class PageObject(Struct, kw_only=True):
    """The page, in every document."""

    id: str
    name: str
    url: str
    time_zone: str
    updated_at: str


class StatusObject(Struct, kw_only=True):
    """The state of the page as a whole."""

    indicator: str
    description: str


class ComponentObject(Struct, kw_only=True):
    """A component, or with `group` the group itself; only a group says which `components` it holds."""

    id: str
    name: str
    status: str
    created_at: str
    updated_at: str
    position: int
    description: str | None
    showcase: bool
    start_date: str | None
    group_id: str | None
    page_id: str
    group: bool
    only_show_if_degraded: bool
    components: list[str] | UnsetType = UNSET


class AffectedObject(Struct, kw_only=True):
    """What an update said of one component."""

    code: str
    name: str
    old_status: str
    new_status: str


class UpdateObject(Struct, kw_only=True):
    """An update; nothing is ever posted to a social network, so what tells of that stays null."""

    id: str
    status: str
    body: str
    incident_id: str
    created_at: str
    updated_at: str
    display_at: str
    affected_components: list[AffectedObject] | None
    deliver_notifications: bool
    custom_tweet: str | None = None
    tweet_id: str | None = None


class IncidentObject(Struct, kw_only=True):
    """An incident, which has `reminder_intervals`, or a maintenance, which has its window instead."""

    id: str
    name: str
    status: str
    created_at: str
    updated_at: str
    monitoring_at: str | None
    resolved_at: str | None
    impact: str
    shortlink: str
    started_at: str
    page_id: str
    incident_updates: list[UpdateObject]
    components: list[ComponentObject]
    reminder_intervals: str | None | UnsetType = UNSET
    scheduled_for: str | UnsetType = UNSET
    scheduled_until: str | UnsetType = UNSET
