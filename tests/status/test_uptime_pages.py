"""Uptime as the public reads it: the bars on the home page and the calendars of `/uptime`."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.demo.reference import tell_reference_incident
from incidents.lifecycle import create_group, post_update, update_page
from incidents.lifecycle.pages import create_page
from status.branding import contrast
from status.documents import home_document
from status.home import home_of
from status.uptime_bars import DAYS, paths_of
from status.uptime_page import last_uptime_number, uptime_document, uptime_page_of
from tests.factories import make_component, make_incident
from tests.status.test_public_pages import ROOT, _themes, text_of

MAJOR, PARTIAL = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(page, component, *, start, length=HOUR, status=MAJOR, **fields):
    incident = make_incident(page, affecting={component: status}, at=start, **fields)
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=None, at=start + length)
    return incident


def text_at(document):
    return " ".join(document.body.decode().split())


def bars_at(page, at=NOW):
    return [component.bars for group in home_of(page, at).groups for component in group.components]


def test_bars_tell_ninety_days(page):
    website = make_component(page, "Website")
    incident = made(page, website, start=NOW - 2 * DAY, name="Search is down")
    made(page, website, start=NOW - 45 * DAY, status=PARTIAL)
    made(page, website, start=NOW - 91 * DAY, name="Too long ago")

    (bars,) = bars_at(page)

    assert [span.text for span in bars.spans] == ["99.93 %", "99.90 %", "99.85 %"]
    assert [(day.date, day.words) for day in bars.days] == [
        ((NOW - 2 * DAY).date(), "Major outage, 1 h"),
        ((NOW - 45 * DAY).date(), "Partial outage, 1 h"),
    ]
    assert [report.address for report in bars.days[0].reports] == [f"/incidents/{incident.code}"]
    assert bars.summary == "99.93 % uptime over 90 days, trouble or maintenance on 2 of them."
    assert dict(bars.paths)["major_outage"].startswith(f"M{87 * 7} 0")
    assert dict(bars.paths)["partial_outage"].startswith(f"M{44 * 7} ")
    assert bars.known_from == 0


def test_home_shows_bars_with_a_table_for_those_who_cannot_see_them(page, public):
    website = make_component(page, "Website")
    noon = timezone.now().replace(hour=12)  # or it could last into the next day
    incident = made(page, website, start=noon - 3 * DAY, name="Search is down")

    text = text_of(public.get("/"))

    assert '<figure class="uptime" aria-label="Uptime of Website"' in text
    assert re.search(r'<svg [^>]*role="img" aria-label="99\.9\d % uptime over 90 days', text)
    assert "tabindex" not in text.split("<figure")[1].split("</figure>")[0]
    assert "a partial outage by 30 %, degraded performance not at all" in text
    table = text[text.index('<table class="marked-days">') :]
    table = table[: table.index("</table>")]
    assert "Major outage," in table
    assert f'<a href="/incidents/{incident.code}">Search is down</a>' in table
    assert table.count("<tr") == 2
    for days in (90, 60, 30):
        assert f"<span>{days} days ago</span>" in text


def test_clean_component_has_no_table(page):
    make_component(page, "Website")

    (bars,) = bars_at(page)

    assert bars.paths == (("operational", "M0 26h628"),)
    assert bars.summary == "100 % uptime over 90 days, no trouble."
    assert "marked-days" not in text_at(home_document(page, NOW))


def test_component_without_data_says_so(page):
    make_component(page, "Ahead", start_date=date(2027, 1, 1))
    make_component(page, "New", at=NOW - DAY)

    ahead, new = bars_at(page)

    assert (ahead.known_from, ahead.summary) == (DAYS, "No data yet.")
    assert ahead.paths == (("no_data", "M0 38h628"),)
    assert (new.known_from, new.spans[0].text) == (88, "100 %")
    assert "No data yet" in text_at(home_document(page, NOW))


def test_component_that_hides_its_uptime_has_no_bars(page):
    make_component(page, "Internal", showcase=False)

    assert bars_at(page) == [None]
    text = text_at(home_document(page, NOW))
    assert "<figure" not in text
    assert "by 30 %" not in text
    assert not uptime_page_of(page, 1, NOW).components


def test_trouble_of_today_is_told_as_unfinished(page):
    make_incident(page, affecting={make_component(page): MAJOR}, at=NOW - HOUR)

    (bars,) = bars_at(page)

    assert (bars.days[0].is_over, bars.days[0].words) == (False, "Major outage, 1 h")
    assert "so far" in text_at(home_document(page, NOW))


def test_weights_are_the_pages_and_are_printed(page):
    made(page, make_component(page), start=NOW - DAY, length=12 * HOUR, status=PARTIAL)
    assert bars_at(page)[0].spans[0].text == "99.83 %"

    update_page(page=page, by=None, partial_outage_weight=Decimal("1"), degraded_weight=Decimal("0.25"))

    assert bars_at(page)[0].spans[0].text == "99.44 %"
    for document in (home_document(page, NOW), uptime_document(page, 1, NOW)):
        assert "a partial outage in full, degraded performance by 25 %" in text_at(document)


@pytest.mark.parametrize("weight", ["-0.01", "1.01"])
def test_weights_outside_0_and_1_are_refused(page, weight):
    page.partial_outage_weight = Decimal(weight)
    with pytest.raises(ValidationError):
        page.full_clean()
    with pytest.raises(IntegrityError):
        page.save()


def test_runs_of_bars_are_one_dash_each():
    states = ["no_data", "no_data", "operational", "major_outage", "major_outage", "operational"]

    assert paths_of(states) == (
        ("no_data", "M0 38h12"),
        ("operational", "M14 26h5M35 26h5"),
        ("major_outage", "M21 0h5v40h-5zM28 0h5v40h-5z"),
    )


def test_reference_month(db):
    page = create_page(name="Bitbucket Status", by=None, at=datetime(2022, 1, 1, tzinfo=UTC))
    components = {name: make_component(page, name) for name in ("Website", "API")}
    incident = tell_reference_incident(page, components, None)
    at = datetime(2022, 12, 31, tzinfo=UTC)

    website, api = uptime_page_of(page, 1, at).components

    october = website.months[0]
    assert (october.title, october.text) == ("October 2022", "99.87 %")
    assert [month.text for month in api.months] == ["100 %", "100 %", "100 %"]
    ((marked),) = website.days
    assert (marked.date, marked.words) == (date(2022, 10, 4), "Major outage, 55 min")
    assert [report.address for report in marked.reports] == [f"/incidents/{incident.code}"]
    text = text_at(uptime_document(page, 1, at))
    address = f"{components['Website'].code}-2022-10-04"
    assert f'href="#{address}" aria-label="Oct 04, 2022: Major outage, 55 min"' in text
    assert f'id="{address}"' in text
    assert f'<a href="/incidents/{incident.code}">{incident.name}</a>' in text


def test_months_before_existence_have_no_data(page):
    make_component(page, "Young", at=datetime(2026, 5, 20, 6, tzinfo=UTC))

    (young,) = uptime_page_of(page, 1, NOW).components

    april, may, june = young.months
    assert (april.text, may.text, june.text) == ("", "100 %", "100 %")
    kinds = {square.date: square.kind for month in young.months for week in month.weeks for square in week if square}
    assert kinds[date(2026, 5, 19)] == "no_data"
    assert kinds[date(2026, 5, 20)] == kinds[date(2026, 6, 10)] == "operational"
    assert kinds[date(2026, 6, 11)] == kinds[date(2026, 6, 30)] == "ahead"
    assert len(kinds) == 30 + 31 + 30
    assert "No data" in text_at(uptime_document(page, 1, NOW))
    assert uptime_page_of(page, 1, NOW).older is None
    assert last_uptime_number(page, NOW) == 1
    assert "No data for these months." in text_at(uptime_document(page, 2, NOW))


def test_older_pages_go_back_to_the_beginning(page):
    make_component(page)  # there since January 2022

    assert last_uptime_number(page, NOW) == 18
    newest, oldest = uptime_page_of(page, 1, NOW), uptime_page_of(page, 18, NOW)
    assert (newest.newer, newest.older, newest.title) == (None, 2, "April 2026 to June 2026")
    assert (oldest.newer, oldest.older, oldest.title) == (17, None, "January 2022 to March 2022")
    document = uptime_document(page, 2, NOW)
    assert (document.path, document.last_modified) == ("/uptime?page=2", page.updated_at)
    assert 'href="/uptime?page=3"' in text_at(document)
    assert 'href="/uptime?page=1"' in text_at(document)


def test_installation_without_components(page):
    assert last_uptime_number(page, NOW) == 1
    assert "No component shows its uptime." in text_at(uptime_document(page, 1, NOW))


def test_groups_are_named_on_the_uptime_page(page):
    make_component(page, "Git via SSH", group=create_group(page=page, name="Git", by=None))

    assert "Git - Git via SSH" in text_at(uptime_document(page, 1, NOW))


def test_names_are_escaped(page):
    website = make_component(page, "<b>Website</b>")
    made(page, website, start=NOW - DAY, name="<script>alert(1)</script>")

    for document in (home_document(page, NOW), uptime_document(page, 1, NOW)):
        assert "<b>Website" not in document.body.decode()
        assert "<script>" not in document.body.decode()


def test_no_inline_script_or_style_on_uptime(page):
    made(page, make_component(page), start=NOW - DAY)

    assert not re.search(r"<script(?! src=)|<style| style=| on[a-z]+=", text_at(uptime_document(page, 1, NOW)))


def test_home_with_ten_components_and_all_it_loads_is_under_60_kb(page):
    for _ in range(10):
        component = make_component(page)
        for back in range(1, 80, 9):
            made(page, component, start=NOW - back * DAY, status=PARTIAL)

    loaded = [ROOT / "static" / name for name in ("css/tokens.css", "css/public.css", "js/public.js")]
    bodies = [home_document(page, NOW).body, *(path.read_bytes() for path in loaded)]
    assert sum(len(gzip.compress(body)) for body in bodies) < 60_000 / 2  # the other half is for what is still to come


def test_queries_do_not_grow_with_components(page):
    counts = []
    for more in (1, 12):
        for _ in range(more):
            made(page, make_component(page), start=NOW - DAY)
        for document in (lambda: home_document(page, NOW), lambda: uptime_document(page, 2, NOW)):
            document()
            with CaptureQueriesContext(connection) as taken:
                document()
            counts.append(len(taken))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark"])
def test_bars_and_their_mark_stand_out(theme):
    for state in ("bar-operational", "degraded", "partial", "major", "maintenance", "line-strong", "focus"):
        assert contrast(theme[state], theme["surface"]) >= 3, state
    for state in ("operational", "degraded", "partial", "major", "maintenance"):
        assert contrast(theme["ink"], theme[f"wash-{state}"]) >= 4.5, state
