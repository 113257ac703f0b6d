"""Templates that a postmortem starts from."""

from django.db import models

from .page import Page


class PostmortemTemplate(models.Model):
    """A page's own sections; while a page has none, `incidents.postmortems.template` is what it starts from."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="postmortem_templates")
    name = models.CharField(max_length=100, help_text="What responders pick it by.")
    body = models.TextField(max_length=25_000)
    required = models.TextField(
        blank=True, help_text="The headings that a review can't begin without, one on each line."
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="postmortemtemplate_named_once",
                fields=["page", "name"],
                violation_error_message="Another template has this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
