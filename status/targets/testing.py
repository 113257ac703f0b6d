"""Trying whether a place can be reached and written to, for whoever configures it and waits for the answer."""

from status.models import PublishTarget

from . import lanes
from .alone import alone
from .keeping import reason
from .places import target_of

SECONDS = 10.0


def problem_of(row: PublishTarget) -> str:
    """Why a place can't be used, in a few words; empty when it can. Never takes longer than ten seconds."""
    problems: list[str] = []

    def check() -> None:
        try:
            with alone(row.code, patience=SECONDS):
                target_of(row).check()
        except Exception as error:
            problems.append(reason(error))

    if lanes.run({f"test of target {row.pk}": check}, patience=SECONDS):
        return f"it gave no answer within {SECONDS:g} seconds"
    return problems[0] if problems else ""
