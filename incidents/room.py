"""What the incident room shows: updates, moments and changes as one timeline, and the figures beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .choices import Moment, MomentSource
from .component_status import statuses_at
from .facts import timeline_of
from .metrics import broken_promise, open_silence
from .models import Component, Incident, IncidentMetrics, MomentRecord, Reopening, Update


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the room's timeline: exactly one of the three is there."""

    at: datetime
    update: Update | None = None
    record: MomentRecord | None = None
    reopening: Reopening | None = None


@dataclass(frozen=True, slots=True)
class MomentLine:
    """One moment as believed now, and every belief before it, newest first."""

    moment: Moment
    record: MomentRecord | None
    earlier: tuple[MomentRecord, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Everything that the incident room shows."""

    incident: Incident
    status: str
    entries: tuple[Entry, ...]
    moments: tuple[MomentLine, ...]
    listings: tuple[tuple[object, str], ...]
    metrics: IncidentMetrics | None
    metrics_are_stale: bool
    silence: timedelta | None
    promise_broken_at: datetime | None


def room_of(incident: Incident, now: datetime) -> Room:
    """Build the room from a bounded number of queries, whatever the number of updates."""
    updates = list(
        incident.updates.select_related("author", "glass_post").prefetch_related(
            "component_changes", "revisions__replaced_by"
        )
    )
    records = list(incident.moment_records.select_related("recorded_by"))
    moments = tuple(_line(moment, records) for moment in Moment) if not incident.is_maintenance else ()
    listings = list(incident.listings.select_related("component__group"))
    statuses = statuses_at([listing.component for listing in listings], now)
    metrics = IncidentMetrics.objects.filter(incident=incident).first()
    timeline = timeline_of(incident)
    return Room(
        incident=incident,
        status=incident.status_at(now),
        entries=_entries(updates, moments, list(incident.reopenings.select_related("reopened_by"))),
        moments=moments,
        listings=tuple((listing, statuses[listing.component_id]) for listing in listings),
        metrics=metrics,
        metrics_are_stale=metrics is None or metrics.version != incident.version,
        silence=open_silence(timeline, now) if incident.is_open else None,
        promise_broken_at=broken_promise(timeline, now) if incident.is_open else None,
    )


def _line(moment: Moment, records: list[MomentRecord]) -> MomentLine:
    beliefs = [record for record in records if record.moment == moment]
    latest = beliefs[-1] if beliefs else None
    return MomentLine(
        moment=moment,
        record=latest if latest and latest.at else None,
        earlier=tuple(reversed(beliefs[:-1] if latest and latest.at else beliefs)),
    )


def _entries(updates: list[Update], moments: tuple[MomentLine, ...], reopenings: list[Reopening]) -> tuple[Entry, ...]:
    """Newest first, without the moments that an update gave: the update tells of them itself."""
    entries = [Entry(update.posted_at, update=update) for update in updates]
    entries += [
        Entry(line.record.at, record=line.record)
        for line in moments
        if line.record and line.record.source != MomentSource.UPDATE
    ]
    entries += [Entry(reopening.impact_resumed_at, reopening=reopening) for reopening in reopenings]
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.update is not None), reverse=True))


def living_components(incident: Incident) -> list[Component]:
    """The components that an update on this incident may speak of: living ones of its page, and those it lists."""
    return list(incident.page.components.living().in_page_order())
