"""A further place that a page is published to."""

from django.db import models
from django.db.models import Q

from incidents.models import Page
from incidents.models.fields import choice_field, code_field, known_values


class TargetKind(models.TextChoices):
    """What sort of place it is."""

    FOLDER = "folder", "Folder"
    S3 = "s3", "Object store (S3)"
    GIT = "git", "Git repository"


class PublishTarget(models.Model):
    """A place that holds a copy of what is published of a page, and how far it has come.

    Secrets are never stored: `credentials` names environment variables (docs/operating.md, "Further places").
    """

    code = code_field()
    page = models.ForeignKey(Page, models.CASCADE, related_name="publish_targets")
    name = models.CharField(max_length=100)
    kind = choice_field(TargetKind)
    location = models.CharField(max_length=500)
    endpoint = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=60, blank=True)
    branch = models.CharField(max_length=100, blank=True)
    credentials = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    number = models.PositiveBigIntegerField(null=True, blank=True, help_text="The last change that it holds.")
    state = models.CharField(max_length=80, blank=True, help_text="The state of the publish folder that it holds.")
    brought_at = models.DateTimeField(null=True, blank=True, help_text="When it got there.")
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When we last reached it.")
    error = models.CharField(max_length=500, blank=True, help_text="Why the last attempt failed; empty: it didn't.")
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Attempts that failed one after the other.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="Left alone until then.")
    held_by = models.CharField(max_length=32, blank=True, help_text="Which attempt is at work on it.")
    held_until = models.DateTimeField(null=True, blank=True, help_text="When that attempt counts as lost.")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            known_values("publishtarget", "kind", TargetKind),
            models.UniqueConstraint(
                name="publishtarget_named_once",
                fields=["page", "name"],
                violation_error_message="Another place of this page has this name.",
            ),
            models.UniqueConstraint(
                name="publishtarget_one_a_place",
                fields=["kind", "location", "endpoint", "branch"],
                violation_error_message="Something is published to this place already.",
            ),
            models.CheckConstraint(
                name="publishtarget_failure_is_said",
                condition=Q(failures=0, error="") | (Q(failures__gt=0, failed_at__isnull=False) & ~Q(error="")),
                violation_error_message="A place that failed says when and why.",
            ),
            models.CheckConstraint(
                name="publishtarget_hold_ends",
                condition=Q(held_by="", held_until__isnull=True) | (~Q(held_by="") & Q(held_until__isnull=False)),
                violation_error_message="An attempt that holds a place does so until some instant.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
