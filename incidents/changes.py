"""What happened, as the one domain signal tells it: a frozen dataclass for each kind of change.

They carry the rows themselves and all that a listener needs to tell others (who, when, whether to notify, what each
component became), so that a new listener needs no change to a lifecycle function.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .choices import ComponentStatus, IncidentStatus, PostmortemStatus
    from .models import (
        ActionItem,
        ActionItemChange,
        Component,
        ComponentChange,
        Incident,
        MaintenanceSeries,
        MomentRecord,
        Page,
        Postmortem,
        Reopening,
        Update,
        UpdateRevision,
        User,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one page at one instant (UTC); `actor` is None for the clock and for commands.

    A listener that shows or tells anything to the public leaves pages with `page.is_drill` alone.
    """

    is_public: ClassVar[bool] = True
    """Whether the public can see it, so that the page's `updated_at` follows."""

    page: Page
    at: datetime
    actor: User | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange(Change):
    """A change of one incident or maintenance."""

    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePosted(IncidentChange):
    """An update was posted. `previous_status` is None when it opened the incident or scheduled the maintenance."""

    update: Update
    previous_status: IncidentStatus | None
    notify: bool
    component_changes: tuple[ComponentChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(UpdatePosted):
    """An incident was opened with its first update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(UpdatePosted):
    """A closed incident was reopened with an update."""

    reopening: Reopening


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceScheduled(UpdatePosted):
    """A maintenance was announced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRescheduled(UpdatePosted):
    """A maintenance moved to another window; the earlier one is given."""

    previous_for: datetime
    previous_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceCancelled(UpdatePosted):
    """A maintenance was called off before or while it ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceReminderDue(IncidentChange):
    """A maintenance starts soon, and those who follow it should hear so."""

    notify: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChanged(Change):
    """A recurring maintenance was set up or ended."""

    series: MaintenanceSeries


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEdited(IncidentChange):
    """An update's text or shown time was edited; `revision` keeps what it was. Nobody is notified again."""

    update: Update
    revision: UpdateRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEdited(IncidentChange):
    """The name or the impact was changed by hand."""

    previous_name: str
    previous_impact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentCorrected(IncidentChange):
    """A moment was recorded or corrected."""

    record: MomentRecord
    previous_value: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutagesAdjudicated(IncidentChange):
    """A component's real outage periods in an incident were set, apart from what the public had been told."""

    component: Component


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatusSet(Change):
    """A responder set a component's baseline status by hand."""

    component: Component
    old_status: ComponentStatus
    new_status: ComponentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentsArranged(Change):
    """Components or groups were added, renamed, moved, archived or restored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEdited(Change):
    """The page's names, host names, zone, branding or uptime weights changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImported(Change):
    """Documents of another status page were imported into this one, with its `updated_at`; nobody is notified."""

    is_public: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemDrafted(IncidentChange):
    """A postmortem's draft was saved; nothing public changed."""

    is_public: ClassVar[bool] = False
    postmortem: Postmortem


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemPublished(IncidentChange):
    """A postmortem was published, or its published text corrected (`is_correction`)."""

    postmortem: Postmortem
    is_correction: bool
    notify: bool
    note: str = ""
    """What the public is told of a correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemMoved(IncidentChange):
    """A postmortem went to another step of its workflow; nothing public changed."""

    is_public: ClassVar[bool] = False
    postmortem: Postmortem
    before: PostmortemStatus
    after: PostmortemStatus
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemsMoved(IncidentChange):
    """Action items of an incident were added, changed or put in another order.

    `is_public` says whether the public reads any of it: an item is theirs once it is marked so and the incident's
    postmortem is published.
    """

    is_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemAdded(ActionItemsMoved):
    """An action item was added."""

    item: ActionItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemChanged(ActionItemsMoved):
    """Fields of an action item changed; one row of history for each."""

    item: ActionItem
    history: tuple[ActionItemChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemsArranged(ActionItemsMoved):
    """The action items of an incident were put in another order."""
