"""The five moments: recording and correcting them, with every earlier belief kept."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.changes import MomentCorrected
from incidents.choices import CLOSED_STATUSES, Moment, MomentSource, Precision
from incidents.errors import LifecycleError, MomentContradiction
from incidents.metrics import contradictions
from incidents.models import Incident, MomentRecord, User
from incidents.signals import announce
from incidents.timeline import Moments

from .writing import check_not_future, check_seen, write


def correct_moment(
    *,
    incident: Incident,
    moment: Moment,
    value: datetime | None,
    by: User | None,
    source: MomentSource = MomentSource.MANUAL,
    precision: Precision = Precision.EXACT,
    reason: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> MomentRecord:
    """Record a moment or correct what is believed of it; None says that it isn't known after all.

    A correction of an earlier value needs a reason. Raises MomentContradiction, naming both moments, for a value that
    can't be true beside the others.
    """
    at = at or timezone.now()
    check_seen(incident, seen_version)
    previous = moment_value(incident, moment)
    _check_may_correct(incident, moment, value)
    if previous is not None and previous != value and not reason.strip():
        raise LifecycleError("Say why the earlier value was wrong.", field="reason")
    check_moments(incident, {moment: value})
    with transaction.atomic():
        write(incident, at=at, **{f"{moment}_at": value})
        record = keep_belief(
            incident, moment, value, source=source, precision=precision, reason=reason.strip(), by=by, at=at
        )
        announce(
            MomentCorrected(
                page=incident.page, at=at, actor=by, incident=incident, record=record, previous_value=previous
            )
        )
    return record


def moment_value(incident: Incident, moment: Moment) -> datetime | None:
    """What is believed of a moment now."""
    return getattr(incident, f"{moment}_at")


def keep_belief(
    incident: Incident,
    moment: Moment,
    value: datetime | None,
    *,
    source: MomentSource,
    by: User | None,
    at: datetime,
    precision: Precision = Precision.EXACT,
    reason: str = "",
) -> MomentRecord:
    """Append one belief to an incident's history of moments; the caller writes the column."""
    return MomentRecord.objects.create(
        incident=incident,
        moment=moment,
        at=value,
        source=source,
        precision=precision,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )


def check_moments(incident: Incident, changed: Mapping[Moment, datetime | None]) -> None:
    """Refuse moments that lie in the future or contradict one another once `changed` is applied."""
    for moment, value in changed.items():
        if value is not None:
            check_not_future(value, field=f"{moment}_at")
    values = {moment: moment_value(incident, moment) for moment in Moment} | dict(changed)
    moments = Moments(**{f"{moment}_at": value for moment, value in values.items()})
    for first, second, sentence in contradictions(moments):
        at_fault = first if Moment(first) in changed else second
        raise MomentContradiction((first, second), sentence, field=f"{at_fault}_at")
    if incident.reopened_count:
        _check_around_relapses(incident, values[Moment.STARTED], values[Moment.MITIGATED])


def _check_around_relapses(incident: Incident, started_at: datetime, mitigated_at: datetime | None) -> None:
    """Refuse a beginning after the first recovery, and an end before the last relapse."""
    first, last = incident.reopenings.first(), incident.reopenings.last()
    if first is not None and started_at > (first.mitigated_at or first.impact_resumed_at):
        raise MomentContradiction(
            ("started", "reopened"),
            "Impact can't have begun after it had ended and resumed with the reopening.",
            field="started_at",
        )
    if last is not None and mitigated_at is not None and mitigated_at < last.impact_resumed_at:
        raise MomentContradiction(
            ("mitigated", "reopened"),
            "Impact can't have ended before it resumed with the reopening.",
            field="mitigated_at",
        )


def _check_may_correct(incident: Incident, moment: Moment, value: datetime | None) -> None:
    if incident.is_maintenance:
        raise LifecycleError("A maintenance has a window, not moments: reschedule it instead.")
    if moment == Moment.STARTED and value is None:
        raise LifecycleError("Every incident has a beginning; give the best time you know.", field="started_at")
    is_closed = incident.status in CLOSED_STATUSES
    if moment == Moment.RESOLVED and is_closed != (value is not None):
        hint = "reopen it instead of clearing the time" if is_closed else "post an update that resolves it"
        raise LifecycleError(f"The time of resolving belongs to a resolved incident: {hint}.", field="resolved_at")
