"""Telling people about action items by mail: owners as the time runs out, leads when it has, and everybody weekly.

Each thing that falls due is one row, claimed before the mail is sent and released when sending fails. What fell due
while no worker ran is told once, as it stands now: of an item only the last reminder that fell due, and all items of a
person in one mail. So nobody comes back to a flood.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from .choices import NoticeKind
from .closure import lead_mark, owner_mark
from .models import ActionItem, ItemNotice, Page, User

logger = logging.getLogger(__name__)

TAKEN_OVER_AFTER = timedelta(minutes=15)
"""A claim that is neither sent nor released by then was made by a worker that died."""

OWNER_NAMED_WITHIN = timedelta(days=1)
"""How long a new item may be without an owner before the leads are told."""

DIGEST_HOUR = 8
"""Digests go out on Mondays, from this hour of the page's zone on."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a person is to be told: of an item, or a digest of a page."""

    recipient: User
    kind: NoticeKind
    fell_due_on: date
    item: ActionItem | None = None


def send_due_notices(at: datetime | None = None) -> int:
    """Send every mail about action items that is due and wasn't sent; how many were."""
    at = at or timezone.now()
    return sum(_of_page(page, at) for page in Page.objects.public())


def _of_page(page: Page, at: datetime) -> int:
    items = list(ActionItem.objects.of_page(page).unfinished().select_related("owner", "incident").in_due_order())
    leads = list(User.objects.filter(is_active=True, leads_pages__page=page).exclude(email="").order_by("pk"))
    _forget_owned(page, items)
    mails = [
        ("items_due", _by_recipient(_to_owners(page, items, at))),
        ("items_for_leads", _by_recipient(_to_leads(page, items, leads, at))),
        ("items_digest", _by_recipient(_digests(page, items, at))),
        ("items_lead_digest", _by_recipient(_lead_digests(page, leads, at))),
    ]
    return sum(_send(page, name, notices, items, at) for name, groups in mails for notices in groups)


def _to_owners(page: Page, items: Iterable[ActionItem], at: datetime) -> list[Notice]:
    today = at.astimezone(page.zone).date()
    notices = []
    for item in items:
        if item.active_owner and item.owner.email and item.due_on:
            mark = owner_mark(item.created_at.astimezone(page.zone).date(), item.due_on, today)
            if mark:
                notices.append(Notice(item.owner, mark.kind, mark.on, item))
    return notices


def _to_leads(page: Page, items: Iterable[ActionItem], leads: list[User], at: datetime) -> list[Notice]:
    """What is overdue for long, and what nobody looks after: once, until somebody does."""
    today = at.astimezone(page.zone).date()
    notices = []
    for item in items:
        mark = lead_mark(item.due_on, today) if item.due_on else None
        if mark:
            notices += [Notice(lead, mark.kind, mark.on, item) for lead in leads]
        added_on = item.created_at.astimezone(page.zone).date()
        if _is_unowned(item) and (item.owner_id or at - item.created_at >= OWNER_NAMED_WITHIN):
            notices += [Notice(lead, NoticeKind.UNOWNED, added_on, item) for lead in leads]
    return notices


def _is_unowned(item: ActionItem) -> bool:
    return item.active_owner is None


def _forget_owned(page: Page, items: Iterable[ActionItem]) -> None:
    """What has an owner again may lose that one too, and then the leads are to hear of it anew."""
    owned = [item.pk for item in items if not _is_unowned(item)]
    ItemNotice.objects.filter(page=page, kind=NoticeKind.UNOWNED, item__in=owned).delete()


def _digests(page: Page, items: Iterable[ActionItem], at: datetime) -> list[Notice]:
    """One for each who owed something when the week's digest was due."""
    monday, due_at = _week_of(page, at)
    owners = {item.owner for item in items if item.active_owner and item.owner.email and item.created_at < due_at}
    return [Notice(owner, NoticeKind.DIGEST, monday) for owner in sorted(owners, key=lambda owner: owner.pk)]


