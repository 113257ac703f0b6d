"""Which status may follow which: one table, and what the clock alone makes of a maintenance. Pure."""

from datetime import datetime

from .choices import IncidentStatus as S

_WHILE_OPEN = frozenset({S.INVESTIGATING, S.IDENTIFIED, S.MONITORING, S.RESOLVED})
_WHILE_RUNNING = frozenset({S.IN_PROGRESS, S.VERIFYING, S.COMPLETED})

NEXT: dict[S, frozenset[S]] = {
    S.INVESTIGATING: _WHILE_OPEN,
    S.IDENTIFIED: _WHILE_OPEN,
    S.MONITORING: _WHILE_OPEN,
    S.RESOLVED: frozenset(),
    S.POSTMORTEM: frozenset(),
    S.SCHEDULED: frozenset({S.SCHEDULED, S.IN_PROGRESS, S.COMPLETED}),
    S.IN_PROGRESS: _WHILE_RUNNING,
    S.VERIFYING: _WHILE_RUNNING,
    S.COMPLETED: frozenset(),
}
"""The statuses that an update may carry next. Leaving a closed status takes a verb of its own (reopen, publish)."""

FIRST = frozenset({S.INVESTIGATING, S.IDENTIFIED, S.MONITORING, S.RESOLVED})
"""The statuses that an incident may be opened with; resolved only for one entered after the fact."""


def may_follow(current: S, following: S) -> bool:
    """Whether an update with status `following` may be posted while the incident is `current`."""
    return following in NEXT[current]


def status_by_the_clock(
    recorded: S, *, scheduled_for: datetime | None, scheduled_until: datetime | None, at: datetime
) -> S:
    """The status at `at` of what is recorded as `recorded`.

    `scheduled_for` and `scheduled_until` are given only where the clock may start or complete the maintenance; None
    leaves that step to a person. An incident passes None twice and stays what it is.
    """
    status = recorded
    if status == S.SCHEDULED and scheduled_for is not None and scheduled_for <= at:
        status = S.IN_PROGRESS
    if status in (S.IN_PROGRESS, S.VERIFYING) and scheduled_until is not None and scheduled_until <= at:
        status = S.COMPLETED
    return status
