"""Publishing from the standby copy, with the database untouched, and what every document says then."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.utils import timezone

from incidents.choices import ActionItemKind, ComponentStatus, IncidentStatus, Moment
from incidents.errors import LifecycleError
from incidents.lifecycle import (
    add_action_item,
    correct_moment,
    post_update,
    save_postmortem_draft,
    schedule_maintenance,
)
from incidents.models import Incident, Update
from status.break_glass import posting, records, standby
from status.break_glass.posting import Asked
from status.journal import last_number
from status.publishing.publisher import bring_up_to_date, publish
from tests.factories import make_component, make_incident


@pytest.fixture
def live_page(page, root):
    """A page on a folder of the test's own; tests publish what the public is to know."""
    return page


def ask(on=None, **asked):
    known = {"incident": on.code} if on else {}
    return Asked(**known | {"status": IncidentStatus.IDENTIFIED, "body": "Found **it**.", "author": "Jo"} | asked)


def everything(published, page):
    return {name: published.read(page.code, name) for name in published.names(page.code)}


def test_every_public_document_tells_of_it_and_the_database_does_not_know(live_page, published):
    website, api = make_component(live_page, "Website"), make_component(live_page, "API")
    incident = make_incident(live_page, affecting={website: ComponentStatus.MAJOR_OUTAGE})
    publish(live_page)

    asked = ask(
        incident, components=(("website", ComponentStatus.OPERATIONAL), (api.code, ComponentStatus.PARTIAL_OUTAGE))
    )
    told = posting.post(live_page.code, asked)

    files = {name: body.decode(errors="replace") for name, body in everything(published, live_page).items()}
    report = f"incidents/{incident.code}.html"
    for name in ("index.html", report, "feed.json", "history.atom", "history.rss", "changes/1.json"):
        assert "Found" in files[name], name
    for name in ("incidents.json", "incidents/unresolved.json", "summary.json", f"incidents/{incident.code}.json"):
        assert "Found **it**." in files[f"api/v2/{name}"], name
    summary = json.loads(files["api/v2/summary.json"])
    assert {each["name"]: each["status"] for each in summary["components"]} == {
        "Website": "operational",
        "API": "partial_outage",
    }
    assert summary["incidents"][0]["status"] == "identified"
    status = json.loads(files["api/v2/status.json"])["status"]["description"]
    assert status in files["index.html"]
    assert status in files["badge.svg"]
    assert told.address.endswith(incident.code)
    assert dict(told.components)["API"] == "Partial outage"
    assert not Update.objects.filter(body="Found **it**.").exists()
    assert published.version(live_page.code).number == standby.number(live_page.code) + 1


def test_opens_an_incident_and_the_next_run_knows_it(live_page, published):
    website = make_component(live_page, "Website")
    publish(live_page)
    opened = posting.post(
        live_page.code,
        ask(
            name="All is down",
            status=IncidentStatus.INVESTIGATING,
            components=(("Website", ComponentStatus.MAJOR_OUTAGE),),
        ),
    )
    posting.post(
        live_page.code, ask(incident=opened.incident, status=IncidentStatus.RESOLVED, body="Up again.", author="Kim")
    )

    found = json.loads(published.read(live_page.code, f"incidents/{opened.incident}.json"))
    assert [update["body"] for update in found["incident_updates"]] == ["Up again.", "Found **it**."]
    assert found["status"] == "resolved"
    assert (
        json.loads(published.read(live_page.code, "api/v2/components.json"))["components"][0]["status"] == "operational"
    )
    assert not Incident.objects.exists()
    assert website.claims.count() == 0
    assert [each.published.author for each in posting.overview(live_page.code).pending] == ["Jo", "Kim"]


def test_posts_on_a_maintenance(live_page, published):
    now = timezone.now()
    maintenance = schedule_maintenance(
        page=live_page,
        name="Upgrade",
        body="Soon.",
        scheduled_for=now - timedelta(minutes=5),
        scheduled_until=now + timedelta(hours=1),
        components=[],
        by=None,
    )
    publish(live_page)

    posting.post(live_page.code, ask(maintenance, status=IncidentStatus.COMPLETED, body="All done."))

    assert json.loads(published.read(live_page.code, f"incidents/{maintenance.code}.json"))["status"] == "completed"


def test_a_preview_writes_nothing(live_page, published):
    incident = make_incident(live_page)
    publish(live_page)
    before = everything(published, live_page)

    told = posting.preview(live_page.code, ask(incident))

    assert told.status == "Identified"
    assert everything(published, live_page) == before
    assert records.pending() == []