def _lead_digests(page: Page, leads: list[User], at: datetime) -> list[Notice]:
    monday, due_at = _week_of(page, at)
    if not ActionItem.objects.of_page(page).filter(created_at__lt=due_at).exists():
        return []
    return [Notice(lead, NoticeKind.LEAD_DIGEST, monday) for lead in leads]


def _week_of(page: Page, at: datetime) -> tuple[date, datetime]:
    """The Monday of the last digest that fell due, and the instant."""
    local = at.astimezone(page.zone)
    monday = (local - timedelta(hours=DIGEST_HOUR)).date()
    monday -= timedelta(days=monday.weekday())
    return monday, datetime(monday.year, monday.month, monday.day, DIGEST_HOUR, tzinfo=page.zone)


def _by_recipient(notices: list[Notice]) -> list[list[Notice]]:
    groups: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        groups[notice.recipient.pk].append(notice)
    return list(groups.values())


def _send(page: Page, name: str, notices: list[Notice], items: list[ActionItem], at: datetime) -> bool:
    """Claim what wasn't told yet and tell it in one mail; whether one went out."""
    told = _told(page, notices)
    fresh = [notice for notice in notices if _key(notice) not in told]
    claimed = {row: notice for notice in fresh if (row := _claim(page, notice, at))}
    if not claimed:
        return False
    rows = ItemNotice.objects.filter(pk__in=claimed)
    try:
        _mail(page, name, list(claimed.values()), items, at)
    except Exception:
        # One mail that can't be sent must not hold up the others; it is tried again with the next run.
        rows.update(claimed_at=None)
        logger.exception("A mail about action items of %s could not be sent.", page.name)
        return False
    rows.update(sent_at=at)
    return True


def _key(notice: Notice) -> tuple[object, ...]:
    return (notice.item.pk if notice.item else None, str(notice.kind), notice.fell_due_on)


def _told(page: Page, notices: list[Notice]) -> set[tuple[object, ...]]:
    """What one person was told already, in one query, since nearly all of it was."""
    sent = page.item_notices.filter(recipient=notices[0].recipient, sent_at__isnull=False)
    days = {notice.fell_due_on for notice in notices}
    return set(sent.filter(fell_due_on__in=days).values_list("item_id", "kind", "fell_due_on"))


def _claim(page: Page, notice: Notice, at: datetime) -> int | None:
    """The row of something that nobody told yet and nobody is telling now; None when there is no such thing."""
    row = {
        "page": page,
        "item": notice.item,
        "recipient": notice.recipient,
        "kind": notice.kind,
        "fell_due_on": notice.fell_due_on,
    }
    found = ItemNotice.objects.filter(**row)
    pk = found.values_list("pk", flat=True).first()
    if pk is None:
        try:
            with transaction.atomic():
                return ItemNotice.objects.create(**row, claimed_at=at).pk
        except IntegrityError:
            return None  # another worker was faster
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lte=at - TAKEN_OVER_AFTER)
    return pk if found.filter(free, sent_at__isnull=True).update(claimed_at=at) else None


def _mail(page: Page, name: str, notices: list[Notice], items: list[ActionItem], at: datetime) -> None:
    recipient, today = notices[0].recipient, at.astimezone(page.zone).date()
    context = {
        "page": page,
        "recipient": recipient,
        "notices": notices,
        "today": today,
        "mine": [item for item in items if item.owner_id == recipient.pk],
        "overdue": [item for item in items if item.due_on and item.due_on < today],
        "unowned": [item for item in items if _is_unowned(item)],
        "ended": _ended(page, at) if name == "items_lead_digest" else [],
        "unfinished_count": len(items),
        "address": f"{settings.SITE_URL}/console/items/",
    }
    subject = " ".join(render_to_string(f"incidents/mail/{name}.subject.txt", context).split())
    send_mail(
        subject, render_to_string(f"incidents/mail/{name}.txt", context), settings.DEFAULT_FROM_EMAIL, [recipient.email]
    )


def _ended(page: Page, at: datetime) -> list[ActionItem]:
    """What was done or given up in the last seven days."""
    ended = ActionItem.objects.of_page(page).filter(completed_at__gt=at - timedelta(days=7), completed_at__lte=at)
    return list(ended.select_related("owner", "incident").order_by("completed_at", "pk"))
