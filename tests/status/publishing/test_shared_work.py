"""What the documents of one publication share makes none of them another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import post_update, publish_postmortem, save_postmortem_draft, schedule_maintenance
from incidents.models import Page
from status.document import Document
from status.publishing import registry
from status.sharing import of_each, once, shared_work
from tests.factories import make_component, make_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(page: Page) -> Page:
    """A page with something open, something over and reviewed, and something planned."""
    website, api = make_component(page, "Website"), make_component(page, "API")
    for number in range(3):
        make_incident(page, name=f"Open {number}", affecting={website: ComponentStatus.PARTIAL_OUTAGE})
    over = make_incident(
        page, name="Over", status=IncidentStatus.RESOLVED, affecting={api: ComponentStatus.MAJOR_OUTAGE}
    )
    save_postmortem_draft(incident=over, body="# Why", by=None)
    publish_postmortem(incident=over, by=None)
    ahead = timezone.now() + timedelta(days=1)
    schedule_maintenance(
        page=page,
        name="Planned",
        body="We upgrade.",
        scheduled_for=ahead,
        scheduled_until=ahead + timedelta(hours=1),
        components=[api],
        by=None,
    )
    return page


def test_documents_are_the_same_with_and_without(told: Page):
    at, entries = timezone.now(), list(told.journal_entries.all())
    with CaptureQueriesContext(connection) as apart:
        wanted = _bytes([*registry.touched(told, entries, at), *registry.heads(told, at)])
    with CaptureQueriesContext(connection) as together, shared_work():
        found = _bytes([*registry.touched(told, entries, at), *registry.heads(told, at)])
    assert found == wanted
    assert len(wanted) > 25
    assert len(together) < len(apart) * 0.7


def test_nothing_is_kept_beyond_the_block(told: Page):
    incident = told.incidents.unresolved().first()
    with shared_work():
        assert b"Fixed" not in _home(told)
        post_update(incident=incident, status=IncidentStatus.MONITORING, body="Fixed, we hope.", by=None)
    assert b"Fixed" in _home(told)
    with shared_work():
        assert b"Fixed" in _home(told)


def test_each_is_made_once_and_comes_in_the_order_asked_for(told: Page):
    made: list[int] = []

    def make(incidents):
        for incident in incidents:
            made.append(incident.pk)
            yield incident.pk, incident.name

    names = list(told.incidents.order_by("name").values_list("name", flat=True))
    with shared_work():
        assert of_each("name", told.incidents.order_by("-name")[:2], make) == names[:-3:-1]
        assert of_each("name", told.incidents.order_by("name"), make) == names
        assert once("five", lambda: 5) == once("five", lambda: 6) == 5
    assert sorted(made) == sorted(told.incidents.values_list("pk", flat=True))
    assert of_each("name", told.incidents.order_by("name"), make) == names


def _bytes(documents: list[Document]) -> dict[str, bytes]:
    return {document.path: document.body for document in documents}


def _home(page: Page) -> bytes:
    return next(document.body for document in registry.heads(page, timezone.now()) if document.path == "/")
