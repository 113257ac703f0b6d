"""A published page, and the web server of the Procfile over it."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from incidents.choices import ComponentStatus
from tests.factories import make_component, make_incident, make_page


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker, tmp_path_factory):
    """A folder with a page in it. Nothing of the page is in any database by the time that a test begins."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "PUBLISH_ROOT", folder)
        page = make_page()
        website = make_component(page, name="Website")
        make_incident(page, name="Pages load slowly", affecting={website: ComponentStatus.PARTIAL_OUTAGE})
        call_command("publish", all=True, verbosity=0)
        transaction.set_rollback(True)
    return folder


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """The environment of a process whose state lies in a folder of its own."""
    given = {name: str(value) for name, value in settings.items()}
    return os.environ | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"} | given
