"""The feeds as their readers take them in."""

import json
from datetime import datetime, timedelta
from typing import Any

import feedparser
from django.utils import timezone
from icalendar import Calendar

from incidents.lifecycle import schedule_maintenance
from incidents.models import Incident, Page
from status.feeds import (
    atom_document,
    calendar_document,
    json_feed_archive_document,
    json_feed_document,
    rss_document,
)


def fresh(page: Page) -> Page:
    """The page as stored, as a publisher would have it."""
    return Page.objects.get(pk=page.pk)


def json_feed(page: Page, at: datetime | None = None) -> dict[str, Any]:
    """`/feed.json`"""
    return json.loads(json_feed_document(fresh(page), at or timezone.now()).body)


def json_feed_pages(page: Page) -> list[dict[str, Any]]:
    """`/feed.json` and every page that `next_url` leads to."""
    pages = [json_feed(page)]
    while "next_url" in pages[-1]:
        number = int(pages[-1]["next_url"].removesuffix(".json").rpartition("/")[2])
        pages.append(json.loads(json_feed_archive_document(fresh(page), number, timezone.now()).body))
    return pages


def atom(page: Page) -> Any:
    """`/history.atom`, well-formed."""
    return _parsed(atom_document(fresh(page), timezone.now()).body)


def rss(page: Page) -> Any:
    """`/history.rss`, well-formed."""
    return _parsed(rss_document(fresh(page), timezone.now()).body)


def calendar(page: Page, at: datetime | None = None) -> Calendar:
    """`/history.ics`"""
    return Calendar.from_ical(calendar_document(fresh(page), at or timezone.now()).body)


def _parsed(body: bytes) -> Any:
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def plan(page: Page, starts_in: timedelta, *, name: str = "Upgrade", **fields: Any) -> Incident:
    """A maintenance of an hour."""
    start = timezone.now() + starts_in
    return schedule_maintenance(
        page=page,
        name=name,
        scheduled_for=start,
        scheduled_until=start + timedelta(hours=1),
        by=None,
        **{"body": "We upgrade.", "components": []} | fields,
    )
