"""The forms of the console, from outside: what they change, keep and refuse."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import update_page
from incidents.models import Incident
from tests.factories import make_component, make_incident


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

    data = {"name": "Example", "time_zone": "Etc/UTC", "partial_outage_weight": "0.3", "degraded_weight": "0"}
    answer = console.post(reverse("console:settings"), data | {"logo": svg})

    assert list(answer.context["form"].errors) == ["logo"]


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


def test_group_that_somebody_archived_meanwhile_is_not_moved(page, console):
    console.post(reverse("console:add-group"), {"name": "Storage"})
    group = page.groups.get()
    console.post(reverse("console:archive-group", args=[group.code]))

    assert console.post(reverse("console:move-group", args=[group.code]), {"direction": "up"}).status_code == 404


@pytest.mark.parametrize("time_zone", ["Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31"])
def test_years_that_nobody_means_are_refused_by_field(page, console, time_zone, year):
    update_page(page=page, by=None, time_zone=time_zone)
    window = {
        "name": "Upgrade",
        "body": "We upgrade.",
        "scheduled_for": f"{year}T12:00",
        "scheduled_until": f"{year}T23:00",
    }

    schedule = console.post(reverse("console:schedule"), window)
    assert schedule.context["form"].errors["scheduled_for"] == ["The year is from 1970 to 9000."]
    component = console.post(reverse("console:add-component"), {"name": "Website", "start_date": year})
    assert component.context["form"].errors["start_date"] == ["The year is from 1970 to 9000."]


def test_times_are_asked_for_in_a_zone_that_is_named(page, console):
    update_page(page=page, by=None, time_zone="America/New_York")

    text = console.get(reverse("console:report")).content.decode()

    assert "America/New_York time. Left empty: when this update is posted." in text


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
        "components": [website.code],
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


def test_reopening_says_what_is_broken_again(page, console, public):
    website = make_component(page, "Website")
    incident = make_incident(page, status=IncidentStatus.RESOLVED)
    typed = {"status": "identified", "body": "It is back.", f"component_{website.code}": "major_outage"}

    console.post(reverse("console:reopen", args=[incident.code]), typed | {"next_update_by": "2099-01-01T10:00"})

    update = incident.updates.last()
    assert [change.new_status for change in update.component_changes.all()] == [ComponentStatus.MAJOR_OUTAGE]
    assert update.next_update_by.year == 2099
    assert "All Systems Operational" not in public.get("/").content.decode()


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


NO_SUCH = ("9" * 20, "9" * 5000, "-1", "1.5", "nobody", "\x00")
"""What no database holds an integer for, and other things that only a crafted request sends."""


@pytest.mark.parametrize("absurd", NO_SUCH, ids=lambda absurd: repr(absurd[:20]))
def test_what_does_not_exist_is_refused_beside_its_field(page, console, absurd):
    incident = make_incident(page)
    day = {"scheduled_for": "2030-01-01T10:00", "scheduled_until": "2030-01-01T11:00"}
    days = {f"p{priority}_days": "5" for priority in range(4)}
    item = {"item-title": "Test it", "item-kind": "prevent", "item-priority": "p1"}
    for address, field, data in (
        (reverse("console:schedule"), "components", {"name": "Upgrade", "body": "We upgrade.", **day}),
        (reverse("console:item-settings"), "leads", days),
        (reverse("console:add-component"), "group", {"name": "Website"}),
        (reverse("console:add-item", args=[incident.code]), "item-owner", item),
    ):
        answer = console.post(address, data | {field: absurd})

        assert answer.status_code == 200, field
        assert list(answer.context["form"].errors) == [field.removeprefix("item-")]


@pytest.mark.parametrize("absurd", ["9" * 20, "-1", "nobody"])
def test_an_absurd_version_is_no_fault_of_ours(page, console, absurd):
    website = make_component(page, "Website")
    incident = make_incident(page)
    console.post(reverse("console:start-postmortem", args=[incident.code]))

    for address, field, data in (
        ("post-update", "seen_version", {"status": "identified", "body": "More.", f"component_{website.code}": absurd}),
        ("autosave-postmortem", "base", {"body": "Text"}),
        ("postmortem", "base", {"body": "Text"}),
        ("move-postmortem", "seen", {"to": "approved"}),
    ):
        answer = console.post(reverse(f"console:{address}", args=[incident.code]), data | {field: absurd})

        assert answer.status_code < 500, address
    assert console.get(reverse("console:postmortem-revision", args=[incident.code, 10**20])).status_code == 404


@pytest.mark.parametrize("absurd", ["9" * 20, "9" * 5000, "0", "²", "١"], ids=lambda absurd: repr(absurd[:20]))
def test_a_template_or_attempt_that_is_none_is_passed_over(page, console, absurd):
    incident = make_incident(page)

    for address, field in (
        (reverse("console:report"), "template"),
        (reverse("console:incident", args=[incident.code]), "template"),
        (reverse("publishing:changes", args=[incident.code]), "attempt"),
    ):
        assert console.get(address, {field: absurd}).status_code == 200, address
    console.post(reverse("console:start-postmortem", args=[incident.code]), {"template": absurd})
    assert incident.postmortem.draft
