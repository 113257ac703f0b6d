"""Two people in one form: the second is told, and only what was touched is written."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from incidents.choices import ClaimBasis, ComponentStatus, IncidentStatus, Moment
from incidents.closure import policy_of
from incidents.lifecycle import (
    Outage,
    adjudicate_outages,
    correct_moment,
    create_group,
    edit_incident,
    edit_update,
    save_postmortem_template,
    save_update_template,
    schedule_maintenance,
    set_closure_policy,
    update_page,
)
from incidents.models import Component
from tests.factories import make_component, make_incident, make_user


@pytest.fixture
def incident(page):
    return make_incident(page, name="Search is down")


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_name_and_an_impact_that_two_people_set_both_stand(console, incident):
    address = reverse("console:edit-incident", args=[incident.code])
    shown = text_of(console.get(address))
    assert 'type="hidden" name="initial-name" value="Search is down"' in shown
    edit_incident(incident=incident, name="Search is slow", impact_override=None, by=None)

    data = {"name": "Search is down", "initial-name": "Search is down", "initial-impact_override": ""}
    assert console.post(address, data | {"impact_override": "minor"}).status_code == 302

    incident.refresh_from_db()
    assert (incident.name, incident.impact) == ("Search is slow", "minor")


def test_of_two_who_rename_it_the_second_is_told_and_may_go_on(console, incident):
    address = reverse("console:edit-incident", args=[incident.code])
    edit_incident(incident=incident, name="Search is slow", impact_override=None, by=None)

    data = {"name": "Mine", "initial-name": "Search is down", "impact_override": "", "initial-impact_override": ""}
    told = text_of(console.post(address, data))

    assert "Somebody else set “Search is slow” here meanwhile." in told
    assert 'value="Mine"' in told
    incident.refresh_from_db()
    assert incident.name == "Search is slow"
    (seen,) = re.findall(r'name="initial-name" value="([^"]+)"', told)
    assert console.post(address, data | {"initial-name": seen}).status_code == 302
    incident.refresh_from_db()
    assert incident.name == "Mine"
    edit_incident(incident=incident, name="Mine", impact_override="critical", by=None)
    told = text_of(console.post(address, data | {"name": "Mine", "initial-name": "Mine", "impact_override": "minor"}))
    assert "Somebody else set “Critical” here meanwhile." in told


def test_of_two_who_correct_an_update_the_second_is_told(console, incident):
    update = incident.updates.get()
    edit_update(update=update, body="We look into it.\nMore soon.", by=None)
    address = reverse("console:edit-update", args=[incident.code, update.code])
    at = f"{update.posted_at:%Y-%m-%dT%H:%M:%S}"
    lines = "We look into it.\r\nMore soon."  # as a browser sends back what it was shown

    assert console.post(address, {"body": f"{lines} Soon!", "initial-body": lines, "posted_at": at}).status_code == 302
    update.refresh_from_db()
    assert update.body.endswith("Soon!")
    edit_update(update=update, body="Theirs.", by=None)
    told = text_of(console.post(address, {"body": "Mine.", "initial-body": lines, "posted_at": at}))

    assert "Somebody else set “Theirs.” here meanwhile." in told
    update.refresh_from_db()
    assert update.body == "Theirs."


def test_of_two_who_settle_an_outage_the_second_is_told(page, console):
    website, at = make_component(page, "Website"), timezone.now() - timedelta(hours=3)
    incident = make_incident(page, affecting={website: ComponentStatus.MAJOR_OUTAGE}, status=IncidentStatus.RESOLVED)
    address = reverse("console:outages", args=[incident.code, website.code])
    shown = console.get(address)
    theirs = Outage(ComponentStatus.PARTIAL_OUTAGE, at, at + timedelta(minutes=5))
    adjudicate_outages(incident=incident, component=website, outages=[theirs], by=None)

    ends = {"started_at": f"{at:%Y-%m-%dT%H:%M:%S}", "ended_at": f"{at + timedelta(minutes=9):%Y-%m-%dT%H:%M:%S}"}
    told = send_as_shown(console, address, shown, status="degraded_performance", **ends)

    assert "Somebody else set “Partial outage” here meanwhile." in text_of(told)
    settled = incident.claims.get(basis=ClaimBasis.ADJUDICATED)
    assert (settled.status, settled.started_at) == (ComponentStatus.PARTIAL_OUTAGE, at)
    send_as_shown(console, address, console.get(address), status="degraded_performance")
    settled = incident.claims.get(basis=ClaimBasis.ADJUDICATED)
    assert (settled.status, settled.started_at, settled.ended_at) == ("degraded_performance", at, theirs.ended_at)


def send_as_shown(console, address, shown, **touched):
    """Post a form as the browser does that has it open since `shown`, with some fields touched."""
    form = shown.context["form"]
    values = {bound.name: bound.field.prepare_value(bound.value()) for bound in form if bound.name != "logo"}
    sent = {name: "" if value is None else value for name, value in values.items() if value is not False}
    initial = re.findall(r'<input type="hidden" name="(initial-[^"]+)"(?: value="([^"]*)")?', shown.content.decode())
    return console.post(address, sent | {name: unescape(value) for name, value in initial} | touched)


ROWS = {
    "component": ("name", "Search", "description", "Finds things"),
    "group": ("name", "Sites", "description", "All of them"),
    "template": ("title", "Slow", "body", "We look into it."),
    "postmortem-template": ("required", "Summary", "body", "## Summary\n\n## Recovery\n"),
}


def row_of(page, kind):
    """A row of this kind that the console edits, and its address."""
    if kind == "component":
        row = make_component(page, name="Website")
    elif kind == "group":
        row = create_group(page=page, name="Places", by=None)
    elif kind == "template":
        row = save_update_template(page=page, name="Slow", status=IncidentStatus.INVESTIGATING, body="Soon.")
    else:
        row = save_postmortem_template(page=page, name="Short", body="## Summary\n")
    return row, reverse(f"console:edit-{kind}", args=[getattr(row, "code", row.pk)])


@pytest.mark.parametrize("kind", ROWS)
def test_what_two_people_change_in_a_row_both_stands_and_the_same_field_is_told(console, page, kind):
    theirs, set_by_them, mine, set_by_me = ROWS[kind]
    row, address = row_of(page, kind)
    shown = console.get(address)
    assert send_as_shown(console, address, shown, **{theirs: set_by_them}).status_code == 302

    assert send_as_shown(console, address, shown, **{mine: set_by_me}).status_code == 302

    row.refresh_from_db()
    assert (getattr(row, theirs), getattr(row, mine)) == (set_by_them, set_by_me)
    told = send_as_shown(console, address, shown, **{theirs: "Mine"})
    assert f"Somebody else set “{set_by_them}” here meanwhile." in text_of(told)
    assert send_as_shown(console, address, told).status_code == 302
    row.refresh_from_db()
    assert getattr(row, theirs) == "Mine"


def test_settings_that_two_people_change_both_stand(console, page):
    address = reverse("console:settings")
    update_page(page=page, by=None, hosts=["status.example.test", "example.test"])
    shown = console.get(address)
    send_as_shown(console, address, shown, time_zone="Europe/Berlin", partial_outage_weight="0.5")

    assert send_as_shown(console, address, shown, about="All we run.").status_code == 302

    page.refresh_from_db()
    assert (page.time_zone, page.about, page.partial_outage_weight) == ("Europe/Berlin", "All we run.", Decimal("0.5"))
    assert page.hosts.count() == 2
    told = text_of(send_as_shown(console, address, shown, time_zone="Asia/Tokyo", partial_outage_weight="0.4"))
    assert "Somebody else set “Europe/Berlin” here meanwhile." in told
    assert "Somebody else set “0.50” here meanwhile." in told


def test_a_closure_policy_that_two_people_change_stands_with_both(console, page):
    address = reverse("console:item-settings")
    mira, rolf = make_user("mira"), make_user("rolf")
    shown = console.get(address)
    assert send_as_shown(console, address, shown, leads=["mira"]).status_code == 302

    assert send_as_shown(console, address, shown, p0_days="3").status_code == 302

    policy = policy_of(page)
    assert (policy.p0_days, list(policy.leads.all())) == (3, [mira])
    told = send_as_shown(console, address, shown, leads=["rolf"])
    assert "Somebody else set “mira” here meanwhile." in text_of(told)
    assert send_as_shown(console, address, told, leads=["rolf"]).status_code == 302
    assert list(policy.leads.all()) == [rolf]
    shown = console.get(address)
    set_closure_policy(page=page, leads=[])
    assert "Somebody else left this empty meanwhile." in text_of(send_as_shown(console, address, shown, leads=["mira"]))


def test_a_text_with_space_around_it_is_nobody_elses(console, page):
    row, address = row_of(page, "component")
    Component.objects.filter(pk=row.pk).update(description="  Finds things.\n")

    assert send_as_shown(console, address, console.get(address), description="Finds all.").status_code == 302

    row.refresh_from_db()
    assert row.description == "Finds all."


def test_who_sets_the_same_is_told_nothing(console, page):
    _, address = row_of(page, "component")
    shown = console.get(address)
    send_as_shown(console, address, shown, only_show_if_degraded="on")

    assert send_as_shown(console, address, shown, only_show_if_degraded="on").status_code == 302


def test_a_weight_of_none_is_said(console, page):
    address = reverse("console:settings")
    update_page(page=page, by=None, degraded_weight=Decimal("0.3"))
    shown = console.get(address)
    update_page(page=page, by=None, degraded_weight=Decimal(0))

    told = text_of(send_as_shown(console, address, shown, degraded_weight="0.5"))

    assert re.search(r"Somebody else set “0(\.0+)?” here meanwhile\.", told)


def test_a_logo_is_asked_for_again_with_what_was_told(console, page):
    address = reverse("console:settings")
    shown = console.get(address)
    update_page(page=page, by=None, about="Theirs")
    picture = io.BytesIO()
    Image.new("RGB", (10, 10)).save(picture, "PNG")
    logo = SimpleUploadedFile("logo.png", picture.getvalue(), "image/png")

    told = text_of(send_as_shown(console, address, shown, about="Mine", logo=logo))

    assert "Choose the file once more." in told


def test_a_lead_whose_account_is_closed_stays_when_something_else_is_changed(console, page):
    mira, zoe = make_user("mira"), make_user("zoe")
    set_closure_policy(page=page, leads=[mira, zoe])
    zoe.is_active = False
    zoe.save()
    address = reverse("console:item-settings")

    assert send_as_shown(console, address, console.get(address), p0_days="3").status_code == 302

    assert set(policy_of(page).leads.all()) == {mira, zoe}


def test_an_updates_time_that_two_people_correct_is_told_and_else_left_alone(console, incident):
    update = incident.updates.get()
    address = reverse("console:edit-update", args=[incident.code, update.code])
    shown = console.get(address)
    moved = update.posted_at - timedelta(minutes=30)
    edit_update(update=update, body=update.body, posted_at=moved, by=None)

    assert send_as_shown(console, address, shown, body="Mine.").status_code == 302
    update.refresh_from_db()
    assert (update.body, update.posted_at) == ("Mine.", moved)
    earlier = f"{moved - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
    assert "here meanwhile." in text_of(send_as_shown(console, address, shown, posted_at=earlier))


def test_a_moment_that_two_people_correct_is_told(console, incident):
    address = reverse("console:moment", args=[incident.code, "detected"])
    shown = console.get(address)
    detected = incident.started_at - timedelta(minutes=3)
    correct_moment(incident=incident, moment=Moment.DETECTED, value=detected, by=None)

    mine = f"{incident.started_at - timedelta(minutes=9):%Y-%m-%dT%H:%M:%S}"
    told = send_as_shown(console, address, shown, value=mine, source="manual", reason="I looked.")

    assert "here meanwhile." in text_of(told)
    assert send_as_shown(console, address, told).status_code == 302
    incident.refresh_from_db()
    assert f"{incident.detected_at:%Y-%m-%dT%H:%M:%S}" == mine


def test_the_ends_of_a_window_that_two_people_move_both_stand(console, page):
    start = timezone.now().replace(microsecond=0) + timedelta(days=1)
    ends = {"scheduled_for": start, "scheduled_until": start + timedelta(hours=4)}
    planned = schedule_maintenance(page=page, name="Upgrade", body="Soon.", components=[], by=None, **ends)
    address = reverse("console:reschedule", args=[planned.code])
    shown = console.get(address)
    later = start + timedelta(hours=1)
    assert send_as_shown(console, address, shown, scheduled_for=f"{later:%Y-%m-%dT%H:%M:%S}").status_code == 302

    until = start + timedelta(hours=6)
    assert send_as_shown(console, address, shown, scheduled_until=f"{until:%Y-%m-%dT%H:%M:%S}").status_code == 302

    planned.refresh_from_db()
    assert (planned.scheduled_for, planned.scheduled_until) == (later, until)
