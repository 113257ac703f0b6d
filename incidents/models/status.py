"""What was claimed of components, and the exact log of statuses that follows from the claims.

Two facts are kept apart. A *claim* is what one cause (an incident, a maintenance, or a responder's hand) says of a
component over an interval; claims may overlap, and may be told or adjudicated. A *period* is the outcome: the worst of
all claims at each instant. Periods follow from claims and can be rebuilt from them at any time.
"""

from django.db import models
from django.db.models import F, Q

from incidents.choices import ClaimBasis, ComponentStatus
from incidents.expressions import EndOrNever
from incidents.querysets import StatusClaimQuerySet

from .component import Component
from .fields import choice_field, known_values
from .incident import Incident


class StatusClaim(models.Model):
    """One cause's word on one component over `[started_at, ended_at)`; no incident means set by hand."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="claims")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="claims")
    status = choice_field(ComponentStatus)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it lasts; may be planned ahead.")
    basis = choice_field(ClaimBasis, default=ClaimBasis.AS_TOLD)

    objects = StatusClaimQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            known_values("statusclaim", "status", ComponentStatus),
            known_values("statusclaim", "basis", ClaimBasis),
            models.CheckConstraint(
                name="statusclaim_claims_trouble",
                condition=~Q(status=ComponentStatus.OPERATIONAL),
                violation_error_message="Operational is what holds where nothing is claimed; it is never a claim.",
            ),
            models.CheckConstraint(
                name="statusclaim_ended_after_started",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                violation_error_message="A claim's end must be after its start.",
            ),
            models.UniqueConstraint(
                name="statusclaim_one_open_per_cause",
                fields=["component", "incident", "basis"],
                condition=Q(ended_at__isnull=True, incident__isnull=False),
            ),
            models.UniqueConstraint(
                name="statusclaim_one_open_by_hand",
                fields=["component"],
                condition=Q(ended_at__isnull=True, incident__isnull=True),
            ),
        ]
        indexes = [
            # What is claimed of a page's components at an instant, and what a rebuild starts from: no claim that was
            # over by then is passed on the way. Without statistics SQLite takes the narrower of the two for that.
            models.Index(F("component"), EndOrNever("ended_at"), name="statusclaim_at_instant"),
            # Whether anything was claimed of a component before it was created here.
            models.Index(fields=["component", "started_at", "ended_at"], name="statusclaim_first"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id}: {self.status} from {self.started_at}"


class StatusPeriod(models.Model):
    """A stretch of one component's life in one status, with what caused it; contiguous and never overlapping."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="periods")
    status = choice_field(ComponentStatus)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty for the present one.")
    cause = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="periods")

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            known_values("statusperiod", "status", ComponentStatus),
            models.CheckConstraint(
                name="statusperiod_ended_after_started",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
            ),
            models.UniqueConstraint(name="statusperiod_one_start", fields=["component", "started_at"]),
            models.UniqueConstraint(
                name="statusperiod_one_present", fields=["component"], condition=Q(ended_at__isnull=True)
            ),
        ]
        indexes = [
            # Uptime reads the periods of a component that touch a window.
            models.Index(fields=["component", "ended_at"], name="statusperiod_window"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id}: {self.status} from {self.started_at}"
