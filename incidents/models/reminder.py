"""Reminders to responders: one row each, so that none is sent twice."""

from django.db import models

from incidents.choices import ReminderKind

from .fields import choice_field, known_values
from .incident import Incident


class Reminder(models.Model):
    """That the responders of an incident were reminded of one thing that fell due at one instant."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reminders")
    kind = choice_field(ReminderKind)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            known_values("reminder", "kind", ReminderKind),
            models.UniqueConstraint(name="reminder_once", fields=["incident", "kind", "due_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at}"
