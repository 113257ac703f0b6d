"""RSS 2.0 at `/history.rss`."""

from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed, rfc2822_date
from django.utils.xmlutils import SimplerXMLGenerator

from incidents.models import Page
from status.document import Document

from . import selection
from .entries import LANGUAGE, channel_of, entry_of

PATH = "/history.rss"


class _Feed(Rss201rev2Feed):
    """RSS with a maintenance's end, as Statuspage writes it."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("pubDate", rfc2822_date(self.latest_post_date()))

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        handler.addQuickElement("title", item["title"])
        handler.addQuickElement("description", item["description"])
        handler.addQuickElement("pubDate", rfc2822_date(item["pubdate"]))
        if item["until"]:
            handler.addQuickElement("maintenanceEndDate", rfc2822_date(item["until"]))
        handler.addQuickElement("link", item["link"])
        handler.addQuickElement("guid", item["unique_id"])


def rss_document(page: Page, at: datetime) -> Document:
    """`/history.rss`: what was told last. A maintenance is dated when it is planned for, so dates may lie ahead."""
    channel, zone = channel_of(page), page.zone
    feed = _Feed(
        title=channel.title,
        link=f"{channel.base}/",
        description=f"Incidents and scheduled maintenance, as reported by {channel.author}.",
        language=LANGUAGE,
        feed_url=f"{channel.base}{PATH}",
        updated=page.updated_at.astimezone(zone),
    )
    for incident in selection.lately_told(page):
        entry = entry_of(incident, channel.base)
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=entry.html,
            # Statuspage's id: the address. A page that moves here under its own name repeats nothing to its readers.
            unique_id=entry.url,
            pubdate=(incident.scheduled_for or entry.last_posted_at).astimezone(zone),
            until=incident.scheduled_until and incident.scheduled_until.astimezone(zone),
        )
    return Document(PATH, feed.writeString("utf-8").encode(), Rss201rev2Feed.content_type, page.updated_at)
