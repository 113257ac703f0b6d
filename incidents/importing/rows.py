"""Bringing one row up to what a document says, and nothing more."""

from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model

from .tally import Outcome


class Dated(Protocol):
    """A row or document that says when it was made and last changed."""

    created_at: datetime
    updated_at: datetime


def is_news(row: Dated, told_updated_at: datetime) -> bool:
    """Whether a document is at least as new as the row.

    A row that never changed since it was made may be one that we had to make up from a mere mention; any description is
    news to it.
    """
    return told_updated_at >= row.updated_at or row.created_at == row.updated_at


def bring_up(row: Model, **facts: Any) -> Outcome:
    """Write those columns of a stored row that differ from `facts`."""
    differing = [name for name, value in facts.items() if getattr(row, name) != value]
    if not differing:
        return Outcome.UNCHANGED
    for name in differing:
        setattr(row, name, facts[name])
    row.save(update_fields=differing)
    return Outcome.UPDATED
