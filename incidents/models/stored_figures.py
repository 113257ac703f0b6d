"""What the metrics pages read: each month's incidents and action items as a worker last put them down."""

from django.db import models

from .page import Page


class PageFigures(models.Model):
    """When a worker last brought a page's months up to date, and in which time zone it cut them."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="figures")
    as_of = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    behind = models.PositiveIntegerField(default=0, help_text="Incidents whose metrics were not computed yet then.")

    class Meta:
        verbose_name_plural = "page figures"

    def __str__(self) -> str:
        return f"Figures of {self.page_id} as of {self.as_of}"


class MonthFigures(models.Model):
    """One month of a page: narrow records (`incidents.reporting.records`) of what began or was opened in it.

    `signature` is made of what the records were made from; a month with another signature is stale.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="months_of_figures")
    month = models.DateField(help_text="Its first day, in the page's time zone.")
    signature = models.CharField(max_length=255)
    incidents = models.TextField()
    items = models.TextField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["month"]
        verbose_name_plural = "month figures"
        constraints = [
            models.UniqueConstraint(name="monthfigures_one_per_month", fields=["page", "month"]),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} of {self.page_id}"
