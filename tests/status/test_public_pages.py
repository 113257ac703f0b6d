"""The public pages, from outside."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.instants import format_span
from incidents.lifecycle import create_group, post_update, schedule_maintenance, update_page
from status.branding import contrast, stylesheet_of
from status.icons import icon_of, preview
from status.summary import Indicator, summarise
from tests.factories import make_component, make_incident, make_page

MAJOR, PARTIAL = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
ROOT = Path(__file__).resolve().parents[2]


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("statuses", "indicator", "description"),
    [
        ([], "none", "All Systems Operational"),
        (["operational"] * 3, "none", "All Systems Operational"),
        (["operational", "under_maintenance"], "maintenance", "Service Under Maintenance"),
        (["degraded_performance", "under_maintenance"], "minor", "Partially Degraded Service"),
        (["partial_outage", *["operational"] * 9], "minor", "Minor Service Outage"),
        (["partial_outage", "operational"], "major", "Partial System Outage"),
        (["major_outage", *["operational"] * 9], "major", "Partial System Outage"),
        (["major_outage", "operational"], "critical", "Major Service Outage"),
    ],
)
def test_overall_state(statuses, indicator, description):
    summary = summarise(statuses)

    assert (summary.indicator, summary.description) == (indicator, description)


def test_home_says_the_state_first(page, public):
    website = make_component(page, "Website")
    make_incident(page, name="Search is down", affecting={website: MAJOR})

    text = text_of(public.get("/"))

    assert re.search(r"<title>\s*Major Service Outage · Example Status\s*</title>", text)
    assert re.search(r"<h1[^>]*>Major Service Outage</h1>", text)
    assert text.index("Search is down") < text.index("Components</h2>") < text.index("The last 15 days")
    assert len(re.findall("<h1", text)) == 1


def test_empty_page_says_so(page, public):
    text = text_of(public.get("/"))

    assert "No components have been added yet." in text
    assert text.count("No incidents reported.") == 15


def test_days_on_which_something_went_on_are_not_called_quiet(page, public):
    now = timezone.now()
    incident = make_incident(page, name="Search is down", at=now - timedelta(days=2))

    text = text_of(public.get("/"))

    assert text.count("No incidents reported.") == 12
    assert text.count("Going on: <a") == 3

    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Over.", by=None, at=now)
    text = text_of(public.get("/"))

    assert text.count("No incidents reported.") == 12
    assert text.count("Going on: <a") == 2


def test_installation_without_a_page_points_to_the_console(db, public):
    answer = public.get("/")

    assert answer.status_code == 404
    assert "/console/" in answer.content.decode()


@pytest.mark.parametrize("path", ["/nowhere", "/incidents/nosuchcode00", "/history?page=99", "/history?page=x"])
def test_lost_readers_find_home(page, public, path):
    answer = public.get(path)

    assert answer.status_code == 404
    assert '<a href="/">See the current status</a>' in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/history", "/nowhere", "/brand.css"])
def test_every_answer_is_shared_and_guarded(page, public, path):
    headers = public.get(path).headers

    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")
    assert headers["Cache-Control"].startswith("public, max-age=15")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_inline_script_or_style(page, public, console):
    incident = make_incident(page)

    for client, path in ((public, "/"), (public, f"/incidents/{incident.code}"), (console, "/console/")):
        text = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", text), path


def test_pages_are_told_apart_by_host_name(page, public):
    other = make_page("Other Status", hosts=["status.other.test"])
    incident = make_incident(other)

    for host in ("STATUS.other.test:8000", "status.other.test."):
        assert "Other Status" in text_of(public.get("/", headers={"host": host}))
    assert "Example Status" in text_of(public.get("/"))
    assert public.get(f"/incidents/{incident.code}").status_code == 404


def test_queries_do_not_grow_with_history(page, public, django_assert_max_num_queries):
    website = make_component(page)
    for _ in range(2):
        make_incident(page, affecting={website: PARTIAL}, status=IncidentStatus.RESOLVED)
    counts = []
    for more in (0, 18):
        for _ in range(more):
            make_incident(page, affecting={website: PARTIAL}, status=IncidentStatus.RESOLVED)
        for path in ("/", "/history"):
            with django_assert_max_num_queries(45) as taken:
                public.get(path)
            counts.append(len(taken.captured_queries))

    assert counts[:2] == counts[2:]


def test_long_incident_folds_its_earlier_updates(page, public):
    now = timezone.now()
    incident = make_incident(page, at=now - timedelta(hours=300))
    for number in range(199):
        post_update(
            incident=incident,
            status=IncidentStatus.MONITORING,
            body=f"Update {number}",
            by=None,
            at=now - timedelta(hours=200 - number),
        )

    text = text_of(public.get(f"/incidents/{incident.code}"))

    assert "190 earlier updates" in text
    assert text.count('class="update status-') == 200


def test_a_hundred_components_stay_in_groups_that_open_when_something_is_wrong(page, public):
    for number in range(10):
        group = create_group(page=page, name=f"Region {number}", by=None)
        members = [make_component(page, f"Part {number}.{part}", group=group) for part in range(10)]
    make_incident(page, affecting={members[0]: MAJOR})

    text = text_of(public.get("/"))

    assert re.findall(r'<details class="group" data-fold="([^"]+)" open>', text) == ["Region 9"]
    assert text.count('class="component"') == 100


def test_maintenance_is_planned_then_running_by_the_clock(page, public):
    website = make_component(page, "Website")
    now = timezone.now()
    incident = schedule_maintenance(
        page=page,
        name="Upgrade",
        body="We upgrade.",
        scheduled_for=now - timedelta(minutes=5),
        scheduled_until=now + timedelta(hours=1),
        components=[website],
        by=None,
        at=now - timedelta(days=1),
    )

    home, report = text_of(public.get("/")), text_of(public.get(f"/incidents/{incident.code}"))

    assert re.search(r"<h1[^>]*>Service Under Maintenance</h1>", home)
    assert "In progress" in report
    assert "This scheduled maintenance affected: Website." in report


def test_times_are_in_the_pages_zone_with_its_name(page, public):
    update_page(page=page, by=None, time_zone="Europe/Berlin")
    incident = make_incident(page)

    text = text_of(public.get(f"/incidents/{incident.code}"))

    assert re.search(r'Posted <time datetime="[^"]+Z">\w{3} \d\d, \d{4} - \d\d:\d\d CES?T</time>', text)


def test_history_goes_back_by_months_and_filters(page, public):
    website, api = make_component(page, "Website"), make_component(page, "API")
    now = timezone.now()
    make_incident(page, name="Recent", affecting={website: MAJOR})
    make_incident(page, name="Long ago", affecting={api: MAJOR}, at=now - timedelta(days=200))

    assert "Long ago" not in text_of(public.get("/history"))
    assert "Earlier months" in text_of(public.get("/history"))
    pages = [text_of(public.get(f"/history?page={number}")) for number in (2, 3)]
    assert sum("Long ago" in text for text in pages) == 1
    filtered = text_of(public.get(f"/history?component={api.code}"))
    assert "Recent" not in filtered
    assert "No incidents reported for API." in filtered


def test_history_leads_to_each_year(page, public):
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        make_incident(page, at=datetime(2023, 10, 4, 7, 17, tzinfo=UTC))
        first = text_of(public.get("/history"))
        led_to = text_of(public.get("/history?page=12"))

    assert re.findall(r'page=(\d+)">(\d{4})<', first) == [("1", "2026"), ("4", "2025"), ("8", "2024"), ("12", "2023")]
    assert "December 2023" in led_to


def test_history_of_one_year_lists_no_years(page, public):
    make_incident(page)

    assert 'aria-label="Years"' not in text_of(public.get("/history"))


def _themes():
    css = (ROOT / "static/css/tokens.css").read_text()
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")[:2]
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark.split("\n}\n")[0])]


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark"])
def test_text_is_readable_on_every_ground(theme):
    for ground in ("ground", "surface", "sunken"):
        for ink in ("ink", "ink-soft", "accent"):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
        assert contrast(theme["line-strong"], theme["surface"]) >= 3
    for state in ("operational", "degraded", "partial", "major", "maintenance"):
        assert contrast(theme[state], theme["surface"]) >= 4.5, state
        assert contrast(theme[state], theme["ground"]) >= 4.5, state
        assert contrast(theme["ink"], theme[f"wash-{state}"]) >= 4.5, state
        assert contrast(theme[state], theme[f"wash-{state}"]) >= 3, state
        assert contrast(theme["on-state"], theme[state]) >= 3, state
    assert contrast(theme["on-accent"], theme["accent"]) >= 4.5


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_any_accent_is_readable_on_every_ground_of_both_themes(color):
    accents = re.findall(r"--accent:(#[0-9a-f]{6})", stylesheet_of(color))

    for accent, theme in zip(accents, _themes(), strict=True):
        grounds = {name: value for name, value in theme.items() if re.match("ground|surface|sunken|wash", name)}
        assert len(grounds) == 8
        assert {name: value for name, value in grounds.items() if contrast(accent, value) < 4.5} == {}


def test_an_accent_that_is_readable_is_kept(page, public):
    update_page(page=page, by=None, accent_color="#14634a")

    assert ":root{--accent:#14634a}" in public.get("/brand.css").content.decode()


def test_a_logo_has_its_size_said_so_that_nothing_moves(page, public, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (300, 100)).save(picture, "PNG")
    page.logo.save("logo.png", ContentFile(picture.getvalue()))

    assert re.search(r'<img src="/media/logos/logo[^"]*.png" alt="" width="96" height="32">', text_of(public.get("/")))

    (tmp_path / page.logo.name).unlink()
    assert "<img" not in text_of(public.get("/"))


def test_a_link_to_a_page_tells_its_state_elsewhere(page, public, settings):
    settings.SITE_URL = "https://status.example.test"
    incident = make_incident(page, name="Search is down", affecting={make_component(page, "Search"): MAJOR})

    for path, title, says in (
        ("/", "Major Service Outage · Example Status", "Investigating: Search is down"),
        (f"/incidents/{incident.code}", "Investigating: Search is down", "We are looking into it."),
    ):
        text = text_of(public.get(path))
        told = dict(re.findall(r'<meta property="og:([a-z:]+)" content="([^"]*)">', text))
        assert (told["title"], told["description"], told["url"]) == (title, says, f"https://status.example.test{path}")
        assert re.fullmatch(r"https://status.example.test/static/icons/preview-outage[.\w]*.png", told["image"])
        tab = re.search(r"<title>(.*?)</title>", text)[1].strip()
        assert tab == f"{title.removesuffix(' · Example Status')} · Example Status"
        assert re.search(r'<link rel="icon" href="/static/icons/favicon-outage[.\w]*.svg"', text)
    assert "og:url" not in text_of(public.get("/nowhere"))


@pytest.mark.parametrize("name", [preview(icon_of(each)) for each in Indicator])
def test_pictures_of_shared_links_have_the_size_that_is_said(name):
    with Image.open(ROOT / "static" / name) as picture:
        assert picture.size == (1200, 630)
    assert (ROOT / "static" / name).stat().st_size < 10_000


def test_spans_say_a_shared_day_and_zone_once():
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)

    assert format_span(night, night + timedelta(minutes=20), UTC) == ("Oct 24, 2026 - 23:30", "23:50 UTC")
    assert format_span(night, night + timedelta(hours=1), UTC) == ("Oct 24, 2026 - 23:30", "Oct 25, 2026 - 00:30 UTC")
    assert format_span(night, night + timedelta(hours=1), berlin) == ("Oct 25, 2026 - 01:30", "02:30 CEST")
    assert format_span(night, night + timedelta(hours=2), berlin) == ("Oct 25, 2026 - 01:30 CEST", "02:30 CET")


def test_impact_is_told_in_words_and_shape_wherever_a_report_is_listed(page, public):
    website = make_component(page, "Website")
    make_incident(page, affecting={website: PARTIAL}, status=IncidentStatus.RESOLVED)

    for path in ("/", "/history"):
        text = text_of(public.get(path))
        row = re.search(r'<article class="row">.*?</article>', text)[0]
        assert 'href="#i-partial_outage"' in row
        assert "Impact: major" in row


def test_the_page_one_is_on_is_marked(page, public):
    names = {"/": "Status", "/history?page=1": "History", "/uptime": "Uptime", "/api": "API and feeds"}
    for path, name in names.items():
        assert re.findall(r'aria-current="page">([^<]+)<', text_of(public.get(path))) == [name]


def test_history_tells_maintenance_when_it_was_planned_for(page, public):
    now = timezone.now()
    for name, start in (("Done long ago", now - timedelta(days=200)), ("Still ahead", now + timedelta(days=3))):
        schedule_maintenance(
            page=page,
            name=name,
            body="We upgrade.",
            scheduled_for=start,
            scheduled_until=start + timedelta(hours=1),
            components=[],
            by=None,
        )

    pages = [text_of(public.get(f"/history?page={number}")) for number in (1, 2, 3)]

    assert not any("Still ahead" in text for text in pages)
    assert "Done long ago" not in pages[0]
    assert sum("Done long ago" in text for text in pages) == 1


def test_nothing_moves_by_itself():
    """Readers who asked for less motion get none, since there is none."""
    for sheet in ("css/tokens.css", "css/public.css", "css/calendars.css", "css/api.css"):
        assert not re.search(r"animation|transition|@keyframes|http-equiv", (ROOT / "static" / sheet).read_text())


def test_home_is_bounded_however_long_an_incident_goes_on(page, public):
    now = timezone.now()
    incident = make_incident(page, name="Goes on", at=now - timedelta(hours=9))
    for number in range(8):
        body, at = f"Update {number}", now - timedelta(hours=8 - number)
        post_update(incident=incident, status=IncidentStatus.MONITORING, body=body, by=None, at=at)

    text = text_of(public.get("/"))

    assert text.count('class="update status-') == 3
    assert "Update 7" in text
    assert f'<a href="/incidents/{incident.code}">All 9 updates</a>' in text
