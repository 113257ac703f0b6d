"""How component statuses rank, from well to worst; pure, so that periods and choices share one order."""

from collections.abc import Iterable

OPERATIONAL = "operational"

FROM_WELL_TO_WORST = (
    OPERATIONAL,
    "under_maintenance",
    "degraded_performance",
    "partial_outage",
    "major_outage",
)
"""Planned work outranks health but hides no trouble: an outage during maintenance shows as the outage."""

_RANK = {status: rank for rank, status in enumerate(FROM_WELL_TO_WORST)}


def rank(status: str) -> int:
    """The place of a component status in the order, 0 for operational. Raises KeyError for another word."""
    return _RANK[status]


def worst(statuses: Iterable[str]) -> str:
    """The worst of some component statuses; operational when there are none."""
    return max(statuses, key=rank, default=OPERATIONAL)
