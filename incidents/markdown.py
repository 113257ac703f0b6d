"""Markdown to HTML that is safe to publish: rendered, then sanitised last, by one function for every surface."""

import html
import re
from collections.abc import Callable
from functools import lru_cache

import markdown as markdown_library
import nh3
from django.utils.safestring import SafeString, mark_safe

from .paragraphs import shortened
from .postmortems.internal import shown_marks

MAX_LENGTH = 100_000
"""Characters; what is longer is cut, so that no text can hold up a page."""

KEPT = 1000
"""Texts whose HTML a process keeps."""

KEPT_LENGTH = 5_000
"""Characters beyond which it isn't kept, which bounds the memory: few are that long."""

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
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
ALIGNMENTS = {"left", "center", "right"}
SCHEMES = {"http", "https", "mailto"}
_BEGIN, _END = "\ue000", "\ue001"
"""Signs of no script, which stand for the marks of internal passages while Markdown is rendered."""

_TAG_OR_SIGN = re.compile(rf'(<(?:[^>"]|"[^"]*")*>|{_BEGIN}|{_END})')
_IMAGE = re.compile(r'(<img\b[^>]*?\bsrc=")(/media/[^"]*)(")')
_SIZED_IMAGE = re.compile(
    r'<img((?:[^>"]|"[^"]*")*?\ssrc="/media/[\w./-]*-(\d{1,5})x(\d{1,5})\.png"(?:[^>"]|"[^"]*")*)>'
)
"""Ours that carry their size in their name."""

_OWN_IMAGE = re.compile(r"/media/[\w./-]+\Z")


def render(text: str) -> SafeString:
    """The HTML of a Markdown text.

    Single newlines break lines, headings begin at h3 at whatever level, and images come only from our own media. A
    change makes documents that tell of a hundred incidents again, nearly all of them in words that were rendered
    before: these are kept.
    """
    return _kept(text) if len(text) <= KEPT_LENGTH else _rendered(text)


def _rendered(text: str) -> SafeString:
    markup = _library().convert(shortened(text[:MAX_LENGTH].replace("\r\n", "\n")))
    return mark_safe(_sized(sanitise(_demoted(markup))))


_kept = lru_cache(KEPT)(_rendered)


def render_marked(text: str) -> SafeString:
    """The HTML of a postmortem as colleagues read it, with its internal passages marked; for the console only."""
    text = text.replace(_BEGIN, "").replace(_END, "")
    return mark_safe(_with_marks(_rendered(shown_marks(text, _BEGIN, _END))))


def with_images(markup: SafeString, address: Callable[[str], str]) -> SafeString:
    """Rendered HTML with another address for each image of ours, such as one that holds the image itself."""
    return mark_safe(_IMAGE.sub(lambda match: f"{match[1]}{html.escape(address(match[2]))}{match[3]}", markup))


def _with_marks(markup: str) -> str:
    """Harmless HTML with a `mark` around each run of text between the signs; they may lie in different elements."""
    depth, parts = 0, []
    for piece in _TAG_OR_SIGN.split(markup):
        if piece in (_BEGIN, _END):
            depth += 1 if piece == _BEGIN else -1
        elif piece.startswith("<"):
            parts.append(piece.replace(_BEGIN, "").replace(_END, ""))
        elif depth > 0 and piece.strip():
            parts.append(f'<mark class="internal">{piece}</mark>')
        else:
            parts.append(piece)
    return "".join(parts).replace("<p></p>", "")


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
    return _words(render(text))


def passage_finder(text: str) -> Callable[[str], bool]:
    """Whether words stand in a postmortem, asked of each: as it is written, or as its page shows it to colleagues.

    Whoever copies from the page gets its words without the signs of Markdown, and other white space between them.
    """
    written, shown = " ".join(text.split()), _words(render_marked(text))

    def is_there(passage: str) -> bool:
        words = " ".join(passage.split())
        return words in written or words in shown

    return is_there


def _words(markup: str) -> str:
    return " ".join(html.unescape(nh3.clean(markup, tags=set())).split())


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _OWN_IMAGE.match(value) and ".." not in value else None
    if tag == "a" and name == "href" and value.startswith("//"):
        return None
    if name == "align" and value not in ALIGNMENTS:
        return None
    return value


def _sized(markup: str) -> str:
    """Harmless HTML with the size of each image that names its own, so that a page keeps room while it arrives."""
    return _SIZED_IMAGE.sub(r'<img\1 width="\2" height="\3">', markup)


def _demoted(markup: str) -> str:
    """Headings from h3 on, without a gap: a page has its own h1 and h2, whichever level a text begins at."""
    used = sorted(set(re.findall(r"<h([1-6])>", markup)))
    level = {old: min(3 + place, 6) for place, old in enumerate(used)}
    return re.sub(r"<(/?)h([1-6])>", lambda match: f"<{match[1]}h{level.get(match[2], 6)}>", markup)


def _library() -> markdown_library.Markdown:
    """A new one each time: it keeps state, and pages are rendered in several threads."""
    library = markdown_library.Markdown(
        extensions=["sane_lists", "tables", "fenced_code", "nl2br"],
        # As an attribute: pages that hold no style but their sheets' would show nothing of one.
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    # It looks for the end of each HTML tag through the whole text. Tags within paragraphs work without it.
    library.preprocessors.deregister("html_block")
    return library
