"""Everything that was ever believed about an incident's moments."""

from django.conf import settings
from django.db import models

from incidents.choices import Moment, MomentSource, Precision

from .fields import choice_field, known_values
from .incident import Incident


class MomentRecord(models.Model):
    """One belief about one moment: append-only, the latest row of a moment is the present one."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="moment_records")
    moment = choice_field(Moment)
    at = models.DateTimeField(null=True, blank=True, help_text="Empty: no longer held to be known.")
    source = choice_field(MomentSource)
    precision = choice_field(Precision, default=Precision.EXACT)
    reason = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            known_values("momentrecord", "moment", Moment),
            known_values("momentrecord", "source", MomentSource),
            known_values("momentrecord", "precision", Precision),
        ]

    def __str__(self) -> str:
        return f"{self.moment}: {self.at}"


class Reopening(models.Model):
    """That a resolved incident was reopened: the ended impact interval, and when impact resumed."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reopenings")
    mitigated_at = models.DateTimeField(null=True, blank=True, help_text="When impact had ended before.")
    resolved_at = models.DateTimeField()
    impact_resumed_at = models.DateTimeField()
    reopened_at = models.DateTimeField()
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["reopened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reopening_resumed_after_mitigated",
                condition=models.Q(mitigated_at__isnull=True)
                | models.Q(impact_resumed_at__gte=models.F("mitigated_at")),
                violation_error_message="Impact can't have resumed before it had ended.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} reopened {self.reopened_at}"
