"""Processes of the race between making a page's whole archive again and break glass.

`python -m tests.faults.archiving archive` publishes a page, and makes all of its documents: after the first step it
says `paused` and waits for a line on its input. `… glass CODE…` posts on each of these incidents and opens another one,
whose code it prints.
"""

import sys

import django

django.setup()

from incidents.choices import IncidentStatus  # noqa: E402  (Django has to be ready)
from incidents.models import Page  # noqa: E402
from status.break_glass import posting, standby  # noqa: E402
from status.break_glass.posting import Asked  # noqa: E402
from status.publishing.publisher import publish, publish_archive  # noqa: E402

POSTED = "Told through broken glass."
_has_paused = False


def archive() -> None:
    """Publish the page, which takes its standby copy too, and then everything, with a pause."""
    page = Page.objects.get(is_default=True)
    publish(page)
    print(publish_archive(page, progress=_pause))


def glass(codes: list[str]) -> None:
    """Post without any database."""
    (page,) = standby.page_codes()
    for code in codes:
        posting.post(page, Asked(incident=code, status=IncidentStatus.MONITORING, body=POSTED, author="Jo"))
    opened = posting.post(page, Asked(name="New", status=IncidentStatus.INVESTIGATING, body=POSTED, author="Jo"))
    print(opened.incident)


def _pause(count: int) -> None:
    global _has_paused
    if not _has_paused:
        _has_paused = True
        print("paused", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    archive() if sys.argv[1] == "archive" else glass(sys.argv[2:])