def test_a_refused_update_writes_nothing(live_page, published):
    incident = make_incident(live_page, status=IncidentStatus.RESOLVED)
    publish(live_page)
    before = everything(published, live_page)

    with pytest.raises(LifecycleError, match="Reopen it first"):
        posting.post(live_page.code, ask(incident))

    assert everything(published, live_page) == before
    assert records.pending() == []


def test_a_failed_publication_is_made_good_by_the_next(live_page, published):
    incident = make_incident(live_page)
    publish(live_page)
    generations = published.root / "pages" / live_page.code / "generations"
    kept = generations.rename(generations.with_name("kept"))
    generations.write_text("in the way")

    with pytest.raises(posting.NotPublic, match="written down"):
        posting.post(live_page.code, ask(incident))
    generations.unlink()
    kept.rename(generations)
    again = posting.publish_again(live_page.code)

    assert [each.published.body for each in again] == ["Found **it**."]
    assert b"Found" in published.read(live_page.code, f"incidents/{incident.code}.html")


def test_the_copy_follows_each_change_and_holds_no_secrets(live_page):
    incident = make_incident(live_page, status=IncidentStatus.RESOLVED)
    save_postmortem_draft(incident=incident, body="Not for the public.", by=None)
    correct_moment(
        incident=incident, moment=Moment.DETECTED, value=incident.started_at, reason="Ann overslept.", by=None
    )
    add_action_item(incident=incident, title="Our own business", kind=ActionItemKind.PREVENT, by=None)
    publish(live_page)

    path = standby.path_of(live_page.code)

    assert standby.number(live_page.code) == last_number(live_page)
    assert path.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(path)) as copy:
        dump = "\n".join(copy.iterdump())
    assert incident.name in dump
    assert "Not for the public" not in dump
    assert "Our own business" not in dump
    assert "Ann overslept" not in dump


def test_following_and_taking_anew_give_the_same_copy(live_page):
    website = make_component(live_page, "Website")
    incident = make_incident(live_page, affecting={website: ComponentStatus.MAJOR_OUTAGE})
    publish(live_page)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)
    publish(live_page)

    followed = rows_of(standby.path_of(live_page.code))

    assert rows_of(standby.take(live_page)) == followed
    assert len(followed["incidents_update"]) == 2


def test_a_copy_that_is_gone_is_taken_again_by_beat(live_page):
    make_incident(live_page)
    bring_up_to_date(live_page, live_page.updated_at)
    standby.path_of(live_page.code).unlink()
    with pytest.raises(standby.NoCopy):
        posting.overview(live_page.code)

    bring_up_to_date(live_page, live_page.updated_at)

    assert len(posting.overview(live_page.code).open) == 1


def test_a_copy_that_is_behind_what_is_public_takes_nothing_back(live_page, published):
    incident = make_incident(live_page)
    publish(live_page)
    older = standby.path_of(live_page.code).read_bytes()
    post_update(incident=incident, status=IncidentStatus.MONITORING, body="Nearly there.", by=None)
    publish(live_page)
    standby.path_of(live_page.code).write_bytes(older)

    with pytest.raises(posting.CopyIsBehind):
        posting.post(live_page.code, ask(incident))

    assert b"Nearly there." in published.read(live_page.code, "index.html")


def test_a_record_says_what_was_told_and_is_signed(live_page, settings):
    incident = make_incident(live_page)
    publish(live_page)
    told = posting.post(live_page.code, ask(incident))

    written = json.loads(told.record.read_bytes())
    raw = told.record.read_bytes().removeprefix(b'{"record":').partition(b',"signature"')[0].decode()

    assert written["record"]["published"]["body"] == "Found **it**."
    assert written["record"]["published"]["author"] == "Jo"
    assert written["signature"] == Signer(salt="status.break_glass").signature(raw)
    assert told.record.name.startswith("000001-")
    settings.SECRET_KEY = "another installation's"
    with pytest.raises(records.Refused, match="000001-"):
        records.read(told.record)


def rows_of(path):
    with closing(sqlite3.connect(path)) as copy:
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(copy.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables if "sqlite_" not in name
        }


def test_a_publisher_that_hangs_is_waited_for_only_so_long(live_page, published, monkeypatch):
    incident = make_incident(live_page)
    publish(live_page)
    monkeypatch.setattr(posting, "PATIENCE", 0.05)

    with published.lock(live_page.code), pytest.raises(TimeoutError, match="Another process"):
        posting.post(live_page.code, ask(incident))

    assert records.pending() == []
