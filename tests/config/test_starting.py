"""How little a process loads before it can work: each of `make run`'s, and every command, waits for it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RARELY_NEEDED = ("boto3", "botocore", "fpdf", "httpx")

LOADED = f"""
import sys, django
django.setup()
import config.celery, config.urls
config.celery.app.loader.import_default_modules()
print(*sorted(set(sys.modules) & set({RARELY_NEEDED})))
"""


def test_a_process_starts_without_what_is_rarely_needed():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == []
