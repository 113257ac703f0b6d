"""An incident that is over, its postmortem, and somebody else who reads it."""

import pytest
from django.test import Client

from incidents.choices import IncidentStatus
from incidents.lifecycle import save_postmortem_draft
from tests.factories import make_incident, make_user

from .asking import BODY


@pytest.fixture
def incident(page):
    return make_incident(page, status=IncidentStatus.RESOLVED)


@pytest.fixture
def postmortem(incident, responder):
    return save_postmortem_draft(incident=incident, body=BODY, by=responder)


@pytest.fixture
def colleague(db):
    """A browser of somebody else's."""
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user("colleague", password=None))
    return client
