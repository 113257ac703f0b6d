"""A page on which everything that the API can tell of has happened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import (
    create_group,
    publish_postmortem,
    save_postmortem_draft,
    schedule_maintenance,
)
from incidents.models import Page
from tests.factories import make_component, make_incident


@pytest.fixture
def eventful(page) -> Page:
    """All of it, for one test."""
    return happen(page)


def happen(page: Page) -> Page:
    """Open, closed and reviewed incidents; maintenances done, running and ahead; a group and its members."""
    now = timezone.now()
    website = make_component(page, "Website")
    group = create_group(page=page, name="Git", by=None)
    ssh, https = (make_component(page, name, group=group) for name in ("SSH", "HTTPS"))
    make_incident(page, name="Logins fail", affecting={website: ComponentStatus.DEGRADED_PERFORMANCE})
    make_incident(page, name="Was slow", status=IncidentStatus.RESOLVED, affecting={ssh: ComponentStatus.MAJOR_OUTAGE})
    reviewed = make_incident(page, name="Was down", status=IncidentStatus.RESOLVED)
    save_postmortem_draft(incident=reviewed, body="# Why", by=None)
    publish_postmortem(incident=reviewed, by=None)
    for name, begins in (("Done", -30), ("Running", -1), ("Ahead", 24)):
        schedule_maintenance(
            page=page,
            name=name,
            body="We upgrade.",
            scheduled_for=now + timedelta(hours=begins),
            scheduled_until=now + timedelta(hours=begins + 2),
            components=[https],
            by=None,
            at=now - timedelta(days=3),
        )
    return page
