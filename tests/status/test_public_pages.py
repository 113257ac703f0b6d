"""The public pages, from outside."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import create_group, post_update, schedule_maintenance, update_page
from status.branding import contrast, readable
from status.summary import summarise
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

    assert "Other Status" in text_of(public.get("/", headers={"host": "STATUS.other.test:8000"}))
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

    assert text.count('class="group" open') == 1
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


def _themes():
    css = (ROOT / "static/css/tokens.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark.split("\n}\n")[0])]


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark"])
def test_text_is_readable_on_every_ground(theme):
    for ground in ("ground", "surface", "sunken"):
        for ink in ("ink", "ink-soft", "accent"):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
        assert contrast(theme["line-strong"], theme["surface"]) >= 3
    for state in ("operational", "degraded", "partial", "major", "maintenance"):
        assert contrast(theme[state], theme["surface"]) >= 4.5, state
        assert contrast(theme["ink"], theme[f"wash-{state}"]) >= 4.5, state
        assert contrast(theme[state], theme[f"wash-{state}"]) >= 3, state
        assert contrast(theme["on-state"], theme[state]) >= 3, state
    assert contrast(theme["on-accent"], theme["accent"]) >= 4.5


@pytest.mark.parametrize("color", ["#ffee00", "#000000", "#ffffff", "#7f7f7f", "#ff0066"])
@pytest.mark.parametrize("ground", ["#ffffff", "#14181d"])
def test_any_accent_is_made_readable(color, ground):
    assert contrast(readable(color, ground), ground) >= 4.5


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
