"""Atom (RFC 4287) at `/history.atom`."""

from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from incidents.instants import rfc3339
from incidents.models import Page
from status.document import Document

from . import selection
from .entries import LANGUAGE, channel_of, entry_of
from .identity import feed_id

PATH = "/history.atom"


class _Feed(Atom1Feed):
    """Atom with typed links and whole content, as Statuspage writes it."""

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        feed = self.feed
        handler.addQuickElement("id", feed["id"])
        _link(handler, "alternate", "text/html", feed["link"])
        _link(handler, "self", "application/atom+xml", feed["feed_url"])
        handler.addQuickElement("title", feed["title"])
        handler.addQuickElement("updated", rfc3339(self.latest_post_date()))
        handler.startElement("author", {})
        handler.addQuickElement("name", feed["author_name"])
        handler.endElement("author")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        handler.addQuickElement("id", item["unique_id"])
        handler.addQuickElement("published", rfc3339(item["pubdate"]))
        handler.addQuickElement("updated", rfc3339(item["updateddate"]))
        _link(handler, "alternate", "text/html", item["link"])
        handler.addQuickElement("title", item["title"])
        handler.addQuickElement("content", item["description"], {"type": "html"})


def atom_document(page: Page, at: datetime) -> Document:
    """`/history.atom`: what was told last. `published` is the latest post's time, as Statuspage has it."""
    channel = channel_of(page)
    feed = _Feed(
        title=channel.title,
        link=f"{channel.base}/",
        description="",
        language=LANGUAGE,
        author_name=channel.author,
        feed_url=f"{channel.base}{PATH}",
        feed_guid=feed_id(page),
        updated=page.updated_at,
    )
    for incident in selection.lately_told(page):
        entry = entry_of(incident, channel.base)
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=entry.html,
            unique_id=entry.id,
            pubdate=entry.last_posted_at,
            updateddate=entry.updated_at,
        )
    return Document(PATH, feed.writeString("utf-8").encode(), Atom1Feed.content_type, page.updated_at)


def _link(handler: SimplerXMLGenerator, rel: str, content_type: str, href: str) -> None:
    handler.addQuickElement("link", "", {"rel": rel, "type": content_type, "href": href})
