"""A damaged document is refused whole: which file, where in it, and why, on one line."""

import json

import pytest
from django.core.management import CommandError, call_command

from incidents.importing import reading
from incidents.models import Incident, Page

from . import documents as d


def with_incident(**changes):
    return d.summary(incidents=[d.incident(**changes)])


def with_update(**changes):
    first, *rest = d.incident()["incident_updates"]
    return with_incident(incident_updates=[first | changes, *rest])


def without(row, key):
    return {name: value for name, value in row.items() if name != key}


DAMAGED = {
    "a number for a name": (with_incident(name=7), "/incidents/0/name", "Expected `str`"),
    "an unknown status": (with_incident(status="melted"), "/incidents/0/status", "melted"),
    "an unknown impact": (with_incident(impact="huge"), "/incidents/0/impact", "huge"),
    "a maintenance's status": (with_incident(status="verifying"), "/incidents/0/status", "no status of an incident"),
    "an incident without an id": (d.summary(incidents=[without(d.incident(), "id")]), "/incidents/0", "`id`"),
    "an id of another kind": (with_incident(id="NOT AN ID"), "/incidents/0/id", "regex"),
    "a page without an id": (d.summary(page=without(d.PAGE, "id")), "/page", "`id`"),
    "a time without a zone": (
        with_update(display_at="2024-05-01T10:00:00.000"),
        "/incidents/0/incident_updates/0/display_at",
        "timezone",
    ),
    "no time at all": (with_incident(resolved_at="noon"), "/incidents/0/resolved_at", "Invalid RFC3339"),
    "a year that never was": (with_incident(resolved_at="0001-01-01T00:00:00+14:00"), "/incidents/0", "year"),
    "an update of another incident": (
        with_update(incident_id="someoneelses"),
        "/incidents/0/incident_updates/0/incident_id",
        "is not the incident's id",
    ),
    "a component of another page": (
        d.summary(components=[d.component(page_id="anotherpage1")]),
        "/components/0/page_id",
        "is not the page's id",
    ),
    "a component status": (
        d.summary(components=[d.component(status="sleepy")]),
        "/components/0/status",
        "sleepy",
    ),
    "a negative position": (d.summary(components=[d.component(position=-1)]), "/components/0/position", ">= 0"),
    "a start date": (
        d.summary(components=[d.component(start_date="2024-02-31")]),
        "/components/0/start_date",
        "Invalid date",
    ),
    "a time zone": (d.summary(page=d.PAGE | {"time_zone": "Mars/Olympus"}), "/page/time_zone", "Unknown time zone"),
    "a script for a link": (with_incident(shortlink="javascript:alert(1)"), "/incidents/0/shortlink", "regex"),
    "NUL in a text": (with_incident(name="a\x00b"), "/incidents/0/name", "NUL"),
    "half a character": (with_incident(name="a\ud800b"), "/incidents/0/name", "half"),
    "a maintenance without its window": (
        d.summary(scheduled_maintenances=[d.maintenance(scheduled_for=None, status="resolved")]),
        "/scheduled_maintenances/0/scheduled_for",
        "window",
    ),
    "a window that ends first": (
        d.summary(scheduled_maintenances=[d.maintenance(scheduled_until="2024-05-01T10:00:00.000Z")]),
        "/scheduled_maintenances/0/scheduled_until",
        "ends before it starts",
    ),
    "a text for a list": (d.summary(components="all"), "/components", "Expected `array`"),
    "nothing that we know": ({"hello": "world"}, "1:1", "Not a Statuspage document"),
    "a list": ([], "1:1", "Not a Statuspage document"),
}


@pytest.mark.parametrize(("document", "position", "reason"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_document_is_refused_with_its_place(bring, document, position, reason):
    with pytest.raises(CommandError) as refused:
        bring(
            d.summary(page=d.PAGE | {"id": "goodpagehere"}, components=[], incidents=[], scheduled_maintenances=[]),
            document,
        )
    message = str(refused.value)
    assert "1.json" in message
    assert f": {position}: " in message
    assert reason in message
    assert "\n" not in message
    assert refused.value.returncode == 2
    assert not Page.objects.exists()


BROKEN = {
    "cut off": (b'{\n  "page": {', "2:12", "Not JSON"),
    "not UTF-8": (b'{\n"page": "\xff"}', "2:10", "Not UTF-8"),
    "a NUL byte": (b'{\n\n "\x00"}', "3:3", "NUL"),
    "not a number": (b'{"page": NaN}', "1:1", "NaN"),
    "nested without end": (b"[" * 200_000, "1:1", "deeply"),
}


@pytest.mark.parametrize(("content", "position", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_json_is_refused_with_line_and_column(bring, content, position, reason):
    with pytest.raises(CommandError, match=reason) as refused:
        bring(content)
    assert f"0.json: {position}: " in str(refused.value)


def test_a_document_that_is_too_large_is_refused(bring):
    with pytest.raises(CommandError, match="Larger than 50 MB"):
        bring(json.dumps(d.summary()).encode() + b" " * reading.MAX_BYTES)


def test_a_missing_file_and_an_empty_folder_are_said(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_statuspage", str(tmp_path / "nowhere.json"))
    with pytest.raises(CommandError, match=r"no \.json file"):
        call_command("import_statuspage", str(tmp_path))


def test_one_name_is_not_given_to_two_pages(bring):
    other = d.PAGE | {"id": "secondpage01"}
    with pytest.raises(CommandError, match="can't be given to 2 pages"):
        bring(d.summary(), {"page": other, "status": {"indicator": "none"}}, page="Mine")
    assert not Page.objects.exists()


def test_ids_of_another_page_are_not_taken_over(bring):
    bring(d.summary())
    thief = {"page": d.PAGE | {"id": "secondpage01"}, "incidents": [d.incident(page_id="secondpage01", components=[])]}
    with pytest.raises(CommandError, match="already belongs to another page"):
        bring(thief)
    assert Incident.objects.incidents().get().page.code == d.PAGE_ID
    assert Page.objects.count() == 1


def test_unknown_keys_are_passed_over(bring):
    bring(with_incident(metadata={"a": {"b": 1}}, incident_impacts=[]) | {"extra": [1, None]})
    assert Incident.objects.incidents().exists()
