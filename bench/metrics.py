"""Figures over 5 years: `python -m bench.metrics` prints what 100 incidents take and what 10,000 do.

Every other one has an action item. Asked for are the page of every measure, and that of one with its incidents.

It works in a folder and a database of its own (`VAR_DIR` and `DATABASE_URL`, else a temporary one on SQLite), which
must be empty. Each is asked for in turn: again, as nothing changed, and then for the first time after a change.
The median of the processor time is told, which other work on the machine moves least.
"""

import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random

WHERE = ExitStack()
if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = WHERE.enter_context(tempfile.TemporaryDirectory(prefix="allclear-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEBUG", "1")  # static files as they lie in the tree
import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from incidents.access import SESSION_KEY
from incidents.choices import ActionItemKind, ActionItemStatus, Impact, IncidentStatus
from incidents.heartbeats import hear
from incidents.lifecycle import create_component, create_page
from incidents.metrics import compute
from incidents.models import ActionItem, Incident, IncidentComponent, IncidentMetrics, Page, User
from incidents.reporting.months import refresh
from incidents.timeline import Moments, Post, Timeline

YEARS = timedelta(days=5 * 365)
SETTLED = timedelta(days=14)
"""Before now, so that all are over."""

SMALL, LARGE = 100, 10_000
ROUNDS = 15
BATCH = 500
PATHS = {"every measure": "/console/metrics/", "one measure": "/console/metrics/measure/ttr/"}
AGAIN, CHANGED = "again", "for the first time after a change"
IMPACTS = (Impact.MINOR, Impact.MAJOR, Impact.CRITICAL)


def main() -> None:
    """Build both histories, ask for each page in turn, and print the medians."""
    call_command("migrate", verbosity=0)
    settings.DEBUG = False  # nothing is kept of queries
    user = User.objects.create_user("bench", password="bench")
    now = timezone.now()
    pages = {name: _page(name, count, now) for name, count in (("small", SMALL), ("large", LARGE))}
    query = {"since": (now - YEARS).date().isoformat(), "until": (now + timedelta(days=1)).date().isoformat()}
    for name in ("beat", "worker"):
        hear(name)
    clients = {name: _client(user, page) for name, page in pages.items()}
    taken: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for _ in range(ROUNDS + 1):
        for what, path in PATHS.items():
            for name, client in clients.items():
                taken[what, AGAIN, name].append(_ask(client, path, query))
                _change(pages[name])
                taken[what, CHANGED, name].append(_ask(client, path, query))
    found = {
        what: {when: [statistics.median(taken[what, when, name][1:]) for name in pages] for when in (AGAIN, CHANGED)}
        for what in PATHS
    }
    print(json.dumps(found), flush=True)


def _ask(client: Client, path: str, query: dict[str, str]) -> float:
    """Seconds of processor time that a page takes."""
    began = time.process_time()
    answer = client.get(path, query)
    taken = time.process_time() - began
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}.")
    return taken


def _change(page: Page) -> None:
    """Change the newest incident, and have its month stored anew as a worker would."""
    newest = page.incidents.latest("started_at")
    Incident.objects.filter(pk=newest.pk).update(version=F("version") + 1)
    if refresh(page) != 1:
        raise SystemExit("A change of one incident should make one month stale.")


def _client(user: User, page: Page) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = page.code
    session.save()
    return client


def _page(name: str, count: int, now: datetime) -> Page:
    """A page with a history over five years, as a worker would have stored it."""
    chance = Random(count)
    page = create_page(name=name, by=None)
    components = [create_component(page=page, name=f"Component {number}", by=None) for number in range(5)]
    for first in range(0, count, BATCH):
        told = [
            _told(page, chance, now - SETTLED - (YEARS - SETTLED) * chance.random())
            for _ in range(first, min(first + BATCH, count))
        ]
        Incident.objects.bulk_create(incident for incident, _ in told)
        IncidentMetrics.objects.bulk_create(
            IncidentMetrics(incident=incident, version=1, computed_at=now, **asdict(compute(timeline)))
            for incident, timeline in told
        )
        IncidentComponent.objects.bulk_create(
            IncidentComponent(incident=incident, component=chance.choice(components)) for incident, _ in told
        )
        ActionItem.objects.bulk_create(_item(incident, chance, now) for incident, _ in told if chance.random() < 0.5)
    refresh(page)
    return page


def _told(page: Page, chance: Random, began: datetime) -> tuple[Incident, Timeline]:
    """One closed incident, and the facts that its figures follow from."""

    def after(typical: float) -> timedelta:
        return timedelta(minutes=typical * chance.lognormvariate(0, 1.2))

    detected = began + after(8)
    mitigated = detected + after(40)
    resolved = mitigated + after(20)
    first = began + after(12)
    moments = Moments(began, detected, detected + after(2), mitigated, resolved)
    posts = (Post(first), Post(max(first, mitigated)), Post(max(first, resolved), is_open=False))
    incident = Incident(
        page=page,
        name=f"Errors of {began:%Y-%m-%d}",
        status=IncidentStatus.RESOLVED,
        impact=chance.choice(IMPACTS),
        started_at=began,
        detected_at=detected,
        acknowledged_at=moments.acknowledged_at,
        mitigated_at=mitigated,
        resolved_at=resolved,
        last_told_at=posts[-1].posted_at,
        created_at=first,
        updated_at=resolved,
    )
    published = resolved + after(5 * 1440) if chance.random() < 0.3 else None
    return incident, Timeline(moments, posts, postmortem_published_at=published)


def _item(incident: Incident, chance: Random, now: datetime) -> ActionItem:
    """A follow-up of an incident with thirty days' time: most are done, and some of them in time."""
    opened = incident.resolved_at + timedelta(days=1)
    done = opened + timedelta(days=20 * chance.lognormvariate(0, 1))
    is_done = done < now and chance.random() < 0.8
    return ActionItem(
        incident=incident,
        title="Warn before the disk is full",
        kind=chance.choice(ActionItemKind.values),
        due_on=(opened + timedelta(days=30)).date(),
        status=ActionItemStatus.DONE if is_done else ActionItemStatus.OPEN,
        completed_at=done if is_done else None,
        created_at=opened,
        updated_at=done if is_done else opened,
    )


if __name__ == "__main__":
    with WHERE:
        main()
