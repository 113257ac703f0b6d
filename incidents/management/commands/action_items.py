"""`manage.py action_items [--open] [--json]`: what is still owed, and what was done."""

import json
from typing import Any

from django.core.management.base import CommandParser
from django.db.models import F

from incidents.instants import rfc3339
from incidents.models import ActionItem
from incidents.one_line_command import OneLineCommand


class Command(OneLineCommand):
    """Print the action items of all incidents, those that are due first; drills left out."""

    help = "Print action items; with --open only those that are neither done nor given up."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which ones, and the form of the output."""
        parser.add_argument("--open", action="store_true", help="only those that are neither done nor given up")
        parser.add_argument("--json", action="store_true", help="a list of objects")

    def handle(self, *, open: bool, json: bool, **_: Any) -> None:
        """Print them."""
        items = ActionItem.objects.filter(incident__page__drill_for__isnull=True).select_related("incident", "owner")
        if open:
            items = items.unfinished()
        rows = [row_of(item) for item in items.order_by(F("due_on").asc(nulls_last=True), "pk")]
        self.stdout.write(_as_json(rows) if json else _as_table(rows))


def row_of(item: ActionItem) -> dict[str, Any]:
    """One action item: dates as `2026-01-31`, instants as RFC 3339 in UTC, null where there is none."""
    return {
        "incident": item.incident.code,
        "title": item.title,
        "kind": item.kind,
        "priority": item.priority,
        "owner": item.owner.username if item.owner else None,
        "due_on": item.due_on.isoformat() if item.due_on else None,
        "status": item.status,
        "public": item.is_public,
        "completed_at": rfc3339(item.completed_at) if item.completed_at else None,
    }


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _as_table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "There are no action items."
    return "\n".join(_line(row) for row in rows)


def _line(row: dict[str, Any]) -> str:
    owed = f"{row['due_on'] or 'no date':<12}{row['owner'] or 'nobody':<16}"
    return f"{row['status']:<12}{row['priority']:<4}{owed}{row['title']}"
