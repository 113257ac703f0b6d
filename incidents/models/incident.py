"""Incidents and scheduled maintenances: one row each, with the five moments and the components they list."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from incidents.choices import (
    INCIDENT_STATUSES,
    MAINTENANCE_STATUSES,
    OPEN_STATUSES,
    ComponentStatus,
    Impact,
    IncidentKind,
    IncidentStatus,
)
from incidents.querysets import IncidentQuerySet
from incidents.transitions import status_by_the_clock

from .checked import CheckedAtOnce
from .component import Component
from .fields import choice_field, code_field, known_values
from .maintenance import MaintenanceSeries
from .page import Page


def _not_before(later: str, earlier: str) -> models.CheckConstraint:
    """One moment of an incident is never before another; a missing one contradicts nothing."""
    return models.CheckConstraint(
        name=f"incident_{later}_after_{earlier}",
        condition=Q(kind=IncidentKind.MAINTENANCE)
        | Q(**{f"{later}_at__isnull": True})
        | Q(**{f"{earlier}_at__isnull": True})
        | Q(**{f"{later}_at__gte": F(f"{earlier}_at")}),
        violation_error_message=f"{later.capitalize()} can't be before {earlier}.",
    )


class Incident(CheckedAtOnce):
    """One disruption from impact to postmortem, or one scheduled maintenance (`kind`).

    The `<moment>_at` columns hold the present belief about the five moments; every earlier belief, its source and its
    precision are `MomentRecord` rows. `version` grows with every write: it is the optimistic lock between responders
    and tells whether stored metrics are stale.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="incidents")
    code = code_field()
    name = models.CharField(max_length=255)
    kind = choice_field(IncidentKind, default=IncidentKind.INCIDENT)
    status = choice_field(IncidentStatus)
    impact = choice_field(Impact, default=Impact.NONE)
    impact_override = choice_field(Impact, null=True, blank=True)
    components = models.ManyToManyField(Component, through="IncidentComponent", related_name="incidents")

    started_at = models.DateTimeField()
    detected_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    mitigated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="For a maintenance: completed.")
    monitoring_at = models.DateTimeField(null=True, blank=True, help_text="When it was first said to be monitored.")

    scheduled_for = models.DateTimeField(null=True, blank=True)
    scheduled_until = models.DateTimeField(null=True, blank=True)
    auto_start = models.BooleanField(default=False)
    auto_complete = models.BooleanField(default=False)
    remind_before_minutes = models.PositiveIntegerField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    schedule_sequence = models.PositiveIntegerField(
        default=0, help_text="Times it was rescheduled (RFC 5545 SEQUENCE)."
    )
    series = models.ForeignKey(MaintenanceSeries, models.SET_NULL, null=True, blank=True, related_name="maintenances")
    series_slot = models.DateTimeField(null=True, blank=True, help_text="The start that the series gave it.")

    last_told_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="The newest time that an update shows; empty: nothing was told.",
    )
    is_backfilled = models.BooleanField(default=False, help_text="Entered after the fact; nobody was told.")
    reopened_count = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=64, blank=True, help_text="A tag, such as expired certificate; internal.")
    shortlink = models.URLField(max_length=500, blank=True)
    reminder_intervals = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - Statuspage's null differs from ""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="incidents_opened"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            known_values("incident", "kind", IncidentKind),
            known_values("incident", "impact", Impact),
            models.CheckConstraint(
                name="incident_impact_override_known",
                condition=Q(impact_override__isnull=True) | Q(impact_override__in=Impact.values),
            ),
            models.CheckConstraint(
                name="incident_status_fits_kind",
                condition=Q(kind=IncidentKind.INCIDENT, status__in=INCIDENT_STATUSES)
                | Q(kind=IncidentKind.MAINTENANCE, status__in=MAINTENANCE_STATUSES),
                violation_error_message="This status doesn't belong to this kind of incident.",
            ),
            models.CheckConstraint(
                name="incident_window_fits_kind",
                condition=Q(kind=IncidentKind.INCIDENT, scheduled_for__isnull=True, scheduled_until__isnull=True)
                | Q(kind=IncidentKind.MAINTENANCE, scheduled_for__isnull=False, scheduled_until__isnull=False),
                violation_error_message="A maintenance needs its window; an incident has none.",
            ),
            models.CheckConstraint(
                name="incident_window_ends_after_start",
                condition=Q(scheduled_for__isnull=True) | Q(scheduled_until__gte=F("scheduled_for")),
                violation_error_message="The window's end can't be before its start.",
            ),
            _not_before("mitigated", "started"),
            _not_before("resolved", "started"),
            _not_before("resolved", "mitigated"),
            _not_before("acknowledged", "detected"),
            models.UniqueConstraint(
                name="incident_one_per_series_slot",
                fields=["series", "series_slot"],
                condition=Q(series__isnull=False, series_slot__isnull=False),
            ),
        ]
        indexes = [
            # The console's list. Without statistics SQLite reads unfinished ones through an index of their order too,
            # which stays cheap for a long history where that index tells the status: hence it ends several of these.
            models.Index(fields=["page", "kind", "-started_at", "status"], name="incident_history"),
            # History by month; the expression is that of `in_history`.
            models.Index(F("page"), Coalesce("scheduled_for", "started_at"), name="incident_happened"),
            # Open incidents and running or upcoming maintenance, on every public document.
            models.Index(fields=["page", "kind", "status"], name="incident_by_status"),
            # The last 15 days.
            models.Index(fields=["page", "resolved_at"], name="incident_by_end"),
            # The latest maintenances, and the calendar.
            models.Index(fields=["page", "kind", "scheduled_for", "status"], name="incident_planned"),
            models.Index(fields=["page", "scheduled_until"], name="incident_planned_until"),
            # The API and the feeds: what was told last, and the order in which it was entered.
            models.Index(fields=["page", "kind", "last_told_at", "status"], name="incident_told_by_kind"),
            models.Index(fields=["page", "last_told_at"], name="incident_told"),
            models.Index(
                fields=["page", "created_at"], name="incident_entered", condition=Q(last_told_at__isnull=False)
            ),
            # What the clock makes due.
            models.Index(
                fields=["scheduled_for"],
                name="incident_due",
                condition=Q(kind="maintenance") & ~Q(status="completed"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_maintenance(self) -> bool:
        """Whether this is scheduled maintenance."""
        return self.kind == IncidentKind.MAINTENANCE

    @property
    def is_open(self) -> bool:
        """Whether this is an incident that isn't resolved yet."""
        return self.status in OPEN_STATUSES

    def status_at(self, at: datetime) -> IncidentStatus:
        """The status at an instant not before the last write, counting what the clock has made due since."""
        return status_by_the_clock(
            IncidentStatus(self.status),
            scheduled_for=self.scheduled_for if self.auto_start else None,
            scheduled_until=self.scheduled_until if self.auto_complete else None,
            at=at,
        )


class IncidentComponent(models.Model):
    """That an incident's report lists a component, and what the incident last said, and at worst said, of it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="listings")
    component = models.ForeignKey(Component, models.CASCADE, related_name="listings")
    status = choice_field(ComponentStatus, default=ComponentStatus.OPERATIONAL)
    worst_status = choice_field(ComponentStatus, default=ComponentStatus.OPERATIONAL)
    adjudicated_at = models.DateTimeField(
        null=True, blank=True, help_text="From when on the real outage periods replace what was told before."
    )

    class Meta:
        ordering = ["component__position", "component_id"]
        constraints = [
            models.UniqueConstraint(name="incidentcomponent_listed_once", fields=["incident", "component"]),
            known_values("incidentcomponent", "status", ComponentStatus),
            known_values("incidentcomponent", "worst_status", ComponentStatus),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} lists {self.component_id}"
