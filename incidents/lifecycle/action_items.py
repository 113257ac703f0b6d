"""Action items: adding them and advancing them to an end, with every change kept."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from incidents.changes import ActionItemAdded, ActionItemChanged
from incidents.choices import UNFINISHED_STATUSES, ActionItemKind, ActionItemStatus, Priority, TargetMetric
from incidents.closure import due_after, policy_of
from incidents.errors import ItemChanged, LifecycleError
from incidents.models import ActionItem, ActionItemChange, Incident, Postmortem, User
from incidents.postmortems.internal import seems_marked
from incidents.signals import announce
from incidents.trackers import link_of

from .writing import check_not_empty, check_year

CHANGEABLE = (
    "title",
    "detail",
    "kind",
    "priority",
    "metric",
    "cause",
    "owner",
    "due_on",
    "tracker_url",
    "is_public",
    "public_title",
    "status",
    "evidence",
)
CONSEQUENT = (
    "first_due_on",
    "due_moves",
    "tracker_key",
    "completed_at",
    "wont_do_reason",
    "verified_by",
    "verified_at",
)


def add_action_item(
    *,
    incident: Incident,
    title: str,
    kind: ActionItemKind,
    by: User | None,
    detail: str = "",
    priority: Priority = Priority.P2,
    metric: TargetMetric = TargetMetric.NONE,
    cause: str = "",
    owner: User | None = None,
    due_on: date | None = None,
    tracker_url: str = "",
    is_public: bool = False,
    public_title: str = "",
    from_line: str = "",
    at: datetime | None = None,
) -> ActionItem:
    """Add an open action item at the end of an incident's list.

    Where no due date is given, the page's closure policy gives it, by priority.
    """
    at = at or timezone.now()
    if incident.is_maintenance:
        raise LifecycleError("Action items belong to incidents, not to scheduled maintenance.")
    if due_on is None:
        today = at.astimezone(incident.page.zone).date()
        due_on = due_after(today, policy_of(incident.page).days(priority))
    check_year(due_on, field="due_on", what="The due date")
    _check_wording(title=title, public_title=public_title)
    last = incident.action_items.aggregate(last=Max("position"))["last"] or 0
    item = ActionItem(
        incident=incident,
        position=last + 1,
        title=check_not_empty(title, field="title", what="The title"),
        detail=detail.strip(),
        kind=kind,
        priority=priority,
        metric=metric,
        cause=cause.strip(),
        owner=owner,
        due_on=due_on,
        is_public=is_public,
        public_title=public_title.strip(),
        from_line=from_line,
        created_at=at,
        updated_at=at,
    )
    _track(item, tracker_url)
    with transaction.atomic():
        item.full_clean()
        item.save(force_insert=True)
        is_shown = shown_of(item) is not None
        _touch(item, is_shown, at)
        announce(ActionItemAdded(page=incident.page, at=at, actor=by, incident=incident, item=item, is_public=is_shown))
    return item


def change_action_item(
    *,
    item: ActionItem,
    by: User | None,
    reason: str = "",
    seen_version: int | None = None,
    at: datetime | None = None,
    **changes: object,
) -> ActionItem:
    """Change fields of an action item, one row of history for each that really differs.

    Any status may follow any other. A person who calls it done says what shows it (`evidence`), and giving it up
    ("won't do") needs a reason. A due date may be moved freely; the moves are counted. Raises LifecycleError for what
    is refused, and ItemChanged when somebody else was faster, unless they wanted the very same.
    """
    at = at or timezone.now()
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise LifecycleError(f"An action item has no changeable field {', '.join(sorted(unknown))}.")
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    differing = {name: value for name, value in changes.items() if getattr(item, name) != value}
    if not differing:
        return item
    check_item_seen(item, seen_version, by)
    _check(item, differing, reason.strip(), by)
    before = shown_of(item)
    history = [_history(item, name, value, by=by, reason=reason.strip(), at=at) for name, value in differing.items()]
    history += _unverified(item, differing, by=by, at=at)
    _apply(item, differing, reason.strip(), at)
    with transaction.atomic():
        write_item(item, at=at, names=[*differing, *CONSEQUENT])
        ActionItemChange.objects.bulk_create(history)
        is_shown = shown_of(item) != before
        _touch(item, is_shown, at)
        announce(
            ActionItemChanged(
                page=item.incident.page,
                at=at,
                actor=by,
                incident=item.incident,
                item=item,
                history=tuple(history),
                is_public=is_shown,
            )
        )
    return item


def verify_action_item(
    *, item: ActionItem, by: User, seen_version: int | None = None, at: datetime | None = None
) -> ActionItem:
    """Confirm that a done item did what it should: as somebody else than its owner, and than who called it done.

    It holds for the evidence that was read: raises ItemChanged when somebody changed the item since.
    """
    at = at or timezone.now()
    check_item_seen(item, seen_version, by)
    if item.status != ActionItemStatus.DONE:
        raise LifecycleError("Only an action item that is done can be verified.")
    if not item.evidence:
        raise LifecycleError("There is no evidence to verify it by; add what shows that it is done.", field="evidence")
    if item.owner_id == by.pk:
        raise LifecycleError("Somebody else than its owner has to verify an action item.")
    if who_ended(item) == by.pk:  # they may have owned it then, and given it away since
        raise LifecycleError("You said that it is done; somebody else has to verify it.")
    if item.verified_at is not None:
        return item
    history = [_history(item, "verified_by", by, by=by, reason="", at=at)]
    item.verified_by, item.verified_at = by, at
    with transaction.atomic():
        write_item(item, at=at, names=["verified_by", "verified_at"])
        ActionItemChange.objects.bulk_create(history)
        announce(
            ActionItemChanged(
                page=item.incident.page,
                at=at,
                actor=by,
                incident=item.incident,
                item=item,
                history=tuple(history),
                is_public=False,
            )
        )
    return item


def who_ended(item: ActionItem) -> int | None:
    """Who moved an item to the status that it has; None where that was a tracker or is not known."""
    moves = item.changes.filter(field="status").order_by("-pk")
    return moves.values_list("changed_by", flat=True).first()


def check_item_seen(item: ActionItem, seen_version: int | None, by: User | None) -> None:
    """Raise ItemChanged if somebody changed the action item since its version that a person saw; None asks for none."""
    if seen_version is not None and seen_version != item.version:
        raise _meanwhile(item, by)


def _meanwhile(item: ActionItem, by: User | None = None) -> ItemChanged:
    """What is said to the second of two people, or to the same one in another window."""
    now = ActionItem.objects.get(pk=item.pk)
    last = now.changes.select_related("changed_by").order_by("-pk").first()
    if last is None or last.changed_by is None:
        return ItemChanged(now, "")
    at_once = [change for change in now.changes.all() if change.changed_at == last.changed_at]
    what = [] if "status" in {change.field for change in at_once} else [change.field_words for change in at_once]
    return ItemChanged(now, "You" if last.changed_by == by else last.changed_by.display_name, what)


def write_item(item: ActionItem, *, at: datetime, names: list[str]) -> None:
    """Write columns of an action item and raise its version; raises ItemChanged if another write came first."""
    item.updated_at = at
    item.full_clean()
    values = {name: getattr(item, name) for name in [*names, "updated_at"]}
    matching = ActionItem.objects.filter(pk=item.pk, version=item.version)
    if matching.update(version=F("version") + 1, **values) != 1:
        raise _meanwhile(item)
    item.version += 1


def shown_of(item: ActionItem) -> tuple[str, str] | None:
    """What the public reads of an item now: its wording and status; None while it reads nothing."""
    if not item.is_public or not Postmortem.objects.published().filter(incident=item.incident_id).exists():
        return None
    return item.public_wording, item.status


def _touch(item: ActionItem, is_shown: bool, at: datetime) -> None:
    """A report whose items move has changed, as feeds must say; what responders are writing stays current."""
    if is_shown:
        Incident.objects.filter(pk=item.incident_id, updated_at__lt=at).update(updated_at=at)
        item.incident.updated_at = max(item.incident.updated_at, at)


def _check(item: ActionItem, differing: dict[str, object], reason: str, by: User | None) -> None:
    if "title" in differing:
        check_not_empty(str(differing["title"]), field="title", what="The title")
    if isinstance(due_on := differing.get("due_on"), date):
        check_year(due_on, field="due_on", what="The due date")
    _check_wording(**{name: str(differing[name]) for name in ("title", "public_title") if name in differing})
    status, evidence = differing.get("status"), differing.get("evidence", item.evidence)
    if status == ActionItemStatus.WONT_DO and not reason:
        raise LifecycleError("Say why it won't be done.", field="reason")
    is_done = differing.get("status", item.status) == ActionItemStatus.DONE
    if is_done and {"status", "evidence"} & set(differing) and by is not None and not evidence:
        raise LifecycleError("Say what shows that it is done: a link or a sentence.", field="evidence")
    if item.verified_by_id and differing.get("owner") == item.verified_by:
        raise LifecycleError("This person verified the item, so it can't be theirs.", field="owner")


def _check_wording(**wordings: str) -> None:
    """Refuse marks in what the public may read as it stands: nothing would cut them there."""
    for name, words in wordings.items():
        if seems_marked(words):
            raise LifecycleError("Leave internal passages out of it; the detail is never public.", field=name)


def _apply(item: ActionItem, differing: dict[str, object], reason: str, at: datetime) -> None:
    """Set the fields, and those of CONSEQUENT that follow from them."""
    if "due_on" in differing and item.due_on is not None:
        item.first_due_on = item.first_due_on or item.due_on
        item.due_moves += 1
    for name, value in differing.items():
        setattr(item, name, value)
    if "tracker_url" in differing:
        _track(item, str(differing["tracker_url"]))
    if "status" in differing:
        item.completed_at = None if item.status in UNFINISHED_STATUSES else at
        item.wont_do_reason = reason if item.status == ActionItemStatus.WONT_DO else ""
    if {"status", "evidence"} & set(differing):
        item.verified_by = item.verified_at = None


def _unverified(
    item: ActionItem, differing: dict[str, object], *, by: User | None, at: datetime
) -> list[ActionItemChange]:
    """What was verified is no longer so once its status or its evidence changes."""
    if item.verified_by is None or not {"status", "evidence"} & set(differing):
        return []
    return [_history(item, "verified_by", None, by=by, reason="", at=at)]


def _track(item: ActionItem, tracker_url: str) -> None:
    link = link_of(tracker_url)
    if tracker_url.strip() and link is None:
        raise LifecycleError(
            "Give an address such as https://github.com/example/project/issues/7, or a Jira key such as OPS-7.",
            field="tracker_url",
        )
    item.tracker_url = tracker_url.strip()
    item.tracker_key = link.key if link else ""


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
