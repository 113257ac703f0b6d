"""What the console says of files that break glass left: what waits and why, what was refused, and what to do."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.choices import IncidentStatus
from status.break_glass import posting, records
from status.break_glass.left import SHOWN, left_of
from status.break_glass.posting import Asked
from status.publishing.publisher import publish
from tests.factories import make_incident, make_page


@pytest.fixture
def incident(page, root):
    """An open incident, public."""
    opened = make_incident(page, name="Pages load slowly")
    publish(page)
    return opened


def tell(page, incident=None, **asked):
    known = {"incident": incident.code} if incident else {"name": "All is down"}
    defaults = {"status": IncidentStatus.IDENTIFIED, "body": "Found **it**.", "author": "Jo"}
    return posting.post(page.code, Asked(**known | defaults | asked))


def read(console):
    return " ".join(console.get(reverse("publishing:home")).text.split())


def alter(path):
    said = json.loads(path.read_bytes())
    said["record"]["published"]["body"] = "All is well."
    path.write_text(json.dumps(said))


def test_nothing_is_said_where_nothing_is_left(page, incident, console):
    assert left_of(page) is None
    assert "break glass" not in read(console).lower()


def test_what_waits_is_listed_until_it_is_in_the_timeline(page, incident, console):
    tell(page, incident)
    tell(page)

    said = read(console)

    assert "not in the timeline yet" in said
    assert f'<a href="/console/incidents/{incident.code}/">Pages load slowly</a>' in said
    assert "<strong> All is down </strong>" in said
    assert "Identified by Jo" in said
    assert "Don't post it again" in said
    console.post(reverse("publishing:now"))
    assert "not in the timeline yet" not in read(console)
    assert incident.updates.filter(body="Found **it**.").exists()


def test_what_waits_for_a_publication_that_fails_says_why(page, incident, published, console):
    tell(page, incident)
    generations = published.root / "pages" / page.code / "generations"
    generations.rename(generations.with_name("kept"))
    generations.write_text("in the way")
    console.post(reverse("publishing:now"))

    assert "waits for the page to be published, which failed: File exists." in read(console)


def test_a_file_that_was_altered_is_named_with_what_to_do(page, incident, console):
    told = tell(page, incident)
    alter(told.record)

    before = read(console)
    publish(page)
    after = read(console)

    for said in (before, after):
        assert f"{told.record.name} is not signed with this installation&#x27;s SECRET_KEY, or was altered." in said
        assert "somebody wrote or altered this file" in said
        assert "All is well." not in said
    assert not incident.updates.filter(body="All is well.").exists()


def test_a_file_that_the_timeline_refused_shows_what_it_told(page, incident, console, settings):
    tell(page, incident, body="Look <b>here</b>.")
    (record,) = records.pending()
    records.put_aside(record, "the incident is closed to it")

    said = read(console)

    assert "could not be brought in: the incident is closed to it" in said
    assert "Look &lt;b&gt;here&lt;/b&gt;." in said
    assert "Identified by Jo" in said
    next((settings.BREAK_GLASS_ROOT / "refused").glob("*.txt")).unlink()
    assert "the reason beside it is gone" in read(console)


def test_another_page_s_files_are_not_shown(page, incident, console, root):
    other = make_page("Other Status")
    theirs = make_incident(other, name="Theirs alone")
    publish(other)
    tell(other, theirs)
    assert left_of(page) is None
    (record,) = records.pending()
    records.put_aside(record, "no reason")

    assert left_of(page) is None
    assert left_of(other).refused[0].record == record


def test_many_files_cost_one_query_and_twenty_lines(page, incident, console):
    with CaptureQueriesContext(connection) as without:
        read(console)
    tell(page, incident)
    (record,) = records.pending()
    with CaptureQueriesContext(connection) as with_one:
        read(console)
    for number in range(SHOWN + 5):
        records.write(records.Record(number + 2, page.code, record.number, record.published))

    with CaptureQueriesContext(connection) as with_many:
        said = read(console)

    assert len(with_many) == len(with_one) <= len(without) + 1
    assert said.count("Identified by Jo") == SHOWN
    assert "and 6 more" in said


def test_a_folder_that_cannot_be_read_is_said(page, incident, console, settings):
    folder = settings.BREAK_GLASS_ROOT / "records"
    folder.mkdir(exist_ok=True)
    (folder / "000001-x.json").mkdir()

    assert "can't be read: [Errno 21] Is a directory" in read(console)
