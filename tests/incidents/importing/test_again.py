"""Importing again: the same changes nothing, newer documents change what they tell, older ones nothing."""

from incidents.changes import PageImported
from incidents.choices import Moment
from incidents.lifecycle import correct_moment, set_component_status, update_component
from incidents.models import Component, Incident, Page, Update
from incidents.signals import changed

from . import documents as d

LATER = "2024-05-04T10:00:00.000+02:00"


def test_twice_changes_no_row(bring, all_rows):
    broken = d.component("compspout001", name="Spout", status="partial_outage")
    document = d.summary(components=[d.component(), broken])
    bring(document)
    before = all_rows()
    said = bring(document)
    assert all_rows() == before
    assert "incidents: 0 created, 0 updated, 1 unchanged" in said


def test_twice_counts_the_same_things(bring):
    grouped = d.component(group_id="groupkitchen")
    said = d.update(
        "updinvestig1",
        "investigating",
        "2024-05-01T10:01:00.125+02:00",
        d.affected("operational", "major_outage", name="Kitchen - Kettle"),
        d.affected("operational", "major_outage", "compspout001", name="Spout"),
    )
    document = {"page": d.PAGE, "incidents": [d.incident(components=[grouped], incident_updates=[said])]}

    first, second = bring(document), bring(document)

    assert "Writing Teapots: 1 incident and 0 maintenances\n" in first
    assert "groups: 1 created, 0 updated, 0 unchanged" in first
    assert "groups: 0 created, 0 updated, 1 unchanged" in second
    assert "components: 2 created, 0 updated, 0 unchanged" in first
    assert "components: 0 created, 0 updated, 2 unchanged" in second


def test_one_signal_for_a_page_that_changed_and_none_for_one_that_did_not(bring):
    heard = []

    def hear(sender, change, **_):
        heard.append(change)

    changed.connect(hear)
    try:
        bring(d.summary())
        bring(d.summary())
    finally:
        changed.disconnect(hear)
    assert [type(change) for change in heard] == [PageImported]
    assert heard[0].page == Page.objects.get()


def test_a_newer_document_updates(bring):
    bring(d.summary())
    newer = d.incident(name="It boiled over", updated_at=LATER)
    newer["incident_updates"][0] |= {"body": "Mopped up.", "updated_at": LATER}
    bring(d.summary(page=d.PAGE | {"name": "Pots", "updated_at": LATER}, incidents=[newer]))
    row = Incident.objects.incidents().get()
    assert (row.name, row.version, Page.objects.get().name) == ("It boiled over", 2, "Pots")
    edited = Update.objects.get(code="updresolved1")
    assert edited.body == "Mopped up."
    assert edited.revisions.get().body == "We are resolved."


def test_an_older_document_changes_nothing_that_is_known(bring, all_rows):
    bring(d.summary())
    before = all_rows()
    old = d.incident(name="Old name", status="identified", resolved_at=None, updated_at="2024-05-01T10:20:00.400+02:00")
    old["incident_updates"] = old["incident_updates"][1:]
    page = d.PAGE | {"name": "Old", "updated_at": "2024-05-01T10:20:00.400+02:00"}
    bring({"page": page, "incidents": [old]})
    assert all_rows() == before


def test_the_order_of_the_files_does_not_matter(bring):
    old = d.incident(name="Old name", status="identified", resolved_at=None, updated_at="2024-05-01T10:20:00.400+02:00")
    older_page = d.PAGE | {"updated_at": "2024-05-01T10:20:00.400+02:00"}
    bring(d.summary(), {"page": older_page, "incidents": [old]})
    assert Incident.objects.incidents().get().name == "It boils over"


def test_what_people_changed_here_outlives_the_same_document(bring):
    bring(d.summary())
    component = Component.objects.get()
    update_component(
        component=component,
        by=None,
        name="Samovar",
        group=None,
        description="",
        showcase=False,
        only_show_if_degraded=True,
        start_date=component.start_date,
    )
    set_component_status(component=component, status="major_outage", by=None)
    incident = Incident.objects.incidents().get()
    found = incident.started_at.replace(minute=0, second=0, microsecond=0)
    correct_moment(incident=incident, moment=Moment.STARTED, value=found, by=None, reason="The logs say so.")
    bring(d.summary())
    assert Component.objects.get().name == "Samovar"
    assert Component.objects.get().claims.get(incident=None).ended_at is None
    assert Incident.objects.incidents().get().started_at == found


def test_a_corrected_moment_outlives_a_newer_document_as_well(bring):
    bring(d.summary())
    incident = Incident.objects.incidents().get()
    found = incident.started_at.replace(minute=0, second=0, microsecond=0)
    correct_moment(incident=incident, moment=Moment.STARTED, value=found, by=None, reason="The logs say so.")
    bring(d.summary(incidents=[d.incident(name="Newer", updated_at="2999-01-01T00:00:00.000Z")]))
    row = Incident.objects.incidents().get()
    assert (row.name, row.started_at) == ("Newer", found)
