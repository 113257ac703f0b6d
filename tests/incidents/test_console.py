"""The console, from outside: what it shows, keeps, refuses, and how many queries its lists take."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from PIL import Image

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.heartbeats import hear
from incidents.models import Incident
from tests.factories import make_component, make_incident, make_page

LISTS = ["console:home", "console:incidents", "console:maintenances", "console:components", "console:templates"]


def test_strangers_are_sent_to_sign_in(page):
    client = Client(headers={"host": "localhost"})
    incident = make_incident(page)

    for name in [*LISTS, "console:settings", "console:report", "console:schedule"]:
        assert client.get(reverse(name)).headers["Location"].startswith("/console/account/sign-in/")
    answer = client.post(reverse("console:post-update", args=[incident.code]), {"body": "x", "status": "resolved"})
    assert answer.headers["Location"].startswith("/console/account/sign-in/")
    assert incident.updates.count() == 1


def test_every_console_address_is_behind_the_sign_in(page):
    client = Client(headers={"host": "localhost"})
    patterns = [p for p in get_resolver().url_patterns if str(p.pattern) == "console/" and p.namespace == "console"]

    names = [pattern.name for pattern in patterns[0].url_patterns]
    for pattern in patterns[0].url_patterns:
        arguments = [7 if name == "pk" else "started" for name in pattern.pattern.converters]
        assert client.get(reverse(f"console:{pattern.name}", args=arguments)).status_code == 302
    assert len(names) > 30


def test_another_pages_incident_is_not_found(page, console):
    other = make_incident(make_page("Other"))

    assert console.get(reverse("console:incident", args=[other.code])).status_code == 404


def test_forged_host_is_refused_in_the_console_only(page, responder):
    client = Client(headers={"host": "evil.example"})
    client.force_login(responder)

    assert client.get("/console/").status_code == 400
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["console:home", "console:incidents"])
def test_queries_do_not_grow_with_incidents(page, console, django_assert_max_num_queries, name):
    website = make_component(page)
    hear("beat")
    hear("worker")

    def count(ctx):
        return len(ctx.captured_queries)

    make_incident(page, affecting={website: ComponentStatus.MAJOR_OUTAGE})
    with django_assert_max_num_queries(30) as one:
        console.get(reverse(name))
    for _ in range(19):
        make_incident(page, affecting={website: ComponentStatus.MAJOR_OUTAGE})
    with django_assert_max_num_queries(30) as twenty:
        console.get(reverse(name))

    assert count(twenty) == count(one)


def test_room_takes_as_many_queries_for_twenty_updates(page, console, django_assert_max_num_queries):
    incident = make_incident(page)
    address = reverse("console:incident", args=[incident.code])
    with django_assert_max_num_queries(40) as one:
        console.get(address)
    for number in range(19):
        post(console, incident, body=f"Update {number}")
    with django_assert_max_num_queries(40) as twenty:
        console.get(address)

    assert len(twenty.captured_queries) == len(one.captured_queries)


def post(console, incident, **fields):
    incident.refresh_from_db()
    data = {"status": "investigating", "body": "More.", "seen_version": incident.version} | fields
    return console.post(reverse("console:post-update", args=[incident.code]), data)


def test_errors_stand_beside_their_field_and_keep_what_was_typed(page, console):
    answer = console.post(reverse("console:report"), {"name": "Kept name", "status": "investigating", "body": ""})

    text = answer.content.decode()
    assert "Kept name" in text
    assert "This field is required." in text
    assert 'aria-invalid="true"' in text
    assert not Incident.objects.exists()


def test_lists_are_searched_and_filtered(page, console):
    website, api = make_component(page, "Website"), make_component(page, "API")
    make_incident(page, name="Broken search", affecting={website: ComponentStatus.MAJOR_OUTAGE})
    make_incident(
        page,
        name="Slow sign-in",
        affecting={api: ComponentStatus.DEGRADED_PERFORMANCE},
        status=IncidentStatus.RESOLVED,
    )
    tomorrow = (timezone.now() + timedelta(days=2)).date().isoformat()

    def found(**query):
        text = console.get(reverse("console:incidents"), query).content.decode()
        return [name for name in ("Broken search", "Slow sign-in") if name in text]

    assert found() == ["Broken search", "Slow sign-in"]
    assert found(q="sign") == ["Slow sign-in"]
    assert found(status="open") == ["Broken search"]
    assert found(impact="minor") == ["Slow sign-in"]
    assert found(component=website.code) == ["Broken search"]
    assert found(since=tomorrow) == []
    assert found(since="yesterday-ish") == ["Broken search", "Slow sign-in"]


def test_list_is_paginated(page, console):
    for number in range(26):
        make_incident(page, name=f"Number {number:02}")

    first = console.get(reverse("console:incidents")).content.decode()
    second = console.get(reverse("console:incidents"), {"page": 2}).content.decode()

    assert "Page 1 of 2" in first
    assert "Number 00" in second
    assert "Number 00" not in first


def test_htmx_gets_the_part_that_the_page_includes(page, console):
    make_incident(page, name="Broken search")

    part = console.get(reverse("console:incidents"), headers={"HX-Request": "true"})

    assert part.content.decode().strip().startswith('<div id="results"')
    assert "HX-Request" in part.headers["Vary"]


def test_banner_says_which_process_is_silent(page, console):
    assert "The scheduler (beat) has not been heard of" in console.get("/console/").content.decode()
    hear("beat")
    assert "The worker has not been heard of" in console.get("/console/").content.decode()
    hear("worker")
    assert "has not been heard of" not in console.get("/console/").content.decode()
    hear("worker", timezone.now() - timedelta(seconds=61))
    assert "The worker has not been heard of" in console.get("/console/").content.decode()


def test_preview_is_what_will_be_published(page, console):
    answer = console.post(reverse("console:preview"), {"body": "**Bold** <script>alert(1)</script>"})

    assert "<strong>Bold</strong>" in answer.content.decode()
    assert "<script" not in answer.content.decode()


def test_settings_change_the_page(page, console, public, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (1600, 400), "navy").save(picture, "JPEG")
    data = {
        "name": "Renamed",
        "organisation_name": "Example Ltd",
        "about": "",
        "support_url": "",
        "time_zone": "Europe/Berlin",
        "accent_color": "#ffee00",
        "partial_outage_weight": "0.5",
        "degraded_weight": "0.1",
        "hosts": "status.renamed.test",
        "logo": SimpleUploadedFile("logo.jpg", picture.getvalue(), "image/jpeg"),
    }

    assert console.post(reverse("console:settings"), data).status_code == 302

    page.refresh_from_db()
    assert page.name == "Renamed"
    assert (page.partial_outage_weight, page.degraded_weight) == (Decimal("0.5"), Decimal("0.1"))
    assert [host.host for host in page.hosts.all()] == ["status.renamed.test"]
    with Image.open(tmp_path / page.logo.name) as stored:
        assert (stored.format, stored.size) == ("PNG", (1000, 250))
    assert "Renamed" in public.get("/").content.decode()
    assert "--accent:" in public.get("/brand.css").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("time_zone", "Mars/Olympus", "is not a time zone"),
        ("accent_color", "red", "Write a colour as"),
        ("hosts", "not a host!", "Write a host name"),
        ("partial_outage_weight", "1.01", "less than or equal to 1"),
        ("degraded_weight", "-0.5", "greater than or equal to 0"),
        ("degraded_weight", "0.123", "no more than 2 decimal places"),
    ],
)
def test_settings_refuse_by_field(page, console, field, value, said):
    data = {"name": "Example", "time_zone": "Etc/UTC", "partial_outage_weight": "0.3", "degraded_weight": "0"}
    data[field] = value

    answer = console.post(reverse("console:settings"), data)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    page.refresh_from_db()
    assert page.name == "Example Status"


def test_svg_is_no_logo(page, console):
    svg = SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")

    answer = console.post(reverse("console:settings"), {"name": "Example", "time_zone": "Etc/UTC", "logo": svg})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_components_are_added_moved_and_archived(page, console):
    for name in ("Website", "API"):
        console.post(reverse("console:add-component"), {"name": name, "showcase": "on"})
    website, api = page.components.order_by("pk")

    console.post(reverse("console:move-component", args=[api.code]), {"direction": "up"})
    assert [component.name for component in page.components.all()] == ["API", "Website"]
    console.post(reverse("console:archive-component", args=[website.code]))
    assert [component.name for component in page.components.living()] == ["API"]
    console.post(reverse("console:restore-component", args=[website.code]))
    assert page.components.living().count() == 2


def test_sign_in_is_throttled(page, responder):
    client = Client(headers={"host": "localhost"})
    answers = [
        client.post("/console/account/sign-in/", {"login": "responder", "password": f"wrong {number}"})
        for number in range(7)
    ]

    right = client.post("/console/account/sign-in/", {"login": "responder", "password": "correct horse battery"})

    assert answers[0].status_code == 200
    assert right.status_code != 302
    assert "Too many failed" in right.content.decode()


def test_nobody_signs_up(page):
    client = Client(headers={"host": "localhost"})

    assert client.get("/console/account/no-sign-up/").headers["Location"] == "/console/account/sign-in/"


def test_drill_is_seen_as_the_public_would_by_signed_in_people_only(page, console, public):
    make_component(page, "Website")
    console.post(
        reverse("console:report"), {"name": "Fire drill", "status": "investigating", "body": "x", "is_drill": "on"}
    )
    drill = Incident.objects.get()

    assert "This is a drill" in console.get(f"/console/drill-page/{drill.code}/").content.decode()
    assert public.get(f"/incidents/{drill.code}").status_code == 404
    assert "Fire drill" not in public.get("/").content.decode()
    assert "Fire drill" not in console.get(reverse("console:incidents")).content.decode()
    assert "Fire drill" in console.get(reverse("console:drills")).content.decode()


def test_fresh_installation_asks_for_its_first_page(db, console, public):
    assert console.get("/console/").headers["Location"] == "/console/first-page/"
    assert console.get("/console/first-page/").status_code == 200

    refused = console.post("/console/first-page/", {"name": "Mine", "organisation_name": "", "time_zone": "Nowhere"})
    assert "is not a time zone" in refused.content.decode()
    console.post("/console/first-page/", {"name": "Mine", "organisation_name": "", "time_zone": "Europe/Oslo"})

    assert "Mine" in public.get("/").content.decode()


def test_maintenance_is_scheduled_moved_and_called_off(page, console):
    website = make_component(page, "Website")
    data = {
        "name": "Upgrade",
        "body": "We upgrade.",
        "scheduled_for": "2030-01-01T10:00",
        "scheduled_until": "2030-01-01T09:00",
        "components": [website.pk],
        "remind_before_minutes": "60",
    }
    refused = console.post(reverse("console:schedule"), data)
    assert "The window must end after it starts." in refused.content.decode()

    console.post(reverse("console:schedule"), data | {"scheduled_until": "2030-01-01T11:00"})
    incident = Incident.objects.get()
    window = {"scheduled_for": "2030-01-02T10:00", "scheduled_until": "2030-01-02T11:00", "body": "Moved."}
    console.post(reverse("console:reschedule", args=[incident.code]), window)
    console.post(reverse("console:cancel-maintenance", args=[incident.code]), {"body": "Called off."})

    incident.refresh_from_db()
    assert incident.scheduled_for.day == 2
    assert incident.cancelled_at is not None
    assert [update.body for update in incident.updates.all()] == ["We upgrade.", "Moved.", "Called off."]


def test_rule_that_is_none_is_refused_beside_its_field(page, console):
    data = {
        "name": "Weekly",
        "body": "Routine.",
        "scheduled_for": "2030-01-01T10:00",
        "scheduled_until": "2030-01-01T11:00",
        "rrule": "every sunday",
    }
    assert "A rule begins with FREQ=" in console.post(reverse("console:schedule"), data).content.decode()


def test_real_outage_is_settled_in_the_room(page, console, public):
    website = make_component(page, "Website")
    incident = make_incident(page, affecting={website: ComponentStatus.MAJOR_OUTAGE}, status=IncidentStatus.RESOLVED)
    address = reverse("console:outages", args=[incident.code, website.code])

    half = console.post(address, {"status": "major_outage", "started_at": "2026-01-01T10:00", "ended_at": ""})
    assert "Give both ends of the outage." in half.content.decode()
    console.post(address, {"status": ""})

    assert "Website: no impact found." in public.get(f"/incidents/{incident.code}").content.decode()


def test_template_starts_an_incident(page, console):
    console.post(
        reverse("console:add-template"),
        {"name": "Usual", "title": "Slow pages", "status": "identified", "body": "It is slow."},
    )
    template = page.update_templates.get()

    text = console.get(reverse("console:report"), {"template": template.pk}).content.decode()

    assert 'value="Slow pages"' in text
    assert "It is slow." in text
    assert '<option value="identified" selected>' in text


def test_reopening_in_the_room(page, console):
    incident = make_incident(page, status=IncidentStatus.RESOLVED)

    console.post(reverse("console:reopen", args=[incident.code]), {"status": "investigating", "body": "It is back."})

    incident.refresh_from_db()
    assert (incident.is_open, incident.reopened_count) == (True, 1)


def test_console_is_found_without_its_slash(page, console):
    assert console.get("/console").headers["Location"] == "/console/"


def test_a_report_sent_twice_opens_one_incident(console, page):
    form = console.get(reverse("console:report")).context["form"]
    typed = {"code": form["code"].value(), "name": "Slow", "status": "investigating", "body": "We look."}

    first = console.post(reverse("console:report"), typed)
    second = console.post(reverse("console:report"), typed)

    assert first.url == second.url
    assert page.incidents.count() == 1
    assert "sent twice" in console.get(second.url).content.decode()


def test_a_maintenance_announced_twice_is_announced_once(console, page):
    typed = {
        "code": "abcdefghijkl",
        "name": "Upgrade",
        "body": "We upgrade.",
        "scheduled_for": "2099-01-01T10:00",
        "scheduled_until": "2099-01-01T11:00",
    }

    for _ in range(2):
        assert console.post(reverse("console:schedule"), typed).url.endswith("/abcdefghijkl/")

    assert page.incidents.count() == 1


def test_a_code_that_is_none_is_replaced(console, page):
    console.post(
        reverse("console:report"), {"code": "../<b>", "name": "Slow", "status": "investigating", "body": "We look."}
    )

    assert len(page.incidents.get().code) == 12


def test_navigation_marks_the_page_and_what_lies_below_it(page, console):
    incident = make_incident(page)

    for address, label in (
        (reverse("console:home"), "Home"),
        (reverse("console:incidents"), "Incidents"),
        (reverse("console:incident", args=[incident.code]), "Incidents"),
    ):
        shown = console.get(address).content.decode()

        assert [part.split("</a>")[0] for part in shown.split('aria-current="page">')[1:]] == [label]
