"""What of a document arrives in which row."""

from datetime import UTC, date, datetime

import pytest

from incidents.choices import Moment, MomentSource, Precision
from incidents.component_status import status_at
from incidents.models import Component, ComponentGroup, Incident, Page, StatusPeriod, Update

from . import documents as d

NOW = datetime(2024, 7, 1, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_the_page_with_its_host_becomes_the_default_of_an_empty_database(bring):
    bring(d.summary())
    page = Page.objects.get()
    assert (page.code, page.name, page.time_zone, page.is_default) == (d.PAGE_ID, "Teapots", "Europe/Berlin", True)
    assert page.updated_at == utc(2024, 5, 2, 10)
    assert [host.host for host in page.hosts.all()] == ["status.teapots.example"]


def test_a_later_page_leaves_the_default_alone(bring, page):
    bring(d.summary())
    assert Page.objects.get(is_default=True) == page
    assert Page.objects.filter(code=d.PAGE_ID, is_default=False).exists()


def test_a_component_keeps_its_id_and_fields(bring):
    bring(d.summary())
    row = Component.objects.get()
    assert (row.code, row.name, row.position) == ("compkettle01", "Kettle", 4)
    assert (row.showcase, row.only_show_if_degraded) == (False, True)
    assert row.start_date == date(2019, 12, 1)
    assert row.updated_at == utc(2024, 5, 1, 10, 0, 0, 111_000)


def test_an_incident_keeps_its_times_to_the_millisecond(bring):
    bring(d.summary())
    row = Incident.objects.incidents().get()
    assert (row.code, row.status, row.impact, row.impact_override) == ("incboilover1", "resolved", "major", None)
    assert row.started_at == utc(2024, 5, 1, 8, 0, 0, 500_000)
    assert row.resolved_at == utc(2024, 5, 1, 9, 0, 0, 240_000)
    assert row.created_at == utc(2024, 5, 1, 8, 0, 0, 505_000)
    assert row.updated_at == utc(2024, 5, 1, 9, 0, 0, 250_000)
    assert row.shortlink == "https://stspg.example/abc"
    assert row.reminder_intervals == "[1, 5]"
    assert row.version == 1


def test_start_and_end_are_kept_as_imported_beliefs(bring):
    bring(d.summary())
    records = Incident.objects.incidents().get().moment_records.all()
    assert [(each.moment, each.source, each.precision) for each in records] == [
        (Moment.STARTED, MomentSource.IMPORT, Precision.AT_MOST),
        (Moment.RESOLVED, MomentSource.IMPORT, Precision.EXACT),
    ]


def test_updates_come_in_order_with_what_they_said(bring):
    bring(d.summary())
    rows = Incident.objects.incidents().get().updates.all()
    assert [row.code for row in rows] == ["updinvestig1", "updidentify1", "updresolved1"]
    assert rows[0].posted_at == utc(2024, 5, 1, 8, 1, 0, 125_000)
    assert not rows[0].notify
    changes = rows[1].component_changes.values_list("component__code", "component_name", "old_status", "new_status")
    assert list(changes) == [("compkettle01", "Kettle", "degraded_performance", "partial_outage")]


def test_status_periods_follow_from_the_updates(bring):
    bring(d.summary())
    incident = Incident.objects.incidents().get()
    periods = StatusPeriod.objects.filter(started_at__year=2024).values_list("status", "cause", "ended_at")
    assert list(periods) == [
        ("degraded_performance", incident.pk, utc(2024, 5, 1, 8, 20, 0, 333_000)),
        ("partial_outage", incident.pk, utc(2024, 5, 1, 9, 0, 0, 240_000)),
        ("operational", None, None),
    ]


def test_a_maintenance_keeps_its_window_and_starts_nothing_by_itself(bring):
    bring(d.summary())
    row = Incident.objects.maintenances().get()
    assert (row.status, row.impact, row.reminder_intervals) == ("scheduled", "maintenance", None)
    assert (row.scheduled_for, row.scheduled_until) == (utc(2024, 6, 1, 8), utc(2024, 6, 1, 10))
    assert (row.auto_start, row.auto_complete, row.remind_before_minutes) == (False, False, None)
    assert [listing.component.code for listing in row.listings.all()] == ["compkettle01"]


def test_an_impact_that_the_updates_do_not_amount_to_was_set_by_hand(bring):
    bring(d.summary(incidents=[d.incident(impact="critical")]))
    row = Incident.objects.incidents().get()
    assert (row.impact, row.impact_override) == ("critical", "critical")


def test_a_postmortem_update_becomes_the_published_postmortem(bring):
    posted = d.update("updpostmort1", "postmortem", "2024-05-03T09:00:00.010+02:00", body="# Why\n\nThe lid.")
    updates = [posted, *d.incident()["incident_updates"]]
    bring(d.summary(incidents=[d.incident(status="postmortem", incident_updates=updates)]))
    row = Incident.objects.incidents().get()
    assert row.postmortem.code == "updpostmort1"
    assert row.postmortem.published_body == "# Why\n\nThe lid."
    assert row.postmortem.published_at == utc(2024, 5, 3, 7, 0, 0, 10_000)
    assert row.status == "postmortem"
    assert row.updates.count() == 3


def test_a_postmortem_of_the_older_api_is_published_too(bring):
    told = d.incident(postmortem_body="The lid.", postmortem_published_at="2024-05-03T09:00:00.000Z")
    bring({"page": d.PAGE, "incident": told})
    assert Incident.objects.get().postmortem.published_body == "The lid."


def test_groups_come_with_their_children(bring):
    group = d.component("groupkitchen", name="Kitchen", group=True, position=2, components=["compkettle01"])
    bring(d.summary(components=[group, d.component(group_id="groupkitchen")]))
    assert Component.objects.get().full_name == "Kitchen - Kettle"
    assert ComponentGroup.objects.get().position == 2


def test_a_group_is_known_from_what_updates_call_its_components(bring):
    grouped = d.component(group_id="groupkitchen")
    said = d.update(
        "updinvestig1",
        "investigating",
        "2024-05-01T10:01:00.125+02:00",
        d.affected("operational", "major_outage", name="Kitchen - Kettle"),
    )
    bring({"page": d.PAGE, "incidents": [d.incident(components=[grouped], incident_updates=[said])]})
    assert Component.objects.get().full_name == "Kitchen - Kettle"
    assert ComponentGroup.objects.get().code == "groupkitchen"


def test_the_id_of_a_group_that_nobody_describes_is_kept_until_one_does(bring):
    grouped = d.component(group_id="groupkitchen")
    bring({"page": d.PAGE, "components": [grouped]})
    assert Component.objects.get().unknown_group_code == "groupkitchen"
    bring({"page": d.PAGE, "components": [d.component("groupkitchen", name="Kitchen", group=True)]})
    row = Component.objects.get()
    assert (row.full_name, row.unknown_group_code) == ("Kitchen - Kettle", "")


def test_a_component_that_is_only_mentioned_is_kept_off_the_page(bring):
    bring({"page": d.PAGE, "incidents": [d.incident(components=[])]})
    row = Component.objects.get()
    assert (row.code, row.name) == ("compkettle01", "Kettle")
    assert row.archived_at is not None
    bring(d.summary())
    assert Component.objects.get().archived_at is None


def test_a_component_that_is_worse_than_its_incidents_say_stays_so(bring):
    broken = d.component(status="major_outage")
    bring(d.summary(components=[broken], incidents=[d.incident(components=[broken])], scheduled_maintenances=[]))
    claim = Component.objects.get().claims.get(incident=None)
    assert (claim.status, claim.started_at, claim.ended_at) == (
        "major_outage",
        utc(2024, 5, 1, 10, 0, 0, 111_000),
        None,
    )
    assert status_at(Component.objects.get(), NOW) == "major_outage"


def test_a_component_that_is_better_than_its_incident_says_ends_that(bring):
    unfinished = d.incident(status="identified", resolved_at=None)
    unfinished["incident_updates"] = unfinished["incident_updates"][1:]
    bring(d.summary(incidents=[unfinished]))
    row = Component.objects.get()
    assert status_at(row, NOW) == "operational"
    assert row.claims.get(status="partial_outage").ended_at == utc(2024, 5, 1, 10, 0, 0, 111_000)


def test_an_open_incident_leaves_its_component_as_it_said(bring):
    unfinished = d.incident(status="identified", resolved_at=None)
    unfinished["incident_updates"] = unfinished["incident_updates"][1:]
    broken = d.component(status="partial_outage")
    unfinished["components"] = [broken]
    bring(d.summary(components=[broken], incidents=[unfinished], scheduled_maintenances=[]))
    claim = Component.objects.get().claims.get(ended_at=None)
    assert (claim.status, claim.incident) == ("partial_outage", Incident.objects.get())


def test_a_closed_incident_without_its_closing_update_says_nothing_more(bring):
    trimmed = d.incident(components=[])
    trimmed["incident_updates"] = trimmed["incident_updates"][2:]
    bring({"page": d.PAGE, "incidents": [trimmed]})
    claim = Component.objects.get().claims.get()
    assert claim.ended_at == utc(2024, 5, 1, 9, 0, 0, 240_000)


def test_resolved_before_it_started_is_taken_in_and_said(bring):
    said = bring(d.summary(incidents=[d.incident(started_at="2024-05-01T12:00:00.000+02:00")]))
    row = Incident.objects.incidents().get()
    assert row.started_at == row.resolved_at
    assert "incboilover1: resolved before it started" in said


def test_the_history_page_gives_incidents_to_the_minute(bring):
    line = {
        "code": "incboilover1",
        "name": "It boils over",
        "message": "It is over.",
        "impact": "minor",
        "timestamp": "May <var data-var='date'> 1</var>, <var data-var='time'>10:01</var>"
        " - <var data-var='time'>11:00</var> CEST",
    }
    history = {
        "page_status": {"page": {**d.PAGE, "domain": "status.teapots.example"}},
        "components": [d.component(start_date="2019-12-01T00:00:00.000Z")],
        "months": [{"name": "May", "year": 2024, "starts_on": 3, "days": 31, "incidents": [line]}],
    }
    bring(history)
    row = Incident.objects.get()
    assert (row.started_at, row.resolved_at) == (utc(2024, 5, 1, 8, 1), utc(2024, 5, 1, 9))
    assert row.updates.get().body == "It is over."
    bring(d.summary())
    assert row.updates.count() == 3
    assert Update.objects.filter(body="It is over.").count() == 0


def test_a_name_of_ones_own(bring):
    bring(d.summary(), page="Our teapots")
    assert Page.objects.get().name == "Our teapots"


@pytest.mark.parametrize("key", ["components", "incidents", "scheduled_maintenances"])
def test_every_document_may_be_missing(bring, key):
    document = d.summary()
    del document[key]
    bring(document)
    assert Page.objects.count() == 1
