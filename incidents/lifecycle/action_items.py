"""Action items: adding them and advancing them to an end, with every change kept."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from incidents.changes import ActionItemAdded, ActionItemChanged
from incidents.choices import ActionItemKind, ActionItemStatus, Priority
from incidents.errors import LifecycleError
from incidents.models import ActionItem, ActionItemChange, Incident, User
from incidents.signals import announce

from .writing import check_not_empty

CHANGEABLE = ("title", "detail", "kind", "priority", "owner", "due_on", "tracker_url", "is_public", "status")
ENDED = (ActionItemStatus.DONE, ActionItemStatus.WONT_DO)


def add_action_item(
    *,
    incident: Incident,
    title: str,
    kind: ActionItemKind,
    by: User | None,
    detail: str = "",
    priority: Priority = Priority.P2,
    owner: User | None = None,
    due_on: date | None = None,
    tracker_url: str = "",
    is_public: bool = False,
    at: datetime | None = None,
) -> ActionItem:
    """Add an open action item at the end of an incident's list."""
    at = at or timezone.now()
    last = incident.action_items.aggregate(last=Max("position"))["last"] or 0
    item = ActionItem(
        incident=incident,
        position=last + 1,
        title=check_not_empty(title, field="title", what="The title"),
        detail=detail.strip(),
        kind=kind,
        priority=priority,
        owner=owner,
        due_on=due_on,
        tracker_url=tracker_url,
        is_public=is_public,
        created_at=at,
        updated_at=at,
    )
    with transaction.atomic():
        item.full_clean()
        item.save(force_insert=True)
        announce(ActionItemAdded(page=incident.page, at=at, actor=by, incident=incident, item=item))
    return item


def change_action_item(
    *, item: ActionItem, by: User | None, reason: str = "", at: datetime | None = None, **changes: object
) -> ActionItem:
    """Change fields of an action item, one row of history for each that really differs.

    Any status may follow any other; giving an item up ("won't do") needs a reason. Raises LifecycleError for a field
    that can't be changed.
    """
    at = at or timezone.now()
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise LifecycleError(f"An action item has no changeable field {', '.join(sorted(unknown))}.")
    differing = {name: value for name, value in changes.items() if getattr(item, name) != value}
    if not differing:
        return item
    if differing.get("status") == ActionItemStatus.WONT_DO and not reason.strip():
        raise LifecycleError("Say why it won't be done.", field="reason")
    if "title" in differing:
        check_not_empty(str(differing["title"]), field="title", what="The title")
    history = [_history(item, name, value, by=by, reason=reason.strip(), at=at) for name, value in differing.items()]
    for name, value in differing.items():
        setattr(item, name, value)
    if "status" in differing:
        item.completed_at = at if item.status in ENDED else None
    item.updated_at = at
    with transaction.atomic():
        item.full_clean()
        item.save(update_fields=[*differing, "completed_at", "updated_at"])
        ActionItemChange.objects.bulk_create(history)
        announce(
            ActionItemChanged(
                page=item.incident.page,
                at=at,
                actor=by,
                incident=item.incident,
                item=item,
                history=tuple(history),
            )
        )
    return item


def _history(
    item: ActionItem, field: str, value: object, *, by: User | None, reason: str, at: datetime
) -> ActionItemChange:
    return ActionItemChange(
        item=item,
        field=field,
        before=_words(getattr(item, field)),
        after=_words(value),
        reason=reason,
        changed_by=by,
        changed_at=at,
    )


def _words(value: object) -> str:
    if value is None:
        return ""
    return value.display_name if isinstance(value, User) else str(value)
