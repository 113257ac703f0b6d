"""`manage.py shell -c` again and again in one process: each line of its input is a program, as JSON.

It answers each with one line, what was printed and the traceback of what went wrong.
"""

import io
import json
import sys
import traceback
from contextlib import redirect_stdout

import django
from django.core.management import call_command
from django.db import connections


def run(code: str) -> tuple[str, str]:
    """What a program printed, and how it failed, if it did. No connection stays: the database may go away."""
    printed, error = io.StringIO(), ""
    try:
        with redirect_stdout(printed):
            call_command("shell", command=code, verbosity=0)
    except Exception:
        error = traceback.format_exc()
    finally:
        connections.close_all()
    return printed.getvalue(), error


if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
