"""A connection to an SQLite file that is there."""

import sqlite3
from typing import Any
from urllib.parse import quote


class Connection(sqlite3.Connection):
    """Opens an SQLite file, and never makes one: `manage.py migrate` alone does that.

    A file that was moved away would be followed by an empty one, which lays its own write-ahead log over the other's.
    Put back, the file would then have lost its last changes, or be unreadable to every process that is still open.
    """

    def __init__(self, database: str, *args: Any, **kwargs: Any) -> None:
        address = database if database.startswith("file:") else f"file:{quote(str(database))}?mode=rw"
        super().__init__(address, *args, **kwargs)
