"""When a page is made again as a whole, all of it is there, and what came meanwhile is not taken for made."""

import pytest
from django.db import transaction
from django.utils import timezone

from incidents.lifecycle import edit_update
from status.models import JournalEntry
from status.publishing import publisher, registry
from status.publishing.publisher import publish, publish_archive
from tests.factories import make_incident


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    """Make a page anew after five changes, so that a test needs no hundreds."""
    monkeypatch.setattr(publisher, "AT_ONCE", 5)


def test_everything_is_there_without_another_change(page, published):
    with transaction.atomic():
        for _ in range(30):  # more than the feeds hold, so that they have an archive
            make_incident(page)
    publish(page)
    publish_archive(page)

    paths = [document.path for document in registry.everything(page, timezone.now())]

    assert any(path.startswith("/feed/") for path in paths)
    assert any(path.startswith("/changes/") for path in paths)
    for document in registry.everything(page, timezone.now()):
        assert published.read(page.code, published.name_of(document)) is not None, document.path


def test_much_that_comes_meanwhile_has_everything_made_once_more(page, published):
    update = make_incident(page).updates.get()
    publish(page)
    came = []

    def much_comes(_):
        if not came:
            with transaction.atomic():
                came.extend(edit_update(update=update, body=f"Text {number}", by=None) for number in range(9))
            publish(page)

    publish_archive(page, much_comes)

    live = published.version(page.code)
    assert live.number == JournalEntry.objects.count()
    assert live.archive_number < live.number
    publish_archive(page)
    assert published.version(page.code).archive_number == live.number
    report = published.read(page.code, f"incidents/{update.incident.code}.html").decode()
    assert "Text 8" in report
