"""JSON Feed 1.1: the newest page at `/feed.json`, and the whole history before it at `/feed/<n>.json`."""

import json
from datetime import datetime

from incidents.instants import rfc3339
from incidents.models import Incident, Page
from status.document import Document

from . import selection
from .content import words_of
from .entries import LANGUAGE, Channel, Entry, channel_of, entry_of
from .text import line

CONTENT_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def json_feed_document(page: Page, at: datetime) -> Document:
    """`/feed.json`: the newest ones; `next_url` leads to the last archive page."""
    return _document(page, "/feed.json", selection.newest(page), selection.archive_count(page), at)


def json_feed_archive_document(page: Page, number: int, at: datetime) -> Document:
    """`/feed/<number>.json`: older ones. The pages count up from the oldest, so that a full one keeps its members."""
    return _document(page, archive_path(number), selection.archive(page, number), number - 1, at)


def archive_path(number: int) -> str:
    """The path of an archive page."""
    return f"/feed/{number}.json"


def _document(page: Page, path: str, incidents: list[Incident], following: int, at: datetime) -> Document:
    channel = channel_of(page)
    feed: dict[str, object] = {
        "version": VERSION,
        "title": channel.title,
        "home_page_url": f"{channel.base}/",
        "feed_url": f"{channel.base}{path}",
        "language": LANGUAGE,
        "authors": authors_of(channel),
    }
    if page.about:
        feed["description"] = line(page.about)
    if following:
        feed["next_url"] = f"{channel.base}{archive_path(following)}"
    feed["items"] = [_item(entry_of(incident, channel.base), channel, at) for incident in incidents]
    body = json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(path, body, CONTENT_TYPE, page.updated_at)


def _item(entry: Entry, channel: Channel, at: datetime) -> dict[str, object]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "content_text": entry.text,
        "summary": words_of(entry.posts[0]),
        "date_published": rfc3339(entry.first_posted_at),
        "date_modified": rfc3339(entry.updated_at),
        "authors": authors_of(channel),
        "language": LANGUAGE,
        "tags": _tags(entry.incident),
        "_allclear": _extension(entry, at),
    }


def authors_of(channel: Channel) -> list[dict[str, str]]:
    """Whom a feed and each of its items is by."""
    return [{"name": channel.author, "url": f"{channel.base}/"}]


def _tags(incident: Incident) -> list[str]:
    names = (line(listing.component.full_name) for listing in incident.listings.all())
    return list(dict.fromkeys([incident.kind, incident.impact, *names]))


def _extension(entry: Entry, at: datetime) -> dict[str, object]:
    """What programs ask for that JSON Feed has no words for."""
    incident = entry.incident
    extension: dict[str, object] = {
        "code": incident.code,
        "kind": incident.kind,
        "status": incident.status_at(at),
        "impact": incident.impact,
        "components": [
            {"id": listing.component.code, "name": line(listing.component.full_name)}
            for listing in incident.listings.all()
        ],
        "updates": [
            {"id": post.code, "status": post.status, "posted_at": rfc3339(post.posted_at)}
            for post in entry.posts
            if not post.is_note
        ],
    }
    notes = [post for post in entry.posts if post.is_note]
    if notes:
        extension["corrections"] = [{"note": line(note.body), "posted_at": rfc3339(note.posted_at)} for note in notes]
    items = [item for post in entry.posts for item in post.items]
    if items:
        extension["action_items"] = [
            {"id": item.code, "title": line(item.public_wording), "status": item.status} for item in items
        ]
    if incident.is_maintenance:
        extension["scheduled_for"] = rfc3339(incident.scheduled_for)
        extension["scheduled_until"] = rfc3339(incident.scheduled_until)
        extension["cancelled"] = incident.cancelled_at is not None
    return extension
