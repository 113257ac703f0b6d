"""The journal of a page: every public change, numbered in the order of commits."""

from django.db import models

from incidents.models import Incident, Page


class PageJournal(models.Model):
    """The last number given on a page; its row is what concurrent changes of one page queue up for."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="journal")
    last_number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.page_id}: {self.last_number}"


class JournalEntry(models.Model):
    """One public change, written in its own transaction, so that numbers follow the order of commits."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="journal_entries")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=64, help_text="The class of the change, such as IncidentOpened.")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="journal_entries")
    touches_all = models.BooleanField(default=False, help_text="Every document of the page has to be made again.")
    also_at = models.DateTimeField(
        null=True, blank=True, help_text="Where the incident was told before this change moved it."
    )
    told = models.JSONField(default=dict, help_text="What the change said, as it was said then.")

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "journal entries"
        constraints = [models.UniqueConstraint(name="journalentry_numbered_once", fields=["page", "number"])]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.number} {self.kind}"
