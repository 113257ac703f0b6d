"""Incidents and maintenances with their moments, listings, claims and impact."""

from datetime import datetime, timedelta

from msgspec import UNSET

from incidents.choices import IncidentKind, IncidentStatus, Moment, MomentSource, Precision
from incidents.lifecycle.claims import impact_of, retell
from incidents.lifecycle.moments import keep_belief
from incidents.models import Component, Incident, IncidentComponent, Page

from .documents import IncidentDocument
from .gathering import Gathered, Told
from .refusal import ImportRefused
from .rows import bring_up
from .tally import Outcome, Tally
from .updates import write_postmortem, write_updates

LIVE = timedelta(seconds=1)
"""How close a start may be to the making of the entry to be no more than that: impact began then or earlier."""

REMIND_BEFORE_MINUTES = 60
"""What Statuspage's "remind beforehand" amounts to."""


def write_incidents(lot: Gathered, page: Page, components: dict[str, Component], tally: Tally, *, at: datetime) -> None:
    """Write every incident and maintenance of a page."""
    known = {row.code: row for row in Incident.objects.filter(code__in=lot.incidents).select_related("page")}
    for code, told in lot.incidents.items():
        row = known.get(code)
        if row is not None and row.page_id != page.pk:
            raise ImportRefused(lot.page.id, f"'{code}' already belongs to another page")
        outcome = _write_incident(row, told, page, components, tally, at=at)
        tally.count("maintenances" if told.incident.is_maintenance else "incidents", outcome)


def _write_incident(
    row: Incident | None, told: Told, page: Page, components: dict[str, Component], tally: Tally, *, at: datetime
) -> Outcome:
    """Write one incident and all that hangs on it; its version grows once if anything of that changed."""
    if row is None:
        row = Incident.objects.create(page=page, code=told.incident.id, **_facts(told.incident, tally))
        _note_moments(row, told.incident, {}, at)
        outcome = Outcome.CREATED
    else:
        outcome = _update(row, told.incident, tally, at)
    changed = write_updates(row, told, components, tally)
    changed |= write_postmortem(row, told, tally)
    changed |= _list(row, told, components)
    if outcome == Outcome.UNCHANGED and not changed:
        return outcome
    retell(row, at=at)
    _settle_impact(row, told.incident)
    if outcome != Outcome.CREATED:
        bring_up(row, version=row.version + 1)
        return Outcome.UPDATED
    return outcome


def _update(row: Incident, told: IncidentDocument, tally: Tally, at: datetime) -> Outcome:
    if told.updated_at < row.updated_at:
        return Outcome.UNCHANGED
    facts = _facts(told, tally)
    for moment in (Moment.STARTED, Moment.RESOLVED):
        if _was_corrected(row, moment):
            del facts[f"{moment}_at"]
    # The impact is settled once the updates are known.
    del facts["impact"]
    before = {moment: getattr(row, f"{moment}_at") for moment in (Moment.STARTED, Moment.RESOLVED)}
    outcome = bring_up(row, **facts)
    _note_moments(row, told, before, at)
    if row.impact != told.impact:
        return Outcome.UPDATED
    return outcome


def _was_corrected(row: Incident, moment: Moment) -> bool:
    """Whether a person typed the present value: what people found out outlives what another page says."""
    last = row.moment_records.filter(moment=moment).last()
    return last is not None and last.source == MomentSource.MANUAL


def _facts(told: IncidentDocument, tally: Tally) -> dict[str, object]:
    facts: dict[str, object] = {
        "name": told.name,
        "kind": IncidentKind.MAINTENANCE if told.is_maintenance else IncidentKind.INCIDENT,
        "status": _status(told),
        "impact": told.impact,
        "started_at": _started_at(told),
        "resolved_at": told.resolved_at,
        "monitoring_at": told.monitoring_at,
        "scheduled_for": told.scheduled_for,
        "scheduled_until": told.scheduled_until,
        "shortlink": told.shortlink or "",
        "created_at": told.created_at,
        "updated_at": told.updated_at,
    }
    if facts["started_at"] != (told.started_at or told.created_at):
        tally.notes.append(f"{told.id}: resolved before it started; taken to have started when it was resolved.")
    renamed = {
        "reminder_intervals": told.reminder_intervals,
        "is_backfilled": told.backfilled,
        "auto_start": told.scheduled_auto_in_progress,
        "auto_complete": told.scheduled_auto_completed,
        "reminded_at": told.scheduled_reminded_at,
    }
    if told.scheduled_remind_prior is not UNSET:
        renamed["remind_before_minutes"] = REMIND_BEFORE_MINUTES if told.scheduled_remind_prior else None
    return facts | {name: value for name, value in renamed.items() if value is not UNSET}


def _status(told: IncidentDocument) -> IncidentStatus:
    if told.is_maintenance and told.status == IncidentStatus.POSTMORTEM:
        return IncidentStatus.COMPLETED
    return told.status


def _started_at(told: IncidentDocument) -> datetime:
    started_at = told.started_at or told.created_at
    if told.resolved_at is not None and not told.is_maintenance:
        return min(started_at, told.resolved_at)
    return started_at


def _note_moments(row: Incident, told: IncidentDocument, before: dict[Moment, datetime | None], at: datetime) -> None:
    """Keep a belief about start and end where it is new."""
    if row.is_maintenance:
        return
    is_live = abs(told.created_at - row.started_at) <= LIVE
    precision = {Moment.STARTED: Precision.AT_MOST if is_live else Precision.EXACT}
    for moment in (Moment.STARTED, Moment.RESOLVED):
        value = getattr(row, f"{moment}_at")
        if value != before.get(moment):
            keep_belief(
                row,
                moment,
                value,
                source=MomentSource.IMPORT,
                by=None,
                at=at,
                precision=precision.get(moment, Precision.EXACT),
                reason="A newer document." if before else "",
            )


def _list(row: Incident, told: Told, components: dict[str, Component]) -> bool:
    """List the components that the report names, whether or not an update gives them a status."""
    listed = set(row.listings.values_list("component_id", flat=True))
    wanted = [components[code].pk for code in told.component_ids if code in components]
    missing = [pk for pk in wanted if pk not in listed]
    IncidentComponent.objects.bulk_create(IncidentComponent(incident=row, component_id=pk) for pk in missing)
    return bool(missing)


def _settle_impact(row: Incident, told: IncidentDocument) -> None:
    """The impact is the document's; where that isn't what the updates amount to, somebody had set it by hand."""
    if told.updated_at < row.updated_at:
        wanted, override = impact_of(row), row.impact_override
    else:
        row.impact_override = None
        override = told.impact_override or (None if impact_of(row) == told.impact else told.impact)
        wanted = told.impact
    Incident.objects.filter(pk=row.pk).update(impact=wanted, impact_override=override)
    row.impact, row.impact_override = wanted, override
