"""Our documents and captured ones of real pages, against the same schemas."""

import json

import pytest
from django.utils import timezone

from incidents.choices import IncidentStatus
from incidents.models import Page
from status.api import HEADS, bare_incident_document, incident_api_document
from tests.factories import make_incident, make_page

from .conftest import happen
from .contract import SCHEMA_OF, V2_SAMPLES, problems, sample_path


@pytest.fixture(scope="module")
def page_of_all(module_db) -> Page:
    """A page on which everything has happened, for all tests here."""
    return happen(make_page())


@pytest.fixture
def eventful(page_of_all, db) -> Page:
    """The same as it is before each test."""
    return Page.objects.get(pk=page_of_all.pk)


def test_every_document_has_a_schema():
    assert HEADS.keys() == SCHEMA_OF.keys()


@pytest.mark.parametrize("path", SCHEMA_OF)
@pytest.mark.parametrize("zone", ["Etc/UTC", "America/Tijuana", "Asia/Kolkata"])
def test_our_documents_keep_the_contract(eventful, path, zone):
    eventful.time_zone = zone
    document = HEADS[path](eventful, timezone.now())
    told = json.loads(document.body)

    assert problems(told, SCHEMA_OF[path]) == []
    assert [key for key, value in told.items() if value == []] == []


@pytest.mark.parametrize("path", SCHEMA_OF)
def test_an_empty_page_keeps_it_too(page, path):
    assert problems(json.loads(HEADS[path](page, timezone.now()).body), SCHEMA_OF[path]) == []


def test_single_incidents_keep_it(eventful):
    now = timezone.now()
    for incident in eventful.incidents.all():
        whole = json.loads(incident_api_document(eventful, incident, now).body)
        bare = json.loads(bare_incident_document(eventful, incident, now).body)
        assert problems(whole, "incident") == problems(bare, "bare-incident") == []
        assert whole["incident"] == bare


@pytest.mark.skipif(not V2_SAMPLES, reason="the captured documents aren't here")
@pytest.mark.parametrize("file", V2_SAMPLES, ids=lambda file: file.stem)
def test_captured_documents_keep_it(file):
    assert problems(json.loads(file.read_text()), SCHEMA_OF[sample_path(file)]) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "scheduled"),
        ("created_at", "2022-10-04T08:39:00Z"),
        ("scheduled_for", "2022-10-04T08:39:00.000Z"),
        ("components", None),
        ("shortlink", "/incidents/x"),
        ("extra", 1),
    ],
)
def test_the_schemas_notice(page, key, value):
    incident = make_incident(page, status=IncidentStatus.RESOLVED)
    told = json.loads(bare_incident_document(page, incident, timezone.now()).body)

    assert problems(told | {key: value}, "bare-incident")
