"""Drills: a practice incident that goes the whole way on a hidden page, is timed, and never reaches the public."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus, Moment
from incidents.errors import LifecycleError
from incidents.models import Component, ComponentGroup, Incident, Page, User

from .claims import rebuild_periods
from .incidents import open_incident

COPIED = ("name", "description", "position", "showcase", "only_show_if_degraded", "archived_at")


def open_drill(
    *,
    page: Page,
    name: str,
    body: str,
    by: User | None,
    status: IncidentStatus = IncidentStatus.INVESTIGATING,
    component_statuses: Mapping[Component, ComponentStatus] | None = None,
    moments: Mapping[Moment, datetime | None] | None = None,
    next_update_by: datetime | None = None,
    code: str = "",
) -> Incident:
    """Open a practice incident for a page; `component_statuses` names the real page's components.

    It is an incident like any other on the page's hidden twin, so everything that can be done to one can be done to it.
    """
    if page.is_drill:
        raise LifecycleError("A practice page has no practice page of its own.")
    with transaction.atomic():
        twin = drill_page(page)
        mirrored = {component.mirrors_id: component for component in twin.components.all()}
        return open_incident(
            page=twin,
            name=name,
            body=body,
            by=by,
            status=status,
            component_statuses={mirrored[component.pk]: said for component, said in (component_statuses or {}).items()},
            moments=moments,
            next_update_by=next_update_by,
            notify=False,
            code=code,
        )


def drill_page(page: Page) -> Page:
    """The hidden twin of a page, made when first asked for, with its components brought up to the page's."""
    now = timezone.now()
    twin, _ = Page.objects.update_or_create(
        drill_for=page,
        defaults={
            "name": page.name,
            "organisation_name": page.organisation_name,
            "time_zone": page.time_zone,
            "accent_color": page.accent_color,
            "updated_at": now,
        },
        create_defaults={
            "name": page.name,
            "organisation_name": page.organisation_name,
            "time_zone": page.time_zone,
            "accent_color": page.accent_color,
            "created_at": now,
            "updated_at": now,
        },
    )
    groups = {group.pk: _mirror_group(twin, group, now) for group in page.groups.filter(archived_at__isnull=True)}
    for component in page.components.all():
        mirror, created = Component.objects.update_or_create(
            page=twin,
            mirrors=component,
            defaults={name: getattr(component, name) for name in COPIED} | {"group": groups.get(component.group_id)},
            create_defaults={name: getattr(component, name) for name in COPIED}
            | {"group": groups.get(component.group_id), "created_at": now, "updated_at": now},
        )
        if created:
            rebuild_periods(mirror, at=now)
    return twin


def _mirror_group(twin: Page, group: ComponentGroup, now: datetime) -> ComponentGroup:
    mirror, _ = ComponentGroup.objects.update_or_create(
        page=twin,
        name=group.name,
        defaults={"position": group.position, "updated_at": now},
        create_defaults={"position": group.position, "created_at": now, "updated_at": now},
    )
    return mirror
