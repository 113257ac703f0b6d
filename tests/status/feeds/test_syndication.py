"""Atom and RSS."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from incidents.choices import IncidentStatus
from incidents.lifecycle import edit_update, open_drill, post_update, schedule_maintenance, update_page
from incidents.management.commands.load_demo import load
from status.feeds import atom_document, rss_document
from tests.factories import make_incident

from .reading import atom, fresh, plan, rss

ATOM = "{http://www.w3.org/2005/Atom}"
SEVEN = datetime(2022, 6, 5, 7, 0, tzinfo=UTC)


def test_the_demo_is_well_formed_in_both(db):
    page = load()

    for feed in (atom(page), rss(page)):
        assert feed.feed.title == "Bitbucket Status - Incident History"
        assert len(feed.entries) == min(page.incidents.count(), 25) > 5


@pytest.mark.parametrize("make", [atom_document, rss_document])
def test_empty_feeds_are_well_formed_and_do_not_change_by_themselves(page, make):
    now = timezone.now()

    assert make(page, now).body == make(page, now + timedelta(days=1)).body
    assert make(page, now).last_modified == page.updated_at


def test_atom_has_what_it_must(page):
    incident = make_incident(page, at=SEVEN)
    document = atom_document(fresh(page), timezone.now())
    root = ElementTree.fromstring(document.body)

    assert document.content_type.startswith("application/atom+xml")
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(ATOM + name)) == 1, name
    links = [(link.get("rel"), link.get("type"), link.get("href")) for link in root.findall(ATOM + "link")]
    assert links == [
        ("alternate", "text/html", "http://127.0.0.1:8000/"),
        ("self", "application/atom+xml", "http://127.0.0.1:8000/history.atom"),
    ]
    (entry,) = root.findall(ATOM + "entry")
    assert entry.find(ATOM + "id").text.startswith("urn:uuid:")
    assert entry.find(ATOM + "published").text == "2022-06-05T07:00:00Z"
    assert entry.find(ATOM + "updated").text.endswith("Z")
    assert entry.find(ATOM + "link").get("href").endswith(f"/incidents/{incident.code}")
    assert entry.find(ATOM + "content").get("type") == "html"


def test_entry_html_is_statuspages(page):
    incident = make_incident(page, at=SEVEN)
    for minutes, status, body in (
        (9, IncidentStatus.INVESTIGATING, "Still\nlooking."),
        (79, IncidentStatus.RESOLVED, "All **well**.\n\nThanks.\n\n- one\n- two\n\nBye."),
    ):
        post_update(incident=incident, status=status, body=body, by=None, at=SEVEN + timedelta(minutes=minutes))

    (entry,) = atom(page).entries

    def small(time):
        return f"<p><small>Jun <var data-var='date'> 5</var>, <var data-var='time'>{time}</var> UTC</small><br><strong>"

    assert entry.content[0].value == (
        f"{small('08:19')}Resolved</strong> - All <strong>well</strong>.<br /><br />Thanks.</p>"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>Bye.</p>"
        f"{small('07:09')}Update</strong> - Still<br />looking.</p>"
        f"{small('07:00')}Investigating</strong> - We are looking into it.</p>"
    )


@pytest.mark.parametrize(
    ("zone", "hours", "window"),
    [
        (
            "Etc/UTC",
            4,
            "Jan <var data-var='date'>16</var>, <var data-var='time'>12:00</var> - "
            "<var data-var='time'>16:00</var> UTC",
        ),
        (
            "Europe/Berlin",
            12,
            "Jan <var data-var='date'>16</var>, <var data-var='time'>13:00</var> - "
            "Jan <var data-var='date'>17</var>, <var data-var='time'>01:00</var> CET",
        ),
    ],
)
def test_maintenance_starts_with_its_window_and_rss_dates_it_so(page, zone, hours, window):
    update_page(page=page, by=None, time_zone=zone)
    start = datetime(2030, 1, 16, 12, 0, tzinfo=UTC)
    schedule_maintenance(
        page=page,
        name="Upgrade",
        body="We upgrade.",
        scheduled_for=start,
        scheduled_until=start + timedelta(hours=hours),
        components=[],
        by=None,
    )

    (entry,) = rss(page).entries
    text = rss_document(fresh(page), timezone.now()).body.decode()

    assert entry.description.startswith(f"<p><strong>THIS IS A SCHEDULED EVENT {window}</strong></p><p><small>")
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == start
    offset = "+0100" if zone == "Europe/Berlin" else "+0000"
    dated = rf"<pubDate>\w+, 16 Jan 2030 \d\d:00:00 \{offset}</pubDate>"
    assert re.search(rf"{dated}<maintenanceEndDate>[^<]+ \{offset}</maintenanceEndDate>", text)


def test_rss_has_statuspages_elements(page):
    incident = make_incident(page)
    document = rss_document(fresh(page), timezone.now())
    (item,) = ElementTree.fromstring(document.body).findall("channel/item")

    assert document.content_type.startswith("application/rss+xml")
    assert [child.tag for child in item] == ["title", "description", "pubDate", "link", "guid"]
    assert item.find("guid").text == item.find("link").text == f"http://127.0.0.1:8000/incidents/{incident.code}"


def test_ids_stay_and_updated_moves_on_an_edit(page):
    incident = make_incident(page)
    before, before_rss = atom(page), rss(page)

    later = timezone.now() + timedelta(minutes=5)
    edit_update(update=incident.updates.get(), body="Corrected.", by=None, at=later)
    after, after_rss = atom(page), rss(page)

    assert before.feed.id == after.feed.id
    assert before.entries[0].id == after.entries[0].id
    assert before_rss.entries[0].id == after_rss.entries[0].id
    assert before.entries[0].updated < after.entries[0].updated
    assert before.feed.updated < after.feed.updated
    assert "Corrected." in after.entries[0].content[0].value


def test_atom_ids_survive_a_new_host_name(page):
    make_incident(page)
    before = atom(page)

    update_page(page=page, by=None, hosts=["status.example.test"])

    after = atom(page)
    assert before.feed.id == after.feed.id
    assert before.entries[0].id == after.entries[0].id
    assert before.entries[0].link != after.entries[0].link


def test_the_25_told_last_and_a_long_incident_stays_while_it_goes_on(page):
    now = timezone.now()
    long = make_incident(page, name="Goes on", at=now - timedelta(days=90))
    for number in range(27):
        make_incident(page, name=f"Incident {number}", at=now - timedelta(days=60 - number))
    assert "Goes on" not in [entry.title for entry in atom(page).entries]

    post_update(incident=long, status=IncidentStatus.MONITORING, body="Nearly.", by=None)

    titles = [entry.title for entry in atom(page).entries]
    assert titles == ["Goes on", *(f"Incident {number}" for number in range(26, 2, -1))]
    assert titles == [entry.title for entry in rss(page).entries]


def test_drills_never_appear(page):
    drill = open_drill(page=page, name="Practice", body="Only practice.", by=None)

    for each in (page, drill.page):
        assert atom(each).entries == rss(each).entries == []


def test_planned_maintenance_keeps_its_order_by_what_was_said(page):
    make_incident(page, name="Before", at=timezone.now() - timedelta(hours=1))
    plan(page, timedelta(days=30), name="Planned")

    assert [entry.title for entry in rss(page).entries] == ["Planned", "Before"]
