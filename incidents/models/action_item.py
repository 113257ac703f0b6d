"""Action items: the follow-ups of an incident, how each came to its end, and which later incidents it bore on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from incidents.choices import (
    UNFINISHED_STATUSES,
    ActionItemKind,
    ActionItemStatus,
    Priority,
    TargetMetric,
    Tracker,
    Verdict,
)
from incidents.querysets import ActionItemQuerySet
from incidents.trackers import Link, link_of

from .checked import CheckedAtOnce
from .fields import choice_field, code_field, known_values
from .incident import Incident


class ActionItem(CheckedAtOnce):
    """A follow-up with an owner and an end.

    `version` grows with every write, as an incident's does. What the public may read of it is `public_wording` and its
    status, and only once the incident's postmortem is published.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="action_items")
    code = code_field()
    position = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=255)
    detail = models.TextField(blank=True)
    kind = choice_field(ActionItemKind)
    priority = choice_field(Priority, default=Priority.P2)
    metric = choice_field(TargetMetric, default=TargetMetric.NONE, blank=True)
    cause = models.CharField(max_length=64, blank=True, help_text="A tag, such as expired certificate.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="action_items"
    )
    due_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField(null=True, blank=True, help_text="Before it was first moved.")
    due_moves = models.PositiveIntegerField(default=0, help_text="How often the due date was moved.")
    tracker_url = models.CharField(max_length=500, blank=True, help_text="An address, or a Jira key.")
    tracker_key = models.CharField(max_length=500, blank=True, editable=False, help_text="What a tracker calls it by.")
    from_line = models.CharField(max_length=255, blank=True, help_text="The postmortem's line that it was made from.")
    is_public = models.BooleanField(default=False)
    public_title = models.CharField(max_length=255, blank=True, help_text="Its wording in public; empty: the title.")
    status = choice_field(ActionItemStatus, default=ActionItemStatus.OPEN)
    completed_at = models.DateTimeField(null=True, blank=True, help_text="When it was done, or given up.")
    evidence = models.TextField(blank=True, help_text="What shows that it is done.")
    wont_do_reason = models.CharField(max_length=500, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="verified_action_items"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            known_values("actionitem", "kind", ActionItemKind),
            known_values("actionitem", "priority", Priority),
            known_values("actionitem", "status", ActionItemStatus),
            known_values("actionitem", "metric", TargetMetric),
            models.CheckConstraint(
                name="actionitem_ended_has_time",
                condition=Q(status__in=("done", "wont_do"), completed_at__isnull=False)
                | Q(status__in=("open", "in_progress"), completed_at__isnull=True),
                violation_error_message="An action item has a completion time exactly when it is done or given up.",
            ),
            models.CheckConstraint(
                name="actionitem_given_up_has_reason",
                condition=Q(status="wont_do") & ~Q(wont_do_reason="") | ~Q(status="wont_do") & Q(wont_do_reason=""),
                violation_error_message="An action item has a reason for not doing it exactly when it is given up.",
            ),
            models.CheckConstraint(
                name="actionitem_verified_is_done",
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False, status="done") & ~Q(evidence=""),
                violation_error_message="Only an action item that is done, with its evidence, can be verified.",
            ),
            models.CheckConstraint(
                name="actionitem_verified_by_another",
                condition=Q(verified_by__isnull=True) | Q(owner__isnull=True) | ~Q(verified_by=F("owner")),
                violation_error_message="Somebody else than the owner has to verify an action item.",
            ),
            models.CheckConstraint(
                name="actionitem_moved_has_first_due",
                condition=Q(due_moves=0, first_due_on__isnull=True) | Q(due_moves__gt=0, first_due_on__isnull=False),
                violation_error_message="A due date that was moved keeps the first one.",
            ),
        ]
        indexes = [
            # What is still owed, by when.
            models.Index(fields=["status", "due_on"], name="actionitem_owed"),
            # The item that a tracker speaks of.
            models.Index(fields=["tracker_key"], name="actionitem_tracked", condition=~Q(tracker_key="")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        """Whether it is done or given up."""
        return self.status not in UNFINISHED_STATUSES

    @property
    def public_wording(self) -> str:
        """What the public reads; the title stands in only for an item that is public."""
        return self.public_title or (self.title if self.is_public else "")

    @property
    def active_owner(self) -> object:
        """Who looks after it; nobody once its owner's account was closed."""
        return self.owner if self.owner and self.owner.is_active else None

    @property
    def tracker(self) -> Link | None:
        """The linked tracker, as it is shown."""
        return link_of(self.tracker_url)


FIELD_WORDS = {
    "due_on": "Due",
    "is_public": "Public",
    "metric": "Figure it should move",
    "public_title": "Public wording",
    "tracker_url": "Tracker",
}


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

    @property
    def field_words(self) -> str:
        """The name of the field that changed, as forms call it."""
        return FIELD_WORDS.get(self.field, self.field.replace("_", " ").capitalize())


class ItemVerdict(models.Model):
    """Whether an action item, had it been finished, would have prevented or shortened a later incident."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="verdicts")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="item_verdicts")
    verdict = choice_field(Verdict)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            known_values("itemverdict", "verdict", Verdict),
            models.UniqueConstraint(name="itemverdict_once", fields=["item", "incident"]),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}, {self.incident_id}: {self.verdict}"


class TrackerDelivery(models.Model):
    """A message of a tracker that was taken in, so that the same one sent again changes nothing."""

    tracker = choice_field(Tracker)
    key = models.CharField(max_length=128, help_text="The tracker's own id of the message, or its digest.")
    received_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tracker deliveries"
        constraints = [
            known_values("trackerdelivery", "tracker", Tracker),
            models.UniqueConstraint(name="trackerdelivery_once", fields=["tracker", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.tracker} {self.key}"
