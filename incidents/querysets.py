"""Named questions to the rows: what counts as public, open, running, upcoming is spelled here and nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from .choices import (
    ACTIVE_STATUSES,
    CLOSED_STATUSES,
    OPEN_STATUSES,
    UNFINISHED_STATUSES,
    ClaimBasis,
    IncidentKind,
    IncidentStatus,
    Verdict,
)
from .expressions import EndOrNever

if TYPE_CHECKING:
    from .models import Component, Incident, Page, StatusClaim


class PageQuerySet(models.QuerySet["Page"]):
    """Questions about pages."""

    def public(self) -> PageQuerySet:
        """Pages that the public may read: all but the practice ones."""
        return self.filter(drill_for__isnull=True)

    def for_host(self, host: str) -> Page | None:
        """The page that answers on a host name: the one that claims it, else the default one, else none."""
        claimed = self.public().filter(hosts__host=host.lower()).first()
        return claimed or self.public().filter(is_default=True).first()


class ComponentQuerySet(models.QuerySet["Component"]):
    """Questions about components."""

    def living(self) -> ComponentQuerySet:
        """Those that aren't archived."""
        return self.filter(archived_at__isnull=True)

    def in_page_order(self) -> ComponentQuerySet:
        """As the page shows them: ungrouped ones first, then group by group; the group comes with each."""
        return self.select_related("group").order_by(
            F("group__position").asc(nulls_first=True), "group_id", "position", "pk"
        )


class StatusClaimQuerySet(models.QuerySet["StatusClaim"]):
    """Questions about status claims."""

    def effective(self) -> StatusClaimQuerySet:
        """Those that count: what was told before an adjudication gives way to the adjudicated periods."""
        from .models import IncidentComponent

        superseded = IncidentComponent.objects.filter(
            incident=OuterRef("incident"), component=OuterRef("component"), adjudicated_at__gt=OuterRef("started_at")
        )
        return self.exclude(Q(basis=ClaimBasis.AS_TOLD) & Exists(superseded))

    def covering(self, at: datetime) -> StatusClaimQuerySet:
        """Those in force at an instant."""
        return self.filter(started_at__lte=at).ending_after(at)

    def ending_after(self, at: datetime) -> StatusClaimQuerySet:
        """Those that still lasted after an instant, in no order: for one by start, SQLite would walk through all."""
        return self.filter(GreaterThan(EndOrNever("ended_at"), at)).order_by()

    def oldest_first(self) -> list[StatusClaim]:
        """What was found, in the order in which it began; sorted here rather than by an index that leads past more."""
        return sorted(self.order_by(), key=lambda claim: (claim.started_at, claim.pk))


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Questions about incidents and maintenances."""

    def public(self) -> IncidentQuerySet:
        """Those on pages that the public may read; drills never count."""
        return self.filter(page__drill_for__isnull=True)

    def incidents(self) -> IncidentQuerySet:
        """Unplanned ones."""
        return self.filter(kind=IncidentKind.INCIDENT)

    def maintenances(self) -> IncidentQuerySet:
        """Planned ones."""
        return self.filter(kind=IncidentKind.MAINTENANCE)

    def unresolved(self) -> IncidentQuerySet:
        """Incidents that are still open."""
        return self.incidents().filter(status__in=OPEN_STATUSES)

    def upcoming(self, at: datetime) -> IncidentQuerySet:
        """Maintenances that haven't begun by `at`, whether or not anybody recorded it; soonest first."""
        return (
            self.maintenances()
            .filter(status=IncidentStatus.SCHEDULED)
            .exclude(auto_start=True, scheduled_for__lte=at)
            .order_by("scheduled_for", "pk")
        )

    def in_progress(self, at: datetime) -> IncidentQuerySet:
        """Maintenances that are running at `at`, whether or not anybody recorded their start or end."""
        begun = Q(status__in=ACTIVE_STATUSES) | Q(auto_start=True, scheduled_for__lte=at)
        return (
            self.maintenances()
            .filter(begun, status__in=(IncidentStatus.SCHEDULED, *ACTIVE_STATUSES))
            .exclude(auto_complete=True, scheduled_until__lte=at)
            .order_by("scheduled_for", "pk")
        )

    def due(self, at: datetime) -> IncidentQuerySet:
        """Maintenances whose start or end the clock has reached and nobody has recorded."""
        return (
            self.maintenances()
            .filter(
                Q(status=IncidentStatus.SCHEDULED, auto_start=True, scheduled_for__lte=at)
                | Q(status__in=ACTIVE_STATUSES, auto_complete=True, scheduled_until__lte=at)
            )
            .order_by("scheduled_for", "pk")
        )

    def told(self) -> IncidentQuerySet:
        """Those that the public was told anything of."""
        return self.filter(last_told_at__isnull=False)

    def lately_told(self) -> IncidentQuerySet:
        """Those first that an update was posted on last."""
        return self.order_by("-last_told_at", "-pk")

    def closed(self) -> IncidentQuerySet:
        """Resolved, with or without a postmortem, or completed."""
        return self.filter(status__in=CLOSED_STATUSES)

    def affecting(self, component: Component) -> IncidentQuerySet:
        """Those whose report lists a component."""
        return self.filter(
            Exists(component.listings.model.objects.filter(incident=OuterRef("pk"), component=component))
        )

    def in_history(self, at: datetime) -> IncidentQuerySet:
        """Those that have happened by `at`, newest first, with `happened_at`: a maintenance when it was planned for."""
        return (
            self.annotate(happened_at=Coalesce("scheduled_for", "started_at"))
            .filter(happened_at__lte=at)
            .order_by("-happened_at", "-pk")
        )

    def stale_metrics(self) -> IncidentQuerySet:
        """Incidents whose stored metrics are missing or older than their facts."""
        return self.incidents().filter(Q(metrics__isnull=True) | ~Q(metrics__version=F("version")))


