"""What was worked out of one component's day that is over."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from incidents.models import Component

TROUBLES = ("under_maintenance", "degraded_performance", "partial_outage", "major_outage")
"""The columns of trouble, in the order of `status.uptime.Figures`."""


class ComponentDayQuerySet(models.QuerySet["ComponentDay"]):
    """Questions about stored days."""

    def not_clean(self) -> ComponentDayQuerySet:
        """Those with any trouble or maintenance."""
        return self.filter(Q(*((f"{status}__gt", 0) for status in TROUBLES), _connector=Q.OR))


class ComponentDay(models.Model):
    """How long a component was in each status on one day of a zone, in microseconds.

    A row can be worked out anew at any time (`status.component_days`); it is kept so that years of history stay cheap.
    Only days that are over have one.
    """

    component = models.ForeignKey(Component, models.CASCADE, related_name="days")
    day = models.DateField()
    zone = models.CharField(max_length=64, help_text="The time zone whose day it is.")
    observed = models.BigIntegerField(help_text="The time that there is data for; what is left over was operational.")
    under_maintenance = models.BigIntegerField(default=0)
    degraded_performance = models.BigIntegerField(default=0)
    partial_outage = models.BigIntegerField(default=0)
    major_outage = models.BigIntegerField(default=0)

    objects = ComponentDayQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            # In this order it also finds what a change has to drop: each day from then on.
            models.UniqueConstraint(name="componentday_one", fields=["component", "day", "zone"]),
            models.CheckConstraint(
                name="componentday_adds_up",
                condition=Q(
                    observed__gte=F("under_maintenance")
                    + F("degraded_performance")
                    + F("partial_outage")
                    + F("major_outage")
                )
                & Q(*((f"{status}__gte", 0) for status in TROUBLES)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component_id}: {self.day} in {self.zone}"
