"""The words of an entry, as HTML laid out as Statuspage's feeds are, and as plain text.

Scripts read this HTML: the shape of each line is a promise.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape

from incidents.instants import MONTHS, format_instant, zone_name
from incidents.markdown import plain, render
from incidents.models import Incident

from .posts import Post
from .text import clean, line

_plain = lru_cache(maxsize=512)(plain)
_rendered = lru_cache(maxsize=512)(render)
_FROM_THE_ROOT = re.compile(r'(<(?:a|img)\b[^>]*?\b(?:href|src)=")/(?!/)')


def html_of(incident: Incident, posts: Iterable[Post], base: str) -> str:
    """All posts, newest first, a maintenance's window ahead of them. Addresses in it begin with `base`."""
    zone = incident.page.zone
    paragraphs = [_post(post, post.posted_at.astimezone(zone), base) for post in posts]
    if incident.is_maintenance:
        window = _window(incident.scheduled_for.astimezone(zone), incident.scheduled_until.astimezone(zone))
        paragraphs.insert(0, window)
    return "".join(paragraphs)


def text_of(incident: Incident, posts: Iterable[Post]) -> str:
    """All posts without markup, newest first, a blank line between two."""
    zone = incident.page.zone
    return "\n\n".join(
        f"{format_instant(post.posted_at, zone)}\n{post.label} - {words_of(post)}{_items_text(post)}" for post in posts
    )


def words_of(post: Post) -> str:
    """What a post says, on one line, without markup."""
    return line(post.body) if post.is_note else plain_body(post.body)


def plain_body(body: str) -> str:
    """A Markdown text on one line, without markup."""
    return clean(_plain(body))


def _post(post: Post, at: datetime, base: str) -> str:
    if post.is_note:
        inline, blocks = escape(line(post.body)), ""
    else:
        inline, blocks = _parts(_FROM_THE_ROOT.sub(rf"\1{base}/", clean(_rendered(post.body))))
    return (
        f"<p><small>{_day(at)}, {_time(at)} {zone_name(at)}</small><br>"
        f"<strong>{post.label}</strong> - {inline}</p>{blocks}{_items(post)}"
    )


def _items(post: Post) -> str:
    """The public action items with where each stands."""
    if not post.items:
        return ""
    lines = (f"<li>{item.get_status_display()}: {escape(line(item.public_wording))}</li>" for item in post.items)
    return f"<p><strong>Action items</strong> - {post.done_count}</p><ul>{''.join(lines)}</ul>"


def _items_text(post: Post) -> str:
    if not post.items:
        return ""
    lines = (f"\n- {item.get_status_display()}: {line(item.public_wording)}" for item in post.items)
    return f"\nAction items: {post.done_count}{''.join(lines)}"


def _parts(markup: str) -> tuple[str, str]:
    """The paragraphs that a body begins with, run together, and what can't stand within a paragraph.

    Nothing is cut but `<p>` and `</p>`, and nothing put in holds a quote: harmless markup stays so, even where an
    attribute holds text that looks like a tag.
    """
    paragraphs = []
    while markup.startswith("<p>") and "</p>" in markup:
        paragraph, _, rest = markup.removeprefix("<p>").partition("</p>")
        paragraphs.append(paragraph)
        markup = rest.lstrip("\n")
    inline = "<br /><br />".join(paragraphs)
    return re.sub(r"<br>\n?", "<br />", inline), markup.rstrip("\n")


def _window(start: datetime, end: datetime) -> str:
    until = _time(end) if start.date() == end.date() else f"{_day(end)}, {_time(end)}"
    return f"<p><strong>THIS IS A SCHEDULED EVENT {_day(start)}, {_time(start)} - {until} {zone_name(end)}</strong></p>"


def _day(at: datetime) -> str:
    return f"{MONTHS[at.month - 1]} <var data-var='date'>{at.day:2}</var>"


def _time(at: datetime) -> str:
    return f"<var data-var='time'>{at:%H:%M}</var>"
