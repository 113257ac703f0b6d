"""Whatever is written, every feed stays well-formed and carries nothing that runs."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.markdown import TAGS
from incidents.models import Incident, Page
from status.badges import badge_document
from status.feeds import HEADS
from tests.factories import make_incident, make_page
from tests.incidents.test_markdown import HOSTILE

from .reading import atom, calendar, json_feed, plan, rss

ALLOWED = TAGS | {"small", "var"}
HARMLESS = {"href", "title", "rel", "src", "alt", "start", "data-var"}
MORE = [
    '[x](http://ok.test "</p><p><script>alert(1)</script>")',
    '[x](http://ok.test "</p><img src=x onerror=alert(1)>")\n\nNext.',
    "```\n</p><script>alert(1)</script>\n```",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00\x08\x0b\ufffe\uffff",
]


class Reader(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def check_harmless(markup: str) -> None:
    reader = Reader()
    reader.feed(markup)
    for tag, attributes in reader.tags:
        assert tag in ALLOWED, tag
        assert set(attributes) <= HARMLESS, attributes
        for name in ("href", "src"):
            address = attributes.get(name) or ""
            assert re.match(r"https?://|mailto:|[^:]*\Z", address), address
            assert not address.startswith("//")


def written(page: Page) -> list[str]:
    """The HTML of every feed's entries; that they can be read at all is half of the test."""
    return [
        *(item["content_html"] for item in json_feed(page)["items"]),
        *(entry.content[0].value for entry in atom(page).entries),
        *(entry.description for entry in rss(page).entries),
    ]


@pytest.fixture(scope="module")
def harmless_page(module_db) -> Page:
    """A page with an incident and a maintenance."""
    page = make_page()
    make_incident(page)
    plan(page, timedelta(days=1))
    return page


@pytest.mark.parametrize("payload", [*HOSTILE, *MORE])
def test_hostile_words_are_harmless_in_every_feed(harmless_page, db, payload):
    page, words = harmless_page, payload.replace("\x00", "")
    Incident.objects.update(name=words[:255])
    for incident in page.incidents.all():
        incident.updates.update(body=f"Before.\n\n{words}\n\nAfter.")

    texts = written(page)

    assert len(texts) == 6
    for text in texts:
        check_harmless(text)
        assert "Before." in text
    (event,) = calendar(page).walk("VEVENT")
    assert "Before." in event["DESCRIPTION"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=80))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_carried(db, text):
    page = make_page("Any")
    make_incident(page)
    page.incidents.update(name=text)
    page.incidents.get().updates.update(body=text)

    for each in written(page):
        check_harmless(each)


def test_one_page_with_angle_brackets_in_its_name(db):
    page = make_page('<b onload="x">&')
    make_incident(page)

    for make in HEADS.values():
        assert make(page, timezone.now()).body
    assert atom(page).feed.title.startswith("<b onload=")
    assert json.loads(HEADS["/feed.json"](page, timezone.now()).body)["title"].startswith("<b onload=")
    assert b"<b onload" not in badge_document(page, timezone.now()).body
