"""Taking in what a tracker reports: a closed issue finishes its action items, a reopened one opens them again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.choices import ActionItemStatus
from incidents.models import ActionItem, TrackerDelivery, TrackerHook
from incidents.tracker_messages import IssueReport

from .action_items import change_action_item


def take_tracker_report(
    *, hook: TrackerHook, report: IssueReport, delivery: str, at: datetime | None = None
) -> list[ActionItem]:
    """Move the items that are linked to an issue; those that moved. A message that was taken in before moves none."""
    at = at or timezone.now()
    with transaction.atomic():
        try:
            with transaction.atomic():
                TrackerDelivery.objects.create(
                    tracker=hook.tracker, key=f"{hook.code}:{delivery}"[:128], received_at=at
                )
        except IntegrityError:
            return []
        TrackerHook.objects.filter(pk=hook.pk).update(last_heard_at=at)
        linked = ActionItem.objects.of_page(hook.page).filter(tracker_key=report.key)
        return [item for item in linked.select_related("incident__page", "owner") if _follow(item, report, at)]


def _follow(item: ActionItem, report: IssueReport, at: datetime) -> bool:
    """Whether the item moved: what people ended by hand stays ended, and what is open already is left alone."""
    if report.is_closed == item.is_finished:
        return False
    said = f"{report.label} was {'closed' if report.is_closed else 'reopened'} by {report.person}."
    if not report.is_closed:
        change_action_item(item=item, by=None, status=ActionItemStatus.OPEN, reason=said, at=at)
    elif report.is_given_up:
        change_action_item(item=item, by=None, status=ActionItemStatus.WONT_DO, reason=f"{said} Not planned.", at=at)
    else:
        evidence = item.evidence or f"{said} {report.url}"
        change_action_item(item=item, by=None, status=ActionItemStatus.DONE, evidence=evidence, reason=said, at=at)
    return True
