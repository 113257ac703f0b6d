"""`manage.py load_demo`: the reference incident and a believable 90 days, into an empty database."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from incidents.demo.believable import tell_ninety_days
from incidents.demo.reference import tell_reference_incident
from incidents.lifecycle import create_component, create_group, create_page
from incidents.models import Component, Page, User
from incidents.one_line_command import OneLineCommand
from incidents.stored_metrics import repair_stale_metrics

FOUNDED = datetime(2022, 1, 1, tzinfo=UTC)


class Command(OneLineCommand):
    """Load the demo, unless there is a page already."""

    help = "Load the demo page with the reference incident. Does nothing when there is a page already."

    def handle(self, **_: Any) -> None:
        """Load everything, or nothing."""
        if Page.objects.exists():
            self.stdout.write("There is a page already; no demo was added.")
            return
        with transaction.atomic():
            load()
        repair_stale_metrics()
        self.stdout.write("The demo is loaded.")


def load() -> Page:
    """Create the demo page and tell its story."""
    by = User.objects.order_by("pk").first()
    page = create_page(
        name="Bitbucket Status",
        organisation_name="Atlassian Bitbucket",
        about="A demonstration page: the incident of October 2022 is real, what surrounds it is invented.",
        by=by,
        at=FOUNDED,
    )
    components = _components(page, by)
    tell_reference_incident(page, components, by)
    tell_ninety_days(page, components, by, timezone.now())
    return page


def _components(page: Page, by: User | None) -> dict[str, Component]:
    git = create_group(page=page, name="Git", by=by, at=FOUNDED)
    described = {
        "Website": (None, "Pages, sign-in and pull requests"),
        "API": (None, "The REST interface and webhooks"),
        "Git via SSH": (git, "Clone, fetch and push over SSH"),
        "Git via HTTPS": (git, "Clone, fetch and push over HTTPS"),
    }
    return {
        name: create_component(page=page, name=name, group=group, description=description, by=by, at=FOUNDED)
        for name, (group, description) in described.items()
    }
