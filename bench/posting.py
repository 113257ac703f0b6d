"""One process with a history of its own: posts an update for each line that it is sent, and says what that took."""

import json
import os
import sys
import time
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone

from bench.history import write_history
from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import open_incident, post_update
from incidents.models import Incident, Page
from status.break_glass import standby
from status.publishing.publisher import publish, store

STATUSES = (IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING)


def main(count: int) -> None:
    """Build the history, open one incident, and say ready; then post an update for each line read."""
    page = Page.objects.get(is_default=True)
    began = time.monotonic()
    write_history(page, count, timezone.now())
    affected = list(page.components.in_page_order())[:2]
    incident = open_incident(
        page=page,
        name="The incident that is updated",
        body="We are looking into it.",
        by=None,
        component_statuses=dict.fromkeys(affected, ComponentStatus.PARTIAL_OUTAGE),
    )
    _take_archive_for_made(page)
    _say(seconds=time.monotonic() - began)
    for number, _ in enumerate(sys.stdin):
        _say(**_post(page, incident, number))


def _post(page: Page, incident: Incident, number: int) -> dict[str, float]:
    """Post one update; the time until it is live, which of it was publishing, and how many documents were made."""
    began = time.perf_counter()
    post_update(
        incident=incident,
        status=STATUSES[number % 2],
        body=f"Update {number}: the repair goes on, as planned.",
        by=None,
    )
    seconds = time.perf_counter() - began
    publication = page.publications.latest("pk")
    if publication.error:
        raise SystemExit(f"The update was not published: {publication.error}")
    return {"seconds": seconds, "publishing": publication.seconds, "documents": publication.documents}


def _take_archive_for_made(page: Page) -> None:
    """As after the first hour of a page's life: what is measured is one change, not the making of the whole archive."""
    live = publish(page)
    target = store()
    with target.lock(page.code):
        target.put(page.code, None, [], replace(live, archive_number=live.number, archive_day=live.day))
        standby.catch_up(standby.take(page), page)


def _say(**found: float) -> None:
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
