"""Markdown to HTML that is safe to publish: rendered, then sanitised last, by one function for every surface."""

import html
import re

import markdown as markdown_library
import nh3
from django.utils.safestring import SafeString, mark_safe

MAX_LENGTH = 100_000
"""Characters; what is longer is cut, so that no text can hold up a page."""

TAGS = frozenset(
    [
        "p",
        "br",
        "hr",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "img",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
_OWN_IMAGE = re.compile(r"/media/[\w./-]+\Z")


def render(text: str) -> SafeString:
    """The HTML of a Markdown text.

    Single newlines break lines, headings begin at h3, and images come only from our own media.
    """
    rendered = markdown_library.markdown(
        text[:MAX_LENGTH].replace("\r\n", "\n"),
        extensions=["sane_lists", "tables", "fenced_code", "nl2br"],
        output_format="html",
    )
    return mark_safe(sanitise(_demoted(rendered)))


def sanitise(markup: str) -> str:
    """Only harmless tags, attributes and addresses; idempotent."""
    return nh3.clean(
        markup,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
        clean_content_tags={"script", "style"},
    )


def plain(text: str) -> str:
    """A Markdown text as one line of plain words, for summaries and titles."""
    return " ".join(html.unescape(nh3.clean(render(text), tags=set())).split())


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _OWN_IMAGE.match(value) and ".." not in value else None
    if tag == "a" and name == "href" and value.startswith("//"):
        return None
    return value


def _demoted(markup: str) -> str:
    """Headings two levels down: a page has its own h1 and h2."""
    return re.sub(r"<(/?)h([1-6])>", lambda match: f"<{match[1]}h{min(int(match[2]) + 2, 6)}>", markup)
