"""Groups and components, described or only mentioned."""

from datetime import datetime

from msgspec import UNSET

from incidents.models import Component, ComponentGroup, Page

from .documents import ComponentDocument
from .gathering import Gathered
from .refusal import ImportRefused
from .rows import bring_up, is_news
from .tally import Outcome, Tally


def write_components(lot: Gathered, page: Page, tally: Tally) -> tuple[dict[str, Component], set[int]]:
    """Write groups and components; all of them by code, and the ids of those whose periods must be worked out anew."""
    groups = _write_groups(lot, page, tally)
    _refuse_foreign(lot.page.id, Component, [*lot.components, *_mentions(lot)], page)
    known = {row.code: row for row in Component.objects.filter(page=page)}
    moved: set[int] = set()
    for code, told in lot.components.items():
        outcome, row = _write_component(known.get(code), told, page, groups)
        known[code] = row
        tally.count("components", outcome)
        if outcome != Outcome.UNCHANGED:
            moved.add(row.pk)
    for code, (name, first, last) in _mentions(lot).items():
        if code not in known:
            known[code] = _make_up(page, code, name, first, last)
            moved.add(known[code].pk)
            tally.count("components", Outcome.CREATED)
        elif code not in lot.components:
            tally.count("components", Outcome.UNCHANGED)
    return known, moved


def _refuse_foreign(source: str, model: type, codes: list[str], page: Page) -> None:
    foreign = model.objects.filter(code__in=codes).exclude(page=page).values_list("code", flat=True).first()
    if foreign:
        raise ImportRefused(source, f"'{foreign}' already belongs to another page")


def _write_groups(lot: Gathered, page: Page, tally: Tally) -> dict[str, ComponentGroup]:
    mentioned = _group_names(lot)
    _refuse_foreign(lot.page.id, ComponentGroup, [*lot.groups, *mentioned], page)
    known = {row.code: row for row in page.groups.all()}
    for code, told in lot.groups.items():
        outcome, known[code] = _write_group(known.get(code), told, page)
        tally.count("groups", outcome)
    for code, (name, made_at) in mentioned.items():
        if code not in known:
            position = 1 + max((row.position for row in known.values()), default=0)
            known[code] = ComponentGroup.objects.create(
                page=page, code=code, name=name, position=position, created_at=made_at, updated_at=made_at
            )
            tally.count("groups", Outcome.CREATED)
        elif code not in lot.groups:
            tally.count("groups", Outcome.UNCHANGED)
    for component in Component.objects.filter(page=page, unknown_group_code__in=known):
        bring_up(component, group_id=known[component.unknown_group_code].pk, unknown_group_code="")
    return known


def _write_group(row: ComponentGroup | None, told: ComponentDocument, page: Page) -> tuple[Outcome, ComponentGroup]:
    facts = {
        "name": told.name,
        "description": told.description or "",
        "position": told.position,
        "created_at": told.created_at,
        "updated_at": told.updated_at,
    }
    if row is None:
        return Outcome.CREATED, ComponentGroup.objects.create(page=page, code=told.id, **facts)
    return (bring_up(row, **facts) if is_news(row, told.updated_at) else Outcome.UNCHANGED), row


def _group_names(lot: Gathered) -> dict[str, tuple[str, datetime]]:
    """The names of groups that no document describes, from updates that write "Group - Component"."""
    names: dict[str, tuple[str, datetime]] = {}
    for code, (full_name, _, _) in _mentions(lot).items():
        row = lot.components.get(code)
        if row is None or row.group_id is None:
            continue
        name = full_name.removesuffix(f" - {row.name}")
        if name != full_name and 0 < len(name) <= 255:
            _, made_at = names.get(row.group_id, ("", row.created_at))
            names[row.group_id] = (name, min(made_at, row.created_at))
    return names


def _mentions(lot: Gathered) -> dict[str, tuple[str, datetime, datetime]]:
    """Every component that an update speaks of: its name as last told, and when it was first and last spoken of."""
    mentions: dict[str, tuple[str, datetime, datetime]] = {}
    updates = [update for told in lot.incidents.values() for update in told.updates.values()]
    for update in sorted(updates, key=lambda each: each.posted_at):
        for affected in update.affected_components or ():
            _, first, _ = mentions.get(affected.code, ("", update.posted_at, None))
            mentions[affected.code] = (affected.name, first, update.posted_at)
    return mentions


def _write_component(
    row: Component | None, told: ComponentDocument, page: Page, groups: dict[str, ComponentGroup]
) -> tuple[Outcome, Component]:
    group = groups.get(told.group_id or "")
    facts = {
        "group_id": group.pk if group else None,
        "unknown_group_code": "" if group else told.group_id or "",
        "name": told.name,
        "description": told.description or "",
        "position": told.position,
        "created_at": told.created_at,
        "updated_at": told.updated_at,
    }
    for name in ("showcase", "only_show_if_degraded"):
        if getattr(told, name) is not UNSET:
            facts[name] = getattr(told, name)
    if told.start_date is not UNSET:
        facts["start_date"] = told.start_date and told.start_date.day
    if row is None:
        return Outcome.CREATED, Component.objects.create(page=page, code=told.id, **facts)
    if not is_news(row, told.updated_at):
        return Outcome.UNCHANGED, row
    if row.archived_at is not None and row.created_at == row.updated_at:
        facts["archived_at"] = None  # It was only ever mentioned; now it is known to be there.
    return bring_up(row, **facts), row


def _make_up(page: Page, code: str, name: str, first: datetime, last: datetime) -> Component:
    """A component that updates speak of and no document describes: it isn't on the page any more."""
    return Component.objects.create(
        page=page, code=code, name=name[:255], created_at=first, updated_at=first, archived_at=last
    )
