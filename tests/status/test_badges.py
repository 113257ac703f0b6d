"""The badge."""

from xml.etree import ElementTree

import pytest
from django.utils import timezone

from incidents.choices import ComponentStatus
from status import summary
from status.badges import GROUNDS, INK, SHAPES, badge, badge_document
from status.branding import contrast
from status.summary import Indicator
from tests.factories import make_component, make_incident

SVG = "{http://www.w3.org/2000/svg}"
STATES = [
    summary.OPERATIONAL,
    summary.DEGRADED,
    summary.MINOR_OUTAGE,
    summary.PARTIAL_OUTAGE,
    summary.MAJOR_OUTAGE,
    summary.MAINTENANCE,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.description)
def test_it_is_read_aloud_and_by_eye(state):
    root = ElementTree.fromstring(badge("Shop & Co <x>", state))

    said = f"Shop & Co <x>: {state.description}"
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == said
    assert root.find(f"{SVG}text").text == state.description
    assert int(root.find(f"{SVG}text").get("textLength")) < int(root.get("width"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "rect", "g", "path", "circle", "text")
    }


def test_states_are_told_apart_without_colour_and_readable():
    assert set(GROUNDS) == set(SHAPES) == set(Indicator)
    assert len(set(SHAPES.values())) == len(Indicator)
    for ground in GROUNDS.values():
        assert contrast(INK, ground) >= 4.5


def test_it_says_how_the_page_is(page):
    website = make_component(page)
    assert b"All Systems Operational" in badge_document(page, timezone.now()).body

    make_incident(page, affecting={website: ComponentStatus.MAJOR_OUTAGE})

    document = badge_document(page, timezone.now())
    assert b"Major Service Outage" in document.body
    assert (document.path, document.content_type) == ("/badge.svg", "image/svg+xml; charset=utf-8")
    assert document.last_modified == page.updated_at
