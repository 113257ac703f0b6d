"""A history of a given length, written in bulk: one incident a day, going back as far as it takes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from incidents.choices import ComponentStatus, Impact, IncidentKind, IncidentStatus, Moment, MomentSource
from incidents.instants import rfc3339
from incidents.lifecycle.claims import rebuild_all
from incidents.models import (
    Component,
    ComponentChange,
    Incident,
    IncidentComponent,
    MomentRecord,
    Page,
    StatusClaim,
    Update,
)
from status.component_days import store_all_days
from status.models import JournalEntry, PageJournal

A_DAY = 1
BATCH = 500
EVERY_NTH_IS_PLANNED = 10

STEPS = (
    (5, IncidentStatus.INVESTIGATING, "We are looking into reports of errors and will post here as we learn more."),
    (20, IncidentStatus.IDENTIFIED, "We have found the cause, a **full disk** on one of our servers, and free it."),
    (35, IncidentStatus.MONITORING, "A fix is in place. We are watching that it holds."),
    (60, IncidentStatus.RESOLVED, "This is resolved. No further errors were seen."),
)
PLANNED = (
    (-1440, IncidentStatus.SCHEDULED, "We are replacing a server. Nothing should be noticed of it."),
    (0, IncidentStatus.IN_PROGRESS, "The maintenance has begun."),
    (60, IncidentStatus.COMPLETED, "The maintenance is completed."),
)
TROUBLES = (ComponentStatus.DEGRADED_PERFORMANCE, ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.MAJOR_OUTAGE)
IMPACTS = (Impact.MINOR, Impact.MAJOR, Impact.CRITICAL)


def write_history(page: Page, count: int, at: datetime) -> None:
    """Put `count` closed incidents before `at`, all that hangs on them, and everything that is derived from them."""
    components = list(page.components.living().in_page_order())
    began = at - timedelta(days=count / A_DAY + 2)
    page.components.filter(created_at__gt=began).update(created_at=began)
    for first in range(0, count, BATCH):
        _write(page, components, range(first, min(first + BATCH, count)), began)
    _write_journal(page)
    rebuild_all(components, at=at)
    store_all_days(page, at)


def _write(page: Page, components: list[Component], numbers: Iterable[int], began: datetime) -> None:
    """Oldest first, as they would have been entered."""
    incidents, updates, changes, listings, claims, moments = [], [], [], [], [], []
    for number in numbers:
        is_planned = number % EVERY_NTH_IS_PLANNED == 0
        start = began + timedelta(days=(number + 1) / A_DAY)
        steps = PLANNED if is_planned else STEPS
        times = [start + timedelta(minutes=minutes) for minutes, _, _ in steps]
        # A whole number of days apart, so that every component is hit in turn; every third incident hits two.
        hit = [components[number % len(components)]]
        if number % 3 == 0 and len(components) > 1:
            hit.append(components[(number + 1) % len(components)])
        trouble = ComponentStatus.UNDER_MAINTENANCE if is_planned else TROUBLES[number % len(TROUBLES)]
        incident = Incident(
            page=page,
            name=f"Server replacement {number}" if is_planned else f"Errors on {hit[0].name} ({number})",
            kind=IncidentKind.MAINTENANCE if is_planned else IncidentKind.INCIDENT,
            status=steps[-1][1],
            impact=Impact.MAINTENANCE if is_planned else IMPACTS[number % len(IMPACTS)],
            started_at=times[0] if is_planned else start,
            detected_at=None if is_planned else start + timedelta(minutes=3),
            monitoring_at=None if is_planned else times[2],
            resolved_at=times[-1],
            scheduled_for=start if is_planned else None,
            scheduled_until=start + timedelta(hours=1) if is_planned else None,
            created_at=times[0],
            updated_at=times[-1],
            last_told_at=times[-1],
        )
        incidents.append(incident)
        told = [
            Update(incident=incident, status=status, body=body, posted_at=time, created_at=time, updated_at=time)
            for time, (_, status, body) in zip(times, steps, strict=True)
        ]
        updates += told
        first_told = told[1] if is_planned else told[0]
        for component in hit:
            listings.append(IncidentComponent(incident=incident, component=component, worst_status=trouble))
            changes += _changes(component, trouble, first_told, told[-1])
            claims.append(
                StatusClaim(
                    component=component,
                    incident=incident,
                    status=trouble,
                    started_at=first_told.posted_at,
                    ended_at=times[-1],
                )
            )
        if not is_planned:
            moments += [
                _moment(incident, Moment.STARTED, start),
                _moment(incident, Moment.DETECTED, start + timedelta(minutes=3)),
                _moment(incident, Moment.RESOLVED, times[-1]),
            ]
    for model, rows in (
        (Incident, incidents),
        (Update, updates),
        (IncidentComponent, listings),
        (ComponentChange, changes),
        (StatusClaim, claims),
        (MomentRecord, moments),
    ):
        model.objects.bulk_create(rows, batch_size=BATCH)


def _changes(component: Component, trouble: ComponentStatus, first: Update, last: Update) -> list[ComponentChange]:
    fine = ComponentStatus.OPERATIONAL
    return [
        ComponentChange(
            update=update, component=component, component_name=component.name, old_status=old, new_status=new
        )
        for update, old, new in ((first, fine, trouble), (last, trouble, fine))
    ]


def _moment(incident: Incident, moment: Moment, value: datetime) -> MomentRecord:
    return MomentRecord(incident=incident, moment=moment, at=value, source=MomentSource.UPDATE, recorded_at=value)


def _write_journal(page: Page) -> None:
    """A numbered change for every update, in the order of their times; what was numbered before stays last."""
    page.journal_entries.all().delete()
    updates = Update.objects.filter(incident__page=page).select_related("incident").order_by("posted_at", "pk")
    entries, number = [], 0
    for number, update in enumerate(updates.iterator(chunk_size=BATCH), start=1):
        told = {
            "name": update.incident.name,
            "status": update.status,
            "impact": update.incident.impact,
            "update": update.code,
            "text": update.body,
            "posted_at": rfc3339(update.posted_at),
        }
        entries.append(
            JournalEntry(
                page=page, number=number, at=update.posted_at, kind="UpdatePosted", incident=update.incident, told=told
            )
        )
    JournalEntry.objects.bulk_create(entries, batch_size=BATCH)
    PageJournal.objects.update_or_create(page=page, defaults={"last_number": number})
