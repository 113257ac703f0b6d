"""Updates: the public, timestamped posts on an incident."""

from django.conf import settings
from django.db import models

from incidents.choices import ComponentStatus, IncidentStatus

from .component import Component
from .fields import choice_field, code_field, known_values
from .incident import Incident


class Update(models.Model):
    """One post. `posted_at` is the time shown; `created_at` is when it was really written down."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="updates")
    code = code_field()
    status = choice_field(IncidentStatus)
    body = models.TextField(max_length=25_000)
    posted_at = models.DateTimeField()
    notify = models.BooleanField(default=True)
    next_update_by = models.DateTimeField(null=True, blank=True, help_text="The promise of a next update.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="updates")
    is_automatic = models.BooleanField(default=False, help_text="Posted by the clock.")
    edited_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["posted_at", "pk"]
        constraints = [
            known_values("update", "status", IncidentStatus),
            models.CheckConstraint(
                name="update_promise_after_post",
                condition=models.Q(next_update_by__isnull=True) | models.Q(next_update_by__gt=models.F("posted_at")),
                violation_error_message="The next update can't be promised for before this one.",
            ),
        ]
        indexes = [
            # Every report reads its updates in order.
            models.Index(fields=["incident", "posted_at"], name="update_timeline"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.posted_at}"


class UpdateRevision(models.Model):
    """The text that an edit of an update replaced."""

    update = models.ForeignKey(Update, models.CASCADE, related_name="revisions")
    status = choice_field(IncidentStatus)
    body = models.TextField()
    posted_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.update_id} until {self.replaced_at}"


class ComponentChange(models.Model):
    """What an update said of one component; old and new are equal when it was only restated."""

    update = models.ForeignKey(Update, models.CASCADE, related_name="component_changes")
    component = models.ForeignKey(Component, models.CASCADE, related_name="changes")
    component_name = models.CharField(max_length=520, help_text="As told then, with its group in front.")
    old_status = choice_field(ComponentStatus)
    new_status = choice_field(ComponentStatus)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="componentchange_once_per_update", fields=["update", "component"]),
            known_values("componentchange", "old_status", ComponentStatus),
            known_values("componentchange", "new_status", ComponentStatus),
        ]

    def __str__(self) -> str:
        return f"{self.component_name}: {self.old_status} to {self.new_status}"


class GlassPost(models.Model):
    """That an update was published by break glass, while the database was away, and brought in later."""

    update = models.OneToOneField(Update, models.CASCADE, related_name="glass_post")
    author_name = models.CharField(max_length=150, help_text="Who posted it, as they gave their name.")
    brought_in_at = models.DateTimeField()
    note = models.TextField(blank=True, help_text="What couldn't be done as it was published.")

    def __str__(self) -> str:
        return f"{self.update_id} by {self.author_name}"
