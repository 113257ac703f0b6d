"""The written review of an incident."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.querysets import PostmortemQuerySet

from .fields import code_field
from .incident import Incident


class Postmortem(models.Model):
    """One incident's review: a Markdown draft, and the version that the public reads."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="postmortem")
    code = code_field()
    draft = models.TextField(blank=True)
    published_body = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    notify = models.BooleanField(default=True, help_text="Whether subscribers were told.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = PostmortemQuerySet.as_manager()

    class Meta:
        indexes = [
            # Feeds take a postmortem for the last word.
            models.Index(fields=["published_at"], name="postmortem_published"),
        ]
        constraints = [
            models.CheckConstraint(
                name="postmortem_published_has_text",
                condition=Q(published_at__isnull=True) | ~Q(published_body=""),
                violation_error_message="A published postmortem has a text.",
            ),
        ]

    def __str__(self) -> str:
        return f"Postmortem of {self.incident_id}"

    @property
    def is_published(self) -> bool:
        """Whether the public can read it."""
        return self.published_at is not None


class PostmortemRevision(models.Model):
    """One saved state of the draft; all are kept."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="revisions")
    body = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    note = models.CharField(max_length=255, blank=True)
    is_published = models.BooleanField(default=False, help_text="Whether the public was shown this one.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.postmortem_id} at {self.created_at}"
