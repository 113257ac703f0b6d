"""The console, from outside: who gets in, what its lists and its navigation show, and how many queries they take."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.heartbeats import hear
from incidents.lifecycle import post_update
from incidents.models import Incident, IncidentMetrics
from incidents.stored_metrics import store_metrics
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


def test_a_part_of_a_page_is_told_that_nobody_is_signed_in(page):
    client = Client(headers={"host": "localhost", "hx-request": "true"})
    incident = make_incident(page)

    answer = client.post(reverse("console:post-update", args=[incident.code]), {"body": "x", "status": "resolved"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/plain")
    assert "no-store" in answer.headers["Cache-Control"]
    assert incident.updates.count() == 1
    answer = client.get(reverse("console:home"), headers={"HX-History-Restore-Request": "true"})
    assert answer.headers["Location"] == "/console/account/sign-in/?next=/console/"


@pytest.mark.parametrize(
    ("referer", "to"),
    [
        ("http://localhost/console/incidents/?q=mail", "/console/incidents/?q=mail"),
        ("http://localhost/console/items/", "/console/items/"),
        ("http://elsewhere.test/console/items/", "/console/"),
        ("http://localhost//elsewhere.test/console/", "/console/"),
        ("http://localhost/history", "/console/"),
        ("http://[", "/console/"),
        ("", "/console/"),
    ],
)
def test_after_signing_in_one_is_where_the_form_was(page, referer, to):
    client = Client(headers={"host": "localhost"})
    address = reverse("console:post-update", args=[make_incident(page).code])

    answer = client.post(address, {"body": "x"}, headers={"Referer": referer})

    assert QueryDict(urlsplit(answer.headers["Location"]).query)["next"] == to


def test_an_address_for_forms_alone_says_so_when_it_is_read(page, console):
    address = reverse("console:post-update", args=[make_incident(page).code])

    answer = console.get(address)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This address only takes what a form sends" in answer.content.decode()
    assert console.put(address).content == b""


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


def test_a_first_update_before_the_impact_says_so(page, console):
    incident = make_incident(page)
    IncidentMetrics.objects.filter(incident=incident).delete()
    store_metrics(incident.pk)
    IncidentMetrics.objects.filter(incident=incident).update(time_to_first_update_seconds=-1800)

    text = " ".join(console.get(reverse("console:incident", args=[incident.code])).content.decode().split())

    assert "30 min before impact" in text


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
        post_update(incident=incident, status=IncidentStatus.INVESTIGATING, body=f"Update {number}", by=None)
    with django_assert_max_num_queries(40) as twenty:
        console.get(address)

    assert len(twenty.captured_queries) == len(one.captured_queries)


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


def test_console_is_found_without_its_slash(page, console):
    assert console.get("/console").headers["Location"] == "/console/"


def test_navigation_marks_the_page_and_what_lies_below_it(page, console):
    incident = make_incident(page)

    for address, label in (
        (reverse("console:home"), "Home"),
        (reverse("console:incidents"), "Incidents"),
        (reverse("console:incident", args=[incident.code]), "Incidents"),
        (reverse("console:postmortem", args=[incident.code]), "Postmortems"),
    ):
        shown = console.get(address).content.decode()

        assert [part.split("</a>")[0] for part in shown.split('aria-current="page">')[1:]] == [label]
