"""Writing down every public change, in the transaction that makes it."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from incidents.changes import (
    ActionItemAdded,
    ActionItemChanged,
    Change,
    ComponentsArranged,
    IncidentChange,
    MaintenanceRescheduled,
    MomentCorrected,
    PageEdited,
    PageImported,
    PostmortemPublished,
    UpdateEdited,
    UpdatePosted,
)
from incidents.choices import ActionItemStatus, Moment
from incidents.instants import rfc3339
from incidents.models import ActionItem, Page

from .models import JournalEntry, PageJournal

TOUCH_ALL = (ComponentsArranged, PageEdited, PageImported)


def concerns_public(change: Change) -> bool:
    """Whether a change alters anything that the public reads. Imports do, though they leave the page's date alone."""
    if change.page.is_drill:
        return False
    return change.is_public or isinstance(change, PageImported)


def write_entry(change: Change) -> JournalEntry:
    """Give a change its number. Waits for other changes of the page that aren't committed yet."""
    return JournalEntry.objects.create(
        page=change.page,
        number=_next_number(change.page),
        at=change.at,
        kind=type(change).__name__,
        incident=change.incident if isinstance(change, IncidentChange) else None,
        touches_all=isinstance(change, TOUCH_ALL),
        also_at=_told_before(change),
        told=_told(change),
    )


def last_number(page: Page) -> int:
    """The number of the page's newest change; 0 when there has been none."""
    return PageJournal.objects.filter(page=page).values_list("last_number", flat=True).first() or 0


def tell_again(page: Page, number: int, *, instead_of: str) -> None:
    """Give the change that has a number a new one as well, unless it is the posting of update `instead_of`.

    For a number that was published as that update's before the database gave it to another change: whoever follows the
    changes has passed the number, and would miss that change.
    """
    entry = JournalEntry.objects.filter(page=page, number=number).first()
    if entry is not None and entry.told.get("update") != instead_of:
        _give_new_number(entry)


def go_on_after(page: Page, number: int, made_at: datetime) -> int | None:
    """Give no number again that was published before the database was restored from a backup.

    `number` is the last that was published, at `made_at`. Changes made since then are told again under new numbers:
    whoever follows the changes has passed their own. Gives the database's last number, None if it isn't behind.
    """
    with transaction.atomic():
        journal, _ = PageJournal.objects.select_for_update().get_or_create(page=page)
        if journal.last_number >= number:
            return None
        PageJournal.objects.filter(page=page).update(last_number=number)
        for entry in JournalEntry.objects.filter(page=page, at__gt=made_at).order_by("number"):
            _give_new_number(entry)
        return journal.last_number


def in_words(entry: JournalEntry) -> str:
    """A change in a line: what it was about, and what became of it."""
    subject = entry.told.get("name") or (entry.incident.name if entry.incident else "")
    return f"{subject}: {what_happened(entry).lower()}" if subject else what_happened(entry)


def what_happened(entry: JournalEntry) -> str:
    """What a change was, without what it was about: the status that an update brought, else the kind of change."""
    status = str(entry.told.get("status", "")).replace("_", " ")
    if status and "update" in entry.told and "supersedes" not in entry.told:
        return status.capitalize()
    return re.sub(r"(?<!^)([A-Z])", lambda letter: f" {letter[1].lower()}", entry.kind)


def _next_number(page: Page) -> int:
    PageJournal.objects.get_or_create(page=page)
    PageJournal.objects.filter(page=page).update(last_number=F("last_number") + 1)
    return PageJournal.objects.values_list("last_number", flat=True).get(page=page)


def _give_new_number(entry: JournalEntry) -> None:
    entry.pk, entry.number = None, _next_number(entry.page)
    entry.save(force_insert=True)


def _told_before(change: Change) -> datetime | None:
    if isinstance(change, MaintenanceRescheduled):
        return change.previous_for
    if isinstance(change, MomentCorrected) and change.record.moment == Moment.STARTED:
        return change.previous_value
    return None


def _told(change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if isinstance(change, IncidentChange):
        incident = change.incident
        told |= {"name": incident.name, "status": incident.status, "impact": incident.impact}
    if isinstance(change, UpdatePosted | UpdateEdited):
        update = change.update
        told |= {"update": update.code, "status": update.status, "text": update.body}
        told["posted_at"] = rfc3339(update.posted_at)
    if isinstance(change, UpdateEdited):
        told["supersedes"] = _told_of(change)
    if isinstance(change, PostmortemPublished):
        told["text"] = change.postmortem.published_body
        if change.is_correction:
            told["supersedes"] = _published_before(change)
            told["note"] = change.note
    if isinstance(change, ActionItemAdded | ActionItemChanged) and change.item.is_public:
        told["action_item"] = _item(change.item)
    return told


def _item(item: ActionItem) -> dict[str, Any]:
    """A public action item as it is worded for the public, and how many of the report's are done with it."""
    statuses = list(ActionItem.objects.public().filter(incident=item.incident_id).values_list("status", flat=True))
    done = statuses.count(ActionItemStatus.DONE)
    return {
        "id": item.code,
        "title": item.public_wording,
        "status": item.status,
        "done": done,
        "of": len(statuses),
    }


def _told_of(change: UpdateEdited) -> int | None:
    """The number of the change that last told the update that was edited; None when that was before numbering."""
    earlier = JournalEntry.objects.filter(incident=change.incident, told__update=change.update.code)
    return earlier.values_list("number", flat=True).last()


def _published_before(change: PostmortemPublished) -> int | None:
    """The number of the change that last told the postmortem; None when that was before numbering."""
    earlier = JournalEntry.objects.filter(incident=change.incident, kind=PostmortemPublished.__name__)
    return earlier.values_list("number", flat=True).last()
