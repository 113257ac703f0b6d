"""A database that was restored from a backup, under a page on which more is published than it knows of."""

import json

import pytest
from django.utils import timezone

from incidents.choices import IncidentStatus
from incidents.lifecycle import post_update
from status.feeds.changes import changes_document
from status.journal import last_number
from status.models import JournalEntry, PageJournal
from status.publishing.files import CHANGES_A_PAGE
from status.publishing.publisher import publish_stale
from tests.factories import make_incident


@pytest.mark.parametrize("changes_first", [True, False], ids=["a change comes first", "beat looks first"])
def test_after_a_restore_no_published_number_is_given_again(live_page, published, changes_first):
    kept = make_incident(live_page, name="Kept")
    known = last_number(live_page)
    lost = make_incident(live_page, name="Lost with the disk")
    post_update(incident=lost, status=IncidentStatus.IDENTIFIED, body="The disk.", by=None)
    given = published.version(live_page.code).number
    JournalEntry.objects.filter(number__gt=known).delete()
    PageJournal.objects.update(last_number=known)
    lost.delete()

    if not changes_first:
        publish_stale()
        assert published.version(live_page.code).number == given
    post_update(incident=kept, status=IncidentStatus.IDENTIFIED, body="It was the cache.", by=None)

    told = [item for item in changes_of(published, live_page)["items"] if "cache" in item["content_text"]]
    assert told[-1]["_allclear"]["sequence"] == published.version(live_page.code).number == last_number(live_page)
    assert last_number(live_page) > given
    assert b"Lost with the disk" not in published.read(live_page.code, "index.html")

    publish_stale()
    assert published.read(live_page.code, f"incidents/{lost.code}.html") is None
    assert publish_stale() == []


def test_a_page_of_changes_that_a_restore_left_short_leads_on(page, published):
    make_incident(page)
    last = CHANGES_A_PAGE + 3
    PageJournal.objects.filter(page=page).update(last_number=last)

    first, second = (json.loads(changes_document(page, number, timezone.now()).body) for number in (1, 2))

    assert first["next_url"].endswith("/changes/2.json")
    assert (first["_allclear"]["since"], second["_allclear"]["since"]) == (CHANGES_A_PAGE, last)
    assert "next_url" not in second


def changes_of(published, page):
    return json.loads(published.read(page.code, "changes/1.json"))
