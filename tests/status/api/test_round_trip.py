"""Documents of other pages, imported and written again: nothing differs that isn't explained here."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from incidents.models import Page
from status.api import HEADS
from tests.incidents.importing import documents as d

from .contract import V2_SAMPLES, sample_path

MISSING = "(not there)"

EXPLAINED = {
    "an address has no slash at its end here": [
        (sample, "page/url", "https://status.teapots.example/", "https://status.teapots.example")
        for sample in ("grouped", "reviewed", "planned")
    ],
    "a 2022 document has no reminder_intervals; ours always has": [
        ("discord-incidents", "incidents/*/reminder_intervals", MISSING, None),
    ],
    "the capture was cut to three components: the group's members aren't in it, so it holds none here": [
        ("cloudflare-summary", "components/00gpj4s37mz4/components/*", ..., MISSING),
        ("cloudflare-summary", "components/00gpj4s37mz4/status", "partial_outage", "operational"),
    ],
    "the capture was cut to three components: those that its maintenances name, and their group, are added here": [
        ("cloudflare-summary", "components/4l01sk5cdn5c", MISSING, ...),
        ("cloudflare-summary", "components/4xvd68d7k70c", MISSING, ...),
        ("cloudflare-summary", "components/f4kdktnb8sz2", MISSING, ...),
        ("cloudflare-summary", "components/3t0npclljyyg", MISSING, ...),
    ],
}
"""By reason: sample, place in the document, the value there and the value here; `...` is any value."""


@pytest.fixture(autouse=True)
def _https(settings):
    """The scheme of a page's address is this installation's; most captured pages were on https."""
    settings.SITE_URL = "https://status.example.test"


@pytest.mark.skipif(not V2_SAMPLES, reason="the captured documents aren't here")
@pytest.mark.parametrize("file", V2_SAMPLES, ids=lambda file: file.stem)
def test_captured_documents_are_written_again(db, file):
    _compare(file.stem, file, sample_path(file))


INVENTED = {
    "grouped": (
        "/api/v2/components.json",
        {
            "components": [
                d.component(
                    "groupkitchen",
                    name="Kitchen",
                    group=True,
                    position=1,
                    showcase=False,
                    start_date=None,
                    only_show_if_degraded=False,
                    status="partial_outage",
                    components=["compspout001", "compkettle01"],
                ),
                d.component("compspout001", name="Spout", position=1, group_id="groupkitchen"),
                d.component("complid00001", name="Lid", position=2, description="Keeps it in."),
                d.component(position=2, group_id="groupkitchen", status="partial_outage"),
            ]
        },
    ),
    "reviewed": (
        "/api/v2/incidents.json",
        {
            "incidents": [
                d.incident(
                    status="postmortem",
                    incident_updates=[
                        d.update(
                            "updpostmort1",
                            "postmortem",
                            "2024-05-03T09:00:00.010+02:00",
                            body="# Why\r\n\r\nThe lid.",
                            updated_at="2024-05-03T10:00:00.000+02:00",
                        ),
                        *d.incident()["incident_updates"],
                    ],
                )
            ]
        },
    ),
    "planned": (
        "/api/v2/scheduled-maintenances/upcoming.json",
        {"scheduled_maintenances": [d.maintenance()]},
    ),
}


@pytest.mark.parametrize("name", INVENTED)
def test_invented_documents_are_written_again(db, tmp_path, name):
    path, content = INVENTED[name]
    file = tmp_path / "invented.json"
    file.write_text(json.dumps({"page": d.PAGE, **content}))
    _compare(name, file, path)


def _compare(sample: str, file: Path, path: str) -> None:
    there = json.loads(file.read_text())
    at = datetime.fromisoformat(there["page"]["updated_at"]) + timedelta(seconds=1)
    with time_machine.travel(at, tick=False):
        call_command("import_statuspage", str(file))
    here = json.loads(HEADS[path](Page.objects.get(), at).body)

    found = [(difference, _explanation(sample, *difference)) for difference in _differences(there, here)]
    for (place, before, after), reason in found:
        print(f"{sample} {place}: {_short(before)} -> {_short(after)} ({reason or 'UNEXPLAINED'})")
    assert [difference for difference, reason in found if reason is None] == []
    expected = {reason for reason, places in EXPLAINED.items() if any(each[0] == sample for each in places)}
    assert {reason for _, reason in found} == expected


def _differences(there: Any, here: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every place where two JSON values differ; the rows of a list are told apart by their ids, then by order."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in there | here:
            yield from _differences(there.get(key, MISSING), here.get(key, MISSING), f"{place}/{key}".lstrip("/"))
    elif isinstance(there, list) and isinstance(here, list):
        rows_there, rows_here = _by_id(there), _by_id(here)
        yield from _differences(rows_there, rows_here, place)
        common_there = [key for key in rows_there if key in rows_here]
        common_here = [key for key in rows_here if key in rows_there]
        if common_there != common_here:
            yield f"{place}/(order)", common_there, common_here
    elif there != here or type(there) is not type(here):
        yield place, there, here


def _by_id(rows: list[Any]) -> dict[str, Any]:
    keyed = {(row.get("id") or row["code"]) if isinstance(row, dict) else row: row for row in rows}
    assert len(keyed) == len(rows)
    return keyed


def _explanation(sample: str, place: str, there: Any, here: Any) -> str | None:
    for reason, places in EXPLAINED.items():
        for known_sample, pattern, known_there, known_here in places:
            if known_sample == sample and fnmatch(place, pattern):
                if known_there in (..., there) and known_here in (..., here):
                    return reason
    return None


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
