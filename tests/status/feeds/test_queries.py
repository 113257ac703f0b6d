"""What a feed costs doesn't grow with what it tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import create_group, publish_postmortem, save_postmortem_draft
from incidents.models import Component, Page
from status import feeds
from status.badges import badge_document
from tests.factories import make_component, make_incident, make_page

from .reading import fresh, plan

BOUND = 10


def cost(make, *arguments) -> int:
    with CaptureQueriesContext(connection) as taken:
        make(*arguments)
    return len(taken)


PATHS = [*feeds.HEADS, "/feed/1.json", "/badge.svg"]


@pytest.fixture(scope="module")
def few_and_many(module_db) -> dict[str, tuple[int, int]]:
    """The queries for each document where three things of each kind have happened, and where twelve have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feeds.selection, "PAGE_SIZE", 5)
        page = make_page()
        git = create_group(page=page, name="Git", by=None)
        components = [make_component(page), make_component(page, group=git)]
        taken = []
        for times in (3, 9):
            for _ in range(times):
                happen(page, components)
            taken.append([cost_of(path, page) for path in PATHS])
    return dict(zip(PATHS, zip(*taken, strict=True), strict=True))


def happen(page: Page, components: list[Component]) -> None:
    """An incident on the components with a postmortem that was corrected, and a maintenance."""
    incident = make_incident(
        page,
        affecting=dict.fromkeys(components, ComponentStatus.PARTIAL_OUTAGE),
        status=IncidentStatus.RESOLVED,
    )
    save_postmortem_draft(incident=incident, body="Because.", by=None)
    publish_postmortem(incident=incident, by=None)
    publish_postmortem(incident=incident, by=None, note="A word was wrong.")
    plan(page, timedelta(days=1), components=components)


def cost_of(path: str, page: Page) -> int:
    """How many queries a document takes, on a page of which nothing is known yet."""
    page, now = fresh(page), timezone.now()
    if path == "/feed/1.json":
        return cost(feeds.json_feed_archive_document, page, 1, now)
    return cost(feeds.HEADS.get(path, badge_document), page, now)


@pytest.mark.parametrize("path", PATHS)
def test_queries_are_bounded(few_and_many, path):
    few, many = few_and_many[path]

    assert few == many <= BOUND
