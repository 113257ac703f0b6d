"""The facts about an incident that metrics are computed from, as plain values. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moments:
    """The five moments; None where one isn't known."""

    started_at: datetime
    detected_at: datetime | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One public update: when, whether the incident was open after it, and the next update that it promised."""

    posted_at: datetime
    is_open: bool = True
    next_update_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """The time between a recovery and a relapse; `mitigated_at` is None where the recovery was never recorded."""

    mitigated_at: datetime | None
    impact_resumed_at: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """An incident's facts. `posts` and `pauses` are in the order of time."""

    moments: Moments
    posts: tuple[Post, ...] = ()
    pauses: tuple[Pause, ...] = ()
    postmortem_published_at: datetime | None = None
    is_backfilled: bool = False
