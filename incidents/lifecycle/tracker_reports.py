"""Taking in what a tracker reports: a closed issue finishes its action items, a reopened one opens them again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.choices import ActionItemStatus
from incidents.models import ActionItem, TrackedIssue, TrackerDelivery, TrackerHook
from incidents.tracker_messages import IssueReport

from .action_items import change_action_item, who_ended


def take_tracker_report(
    *, hook: TrackerHook, report: IssueReport, delivery: str, at: datetime | None = None
) -> list[ActionItem]:
    """Move the items that are linked to an issue; those that moved.

    A message that was taken in before moves none, nor does one that is older than what was heard of the issue. One that
    concerns no item is kept nowhere: it may be sent again once an item is linked.
    """
    at = at or timezone.now()
    linked = ActionItem.objects.of_page(hook.page).filter(tracker_key=report.key)
    with transaction.atomic():
        TrackerHook.objects.filter(pk=hook.pk).update(last_heard_at=at)
        if not linked.exists() or not _is_first(hook, delivery, at) or not _is_news(hook, report):
            return []
        # Read only now: another message of the issue may have moved them while this one waited for its row.
        return [item for item in linked.select_related("incident__page", "owner") if _follow(item, report, at)]


def _is_first(hook: TrackerHook, delivery: str, at: datetime) -> bool:
    """Whether this message was not taken in before."""
    key = f"{hook.code}:{delivery}"[:128]
    _, is_new = TrackerDelivery.objects.get_or_create(tracker=hook.tracker, key=key, defaults={"received_at": at})
    return is_new


def _is_news(hook: TrackerHook, report: IssueReport) -> bool:
    """Whether nothing later was heard of the issue; what doesn't say when it was is taken as it comes."""
    if report.changed_at is None:
        return True
    issue, is_new = TrackedIssue.objects.get_or_create(
        hook=hook, key=report.key, defaults={"changed_at": report.changed_at}
    )
    heard = TrackedIssue.objects.filter(pk=issue.pk, changed_at__lte=report.changed_at)
    return is_new or bool(heard.update(changed_at=report.changed_at))


def _follow(item: ActionItem, report: IssueReport, at: datetime) -> bool:
    """Whether the item moved: what people ended by hand stays ended, and what is open already is left alone."""
    if report.is_closed == item.is_finished:
        return False
    if item.is_finished and who_ended(item) is not None:
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
