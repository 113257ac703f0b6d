"""An incident's metrics as a worker last computed them."""

from django.db import models

from .incident import Incident


class IncidentMetrics(models.Model):
    """Durations in seconds, empty when a moment is missing; true of the incident's `version` named here."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="metrics")
    version = models.PositiveIntegerField()
    computed_at = models.DateTimeField()
    ttd_seconds = models.BigIntegerField(null=True)
    tta_seconds = models.BigIntegerField(null=True)
    ttr_seconds = models.BigIntegerField(null=True)
    impact_seconds = models.BigIntegerField(null=True, help_text="TTR less the time between a recovery and a relapse.")
    time_to_first_update_seconds = models.BigIntegerField(null=True)
    time_to_close_seconds = models.BigIntegerField(null=True)
    longest_silence_seconds = models.BigIntegerField(null=True)
    time_to_postmortem_seconds = models.BigIntegerField(null=True)
    promises_made = models.PositiveIntegerField(default=0)
    promises_kept = models.PositiveIntegerField(default=0)
    detected_before_impact = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "incident metrics"
        constraints = [
            models.CheckConstraint(
                name="incidentmetrics_kept_of_made",
                condition=models.Q(promises_kept__lte=models.F("promises_made")),
            ),
        ]

    def __str__(self) -> str:
        return f"Metrics of {self.incident_id} at version {self.version}"
