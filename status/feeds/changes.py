"""The numbered changes of a page, `/changes/<n>.json`: for programs that must not miss one.

A JSON Feed 1.1 whose items are changes in the order of their numbers, a hundred a page, as they were said then. A
correction is another item, which names the one that it supersedes, and of a postmortem says first what was corrected. A
full page never changes again. The next number has a page before it is given, so that a program which has everything
finds an empty one to ask again.
"""

import json
import re
from datetime import datetime
from typing import Any

from incidents.instants import rfc3339
from incidents.markdown import plain
from incidents.models import Page
from status.document import Document
from status.journal import last_number
from status.models import JournalEntry
from status.publishing.files import CHANGES_A_PAGE

from .entries import LANGUAGE, Channel, channel_of
from .identity import uuid_of
from .json_feed import CONTENT_TYPE, VERSION, authors_of
from .text import clean, line

PER_PAGE = CHANGES_A_PAGE


def changes_document(page: Page, number: int, at: datetime) -> Document:
    """`/changes/<number>.json`: changes `(number - 1) * 100 + 1` to `number * 100`, as far as there are any."""
    channel, path = channel_of(page), f"/changes/{number}.json"
    first, last = (number - 1) * PER_PAGE + 1, number * PER_PAGE
    given = last_number(page)  # read before the changes, so that it never promises more than is told
    entries = list(page.journal_entries.filter(number__range=(first, last)).select_related("incident"))
    feed: dict[str, object] = {
        "version": VERSION,
        "title": f"{channel.title}, change by change",
        "home_page_url": f"{channel.base}/",
        "feed_url": f"{channel.base}{path}",
        "language": LANGUAGE,
        "authors": authors_of(channel),
        "_allclear": {"since": min(max(given, first - 1), last)},
        "items": [_item(page, entry, channel) for entry in entries],
    }
    if given >= last:
        feed["next_url"] = f"{channel.base}/changes/{number + 1}.json"
    body = json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(path, body, CONTENT_TYPE, page.updated_at)


def page_of_change(number: int) -> int:
    """The page that a change is on."""
    return (number - 1) // PER_PAGE + 1


def _item(page: Page, entry: JournalEntry, channel: Channel) -> dict[str, object]:
    told = entry.told
    path = f"/incidents/{entry.incident.code}" if entry.incident else "/"
    extension = {
        "sequence": entry.number,
        "change": re.sub(r"(?<!^)(?=[A-Z])", "_", entry.kind).lower(),
        "incident": entry.incident.code if entry.incident else None,
        **{
            key: told.get(key)
            for key in ("status", "impact", "update", "posted_at", "supersedes", "note", "action_item")
        },
    }
    return {
        "id": uuid_of("change", f"{page.code}/{entry.number}").urn,
        "url": f"{channel.base}{path}",
        "title": line(told.get("name", page.name)),
        "content_text": _words(told),
        "date_published": rfc3339(entry.at),
        "_allclear": extension,
    }


def _words(told: dict[str, Any]) -> str:
    """What was said, without markup; a correction's note ahead of the corrected text."""
    note = [f"Correction: {line(told['note'])}"] if told.get("note") else []
    text = [clean(plain(told["text"]))] if told.get("text") else []
    return "\n\n".join([*note, *text])
