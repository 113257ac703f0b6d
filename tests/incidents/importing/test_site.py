"""Importing from a live address: a real server on loopback."""

import json

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Incident, Page
from tests.incidents.test_outgoing import reply, serving

from . import documents as d


def site(**documents):
    """A server's answers: the given documents under /api/v2, 404 elsewhere."""
    paths = {f"/api/v2/{name.replace('_', '-')}.json": json.dumps(value).encode() for name, value in documents.items()}

    def answer(handler):
        body = paths.get(handler.path)
        reply(handler, body or b"{}", 200 if body else 404)

    return answer


def test_a_site_is_read_from_its_base_address(db):
    answers = site(
        summary=d.summary(incidents=[], scheduled_maintenances=[]),
        incidents={"page": d.PAGE, "incidents": [d.incident()]},
        scheduled_maintenances={"page": d.PAGE, "scheduled_maintenances": [d.maintenance()]},
    )
    with serving(answers) as base:
        call_command("import_statuspage", f"{base}/", allow_private=True)
    assert set(Incident.objects.values_list("code", flat=True)) == {"incboilover1", "maintdescale"}


def test_a_site_without_a_status_page_is_said(db):
    with serving(site()) as base, pytest.raises(CommandError, match="No status page answers there") as refused:
        call_command("import_statuspage", base, allow_private=True)
    assert base in str(refused.value)
    assert refused.value.returncode == 2


def test_an_error_of_the_server_is_said_with_the_address(db):
    with (
        serving(lambda handler: reply(handler, b"", 500)) as base,
        pytest.raises(CommandError, match=r"/api/v2/summary\.json: The server answered with status 500"),
    ):
        call_command("import_statuspage", base, allow_private=True)


def test_loopback_is_refused_unless_it_was_allowed(db):
    with serving(site(summary=d.summary())) as base, pytest.raises(CommandError, match="public internet"):
        call_command("import_statuspage", base)
    assert not Page.objects.exists()


def test_a_damaged_answer_is_refused_with_its_address(db):
    with (
        serving(site(summary=d.summary(), incidents={"page": d.PAGE, "incidents": 1})) as base,
        pytest.raises(CommandError, match=r"/api/v2/incidents\.json: /incidents: "),
    ):
        call_command("import_statuspage", base, allow_private=True)
    assert not Page.objects.exists()
