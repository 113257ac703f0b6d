"""What a feed costs doesn't grow with what it tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import create_group, publish_postmortem, save_postmortem_draft
from status import feeds
from status.badges import badge_document
from tests.factories import make_component, make_incident

from .reading import plan

BOUND = 10


def cost(make, *arguments) -> int:
    with CaptureQueriesContext(
        connection,
    ) as taken:
        make(*arguments)
    return len(taken)


@pytest.mark.parametrize("path", [*feeds.HEADS, "/feed/1.json", "/badge.svg"])
def test_queries_are_bounded(page, path, monkeypatch):
    monkeypatch.setattr(feeds.selection, "PAGE_SIZE", 5)
    git = create_group(page=page, name="Git", by=None)
    components = [make_component(page), make_component(page, group=git)]

    def happen():
        incident = make_incident(
            page,
            affecting=dict.fromkeys(components, ComponentStatus.PARTIAL_OUTAGE),
            status=IncidentStatus.RESOLVED,
        )
        save_postmortem_draft(incident=incident, body="Because.", by=None)
        publish_postmortem(incident=incident, by=None)
        publish_postmortem(incident=incident, by=None, note="A word was wrong.")
        plan(page, timedelta(days=1), components=components)

    def taken() -> int:
        now = timezone.now()
        if path == "/feed/1.json":
            return cost(feeds.json_feed_archive_document, page, 1, now)
        return cost(feeds.HEADS.get(path, badge_document), page, now)

    for _ in range(3):
        happen()
    few = taken()
    for _ in range(9):
        happen()

    assert taken() == few <= BOUND
