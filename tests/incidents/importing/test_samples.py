"""Real captured documents, where they lie beside the repository."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from incidents.models import Component, Incident, Page, Update

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "statuspage" / "samples"
FILES = sorted(SAMPLES.glob("*.json"))
pytestmark = pytest.mark.skipif(not FILES, reason="the captured documents aren't here")


def test_all_of_them_import_and_again_changes_nothing(db, all_rows):
    call_command("import_statuspage", str(SAMPLES))
    assert Page.objects.count() == 5
    before = all_rows()
    call_command("import_statuspage", str(SAMPLES))
    for file in FILES:
        call_command("import_statuspage", str(file))
    assert all_rows() == before


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_imports_alone(db, file):
    call_command("import_statuspage", str(file))
    assert Page.objects.get().is_default


@pytest.mark.parametrize("file", [file for file in FILES if "incidents" in file.stem], ids=lambda file: file.stem)
def test_no_incident_update_or_component_change_is_lost(db, file):
    call_command("import_statuspage", str(file))
    told = json.loads(file.read_text())["incidents"]
    assert set(Incident.objects.values_list("code", flat=True)) == {each["id"] for each in told}
    for each in (update for incident in told for update in incident["incident_updates"]):
        row = Update.objects.get(code=each["id"])
        assert row.body == each["body"]
        named = [(change["code"], change["name"], change["new_status"]) for change in each["affected_components"] or ()]
        stored = row.component_changes.values_list("component__code", "component_name", "new_status")
        assert list(stored) == named
    assert not Component.objects.filter(archived_at__isnull=False).exists()
