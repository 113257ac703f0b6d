"""`manage.py incident_metrics [CODE] [--json]`: the stored figures of incidents, as a table or as JSON."""

import json
import sys
from typing import Any

from django.core.management.base import CommandParser

from incidents.durations import since_impact
from incidents.instants import rfc3339
from incidents.models import Incident
from incidents.one_line_command import OneLineCommand
from incidents.stored_metrics import repair_stale_metrics

MOMENTS = ("started_at", "detected_at", "mitigated_at", "resolved_at")
FIGURES = (
    "ttd_seconds",
    "ttr_seconds",
    "tta_seconds",
    "time_to_first_update_seconds",
    "time_to_close_seconds",
    "longest_silence_seconds",
    "time_to_postmortem_seconds",
)


class Command(OneLineCommand):
    """Print what is known of how fast incidents were found and fixed; drills and maintenances are left out."""

    help = "Print incident metrics. Stale ones are computed first, so they are right even if no worker ran."

    def add_arguments(self, parser: CommandParser) -> None:
        """One incident's code, and the form of the output."""
        parser.add_argument("code", nargs="?", help="the code of one incident")
        parser.add_argument("--json", action="store_true", help="a list of objects, durations in seconds")

    def handle(self, *, code: str | None, json: bool, **_: Any) -> None:
        """Print the figures."""
        while repair_stale_metrics():
            continue
        incidents = Incident.objects.public().incidents().select_related("metrics").order_by("started_at", "pk")
        if code is not None:
            incidents = incidents.filter(code=code)
            if not incidents:
                named = f"the code {code}" if code.strip() else "an empty code; leave it away to see all of them"
                print(f"incident_metrics: there is no incident with {named}.", file=sys.stderr)
                raise SystemExit(2)
        rows = [row_of(incident) for incident in incidents]
        self.stdout.write(_as_json(rows) if json else _as_table(rows))


def row_of(incident: Incident) -> dict[str, Any]:
    """One incident's moments (RFC 3339, UTC) and figures (seconds), null where unknown."""
    moments = {name: getattr(incident, name) for name in MOMENTS}
    return (
        {"code": incident.code, "name": incident.name}
        | {name: rfc3339(at) if at else None for name, at in moments.items()}
        | {name: getattr(incident.metrics, name) for name in FIGURES}
    )


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _as_table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "There are no incidents."
    lines = []
    for row in rows:
        lines.append(f"{row['code']}  {row['name']}")
        for name in FIGURES:
            value = row[name]
            words = "unknown" if value is None else since_impact(value)
            lines.append(f"    {name.removesuffix('_seconds'):<24}{words}")
    return "\n".join(lines)
