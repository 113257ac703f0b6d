"""The written review of an incident."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.choices import PostmortemStatus
from incidents.querysets import PostmortemQuerySet

from .fields import choice_field, code_field, known_values
from .incident import Incident


class Postmortem(models.Model):
    """One incident's review: a Markdown draft, where it stands, and the version that the public reads.

    `draft` may hold internal passages. `published_body` never does: it is computed once, when the publication is
    decided, and it is all that anything public is made of. Between the decision and its taking effect it waits in
    `pending_body` until `publish_due_at`.
    """

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="postmortem")
    code = code_field()
    draft = models.TextField(blank=True)
    status = choice_field(PostmortemStatus, default=PostmortemStatus.DRAFT)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="postmortems"
    )
    template = models.ForeignKey("PostmortemTemplate", models.SET_NULL, null=True, blank=True)
    no_action_reason = models.CharField(max_length=500, blank=True)
    generated_timeline = models.TextField(
        blank=True, help_text="The timeline as last assembled; tells hand edits apart."
    )

    review_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_body = models.TextField(blank=True, help_text="The very text that was approved.")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    moments_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    moments_confirmed_upto = models.BigIntegerField(
        null=True, blank=True, help_text="The newest record of a moment that was confirmed; a later one asks again."
    )

    pending_body = models.TextField(blank=True)
    pending_note = models.CharField(max_length=500, blank=True)
    pending_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    publish_due_at = models.DateTimeField(null=True, blank=True)
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
            # What waits to go out, asked for every few seconds.
            models.Index(fields=["publish_due_at"], name="postmortem_due", condition=Q(publish_due_at__isnull=False)),
        ]
        constraints = [
            known_values("postmortem", "status", PostmortemStatus),
            models.CheckConstraint(
                name="postmortem_published_has_text",
                condition=Q(published_at__isnull=True) | ~Q(published_body=""),
                violation_error_message="A published postmortem has a text.",
            ),
            models.CheckConstraint(
                name="postmortem_going_out_is_due",
                condition=Q(status="publishing", publish_due_at__isnull=False)
                | (~Q(status="publishing") & Q(publish_due_at__isnull=True)),
                violation_error_message="A postmortem has a time to go out exactly while it is going out.",
            ),
        ]

    def __str__(self) -> str:
        return f"Postmortem of {self.incident_id}"

    @property
    def is_published(self) -> bool:
        """Whether the public can read it."""
        return self.published_at is not None


class PostmortemRevision(models.Model):
    """One saved state of the draft; all are kept, also those that were saved by themselves while somebody typed."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="revisions")
    body = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    generated_timeline = models.TextField(
        blank=True, help_text="The timeline as last assembled when this was saved; comes back with it."
    )
    note = models.CharField(max_length=255, blank=True)
    is_autosave = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False, help_text="Whether the public was shown this one.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.postmortem_id} at {self.created_at}"


class PostmortemEvent(models.Model):
    """One step of the workflow: who moved the postmortem from where to where, and why."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="events")
    before = choice_field(PostmortemStatus)
    after = choice_field(PostmortemStatus)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            known_values("postmortemevent", "before", PostmortemStatus),
            known_values("postmortemevent", "after", PostmortemStatus),
        ]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"


class PostmortemComment(models.Model):
    """What a colleague says of the whole, or of one passage; never public."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="comments")
    passage = models.TextField(blank=True, help_text="The words it is about; empty: the whole.")
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.body[:60]


class PostmortemCorrection(models.Model):
    """That the published text was corrected, and what the public is told of it."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="corrections")
    note = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.note
