"""Action items: the follow-ups of an incident, and how each came to its end."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.choices import ActionItemKind, ActionItemStatus, Priority
from incidents.querysets import ActionItemQuerySet

from .fields import choice_field, code_field, known_values
from .incident import Incident


class ActionItem(models.Model):
    """A follow-up with an owner and an end."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="action_items")
    code = code_field()
    position = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=255)
    detail = models.TextField(blank=True)
    kind = choice_field(ActionItemKind)
    priority = choice_field(Priority, default=Priority.P2)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="action_items"
    )
    due_on = models.DateField(null=True, blank=True)
    tracker_url = models.URLField(max_length=500, blank=True)
    is_public = models.BooleanField(default=False)
    status = choice_field(ActionItemStatus, default=ActionItemStatus.OPEN)
    completed_at = models.DateTimeField(null=True, blank=True, help_text="When it was done, or given up.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            known_values("actionitem", "kind", ActionItemKind),
            known_values("actionitem", "priority", Priority),
            known_values("actionitem", "status", ActionItemStatus),
            models.CheckConstraint(
                name="actionitem_ended_has_time",
                condition=Q(status__in=("done", "wont_do"), completed_at__isnull=False)
                | Q(status__in=("open", "in_progress"), completed_at__isnull=True),
                violation_error_message="An action item has a completion time exactly when it is done or given up.",
            ),
        ]
        indexes = [
            # What is still owed, by when.
            models.Index(fields=["status", "due_on"], name="actionitem_owed"),
        ]

    def __str__(self) -> str:
        return self.title


class ActionItemChange(models.Model):
    """One change of one field of an action item: its history."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="changes")
    field = models.CharField(max_length=32)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} to {self.after}"
