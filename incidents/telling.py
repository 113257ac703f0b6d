"""What an incident's updates say of its components, as intervals. Pure.

Updates may be backdated or edited at any time, so the intervals are always worked out anew from all updates in the
order of their shown times, never patched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .severity import OPERATIONAL, worst


@dataclass(frozen=True, slots=True)
class Said:
    """One update: when it was posted, whether it closed the incident, and the status it gave to components."""

    posted_at: datetime
    closes: bool
    statuses: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldClaim:
    """One component was said to be in a status over `[started_at, ended_at)`; no end while it lasts."""

    component_id: int
    status: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of all updates: intervals of trouble, what was last said, and the worst ever said, by component."""

    claims: tuple[ToldClaim, ...]
    last: Mapping[int, str]
    worst: Mapping[int, str]


def told_by(posts: Iterable[Said]) -> Told:
    """Work out what was told, from updates in the order of `posted_at`.

    An update that closes the incident ends every claim: a closed incident says nothing of any component. Intervals of
    no length are left out.
    """
    claims: list[ToldClaim] = []
    running: dict[int, tuple[str, datetime]] = {}
    last: dict[int, str] = {}
    worst_said: dict[int, str] = {}

    def end(component_id: int, at: datetime) -> None:
        status, since = running.pop(component_id)
        if since < at:
            claims.append(ToldClaim(component_id, status, since, at))

    for post in posts:
        for component_id, status in post.statuses.items():
            last[component_id] = status
            worst_said[component_id] = worst([worst_said.get(component_id, OPERATIONAL), status])
            if component_id in running and running[component_id][0] != status:
                end(component_id, post.posted_at)
            if component_id not in running and status != OPERATIONAL:
                running[component_id] = (status, post.posted_at)
        if post.closes:
            for component_id in list(running):
                end(component_id, post.posted_at)
    claims.extend(ToldClaim(pk, status, since, None) for pk, (status, since) in running.items())
    return Told(tuple(claims), last, worst_said)