class PostmortemQuerySet(models.QuerySet):
    """Questions about postmortems."""

    def published(self) -> PostmortemQuerySet:
        """Those that the public reads."""
        return self.filter(published_at__isnull=False)

    def due(self, at: datetime) -> PostmortemQuerySet:
        """Those whose publication was decided and may no longer be taken back."""
        return self.filter(publish_due_at__lte=at)


class ActionItemQuerySet(models.QuerySet):
    """Questions about action items."""

    def public(self) -> ActionItemQuerySet:
        """Those that the public report lists."""
        return self.filter(is_public=True)

    def of_page(self, page: Page) -> ActionItemQuerySet:
        """Those of a page's incidents; its drills' are apart."""
        return self.filter(incident__page=page)

    def unfinished(self) -> ActionItemQuerySet:
        """Neither done nor given up."""
        return self.filter(status__in=UNFINISHED_STATUSES)

    def overdue(self, today: date) -> ActionItemQuerySet:
        """Unfinished ones whose due date is over."""
        return self.unfinished().filter(due_on__lt=today)

    def unowned(self) -> ActionItemQuerySet:
        """Those that nobody looks after: without an owner, or with one whose account is closed."""
        return self.filter(Q(owner__isnull=True) | Q(owner__is_active=False))

    def sharing_with(self, incident: Incident) -> ActionItemQuerySet:
        """Those of earlier incidents that list a component of this one, or have its cause."""
        listed = incident.listings.values("component")
        on_component = Exists(
            incident.listings.model.objects.filter(incident=OuterRef("incident"), component__in=listed)
        )
        shared = Q(on_component)
        if incident.cause:
            shared |= Q(cause__iexact=incident.cause) | Q(incident__cause__iexact=incident.cause)
        return self.filter(
            shared, incident__page=incident.page_id, incident__started_at__lte=incident.started_at
        ).exclude(incident=incident)

    def with_recurrences(self) -> ActionItemQuerySet:
        """With `recurrences`: how many later incidents each would have prevented or shortened."""
        from .models import ItemVerdict

        hits = ItemVerdict.objects.filter(item=OuterRef("pk"), verdict__in=(Verdict.PREVENTED, Verdict.SHORTENED))
        counted = hits.order_by().values("item").annotate(count=Count("pk")).values("count")
        return self.annotate(recurrences=Coalesce(Subquery(counted), 0))

    def in_due_order(self) -> ActionItemQuerySet:
        """What is due first comes first; what has no date comes last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "priority", "pk")


class PostmortemImageQuerySet(models.QuerySet):
    """Questions about images within postmortems."""

    def public(self) -> PostmortemImageQuerySet:
        """Those that a published text shows, of pages that the public may read."""
        return self.filter(is_public=True, postmortem__incident__page__drill_for__isnull=True)
