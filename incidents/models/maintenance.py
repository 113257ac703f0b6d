"""Recurring maintenance windows."""

from django.db import models
from django.db.models import Q

from .component import Component
from .fields import code_field
from .page import Page


class MaintenanceSeries(models.Model):
    """A rule by which maintenances are scheduled ahead, in the page's local time (RFC 5545 section 3.3.10)."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="maintenance_series")
    code = code_field()
    name = models.CharField(max_length=255)
    body = models.TextField(help_text="The announcement of each maintenance.")
    rrule = models.CharField(max_length=500, help_text="For example FREQ=WEEKLY;BYDAY=SU")
    first_starts_at = models.DateTimeField()
    duration_minutes = models.PositiveIntegerField()
    components = models.ManyToManyField(Component, blank=True, related_name="maintenance_series")
    auto_start = models.BooleanField(default=True)
    auto_complete = models.BooleanField(default=True)
    remind_before_minutes = models.PositiveIntegerField(null=True, blank=True, default=60)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="No more are scheduled from here on.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "maintenance series"
        constraints = [
            models.CheckConstraint(
                name="maintenanceseries_lasts",
                condition=Q(duration_minutes__gt=0),
                violation_error_message="A maintenance must last at least a minute.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
