"""Several action items at once: their order, changing many alike, and making them of a postmortem's marked lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from incidents.changes import ActionItemsArranged
from incidents.choices import ActionItemKind, Priority
from incidents.errors import LifecycleError
from incidents.models import ActionItem, Incident, User
from incidents.signals import announce

from .action_items import add_action_item, change_action_item, shown_of

MOST = 200
"""Action items that can be changed in one step."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """What becomes of one marked line of a postmortem; `line` is its key."""

    line: str
    title: str
    kind: ActionItemKind
    priority: Priority = Priority.P2
    owner: User | None = None
    due_on: date | None = None


def arrange_action_items(
    *, incident: Incident, ordered: Sequence[ActionItem], by: User | None, at: datetime | None = None
) -> None:
    """Put the action items of an incident in this order; it is the order of the public report too."""
    at = at or timezone.now()
    present = set(incident.action_items.values_list("pk", flat=True))
    if {item.pk for item in ordered} != present or len(ordered) != len(present):
        raise LifecycleError("The list of action items changed meanwhile. Look at it again, then arrange it.")
    with transaction.atomic():
        is_shown = False
        for position, item in enumerate(ordered, start=1):
            if item.position != position:
                ActionItem.objects.filter(pk=item.pk).update(position=position)
                item.position = position
                is_shown = is_shown or shown_of(item) is not None
        if is_shown:
            Incident.objects.filter(pk=incident.pk, updated_at__lt=at).update(updated_at=at)
        announce(ActionItemsArranged(page=incident.page, at=at, actor=by, incident=incident, is_public=is_shown))


def change_action_items(
    *,
    items: Iterable[ActionItem],
    by: User | None,
    reason: str = "",
    seen_versions: Mapping[str, int] | None = None,
    at: datetime | None = None,
    changes: Mapping[str, object],
) -> int:
    """Change the same fields of several action items, all of them or none; how many really differed.

    `seen_versions` are the versions that a person saw, by the items' codes; one that changed since refuses all.
    """
    at = at or timezone.now()
    chosen = list(items)
    if len(chosen) > MOST:
        raise LifecycleError(f"At most {MOST} action items can be changed in one step.")
    differed = 0
    with transaction.atomic():
        for item in chosen:
            before = item.version
            try:
                seen = (seen_versions or {}).get(item.code)
                change_action_item(item=item, by=by, reason=reason, seen_version=seen, at=at, **changes)
            except LifecycleError as error:
                message = f"“{item.title}”: {error.message} Nothing was changed."
                raise LifecycleError(message, field=error.field) from error
            differed += item.version != before
    return differed


def add_items_from_lines(
    *, incident: Incident, lines: Iterable[LineItem], by: User | None, at: datetime | None = None
) -> list[ActionItem]:
    """Make action items of marked lines of the postmortem; a line that has its item already is left alone."""
    at = at or timezone.now()
    with transaction.atomic():
        # Two people may press it at once: the row that both write makes the second wait, and find the first's items.
        Incident.objects.filter(pk=incident.pk).update(code=F("code"))
        linked = set(incident.action_items.values_list("from_line", flat=True))
        return [
            add_action_item(
                incident=incident,
                title=each.title,
                kind=each.kind,
                priority=each.priority,
                owner=each.owner,
                due_on=each.due_on,
                from_line=each.line,
                by=by,
                at=at,
            )
            for each in lines
            if each.line not in linked
        ]
