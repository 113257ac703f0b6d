"""A command on a database that nobody made yet names the way out in one line, with exit code 2."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db.utils import OperationalError, ProgrammingError

from config import unprepared
from tests.incidents.importing import documents

PREPARE = "allclear: The database isn't prepared: run manage.py migrate.\n"
COMMANDS = (
    ["import_statuspage", "page.json"],
    ["action_items"],
    ["publish"],
)


@pytest.fixture
def manage(tmp_path):
    """Run `manage.py` with its state, and so an SQLite file, in an empty folder."""
    (tmp_path / "page.json").write_text(json.dumps(documents.summary()))
    env = os.environ | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}", "PYTHONPATH": str(settings.BASE_DIR)}

    def run(*arguments):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    return run


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_without_tables(manage, tmp_path, arguments):
    (tmp_path / "db.sqlite3").touch()

    done = manage(*arguments)

    assert (done.returncode, done.stderr) == (2, PREPARE)


def test_without_the_file(manage, tmp_path):
    done = manage("incident_metrics")

    file = tmp_path / "db.sqlite3"
    says = (
        f"allclear: There is no database at {file}: run manage.py migrate, or put the file back if it was moved away.\n"
    )
    assert (done.returncode, done.stderr) == (2, says)
    assert not file.exists()


def test_the_traceback_is_there_for_whoever_asks_for_it(manage, tmp_path):
    (tmp_path / "db.sqlite3").touch()

    done = manage("incident_metrics", "--traceback")

    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_break_glass_says_what_it_lacks_itself(manage):
    done = manage("break_glass", "--list")

    assert done.returncode == 1
    assert "There is no standby copy" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_fault_of_the_database_is_not_hidden(manage, tmp_path):
    (tmp_path / "db.sqlite3").write_bytes(b"This is no database at all. " * 100)

    done = manage("incident_metrics")

    assert done.returncode == 1
    assert "file is not a database" in done.stderr


def test_a_command_of_django_is_left_alone(manage, tmp_path):
    (tmp_path / "db.sqlite3").touch()

    done = manage("dumpdata", "incidents")

    assert PREPARE not in done.stderr
    assert unprepared.way_out("migrate", OperationalError("no such table: incidents_page")) == ""


def test_a_missing_table_of_a_database_that_is_migrated_is_no_matter_of_migrating(db):
    assert unprepared.way_out("publish", OperationalError("no such table: incidents_else")) == ""


def test_a_missing_table_is_known_on_postgresql_too(monkeypatch):
    class UndefinedTable(Exception):
        sqlstate = "42P01"

    error = ProgrammingError('relation "incidents_page" does not exist')
    error.__cause__ = UndefinedTable()
    monkeypatch.setattr(unprepared, "_can_be_migrated", lambda: True)

    assert unprepared.way_out("publish", error) == PREPARE.removeprefix("allclear: ").strip()
