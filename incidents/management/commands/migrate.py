"""`manage.py migrate`, which makes an SQLite file where there is none."""

from pathlib import Path
from typing import Any

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Django's own. Everything else takes only a file that is there (`config/sqlite.py`)."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """An empty file is an SQLite database without tables."""
        connection = connections[options["database"]]
        if connection.vendor == "sqlite" and not connection.is_in_memory_db():
            Path(connection.settings_dict["NAME"]).touch()
        return super().execute(*args, **options)
