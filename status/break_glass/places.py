"""Bringing what break glass published to the further places that can be reached, all at once and not for long.

The standby copy knows the places; credentials are in the environment and nowhere else. What a place holds is asked of
the place itself, since nobody can ask the database.
"""

import time
from dataclasses import dataclass

from django.utils import timezone

from status.journal import in_words
from status.models import PublishTarget
from status.targets import arrivals, lanes
from status.targets.alone import alone
from status.targets.editions import Told, bring
from status.targets.keeping import reason, source
from status.targets.places import target_of

from . import posting, standby

SECONDS = 20.0
"""How long the command waits for its places; each has all of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a place holds what was published; `problem` is empty when it does."""

    name: str
    kind: str
    location: str
    problem: str


def bring_places(page_code: str, *, seconds: float = SECONDS) -> list[Outcome]:
    """Bring what is published to each further place of a page; what became of that, in the order of their names.

    Takes little longer than `seconds`: one that hangs is left behind, and delays no other. Raises NoCopy.
    """
    rows, told = _known(page_code)
    until = time.monotonic() + seconds
    problems: dict[str, str] = {}

    def work(row: PublishTarget) -> None:
        try:
            _bring(page_code, row, told, until)
        except Exception as error:
            problems[row.code] = reason(error)

    named = {f"target {row.code}": row for row in rows}
    works = {name: lambda row=row: work(row) for name, row in named.items()}
    late = {named[name].code for name in lanes.run(works, patience=seconds)}
    return [
        Outcome(
            name=row.name,
            kind=row.get_kind_display(),
            location=row.location,
            problem=f"it took longer than {seconds:g} seconds" if row.code in late else problems.get(row.code, ""),
        )
        for row in rows
    ]


def _known(page_code: str) -> tuple[list[PublishTarget], Told]:
    """The page's places, and in words what break glass published that the database lacks."""
    with posting.told_page(page_code, maybe_behind=True) as page:
        unknown = page.journal_entries.filter(number__gt=standby.number(page_code)).select_related("incident")
        return list(page.publish_targets.all()), {entry.number: in_words(entry) for entry in unknown}


def _bring(page_code: str, row: PublishTarget, told: Told, until: float) -> None:
    """Bring one place up to date. What it holds is trusted as far as its state is one of our own folder's."""

    def progress() -> None:
        if time.monotonic() > until:
            raise TimeoutError("It took too long")

    with alone(row.code, patience=max(0.0, until - time.monotonic())):
        edition = bring(source(), page_code, target_of(row), told, progress, again=False)
    arrivals.note(row.code, arrivals.Arrival(edition.state, edition.version.number, timezone.now()))
