"""An SQLite file is made by `migrate` and by nothing else."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings

from config.sqlite import Connection


def test_a_file_that_is_away_is_not_made_anew(tmp_path):
    file = tmp_path / "a file?.sqlite3"

    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(str(file), factory=Connection, uri=True)
    assert not file.exists()

    file.touch()
    sqlite3.connect(str(file), factory=Connection, uri=True).close()


def test_migrate_makes_it(tmp_path):
    file = tmp_path / "elsewhere.sqlite3"
    env = os.environ | {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": f"sqlite:///{file}"}

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)

    assert f"There is no database at {file}" in manage("incident_metrics", "--json").stderr
    assert not file.exists()

    assert manage("migrate", "incidents", "0001", "--verbosity", "0").returncode == 0
    assert file.stat().st_size
