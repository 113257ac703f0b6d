"""Components, the parts that users recognise, and the groups that head them."""

from django.db import models

from incidents.querysets import ComponentQuerySet

from .fields import code_field
from .page import Page


class ComponentGroup(models.Model):
    """A heading over several components of a page."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="groups")
    code = code_field()
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Component(models.Model):
    """A part of the service. Its status is not a column: it follows from the claims on it (`StatusClaim`)."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="components")
    group = models.ForeignKey(ComponentGroup, models.SET_NULL, null=True, blank=True, related_name="components")
    unknown_group_code = models.CharField(
        max_length=32, blank=True, help_text="An imported group's id when no document described that group."
    )
    code = code_field()
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=1, help_text="Order among its siblings.")
    showcase = models.BooleanField(default=True, help_text="Show its uptime.")
    only_show_if_degraded = models.BooleanField(default=False, help_text="Hide it while operational.")
    start_date = models.DateField(null=True, blank=True, help_text="Uptime is counted from here.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    mirrors = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="mirrored_by")

    objects = ComponentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            # The home page and the console read a page's living components in order.
            models.Index(fields=["page", "position"], name="component_page_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """The name with its group in front, as Statuspage writes it: "Group - Component". Reads `group`."""
        return f"{self.group.name} - {self.name}" if self.group else self.name
