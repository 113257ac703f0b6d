"""The JSON Feed's pages: the whole history, each report once, and full pages that stay."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.choices import IncidentStatus
from incidents.lifecycle import open_drill
from incidents.lifecycle.claims import retell
from incidents.models import Incident, Page
from status.feeds import archive_count, archive_number_of, json_feed_archive_document, selection
from tests.factories import make_incident, make_page

from .reading import json_feed_pages, plan

SIZE = 3
entered = st.lists(st.sampled_from(["now", "past", "planned", "drill", "untold"]), max_size=14)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(selection, "PAGE_SIZE", SIZE)


def enter(page: Page, what: str) -> None:
    now = timezone.now()
    if what == "now":
        make_incident(page)
    elif what == "past":
        make_incident(page, status=IncidentStatus.RESOLVED, at=now - timedelta(days=300), backfilled=True)
    elif what == "planned":
        plan(page, timedelta(days=3))
    elif what == "drill":
        open_drill(page=page, name="Practice", body="Practice.", by=None)
    else:
        _take_back(make_incident(page))


def _take_back(incident: Incident) -> None:
    """An incident of which nothing was told, as an import of bare facts may leave one."""
    incident.updates.all().delete()
    retell(incident, at=timezone.now())


def codes_of(feed: dict) -> list[str]:
    return [item["_allclear"]["code"] for item in feed["items"]]


@given(entered, entered)
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_pages_are_complete_and_full_ones_stay(small_pages, db, first, then):
    page = make_page("Property")
    full_before: dict[str, list[str]] = {}
    for batch in (first, then):
        for what in batch:
            enter(page, what)
        pages = json_feed_pages(page)
        told = Incident.objects.filter(page=page, updates__isnull=False).distinct()
        codes = [code for each in pages for code in codes_of(each)]

        assert codes == list(told.order_by("-created_at", "-pk").values_list("code", flat=True))
        assert len(pages) == archive_count(page) + 1
        assert [len(each["items"]) for each in pages[2:]] == [SIZE] * len(pages[2:])
        now_by_url = {each["feed_url"]: codes_of(each) for each in pages}
        assert {url: now_by_url[url] for url in full_before} == full_before
        full_before = {each["feed_url"]: codes_of(each) for each in pages[1:] if len(each["items"]) == SIZE}
        for number, each in zip(range(archive_count(page), 0, -1), pages[1:], strict=True):
            assert {archive_number_of(page, told.get(code=code)) for code in codes_of(each)} == {number}
        assert {archive_number_of(page, told.get(code=code)) for code in codes_of(pages[0])} <= {None}


def test_first_archive_page_comes_with_the_twenty_sixth(page):
    for _ in range(25):
        make_incident(page)
    assert archive_count(page) == 0

    make_incident(page)

    assert archive_count(page) == 1
    newest, archived = json_feed_pages(page)
    assert (len(newest["items"]), len(archived["items"])) == (25, 1)
    assert newest["next_url"].endswith("/feed/1.json")


@pytest.mark.parametrize("number", [-1, 0, 1, 99])
def test_there_is_no_page_beyond(page, number):
    make_incident(page)

    with pytest.raises(ValueError, match="no archive page"):
        json_feed_archive_document(page, number, timezone.now())


def test_archive_page_is_a_document_of_its_own(page, small_pages):
    for _ in range(4):
        make_incident(page)

    document = json_feed_archive_document(page, 1, timezone.now())

    assert document.path == "/feed/1.json"
    assert json.loads(document.body)["feed_url"].endswith("/feed/1.json")
