"""Merging overlapping claims into one exact log: the worst of them at each instant. Pure.

All intervals are half-open, `[started_at, ended_at)`; instants are aware.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .severity import OPERATIONAL, rank


@dataclass(frozen=True, slots=True)
class Claim:
    """What one cause (an incident's key, or None for a responder's hand) says over an interval; None: it lasts."""

    status: str
    started_at: datetime
    ended_at: datetime | None
    cause: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch in one status, with the cause of it; the present one has no end."""

    status: str
    started_at: datetime
    ended_at: datetime | None
    cause: int | None


def merge(claims: Iterable[Claim], start: datetime, until: datetime) -> list[Period]:
    """The log from `start` to `until`: contiguous, without overlaps, operational where nothing is claimed.

    At each instant the worst claim counts, the earliest of equally bad ones. The last period is open: it says what
    holds at `until`. Neighbours with the same status and cause are one period.
    """
    relevant = [
        claim for claim in claims if claim.started_at <= until and (claim.ended_at is None or claim.ended_at > start)
    ]
    edges = {start} | {
        edge
        for claim in relevant
        for edge in (claim.started_at, claim.ended_at)
        if edge is not None and start < edge <= until
    }
    runs: list[Period] = []
    for edge in sorted(edges):
        status, cause = _worst_at(relevant, edge)
        if runs and (runs[-1].status, runs[-1].cause) == (status, cause):
            continue
        if runs:
            runs[-1] = _ended(runs[-1], edge)
        runs.append(Period(status, edge, None, cause))
    return runs


def _worst_at(claims: list[Claim], at: datetime) -> tuple[str, int | None]:
    in_force = [claim for claim in claims if claim.started_at <= at and (claim.ended_at is None or at < claim.ended_at)]
    if not in_force:
        return OPERATIONAL, None
    decisive = max(in_force, key=lambda claim: (rank(claim.status), -claim.started_at.timestamp()))
    return decisive.status, decisive.cause


def _ended(period: Period, at: datetime) -> Period:
    return Period(period.status, period.started_at, at, period.cause)
