"""`manage.py metrics_report [--since DATE] [--until DATE] [--json]`: how fast trouble is found and fixed."""

import json
from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.durations import in_words
from incidents.figures import counted, roll_ups
from incidents.rollups import Rollup
from incidents.stored_metrics import repair_stale_metrics


class Command(BaseCommand):
    """Print the roll-ups of all incidents that began within some days; drills, backfills and maintenances left out."""

    help = "Print each metric's coverage, median and 90th percentile over the incidents of some days."

    def add_arguments(self, parser: CommandParser) -> None:
        """The days, half open, and the form of the output."""
        parser.add_argument("--since", type=_day, help="from this day on, such as 2026-01-31")
        parser.add_argument("--until", type=_day, help="before this day")
        parser.add_argument("--json", action="store_true", help="an object by metric, durations in seconds")

    def handle(self, *, since: date | None, until: date | None, json: bool, **_: Any) -> None:
        """Print the figures."""
        if since and until and until <= since:
            raise CommandError("--until must be after --since.", returncode=2)
        while repair_stale_metrics():
            continue
        found = roll_ups(counted(since, until))
        self.stdout.write(_as_json(found) if json else _as_table(found))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no date; write it as 2026-01-31") from None


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
