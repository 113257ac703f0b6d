"""What the public reads of an incident, as plain values that templates only lay out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, QuerySet
from django.utils.safestring import SafeString

from incidents.choices import (
    ACTIVE_STATUSES,
    OPEN_STATUSES,
    ActionItemStatus,
    ClaimBasis,
    ComponentStatus,
    IncidentStatus,
)
from incidents.instants import format_day, format_time
from incidents.markdown import plain, render
from incidents.models import ActionItem, Incident, StatusClaim, Update

from .icons import icon_of
from .sharing import of_each


@dataclass(frozen=True, slots=True)
class UpdateView:
    """One update as the public reads it."""

    label: str
    status: str
    body: SafeString
    posted_at: datetime
    edited_at: datetime | None
    next_update_by: datetime | None
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ActionItemView:
    """One public action item, in its public wording, and where it stands."""

    title: str
    status: str
    label: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """That the postmortem was corrected, and what of it."""

    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Report:
    """One incident or maintenance as the public reads it; `status` counts what the clock has made due."""

    code: str
    name: str
    is_maintenance: bool
    status: str
    label: str
    impact: str
    started_at: datetime
    resolved_at: datetime | None
    scheduled_for: datetime | None
    scheduled_until: datetime | None
    is_cancelled: bool
    is_backfilled: bool
    updates: tuple[UpdateView, ...]
    affected: str
    measured: str
    postmortem: SafeString | None
    postmortem_published_at: datetime | None
    corrections: tuple[CorrectionView, ...]
    action_items: tuple[ActionItemView, ...]
    summary: str
    updated_at: datetime

    @property
    def done_count(self) -> int:
        """How many of the public action items are done."""
        return sum(item.status == ActionItemStatus.DONE for item in self.action_items)

    @property
    def is_going_on(self) -> bool:
        """Whether it is neither over nor only planned."""
        return self.status in (*OPEN_STATUSES, *ACTIVE_STATUSES)

    @property
    def icon(self) -> str:
        """The icon in the browser's tab: of what is going on; all well once it is over, or while it is only planned."""
        return icon_of(self.impact if self.is_going_on else "none")

    @property
    def happened_at(self) -> datetime:
        """When it is told under: a maintenance when it was planned for, an incident when its impact began."""
        return self.scheduled_for or self.started_at

    @property
    def address(self) -> str:
        """The path of the report."""
        return f"/incidents/{self.code}"


def with_everything(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Fetch what reports are made of in a number of queries that doesn't grow with the incidents."""
    return incidents.select_related("page", "postmortem").prefetch_related(
        Prefetch("updates", Update.objects.prefetch_related("component_changes")),
        "listings__component__group",
        "postmortem__corrections",
        Prefetch("action_items", ActionItem.objects.public()),
        Prefetch("claims", StatusClaim.objects.filter(basis=ClaimBasis.ADJUDICATED)),
    )


def reports_of(incidents: QuerySet[Incident], at: datetime) -> list[Report]:
    """The reports of some incidents at an instant, in the order asked for."""
    return of_each(
        ("report", at),
        incidents,
        lambda wanted: ((incident.pk, report_of(incident, at)) for incident in with_everything(wanted)),
    )


def report_of(incident: Incident, at: datetime) -> Report:
    """One incident's report at an instant, from rows fetched by `with_everything`."""
    status = incident.status_at(at)
    updates = list(incident.updates.all())
    postmortem = getattr(incident, "postmortem", None)
    published = postmortem if postmortem and postmortem.is_published else None
    return Report(
        code=incident.code,
        name=incident.name,
        is_maintenance=incident.is_maintenance,
        status=status,
        label="Called off" if incident.cancelled_at else IncidentStatus(status).label,
        impact=incident.impact,
        started_at=incident.started_at,
        resolved_at=incident.resolved_at,
        scheduled_for=incident.scheduled_for,
        scheduled_until=incident.scheduled_until,
        is_cancelled=incident.cancelled_at is not None,
        is_backfilled=incident.is_backfilled,
        updates=tuple(
            _update(update, is_latest=update is updates[-1], incident=incident) for update in reversed(updates)
        ),
        affected=affected_of(incident),
        measured=_measured(incident),
        postmortem=render(published.published_body) if published else None,
        postmortem_published_at=published.published_at if published else None,
        corrections=tuple(CorrectionView(each.at, each.note) for each in published.corrections.all())
        if published
        else (),
        action_items=tuple(
            ActionItemView(item.public_wording, item.status, item.get_status_display())
            for item in incident.action_items.all()
        )
        if published
        else (),
        summary=plain(updates[-1].body) if updates else "",
        updated_at=incident.updated_at,
    )


def _update(update: Update, *, is_latest: bool, incident: Incident) -> UpdateView:
    return UpdateView(
        label=update.get_status_display(),
        status=update.status,
        body=render(update.body),
        posted_at=update.posted_at,
        edited_at=update.edited_at,
        next_update_by=update.next_update_by if is_latest and incident.is_open else None,
        changes=tuple(
            (change.component_name, change.new_status, ComponentStatus(change.new_status).label)
            for change in update.component_changes.all()
            if change.old_status != change.new_status
        ),
    )


def affected_of(incident: Incident) -> str:
    """The listed components as a sentence's end: "Website and API", grouped ones as "Git (SSH, HTTPS)"."""
    components = sorted(
        (listing.component for listing in incident.listings.all()),
        key=lambda component: (
            (component.group.position, component.group_id) if component.group else (0, 0),
            component.position,
            component.pk,
        ),
    )
    names = []
    for group, members in groupby(components, key=lambda component: component.group):
        own = [member.name for member in members]
        names += [f"{group.name} ({', '.join(own)})"] if group else own
    return natural_list(names)


def natural_list(names: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _measured(incident: Incident) -> str:
    """What was found afterwards of the listed components, where it was settled apart from what had been told."""
    zone = incident.page.zone
    sentences = []
    for listing in incident.listings.all():
        if listing.adjudicated_at is None:
            continue
        outages = [claim for claim in incident.claims.all() if claim.component_id == listing.component_id]
        found = [f"{ComponentStatus(outage.status).label.lower()}, {_span(outage, zone)}" for outage in outages]
        sentences.append(f"{listing.component.name}: {'; '.join(found) or 'no impact found'}.")
    return " ".join(sentences)


def _span(outage: StatusClaim, zone: object) -> str:
    start, end = outage.started_at.astimezone(zone), outage.ended_at.astimezone(zone)
    if start.date() == end.date():
        return f"{start:%H:%M} to {format_time(end, zone)}"
    return f"{format_day(start, zone)} {start:%H:%M} to {format_day(end, zone)} {format_time(end, zone)}"
