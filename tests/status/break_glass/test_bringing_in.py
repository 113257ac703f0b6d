"""The database is back: what was published goes into the timeline once, as it was, and nothing is taken back."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import archive_component, post_update
from incidents.models import GlassPost, Incident, Update
from status.break_glass import posting, records, standby
from status.break_glass.posting import Asked
from status.models import JournalEntry
from status.publishing.publisher import bring_up_to_date, publish
from tests.factories import make_component, make_incident

LATER = timedelta(minutes=40)


@pytest.fixture
def live_page(page, root):
    """A page on a folder of the test's own; tests publish what the public is to know."""
    return page


@pytest.fixture
def website(live_page):
    """A component of it."""
    return make_component(live_page, "Website")


@pytest.fixture
def incident(live_page, website):
    """An open incident on the component, public before the database went away."""
    opened = make_incident(live_page, affecting={website: ComponentStatus.MAJOR_OUTAGE})
    publish(live_page)
    return opened


def tell(page, incident=None, **asked):
    known = {"incident": incident if isinstance(incident, str) else incident.code} if incident else {}
    defaults = {"status": IncidentStatus.IDENTIFIED, "body": "Found **it**.", "author": "Jo"}
    return posting.post(page.code, Asked(**known | defaults | asked))


def changes(published, page):
    """The numbered changes as a program reads them."""
    items = json.loads(published.read(page.code, "changes/1.json"))["items"]
    return [(item["_allclear"]["sequence"], item["content_text"]) for item in items]


def come_back(page, after=LATER):
    """What beat does once the database answers again."""
    with time_machine.travel(timezone.now() + after, tick=True):
        return bring_up_to_date(page, timezone.now())


def documents(published, page, *, of):
    return {name: published.read(page.code, name) for name in published.names(page.code) if name.startswith(of)}


def test_it_goes_in_with_its_true_time_and_every_document_stays_as_it_was(live_page, website, incident, published):
    bring_up_to_date(live_page, timezone.now())
    told = tell(live_page, name="All is down", components=(("Website", ComponentStatus.PARTIAL_OUTAGE),))
    tell(live_page, told.incident, status=IncidentStatus.RESOLVED, body="Up again.", author="Kim")
    of = ("incidents/", "api/v2/", "changes/", "feed", "history.")
    before = documents(published, live_page, of=of)

    assert come_back(live_page)

    opened = Incident.objects.get(code=told.incident)
    first, second = opened.updates.select_related("glass_post")
    assert (first.posted_at, first.glass_post.author_name) == (told.posted_at, "Jo")
    assert (second.status, second.glass_post.note) == ("resolved", "")
    assert opened.resolved_at == second.posted_at
    assert opened.started_at == told.posted_at
    assert website.claims.get(incident=opened).ended_at == second.posted_at
    assert documents(published, live_page, of=of) == before
    assert records.pending() == []
    assert standby.number(live_page.code) == published.version(live_page.code).number
    assert JournalEntry.objects.filter(page=live_page).count() == published.version(live_page.code).number


def test_doing_it_again_changes_nothing(live_page, incident):
    told = tell(live_page, incident)
    come_back(live_page)
    done = next((told.record.parents[1] / "done").iterdir())
    entries = JournalEntry.objects.count()
    done.rename(told.record)  # as if the process had died before it could settle it

    come_back(live_page)

    assert incident.updates.count() == 2
    assert JournalEntry.objects.count() == entries
    assert done.exists()


def test_two_workers_at_once_bring_it_in_once(transactional_db, live_page, incident):
    tell(live_page, incident)
    tell(live_page, incident, body="Nearly there.")
    together, failures = threading.Barrier(3), []

    def work():
        try:
            together.wait(10)
            publish(live_page)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert failures == []
    assert [each.body for each in incident.updates.all()] == [
        "We are looking into it.",
        "Found **it**.",
        "Nearly there.",
    ]
    assert GlassPost.objects.count() == 2


