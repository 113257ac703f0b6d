"""What people were told about action items: one row each, so that nothing is told twice."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.choices import NoticeKind

from .action_item import ActionItem
from .fields import choice_field, known_values
from .page import Page


class ItemNotice(models.Model):
    """That a person was told one thing that fell due on one day, of an item or (a digest) of a page.

    It is claimed before the mail goes out and marked as sent after. A claim that was neither marked nor released, since
    its worker died, may be taken over after a while.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="item_notices")
    item = models.ForeignKey(ActionItem, models.CASCADE, null=True, blank=True, related_name="notices")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="item_notices")
    kind = choice_field(NoticeKind)
    fell_due_on = models.DateField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            known_values("itemnotice", "kind", NoticeKind),
            models.UniqueConstraint(
                name="itemnotice_once_of_item",
                fields=["item", "recipient", "kind", "fell_due_on"],
                condition=Q(item__isnull=False),
            ),
            models.UniqueConstraint(
                name="itemnotice_once_of_page",
                fields=["page", "recipient", "kind", "fell_due_on"],
                condition=Q(item__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fell_due_on} to {self.recipient_id}"


class SettledDigest(models.Model):
    """That it was written down, as `ItemNotice` rows, whom a page's digests of one Monday go to; nobody joins later."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="settled_digests")
    monday = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="settleddigest_once", fields=["page", "monday"])]

    def __str__(self) -> str:
        return f"{self.page_id}, {self.monday}"
