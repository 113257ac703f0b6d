"""What the v2 documents tell, field by field."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.lifecycle import (
    archive_component,
    cancel_maintenance,
    create_group,
    open_drill,
    publish_postmortem,
    reopen_incident,
    save_postmortem_draft,
    schedule_maintenance,
    update_component,
)
from incidents.models import Component, Incident
from status.api import HEADS, bare_incident_document, incident_api_document
from status.document import JSON
from tests.factories import make_component, make_incident, make_page

MAJOR, PARTIAL, DEGRADED = (
    ComponentStatus.MAJOR_OUTAGE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.DEGRADED_PERFORMANCE,
)
SOON = timedelta(minutes=1)


def read(page, name, at=None):
    return json.loads(HEADS[f"/api/v2/{name}.json"](page, at or timezone.now() + SOON).body)


def single(incident, at=None):
    return json.loads(bare_incident_document(incident.page, incident, at or timezone.now() + SOON).body)


def names(rows):
    return [row["name"] for row in rows]


def plan(page, name, hours, *, lasts=2, components=(), **options):
    start = timezone.now() + timedelta(hours=hours)
    return schedule_maintenance(
        page=page,
        name=name,
        body="We upgrade.",
        scheduled_for=start,
        scheduled_until=start + timedelta(hours=lasts),
        components=components,
        by=None,
        at=timezone.now() - timedelta(days=3),
        **options,
    )


@pytest.mark.parametrize("path", HEADS)
def test_documents_are_finished_bytes(eventful, path):
    document = HEADS[path](eventful, timezone.now())

    assert (document.path, document.content_type, document.last_modified) == (path, JSON, eventful.updated_at)
    told = json.loads(document.body)
    assert document.body == json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def test_text_is_written_as_it_is_not_escaped(page):
    make_incident(page, name="Störung <b>☃</b>")

    assert "Störung <b>☃</b>".encode() in HEADS["/api/v2/incidents.json"](page, timezone.now()).body


def test_the_page_is_in_every_enveloped_document(page, settings):
    settings.SITE_URL = "https://status.example.test"
    told = read(page, "status")

    assert told["page"] == {
        "id": page.code,
        "name": "Example Status",
        "url": "https://status.example.test",
        "time_zone": "Etc/UTC",
        "updated_at": f"{page.updated_at:%Y-%m-%dT%H:%M:%S}.{page.updated_at.microsecond // 1000:03}Z",
    }
    assert told["status"] == {"indicator": "none", "description": "All Systems Operational"}


@pytest.mark.parametrize(
    ("zone", "at", "said"),
    [
        ("Etc/UTC", datetime(2022, 10, 4, 8, 39, tzinfo=UTC), "2022-10-04T08:39:00.000Z"),
        ("UTC", datetime(2022, 10, 4, 8, 39, 1, 999999, tzinfo=UTC), "2022-10-04T08:39:01.999Z"),
        ("America/Tijuana", datetime(2022, 2, 15, 21, 37, 37, 407000, tzinfo=UTC), "2022-02-15T13:37:37.407-08:00"),
        ("America/Tijuana", datetime(2022, 7, 15, 21, 37, 37, 407000, tzinfo=UTC), "2022-07-15T14:37:37.407-07:00"),
        ("Europe/London", datetime(2022, 1, 1, tzinfo=UTC), "2022-01-01T00:00:00.000+00:00"),
    ],
)
def test_times_are_the_pages_own_to_the_millisecond(page, zone, at, said):
    page.time_zone, page.updated_at = zone, at

    assert read(page, "status")["page"]["updated_at"] == said


def test_groups_and_members_are_flat_by_position_with_the_groups_status_its_worst_members(page):
    website = make_component(page, "Website")
    group = create_group(page=page, name="Git", by=None)
    ssh, https = (make_component(page, name, group=group) for name in ("SSH", "HTTPS"))
    make_incident(page, affecting={ssh: DEGRADED, https: PARTIAL})

    rows = read(page, "components")["components"]

    assert [(row["name"], row["position"], row["group"], row["status"]) for row in rows] == [
        ("Git", 1, True, "partial_outage"),
        ("Website", 1, False, "operational"),
        ("SSH", 1, False, "degraded_performance"),
        ("HTTPS", 2, False, "partial_outage"),
    ]
    assert rows[0]["components"] == [ssh.code, https.code]
    assert [row["group_id"] for row in rows] == [None, None, group.code, group.code]
    assert not any("components" in row for row in rows[1:])
    assert rows[1]["id"] == website.code


def test_a_component_is_told_with_all_its_fields(page):
    component = make_component(
        page, description="What you see.", showcase=False, only_show_if_degraded=True, start_date=date(2021, 3, 1)
    )

    [row] = read(page, "components")["components"]

    assert row["description"] == "What you see."
    assert (row["showcase"], row["only_show_if_degraded"], row["start_date"]) == (False, True, "2021-03-01")
    assert row["page_id"] == page.code
    update_component(component=component, name="Bare", group=None, by=None)
    [row] = read(page, "components")["components"]
    assert (row["description"], row["start_date"], row["group_id"]) == (None, None, None)


def test_a_component_changes_when_its_status_does(page):
    component = make_component(page)
    [before] = read(page, "components")["components"]
    incident = make_incident(page, affecting={component: MAJOR})
    [broken] = read(page, "components")["components"]
    make_incident(page, affecting={component: ComponentStatus.OPERATIONAL})

    assert broken["updated_at"] > before["updated_at"]
    assert broken["updated_at"] == single(incident)["incident_updates"][0]["created_at"]
    [same] = read(page, "components")["components"]
    assert same["updated_at"] == broken["updated_at"]


def test_archived_components_are_left_out_of_lists_but_not_of_what_was_said(page):
    old, kept = make_component(page, "Old"), make_component(page, "Kept")
    incident = make_incident(page, status=IncidentStatus.RESOLVED, affecting={old: MAJOR, kept: PARTIAL})
    archive_component(component=old, by=None)

    told = single(incident)

    assert names(read(page, "components")["components"]) == ["Kept"]
    assert names(told["components"]) == ["Kept"]
    assert {row["code"] for row in told["incident_updates"][-1]["affected_components"]} == {old.code, kept.code}


def test_updates_come_newest_first_with_what_they_said_of_components(page):
    group = create_group(page=page, name="Git", by=None)
    ssh = make_component(page, "SSH", group=group)
    incident = make_incident(page, status=IncidentStatus.RESOLVED, affecting={ssh: MAJOR})

    told = single(incident)
    last, first = told["incident_updates"]

    assert [last["status"], first["status"]] == ["resolved", "investigating"]
    assert first["affected_components"] == [
        {"code": ssh.code, "name": "Git - SSH", "old_status": "operational", "new_status": "major_outage"}
    ]
    assert last["affected_components"][0]["new_status"] == "operational"
    assert (first["custom_tweet"], first["tweet_id"], first["deliver_notifications"]) == (None, None, True)
    assert last["display_at"] == told["resolved_at"]
    assert first["incident_id"] == told["id"] == incident.code
    assert names(told["components"]) == ["SSH"]
    assert (told["impact"], told["monitoring_at"], told["reminder_intervals"]) == ("critical", None, None)
    assert not {"scheduled_for", "scheduled_until"} & told.keys()


def test_an_incident_without_components_says_null_and_an_empty_list(page):
    told = single(make_incident(page))

    assert told["components"] == []
    assert told["incident_updates"][0]["affected_components"] is None


def test_the_short_link_leads_to_the_report_unless_it_was_brought_along(page, settings):
    settings.SITE_URL = "https://status.example.test"
    incident = make_incident(page)

    assert single(incident)["shortlink"] == f"https://status.example.test/incidents/{incident.code}"
    Incident.objects.update(shortlink="https://stspg.example/abc")
    assert single(incident)["shortlink"] == "https://stspg.example/abc"


def test_a_published_postmortem_is_one_more_update(page):
    incident = make_incident(page, status=IncidentStatus.RESOLVED)
    resolved = timezone.now()
    save_postmortem_draft(incident=incident, body="Draft", by=None, at=resolved)
    assert len(single(incident)["incident_updates"]) == 2
    published = resolved + timedelta(days=8)
    save_postmortem_draft(incident=incident, body="# Why\n\nA proxy.", by=None, at=published)
    publish_postmortem(incident=incident, by=None, at=published, notify=False)
    before = single(incident, published)
    save_postmortem_draft(incident=incident, body="Secret", by=None, at=published + SOON)

    told = single(incident, published + SOON)

    assert told == before
    newest = told["incident_updates"][0]
    assert told["status"] == newest["status"] == "postmortem"
    assert newest["body"] == "# Why\n\nA proxy."
    assert newest["display_at"] == newest["created_at"] == newest["updated_at"]
    assert datetime.fromisoformat(newest["display_at"]) == published.replace(
        microsecond=published.microsecond // 1000 * 1000
    )
    assert newest["id"] == incident.postmortem.code
    assert newest["deliver_notifications"] is False
    assert newest["affected_components"] is None


def test_incidents_come_by_their_latest_update(page):
    now = timezone.now()
    make_incident(page, name="Began first, told last", at=now - timedelta(hours=9), status=IncidentStatus.RESOLVED)
    make_incident(page, name="Told long ago", at=now - timedelta(hours=3))
    reviewed = make_incident(page, name="Reviewed", at=now - timedelta(hours=2), status=IncidentStatus.RESOLVED)
    make_incident(page, name="Reported", at=now - timedelta(hours=1), status=IncidentStatus.MONITORING)
    save_postmortem_draft(incident=reviewed, body="Why", by=None)
    publish_postmortem(incident=reviewed, by=None)

    assert names(read(page, "incidents")["incidents"]) == [
        "Reviewed",
        "Reported",
        "Began first, told last",
        "Told long ago",
    ]
    assert names(read(page, "incidents/unresolved")["incidents"]) == ["Reported", "Told long ago"]
    assert names(read(page, "summary")["incidents"]) == ["Reported", "Told long ago"]


def test_a_reopened_incident_is_open_again(page):
    incident = make_incident(page, status=IncidentStatus.RESOLVED)
    reopen_incident(incident=incident, body="Back.", by=None)

    [row] = read(page, "summary")["incidents"]

    assert (row["status"], row["resolved_at"]) == ("investigating", None)


def test_lists_of_everything_hold_fifty_and_open_ones_are_never_cut(page):
    for number in range(52):
        make_incident(page, name=f"Incident {number}")
        plan(page, f"Maintenance {number}", 24 + number)

    counts = {
        (name, key): len(rows)
        for name in ("summary", "incidents", "incidents/unresolved", "scheduled-maintenances")
        for key, rows in read(page, name).items()
        if isinstance(rows, list) and rows
    }
    assert counts == {
        ("summary", "incidents"): 52,
        ("summary", "scheduled_maintenances"): 52,
        ("incidents", "incidents"): 50,
        ("incidents/unresolved", "incidents"): 52,
        ("scheduled-maintenances", "scheduled_maintenances"): 50,
    }
    assert names(read(page, "scheduled-maintenances")["scheduled_maintenances"])[0] == "Maintenance 51"


def test_maintenances_stand_where_the_clock_has_brought_them(page):
    component = make_component(page)
    maintenance = plan(page, "Upgrade", 2, components=[component])
    begins, ends = maintenance.scheduled_for, maintenance.scheduled_until
    stages = []
    for at in (begins - SOON, begins, ends - SOON, ends):
        lists = ("summary", "scheduled-maintenances/upcoming", "scheduled-maintenances/active")
        listed = [len(read(page, name, at)["scheduled_maintenances"]) for name in lists]
        row = single(maintenance, at)
        [component_row] = row["components"]
        stages.append((row["status"], component_row["status"], *listed))
        assert (row["resolved_at"] is not None) == (at >= ends)
        assert read(page, "status", at)["status"]["indicator"] == ("maintenance" if begins <= at < ends else "none")

    assert stages == [
        ("scheduled", "operational", 1, 1, 0),
        ("in_progress", "under_maintenance", 1, 0, 1),
        ("in_progress", "under_maintenance", 1, 0, 1),
        ("completed", "operational", 0, 0, 0),
    ]
    assert row["resolved_at"] == row["scheduled_until"]
    assert row["impact"] == "maintenance"
    assert "reminder_intervals" not in row


def test_maintenances_come_soonest_first_and_called_off_ones_are_over(page):
    plan(page, "Later", 48)
    plan(page, "By hand", -1, auto_start=False, auto_complete=False)
    plan(page, "Running", -1)
    plan(page, "Sooner", 24)
    cancel_maintenance(incident=plan(page, "Called off", 12), body="Not needed.", by=None)

    def listed(name):
        return names(read(page, name)["scheduled_maintenances"])

    assert listed("summary") == ["By hand", "Running", "Sooner", "Later"]
    assert listed("scheduled-maintenances/upcoming") == ["By hand", "Sooner", "Later"]
    assert listed("scheduled-maintenances/active") == ["Running"]
    assert listed("scheduled-maintenances") == ["Later", "Sooner", "Called off", "Running", "By hand"]
    assert read(page, "incidents")["incidents"] == []


def test_drills_and_other_pages_are_never_told(page):
    component = make_component(page, "Website")
    drill = open_drill(page=page, name="Practice", body="We practise.", by=None, component_statuses={component: MAJOR})
    make_incident(make_page("Other", hosts=["other.example.test"]), name="Elsewhere")

    for path, document in HEADS.items():
        assert b"Practice" not in document(page, timezone.now()).body, path
        assert b"Practice" not in document(drill.page, timezone.now()).body, path
        assert b"Elsewhere" not in document(page, timezone.now()).body, path
    assert [row["status"] for row in read(page, "components")["components"]] == ["operational"]
    for document in (incident_api_document, bare_incident_document):
        for asked in (page, drill.page):
            with pytest.raises(Incident.DoesNotExist):
                document(asked, drill, timezone.now())


def test_one_incident_with_and_without_its_envelope(page):
    incident = make_incident(page)
    now = timezone.now()
    whole, bare = incident_api_document(page, incident, now), bare_incident_document(page, incident, now)

    assert whole.path == f"/api/v2/incidents/{incident.code}.json"
    assert bare.path == f"/incidents/{incident.code}.json"
    assert json.loads(whole.body) == {"page": read(page, "status")["page"], "incident": json.loads(bare.body)}
    assert (whole.content_type, bare.last_modified) == (JSON, page.updated_at)


def test_queries_do_not_grow_with_what_there_is(page, django_assert_max_num_queries):
    def add(many):
        group = create_group(page=page, name="Group", by=None)
        for number in range(many):
            component = make_component(page, group=group)
            make_incident(page, affecting={component: PARTIAL})
            closed = make_incident(page, affecting={component: MAJOR}, status=IncidentStatus.RESOLVED)
            save_postmortem_draft(incident=closed, body="Why", by=None)
            publish_postmortem(incident=closed, by=None)
            plan(page, "Ahead", 24 + number, components=[component])
            plan(page, "Running", -1, components=[component])

    counts = []
    for more in (2, 8):
        add(more)
        taken = []
        for document in HEADS.values():
            with django_assert_max_num_queries(20) as queries:
                document(page, timezone.now())
            taken.append(len(queries.captured_queries))
        counts.append(taken)

    print(dict(zip(HEADS, counts[0], strict=True)))
    assert counts[0] == counts[1]
    assert Component.objects.count() == 10
