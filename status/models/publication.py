"""Attempts to make changes public."""

from django.db import models
from django.db.models import Q

from incidents.models import Page


class Publication(models.Model):
    """One attempt to publish a page up to a number of its journal: when it went live, or why it didn't."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="publications")
    number = models.PositiveBigIntegerField(help_text="Every change up to here is in what was published.")
    at = models.DateTimeField()
    documents = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0, help_text="What rendering and storing took.")
    error = models.CharField(max_length=500, blank=True, help_text="Empty: it is in the publish folder.")
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When the page's public address was first seen to serve it."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="publication_took_time", condition=Q(seconds__gte=0)),
        ]
        indexes = [
            # When did a change go live: the first good publication from its number on.
            models.Index(fields=["page", "number"], name="publication_by_number"),
            models.Index(fields=["page", "at"], name="publication_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.number} {self.error or 'live'}"