def test_a_responder_who_is_first_after_the_return_takes_nothing_back(live_page, incident, published):
    tell(live_page, incident)

    with time_machine.travel(timezone.now() + LATER, tick=True):
        incident.refresh_from_db()
        post_update(incident=incident, status=IncidentStatus.MONITORING, body="It holds.", by=None)
        publish(live_page)

    report = published.read(live_page.code, f"incidents/{incident.code}.html").decode()
    assert report.index("It holds.") < report.index("Found <strong>it</strong>.")
    incident.refresh_from_db()
    assert incident.status == "monitoring"
    late = incident.updates.get(body="Found **it**.")
    assert late.status == "identified"
    assert "A newer update says monitoring" in late.glass_post.note
    assert not late.notify


def test_an_incident_that_was_resolved_meanwhile_stays_so(live_page, website, incident, published):
    # Resolved just before the database went away: committed, and never published.
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)
    tell(live_page, incident, components=(("Website", ComponentStatus.PARTIAL_OUTAGE),))

    come_back(live_page)

    incident.refresh_from_db()
    late = incident.updates.get(body="Found **it**.")
    assert (incident.status, late.status) == ("resolved", "resolved")
    assert "published as identified" in late.glass_post.note
    assert "can't become identified" in late.glass_post.note
    assert not website.claims.filter(ended_at__isnull=True).exists()
    found = json.loads(published.read(live_page.code, "api/v2/components.json"))["components"]
    assert found[0]["status"] == "operational"


def test_a_component_that_is_gone_is_left_out_and_said(live_page, website, incident):
    other = make_component(live_page, "Search")
    publish(live_page)
    tell(live_page, incident, components=(("Search", ComponentStatus.MAJOR_OUTAGE),))
    archive_component(component=other, by=None)

    come_back(live_page)

    late = incident.updates.get(body="Found **it**.")
    assert late.status == "identified"
    assert "a component no longer fits" in late.glass_post.note


def test_an_incident_that_the_database_lost_is_opened_again_under_its_code(live_page, incident, published):
    tell(live_page, incident)
    Incident.objects.all().delete()  # as a backup from before it would leave things

    come_back(live_page)

    again = Incident.objects.get(code=incident.code)
    assert again.name == incident.name
    assert "didn't have this incident" in again.updates.get().glass_post.note
    assert b"Found" in published.read(live_page.code, f"incidents/{incident.code}.html")


def test_a_change_that_was_never_published_is_numbered_again_for_those_who_follow(live_page, incident, published):
    post_update(incident=incident, status=IncidentStatus.INVESTIGATING, body="Unpublished.", by=None)
    number = published.version(live_page.code).number + 1
    with time_machine.travel(timezone.now() + LATER, tick=True):
        tell(live_page, incident)
    assert changes(published, live_page)[-1] == (number, "Found it.")

    come_back(live_page, 2 * LATER)

    assert [text for sequence, text in changes(published, live_page) if sequence > number] == [
        "Found it.",
        "Unpublished.",
    ]
    assert "Unpublished." in published.read(live_page.code, f"incidents/{incident.code}.html").decode()


def test_an_altered_file_is_refused_by_name_and_holds_nothing_up(live_page, incident, published):
    forged = tell(live_page, incident, body="Genuine.").record
    forged.write_bytes(forged.read_bytes().replace(b"Genuine.", b"Forged!!"))
    tell(live_page, incident, body="Second.")

    come_back(live_page)

    assert [update.body for update in incident.updates.all()] == ["We are looking into it.", "Second."]
    assert not Update.objects.filter(body__in=("Genuine.", "Forged!!")).exists()
    assert any(forged.name in sentence and "SECRET_KEY" in sentence for sentence in records.refused())
    assert (forged.parents[1] / "refused" / forged.name).exists()
    assert b"Forged" not in published.read(live_page.code, "index.html")


def test_one_that_the_timeline_refuses_is_put_aside_with_the_reason(live_page, incident):
    path = tell(live_page, incident).record
    record = records.read(path)
    path.unlink()
    records.write(replace(record, published=replace(record.published, body=" ")))

    come_back(live_page)

    assert records.pending() == []
    assert "can't be empty" in records.refused()[0]


def test_the_console_says_that_it_was_brought_in(live_page, incident, console):
    tell(live_page, incident)
    come_back(live_page)

    room = console.get(f"/console/incidents/{incident.code}/").content.decode()

    assert "Posted by break glass by Jo at" in room
