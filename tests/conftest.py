"""What every test stands on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, settings

from tests.factories import make_page, make_user
from tests.once import once

ROOT = Path(__file__).resolve().parents[1]
LONG = (
    *("test_accessibility.py", "test_changes.py", "test_atomic.py"),
    *("browser", "faults", "targets", "test_markdown.py", "test_publisher.py"),
)
"""Folders and modules whose tests take long, those that take longest first.

The first is the only one of its kind: what browsers look at is made once, and two processes would wait for the third.
"""

# How long an example takes says more of the machine than of the code. CI tries the same examples each time, or a rare
# one could fail a change that has nothing to do with it; whoever runs the tests by hand looks for those.
settings.register_profile(
    "allclear", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("allclear")


@pytest.fixture(scope="session")
def migrated() -> Path | None:
    """An SQLite file to copy, with every migration applied; None on another database."""
    if configured.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        return None
    return once("migrated", _migrate) / "db.sqlite3"


def _migrate(folder: Path) -> None:
    env = os.environ | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, migrated):
    """Begin with the migrated file, which Django's own `migrate` then finds complete."""
    if migrated is not None:
        shutil.copyfile(migrated, configured.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb(migrated) -> bool:
    """Whether Django takes the database that it finds. The file goes with the run's folder."""
    return migrated is not None


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """What a fixture of a module writes with this is there for each of its tests, whatever they make of it.

    A test's own transaction lies within this one. Nothing of it is ever committed, so other processes and threads don't
    see it, and a module with transactional tests can't have it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def static_files_as_they_lie():
    """Have no test client read all static files before its first request."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Hash passwords quickly in this process."""
    with override_settings(PASSWORD_HASHERS=["tests.passwords.QuickArgon2PasswordHasher"]):
        yield


@pytest.fixture
def page(db):
    """A page that answers on every host name."""
    return make_page()


@pytest.fixture
def responder(db):
    """Somebody who may sign in."""
    return make_user("responder")


@pytest.fixture
def console(responder):
    """A browser of the responder's, signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(responder)
    return client


@pytest.fixture
def public():
    """A reader's browser, on a host name that nobody configured."""
    return Client(headers={"host": "status.example.test"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest, so that at the end there are short ones to share out."""
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if name in item.path.parts), len(LONG)))
