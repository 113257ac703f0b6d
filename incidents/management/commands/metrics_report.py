"""`manage.py metrics_report [--since DATE] [--until DATE] [--json]`: how fast trouble is found and fixed."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from incidents.durations import in_words
from incidents.figures import counted, roll_ups
from incidents.one_line_command import OneLineCommand
from incidents.rollups import Rollup
from incidents.stored_metrics import repair_stale_metrics


class Command(OneLineCommand):
    """Print the roll-ups of all incidents that began within some days; drills, backfills and maintenances left out."""

    help = "Print each metric's coverage, median and 90th percentile over the incidents of some days."

    def add_arguments(self, parser: CommandParser) -> None:
        """The days, half open, and the form of the output."""
        parser.add_argument("--since", metavar="DATE", help="from this day on, such as 2026-01-31")
        parser.add_argument("--until", metavar="DATE", help="before this day")
        parser.add_argument("--json", action="store_true", help="an object by metric, durations in seconds")

    def handle(self, *, since: str | None, until: str | None, json: bool, **_: Any) -> None:
        """Print the figures."""
        first, end = _day("--since", since), _day("--until", until)
        if first and end and end <= first:
            raise CommandError("--until must be after --since.", returncode=2)
        while repair_stale_metrics():
            continue
        found = roll_ups(counted(first, end))
        self.stdout.write(_as_json(found) if json else _as_table(found))


def _day(option: str, text: str | None) -> date | None:
    """The day that an option names. Refused here and not by the parser, which would print its usage as well."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option}: {text!r} is no date; write it as 2026-01-31.", returncode=2) from None


def _as_json(found: dict[str, Rollup]) -> str:
    return json.dumps({name: asdict(rollup) for name, rollup in found.items()}, indent=2)


def _as_table(found: dict[str, Rollup]) -> str:
    lines = [f"{'metric':<22}{'known':>12}  {'median':<16}{'90 % within':<16}"]
    for name, rollup in found.items():
        known = f"{rollup.known} of {rollup.of}"
        lines.append(f"{name:<22}{known:>12}  {_words(rollup.median_seconds):<16}{_words(rollup.p90_seconds):<16}")
    return "\n".join(lines)


def _words(seconds: float | None) -> str:
    return "unknown" if seconds is None else in_words(round(seconds))
