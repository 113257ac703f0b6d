"""Components and groups: adding, renaming, ordering, archiving, and the baseline that a responder sets by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from incidents.changes import ComponentsArranged, ComponentStatusSet
from incidents.choices import ACTIVE_STATUSES, OPEN_STATUSES, ComponentStatus, IncidentStatus
from incidents.errors import LifecycleError
from incidents.models import Component, ComponentGroup, Page, StatusClaim, User
from incidents.signals import announce

from .claims import rebuild_periods
from .writing import check_not_empty

Row = TypeVar("Row", Component, ComponentGroup)


def create_group(
    *, page: Page, name: str, by: User | None, description: str = "", at: datetime | None = None
) -> ComponentGroup:
    """Add a group at the end of the page."""
    at = at or timezone.now()
    with transaction.atomic():
        group = ComponentGroup.objects.create(
            page=page,
            name=check_not_empty(name, field="name", what="The name"),
            description=description.strip(),
            position=_next_position(page.groups.all()),
            created_at=at,
            updated_at=at,
        )
        announce(ComponentsArranged(page=page, at=at, actor=by))
    return group


def update_group(
    *, group: ComponentGroup, name: str, description: str, by: User | None, at: datetime | None = None
) -> ComponentGroup:
    """Rename or describe a group."""
    at = at or timezone.now()
    group.name = check_not_empty(name, field="name", what="The name")
    group.description = description.strip()
    return _save(group, ["name", "description"], page=group.page, by=by, at=at)


def archive_group(*, group: ComponentGroup, by: User | None, at: datetime | None = None) -> ComponentGroup:
    """Take a group without living components off the page."""
    at = at or timezone.now()
    if group.components.filter(archived_at__isnull=True).exists():
        raise LifecycleError("Move or archive the components of this group first.")
    group.archived_at = at
    return _save(group, ["archived_at"], page=group.page, by=by, at=at)


def create_component(
    *,
    page: Page,
    name: str,
    by: User | None,
    group: ComponentGroup | None = None,
    description: str = "",
    showcase: bool = True,
    only_show_if_degraded: bool = False,
    start_date: date | None = None,
    at: datetime | None = None,
) -> Component:
    """Add a component, operational, at the end of its group or of the page."""
    at = at or timezone.now()
    _check_group(page, group)
    with transaction.atomic():
        component = Component.objects.create(
            page=page,
            group=group,
            name=check_not_empty(name, field="name", what="The name"),
            description=description.strip(),
            position=_next_position(page.components.filter(group=group)),
            showcase=showcase,
            only_show_if_degraded=only_show_if_degraded,
            start_date=start_date,
            created_at=at,
            updated_at=at,
        )
        rebuild_periods(component, at=at)
        announce(ComponentsArranged(page=page, at=at, actor=by))
    return component


def update_component(
    *,
    component: Component,
    name: str,
    by: User | None,
    group: ComponentGroup | None,
    description: str = "",
    showcase: bool = True,
    only_show_if_degraded: bool = False,
    start_date: date | None = None,
    at: datetime | None = None,
) -> Component:
    """Change what is written of a component, or move it to another group (at its end)."""
    at = at or timezone.now()
    _check_group(component.page, group)
    if component.group_id != (group.pk if group else None):
        component.position = _next_position(component.page.components.filter(group=group))
    component.name = check_not_empty(name, field="name", what="The name")
    component.group = group
    component.description = description.strip()
    component.showcase = showcase
    component.only_show_if_degraded = only_show_if_degraded
    component.start_date = start_date
    fields = ["name", "group", "position", "description", "showcase", "only_show_if_degraded", "start_date"]
    with transaction.atomic():
        _save(component, fields, page=component.page, by=by, at=at)
        component.periods.all().delete()
        rebuild_periods(component, at=at)
    return component


def arrange(
    *, page: Page, ordered: Sequence[Component] | Sequence[ComponentGroup], by: User | None, at: datetime | None = None
) -> None:
    """Give siblings (the components of one group, or the groups of a page) the order of the list."""
    at = at or timezone.now()
    with transaction.atomic():
        for position, sibling in enumerate(ordered, start=1):
            if sibling.page_id != page.pk:
                raise LifecycleError(f"“{sibling.name}” belongs to another page.")
            if sibling.position != position:
                sibling.position, sibling.updated_at = position, at
                sibling.save(update_fields=["position", "updated_at"])
        announce(ComponentsArranged(page=page, at=at, actor=by))


def archive_component(*, component: Component, by: User | None, at: datetime | None = None) -> Component:
    """Take a component off the page; its history stays. Refused while something unfinished lists it."""
    at = at or timezone.now()
    unfinished = (*OPEN_STATUSES, *ACTIVE_STATUSES, IncidentStatus.SCHEDULED)
    listing = component.incidents.filter(status__in=unfinished).first()
    if listing is not None:
        raise LifecycleError(f"“{listing.name}” still lists this component; finish it first.")
    component.archived_at = at
    return _save(component, ["archived_at"], page=component.page, by=by, at=at)


def restore_component(*, component: Component, by: User | None, at: datetime | None = None) -> Component:
    """Bring an archived component back, at the end of its group (or of the page, if the group is gone)."""
    at = at or timezone.now()
    component.archived_at = None
    if component.group is not None and component.group.archived_at is not None:
        component.group = None
    component.position = _next_position(component.page.components.filter(group=component.group))
    return _save(component, ["archived_at", "group", "position"], page=component.page, by=by, at=at)


def set_component_status(
    *, component: Component, status: ComponentStatus, by: User | None, at: datetime | None = None
) -> Component:
    """Set a component's baseline by hand: what holds apart from any incident and maintenance."""
    at = at or timezone.now()
    present = component.claims.filter(incident__isnull=True, ended_at__isnull=True).first()
    old = ComponentStatus(present.status) if present else ComponentStatus.OPERATIONAL
    if old == status:
        return component
    with transaction.atomic():
        if present is not None:
            _end(present, at)
        if status != ComponentStatus.OPERATIONAL:
            StatusClaim.objects.create(component=component, status=status, started_at=at)
        component.updated_at = at
        component.save(update_fields=["updated_at"])
        rebuild_periods(component, since=at, at=at)
        announce(
            ComponentStatusSet(
                page=component.page, at=at, actor=by, component=component, old_status=old, new_status=status
            )
        )
    return component


def _end(claim: StatusClaim, at: datetime) -> None:
    if claim.started_at >= at:
        claim.delete()
        return
    claim.ended_at = at
    claim.save(update_fields=["ended_at"])


def _save(row: Row, fields: list[str], *, page: Page, by: User | None, at: datetime) -> Row:
    row.updated_at = at
    with transaction.atomic():
        row.save(update_fields=[*fields, "updated_at"])
        announce(ComponentsArranged(page=page, at=at, actor=by))
    return row


def _next_position(siblings: models.QuerySet) -> int:
    return (siblings.aggregate(last=Max("position"))["last"] or 0) + 1


def _check_group(page: Page, group: ComponentGroup | None) -> None:
    if group is not None and (group.page_id != page.pk or group.archived_at is not None):
        raise LifecycleError(f"“{group.name}” is not a group of this page.", field="group")
