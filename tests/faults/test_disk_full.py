"""A file system that is really full while an update is published."""

import os
import shutil
import subprocess
from contextlib import suppress

import pytest
from django.db import transaction

from incidents.choices import IncidentStatus
from incidents.lifecycle import post_update
from status.models import Publication
from status.publishing.publisher import publish_stale, store
from tests.factories import make_incident, make_page


@pytest.fixture
def small_disk(settings, tmp_path):
    """A file system of its own under the published folder, with room for little more than the page."""
    root = settings.PUBLISH_ROOT = tmp_path / "small"
    root.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", root], check=False).returncode:
        pytest.skip("a file system can only be mounted by root")
    yield root
    subprocess.run(["umount", root], check=True)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_keeps_the_page_and_the_next_publication_mends_it(small_disk):
    page = make_page()
    incident = make_incident(page, name="Pages load slowly")
    filler = small_disk / "filler"
    before = store().read(page.code, "index.html")
    _fill(filler)

    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Word one.", by=None)

    assert Publication.objects.latest("pk").error == "No space left on device"
    assert store().read(page.code, "index.html") == before
    assert incident.updates.filter(body="Word one.").exists()
    assert publish_stale() == []
    assert store().read(page.code, "index.html") == before

    filler.unlink()
    assert publish_stale() == [page]
    home = store().read(page.code, "index.html")
    assert b"Word one." in home
    assert b"Word one." in store().read(page.code, f"incidents/{incident.code}.html")
    assert Publication.objects.latest("pk").error == ""

    _fill(filler)
    with transaction.atomic():
        post_update(incident=incident, status=IncidentStatus.MONITORING, body="Word two.", by=None)
    filler.unlink()
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Word three.", by=None)
    report = store().read(page.code, f"incidents/{incident.code}.html")
    assert b"Word two." in report
    assert b"Word three." in report
    assert not list(small_disk.glob("pages/*/generations/.*"))


def _fill(filler):
    """Take all the room that there is, down to a page of memory."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
