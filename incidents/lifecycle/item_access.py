"""A page's closure policy, saved views, private calendars and the hooks that trackers report to."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from incidents.choices import Tracker
from incidents.closure import policy_of
from incidents.errors import LifecycleError
from incidents.hook_secrets import digest_of, github_secret
from incidents.models import CalendarAddress, ClosurePolicy, Page, SavedView, TrackerHook, User

from .writing import check_not_empty

MOST_VIEWS = 50
"""Saved views of one person on one page."""


def set_closure_policy(*, page: Page, leads: Iterable[User] | None = None, **days: int) -> ClosurePolicy:
    """Say how many days items of each priority may take, and who hears of what is overdue.

    What isn't given stays, and so do due dates that were given already.
    """
    policy = policy_of(page)
    for name, value in days.items():
        setattr(policy, name, value)
    with transaction.atomic():
        policy.full_clean()
        policy.save()
        if leads is not None:
            policy.leads.set(leads)
    return policy


def save_view(*, page: Page, owner: User, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a set of filters under a name; the same name again replaces it."""
    name = check_not_empty(name, field="name", what="The name")
    others = page.saved_views.filter(owner=owner).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise LifecycleError(f"You have {MOST_VIEWS} views on this page; delete one first.", field="name")
    with transaction.atomic():
        view = page.saved_views.filter(owner=owner, name=name).first() or SavedView(page=page, owner=owner, name=name)
        view.query, view.is_shared = QueryDict(query).urlencode(), is_shared
        view.full_clean()
        view.save()
    return view


def delete_view(*, view: SavedView, by: User) -> None:
    """Remove a saved view of one's own."""
    if view.owner_id != by.pk:
        raise LifecycleError("Only its owner can delete a view.")
    view.delete()


def open_calendar(*, page: Page, user: User, at: datetime | None = None) -> str:
    """Give a person a private calendar address on a page, and the token that makes it; an earlier one stops working."""
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(
        page=page, user=user, defaults={"token_digest": digest_of(token), "created_at": at or timezone.now()}
    )
    return token


def close_calendar(*, page: Page, user: User) -> None:
    """Make a person's calendar address stop working."""
    CalendarAddress.objects.filter(page=page, user=user).delete()


def open_hook(*, page: Page, tracker: Tracker, at: datetime | None = None) -> tuple[TrackerHook, str]:
    """Let a tracker report to a page, and give the secret for it, which can't be shown again.

    Opening it anew keeps its address and replaces the secret.
    """
    if tracker not in (Tracker.GITHUB, Tracker.GITLAB):
        raise LifecycleError(f"{Tracker(tracker).label} can't report to us.")
    at = at or timezone.now()
    hook = page.tracker_hooks.filter(tracker=tracker).first() or TrackerHook(page=page, tracker=tracker, created_at=at)
    hook.created_at = at
    if tracker == Tracker.GITHUB:
        hook.nonce = secrets.token_urlsafe(32)
        secret = github_secret(hook.nonce)
    else:
        secret = secrets.token_urlsafe(32)
        hook.secret_digest = digest_of(secret)
    hook.full_clean()
    hook.save()
    return hook, secret


def close_hook(*, page: Page, tracker: Tracker) -> None:
    """Stop listening to a tracker."""
    page.tracker_hooks.filter(tracker=tracker).delete()
