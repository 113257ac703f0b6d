"""Ways to action items besides the console: saved views, calendar addresses, hooks for trackers, what they told."""

from django.conf import settings
from django.db import models

from incidents.choices import Tracker

from .fields import choice_field, code_field, known_values
from .page import Page


class SavedView(models.Model):
    """A named set of filters over action items, of one person; a shared one is offered to everybody."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True, help_text="The filters, as in the address.")
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="savedview_named_once",
                fields=["page", "owner", "name"],
                violation_error_message="You have a view of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarAddress(models.Model):
    """The private calendar of one person's due dates on a page; only a digest of its token is stored."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="calendar_addresses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_addresses")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "calendar addresses"
        constraints = [models.UniqueConstraint(name="calendaraddress_one_each", fields=["page", "user"])]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.page_id}"


class TrackerHook(models.Model):
    """Where a tracker reports what became of linked issues.

    Its secret is stored nowhere. GitLab sends it along, so a digest is enough. GitHub signs with it, so we must be able
    to find it again: it is derived from `nonce` with the installation's SECRET_KEY.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="tracker_hooks")
    tracker = choice_field(Tracker)
    code = code_field()
    nonce = models.CharField(max_length=64, blank=True)
    secret_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    last_heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["tracker"]
        constraints = [
            known_values("trackerhook", "tracker", Tracker),
            models.UniqueConstraint(name="trackerhook_one_each", fields=["page", "tracker"]),
            models.CheckConstraint(
                name="trackerhook_has_secret",
                condition=models.Q(tracker="github", secret_digest="") & ~models.Q(nonce="")
                | models.Q(tracker="gitlab", nonce="") & ~models.Q(secret_digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tracker} to {self.page_id}"


class TrackedIssue(models.Model):
    """When an issue had last changed, of all that its tracker reported of it; only of issues that items are linked to.

    Messages may come in another order than things happened in. By this time an older one is told from news.
    """

    hook = models.ForeignKey(TrackerHook, models.CASCADE, related_name="issues")
    key = models.CharField(max_length=500, help_text="What the tracker calls it by.")
    changed_at = models.DateTimeField(help_text="By the tracker's clock.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="trackedissue_once", fields=["hook", "key"])]

    def __str__(self) -> str:
        return self.key
