"""What a command of ours says when nobody has made its database yet: one line that names the way out."""

from pathlib import Path

from django.core.management import get_commands
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

UNPREPARED = 2
"""Exit code then, as for everything that whoever started a command can put right."""

OURS = ("incidents", "status")
UNDEFINED_TABLE = "42P01"


def way_out(command: str, error: DatabaseError) -> str:
    """The line for this error of this command; empty when it is none of a database that isn't prepared."""
    if get_commands().get(command) not in OURS or command == "migrate":
        return ""
    connection = connections["default"]
    if connection.vendor == "sqlite" and "unable to open database file" in str(error):
        file = Path(connection.settings_dict["NAME"])
        if not file.exists():
            return f"There is no database at {file}: run manage.py migrate, or put the file back if it was moved away."
    if _names_a_missing_table(error) and _can_be_migrated():
        return "The database isn't prepared: run manage.py migrate."
    return ""


def _names_a_missing_table(error: DatabaseError) -> bool:
    return "no such table" in str(error) or getattr(error.__cause__, "sqlstate", None) == UNDEFINED_TABLE


def _can_be_migrated() -> bool:
    try:
        executor = MigrationExecutor(connections["default"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False
