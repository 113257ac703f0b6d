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
from django.db.models import Max, Q
from django.template.loader import render_to_string
from django.utils import timezone

from .choices import NoticeKind
from .closure import lead_mark, owner_mark
from .models import ActionItem, ItemNotice, Page, SettledDigest, User

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
    """Send every mail about action items that is due and wasn't sent; how many were.

    A page that fails keeps no other from its mails; its error is raised once all had their turn.
    """
    at = at or timezone.now()
    sent, failures = 0, []
    for page in Page.objects.public():
        try:
            sent += _of_page(page, at)
        except Exception as error:
            logger.exception("The mails about action items of %s were not all sent.", page.name)
            failures.append(error)
    if failures:
        raise failures[0]
    return sent


def _of_page(page: Page, at: datetime) -> int:
    items = list(ActionItem.objects.of_page(page).unfinished().select_related("owner", "incident").in_due_order())
    leads = list(User.objects.filter(is_active=True, leads_pages__page=page).exclude(email="").order_by("pk"))
    _forget_owned(page, items)
    own, of_page = _digests(page, items, leads, at)
    mails = [
        ("items_due", _by_recipient(_to_owners(page, items, at))),
        ("items_for_leads", _by_recipient(_to_leads(page, items, leads, at))),
        ("items_digest", _by_recipient(own)),
        ("items_lead_digest", _by_recipient(of_page)),
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


def _digests(
    page: Page, items: Iterable[ActionItem], leads: list[User], at: datetime
) -> tuple[list[Notice], list[Notice]]:
    """The week's digests, of one's own items and of the page's, to those who are to have one and still would.

    Who is given an item or named a lead after it was due waits for the next.
    """
    monday, due_at = _week_of(page, at)
    owners = {item.owner for item in items if item.active_owner and item.owner.email and item.created_at < due_at}
    own = [Notice(owner, NoticeKind.DIGEST, monday) for owner in sorted(owners, key=lambda owner: owner.pk)]
    has_items = ActionItem.objects.of_page(page).filter(created_at__lt=due_at).exists()
    of_page = [Notice(lead, NoticeKind.LEAD_DIGEST, monday) for lead in leads] if has_items else []
    _settle(page, monday, [*own, *of_page])
    settled = set(page.item_notices.filter(item=None, fell_due_on=monday).values_list("recipient", "kind"))
    own, of_page = ([n for n in each if (n.recipient.pk, n.kind) in settled] for each in (own, of_page))
    return own, of_page


def _settle(page: Page, monday: date, notices: list[Notice]) -> None:
    """Write down whom a week's digests go to, once, at the first look after they were due; all of them or none."""
    with transaction.atomic():
        _, is_first = SettledDigest.objects.get_or_create(page=page, monday=monday)
        if is_first:
            rows = [ItemNotice(page=page, recipient=n.recipient, kind=n.kind, fell_due_on=monday) for n in notices]
            ItemNotice.objects.bulk_create(rows, ignore_conflicts=True)  # some may be told, by a version without this


def _week_of(page: Page, at: datetime) -> tuple[date, datetime]:
    """The Monday of the last digest that fell due, and the instant."""
    local = at.astimezone(page.zone)
    monday = (local - timedelta(hours=DIGEST_HOUR)).date()
    monday -= timedelta(days=monday.weekday())
    return monday, _due(page, monday)


def _due(page: Page, monday: date) -> datetime:
    return datetime(monday.year, monday.month, monday.day, DIGEST_HOUR, tzinfo=page.zone)


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
        **(_ended(page, recipient, at) if name == "items_lead_digest" else {}),
        "unfinished_count": len(items),
        "address": f"{settings.SITE_URL}/console/items/",
    }
    subject = " ".join(render_to_string(f"incidents/mail/{name}.subject.txt", context).split())
    send_mail(
        subject, render_to_string(f"incidents/mail/{name}.txt", context), settings.DEFAULT_FROM_EMAIL, [recipient.email]
    )


def _ended(page: Page, recipient: User, at: datetime) -> dict[str, object]:
    """What was done or given up since the last digest that this lead had was due, however late this one goes out.

    That may be more than a week ago: weeks without a worker or a mail server are made up for.
    """
    monday, _ = _week_of(page, at)
    never_sent = page.item_notices.filter(recipient=recipient, kind=NoticeKind.LEAD_DIGEST, sent_at=None)
    earlier = page.settled_digests.filter(monday__lt=monday).exclude(monday__in=never_sent.values("fell_due_on"))
    since = earlier.aggregate(last=Max("monday"))["last"] or monday - timedelta(days=7)
    ended = ActionItem.objects.of_page(page).filter(completed_at__gte=_due(page, since), completed_at__lte=at)
    return {"ended_since": since, "ended": list(ended.order_by("completed_at", "pk"))}
