"""Components and groups, flat in one list."""

from collections import defaultdict

from incidents.models import Component, ComponentGroup
from incidents.severity import worst

from .frame import Frame
from .objects import ComponentObject
from .times import written


def component_objects(frame: Frame) -> list[ComponentObject]:
    """All groups and components that aren't archived, by position; at the same one a group precedes its members."""
    members: dict[int | None, list[Component]] = defaultdict(list)
    for component in frame.components:
        members[component.group_id].append(component)
    groups = frame.page.groups.filter(archived_at__isnull=True)
    rows = [_group_object(frame, group, members[group.pk]) for group in groups]
    rows += [component_object(frame, component) for component in in_order(frame.components)]
    return sorted(rows, key=lambda row: (row.position, not row.group))


def component_object(frame: Frame, component: Component) -> ComponentObject:
    """One component, which must be among the frame's."""
    group = component.group.code if component.group else component.unknown_group_code
    return ComponentObject(
        id=component.code,
        name=component.name,
        status=str(frame.statuses[component.pk]),
        created_at=written(component.created_at, frame.zone),
        updated_at=written(component.updated_at, frame.zone),
        position=component.position,
        description=component.description or None,
        showcase=component.showcase,
        start_date=component.start_date.isoformat() if component.start_date else None,
        group_id=group or None,
        page_id=frame.page.code,
        group=False,
        only_show_if_degraded=component.only_show_if_degraded,
    )


def in_order(components: list[Component]) -> list[Component]:
    """Components by position; those of one group stay together where positions are equal."""
    return sorted(components, key=lambda each: (each.position, _place_of(each.group), each.pk))


def _place_of(group: ComponentGroup | None) -> tuple[int, int]:
    return (group.position, group.pk) if group else (0, 0)


def _group_object(frame: Frame, group: ComponentGroup, members: list[Component]) -> ComponentObject:
    return ComponentObject(
        id=group.code,
        name=group.name,
        status=str(worst(frame.statuses[member.pk] for member in members)),
        created_at=written(group.created_at, frame.zone),
        updated_at=written(group.updated_at, frame.zone),
        position=group.position,
        description=group.description or None,
        showcase=False,
        start_date=None,
        group_id=None,
        page_id=frame.page.code,
        group=True,
        only_show_if_degraded=False,
        components=[member.code for member in in_order(members)],
    )
