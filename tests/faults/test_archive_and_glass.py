"""Break glass while another process makes all documents again: nothing that was published is taken back."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from incidents.models import Incident
from status.break_glass import records
from status.publishing.store import FolderStore
from tests.factories import make_incident, make_page
from tests.faults.archiving import POSTED
from tests.faults.conftest import environment
from tests.faults.test_database_returns import Database

ROOT = Path(__file__).resolve().parents[2]
INCIDENTS = 30
"""Enough for several steps of the archive."""


def start(env, *arguments):
    command = [sys.executable, "-m", "tests.faults.archiving", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.django_db(transaction=True)
def test_what_break_glass_published_meanwhile_stays(settings, tmp_path):
    with transaction.atomic():  # or each of them would be published
        page = make_page()
        incidents = [make_incident(page, name=f"Trouble {number}") for number in range(INCIDENTS)]
    connection.close()
    database, root = Database(), tmp_path / "published"
    given = {"PUBLISH_ROOT": root, "SECRET_KEY": settings.SECRET_KEY, "REDIS_URL": ""}
    alive = environment(tmp_path, DATABASE_URL=database.url, **given)
    gone = environment(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none", **given)
    settings.BREAK_GLASS_ROOT = tmp_path / "break_glass"

    archive = start(alive, "archive")
    assert archive.stdout.readline() == "paused\n", archive.communicate()[1]
    told = [incidents[0].code, incidents[INCIDENTS // 2].code, incidents[-1].code]
    glass = start(gone, "glass", *told)
    printed, complained = glass.communicate(timeout=60)
    assert glass.returncode == 0, complained
    opened = printed.split()[-1]
    _, complained = archive.communicate("go on\n", timeout=120)
    assert archive.returncode == 0, complained

    store = FolderStore(root)
    for code in (*told, opened):
        for name in (f"incidents/{code}.html", f"incidents/{code}.json", "history/1.html"):
            assert name in store.names(page.code)
            assert name.startswith("history") or POSTED in store.read(page.code, name).decode(), name
    assert POSTED in store.read(page.code, "index.html").decode()
    assert records.pending() == []
    assert {incident.code for incident in Incident.objects.filter(updates__body=POSTED)} == {*told, opened}
    assert store.version(page.code).archive_number == store.version(page.code).number
    database.close()
