"""A status page: everything else hangs off one."""

import zoneinfo
from decimal import Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from incidents.querysets import PageQuerySet

from .checked import CheckedAtOnce
from .fields import code_field


@cache
def time_zones() -> frozenset[str]:
    """The names that the IANA time zone database knows; read from it once, since that takes hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    """Refuse a name that the IANA time zone database doesn't know."""
    if name not in time_zones():
        raise ValidationError(f"“{name}” is not a time zone; use a name such as Europe/Berlin or Etc/UTC.")


def weight_field(default: str, help_text: str) -> models.DecimalField:
    """How much a status counts as downtime, from 0 to 1."""
    return models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal(default),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=help_text,
    )


class Page(CheckedAtOnce):
    """One status page, found by host name. A drill page is the hidden practice twin of a public one."""

    code = code_field()
    name = models.CharField(max_length=255)
    organisation_name = models.CharField(max_length=255, blank=True, help_text="Who runs it, as on reports.")
    is_default = models.BooleanField(default=False, help_text="Answers on every host name that no page claims.")
    time_zone = models.CharField(max_length=64, default="Etc/UTC", validators=[validate_time_zone])
    about = models.TextField(blank=True, help_text="One or two sentences under the page's name.")
    support_url = models.URLField(max_length=500, blank=True)
    accent_color = models.CharField(
        max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Write a colour as #1a2b3c.")]
    )
    logo = models.ImageField(upload_to="logos/", blank=True)
    partial_outage_weight = weight_field(
        "0.3", "How much a partial outage counts as downtime: 0 is not at all, 1 is as much as a major one."
    )
    degraded_weight = weight_field("0", "How much degraded performance counts as downtime, from 0 to 1.")
    drill_for = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="drill_page")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="The last change that the public can see.")

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="page_one_default",
                fields=["is_default"],
                condition=models.Q(is_default=True),
                violation_error_message="Another page already is the default.",
            ),
            models.CheckConstraint(
                name="page_drill_is_not_default",
                condition=models.Q(drill_for__isnull=True) | models.Q(is_default=False),
                violation_error_message="A practice page can't be the default page.",
            ),
            *(
                models.CheckConstraint(
                    name=f"page_{column}_is_share",
                    condition=models.Q(**{f"{column}__gte": 0, f"{column}__lte": 1}),
                    violation_error_message="A weight is from 0 to 1.",
                )
                for column in ("partial_outage_weight", "degraded_weight")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_drill(self) -> bool:
        """Whether this is a hidden practice page."""
        return self.drill_for_id is not None

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone that its times are shown in."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def reported_by(self) -> str:
        """Whose incident report it is: the organisation, else the page's name."""
        return self.organisation_name or self.name


class PageHost(models.Model):
    """A host name that a page answers on."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="hosts")
    host = models.CharField(
        max_length=253,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\Z", "Write a host name such as status.example.org.")
        ],
        error_messages={"unique": "Another page already answers on this host name."},
    )

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host
