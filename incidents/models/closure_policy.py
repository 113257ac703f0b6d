"""By when action items should be finished on a page, and who hears when they aren't."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from incidents.choices import Priority

from .page import Page

LONGEST = 3650


def days_field(default: int) -> models.PositiveIntegerField:
    """Days from adding an action item to its due date."""
    return models.PositiveIntegerField(
        default=default, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)], help_text="Days."
    )


class ClosurePolicy(models.Model):
    """One page's policy. A page without a row has the defaults."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="closure_policy")
    p0_days = days_field(7)
    p1_days = days_field(30)
    p2_days = days_field(60)
    p3_days = days_field(90)
    leads = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="leads_pages")

    class Meta:
        verbose_name_plural = "closure policies"
        constraints = [
            models.CheckConstraint(
                name=f"closurepolicy_{column}_in_range",
                condition=Q(**{f"{column}__gte": 1, f"{column}__lte": LONGEST}),
                violation_error_message=f"Give between 1 and {LONGEST} days.",
            )
            for column in ("p0_days", "p1_days", "p2_days", "p3_days")
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.p0_days}, {self.p1_days}, {self.p2_days}, {self.p3_days} days"

    def days(self, priority: Priority | str) -> int:
        """How long an action item of a priority may take."""
        return getattr(self, f"{priority}_days")
