"""Templates for common updates."""

from django.db import models

from incidents.choices import IncidentStatus

from .fields import choice_field, known_values
from .page import Page


class UpdateTemplate(models.Model):
    """Words that a responder can start an update from."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="update_templates")
    name = models.CharField(max_length=100, help_text="What responders pick it by.")
    title = models.CharField(max_length=255, blank=True, help_text="Proposed as the incident's name.")
    status = choice_field(IncidentStatus)
    body = models.TextField(max_length=25_000)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            known_values("updatetemplate", "status", IncidentStatus),
            models.UniqueConstraint(
                name="updatetemplate_named_once",
                fields=["page", "name"],
                violation_error_message="Another template has this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
