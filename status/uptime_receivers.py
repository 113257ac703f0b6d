"""Keeping stored days true: what was claimed of the past can change at any time."""

from datetime import datetime
from typing import Any

from django.db.models import Min
from django.dispatch import receiver

from incidents.changes import (
    ActionItemsMoved,
    Change,
    ComponentStatusSet,
    IncidentChange,
    IncidentEdited,
    MaintenanceReminderDue,
    MaintenanceRescheduled,
    MomentCorrected,
    PageEdited,
    PageImported,
    PostmortemDrafted,
    PostmortemMoved,
    PostmortemPublished,
    UpdatePosted,
)
from incidents.models import Incident
from incidents.signals import changed

from .component_days import forget, forget_everything, forget_other_zones

CLAIM_NOTHING = (
    ActionItemsMoved,
    IncidentEdited,
    MaintenanceReminderDue,
    MomentCorrected,
    PostmortemDrafted,
    PostmortemMoved,
    PostmortemPublished,
)
"""What leaves every claim as it was."""


@receiver(changed)
def forget_days(change: Change, **_: Any) -> None:
    """Drop the stored days that a change can have touched, in its transaction."""
    if isinstance(change, CLAIM_NOTHING):
        return
    if isinstance(change, IncidentChange):
        _forget_incident(change, change.incident)
    elif isinstance(change, ComponentStatusSet):
        forget(change.page, [change.component.pk], change.at)
    elif isinstance(change, PageImported):
        forget_everything(change.page)
    elif isinstance(change, PageEdited):
        forget_other_zones(change.page)


def _forget_incident(change: Change, incident: Incident) -> None:
    """A component once listed stays listed, so that what an incident no longer claims of one is found as well."""
    listed = list(incident.listings.values_list("component_id", flat=True))
    if listed:
        claimed = incident.claims.aggregate(first=Min("started_at"))["first"]
        forget(
            incident.page,
            listed,
            since=min(filter(None, [change.at, claimed, *_told_at(change, incident)])),
            withdraws=not isinstance(change, UpdatePosted),
        )


def _told_at(change: Change, incident: Incident) -> list[datetime | None]:
    """The instants that one more update can have changed something from: it leaves alone what was claimed before."""
    if not isinstance(change, UpdatePosted):
        return []
    before = change.previous_for if isinstance(change, MaintenanceRescheduled) else None
    return [change.update.posted_at, incident.scheduled_for, before]
