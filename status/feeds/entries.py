"""One entry of a feed: what all formats say alike of an incident or maintenance."""

from dataclasses import dataclass
from datetime import datetime

from incidents.models import Incident, Page
from status.addresses import base_url
from status.sharing import once

from .content import html_of, text_of
from .identity import entry_id
from .posts import Post, posts_of
from .text import line

LANGUAGE = "en-US"


@dataclass(frozen=True, slots=True)
class Entry:
    """An incident or maintenance as feeds tell it; `posts` are newest first."""

    incident: Incident
    id: str
    url: str
    title: str
    posts: tuple[Post, ...]
    html: str
    updated_at: datetime

    @property
    def first_posted_at(self) -> datetime:
        """When the public first heard of it."""
        return self.posts[-1].posted_at

    @property
    def last_posted_at(self) -> datetime:
        """When the public last heard of it."""
        return self.posts[0].posted_at

    @property
    def text(self) -> str:
        """All that was said, without markup."""
        return text_of(self.incident, self.posts)


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself."""

    base: str
    title: str
    author: str


def channel_of(page: Page) -> Channel:
    """The feed of a page; its title ends as on Statuspage, without saying "Status" twice."""
    name = line(page.name)
    whole = name if name.lower().endswith("status") else f"{name} Status"
    return Channel(base=base_url(page), title=f"{whole} - Incident History", author=line(page.reported_by))


def entry_of(incident: Incident, base: str) -> Entry:
    """One incident's entry, from a row fetched by `selection`."""
    return once(("entry", incident.pk, base), lambda: _entry(incident, base))


def _entry(incident: Incident, base: str) -> Entry:
    posts = posts_of(incident)
    return Entry(
        incident=incident,
        id=entry_id(incident),
        url=f"{base}/incidents/{incident.code}",
        title=line(incident.name),
        posts=posts,
        html=html_of(incident, posts, base),
        updated_at=max(incident.updated_at, *(post.changed_at for post in posts)),
    )
