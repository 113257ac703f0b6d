#!/usr/bin/env python
"""Django's command line for Allclear."""

import os
import sys


def main() -> None:
    """Run a management command; one that finds no tables names the way out in one line, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        from config.unprepared import UNPREPARED, way_out

        line = "" if "--traceback" in sys.argv else way_out(sys.argv[1], error)
        if not line:
            raise
        print(f"allclear: {line}", file=sys.stderr)
        sys.exit(UNPREPARED)


if __name__ == "__main__":
    main()
