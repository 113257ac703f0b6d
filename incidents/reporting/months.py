"""Storing each month's records, finding those that fell behind, and reading them.

A month is stale when its signature differs from that of the rows it was made of: whatever was missed, by whom ever, the
next look finds it, and a second run changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from incidents.choices import ActionItemStatus
from incidents.models import ActionItem, Incident, IncidentMetrics, MonthFigures, Page, PageFigures
from incidents.querysets import IncidentQuerySet

from .batches import Batch, batch_of
from .measures import MEASURES
from .records import IncidentRecord, ItemRecord, Selection, pack, unpack_items
from .spans import Span, months_later

NO_RECORDS = "[]"


@dataclass(frozen=True, slots=True)
class State:
    """As of when a page's figures are, and what tells one state of them from every other."""

    as_of: datetime | None
    behind: int
    marks: tuple[tuple[date, str, datetime], ...]


def counted(page: Page) -> IncidentQuerySet:
    """The incidents of a page that figures are drawn from.

    Maintenances and what was entered after the fact tell nothing of how fast we are; drills have a page of their own.
    """
    return page.incidents.incidents().filter(is_backfilled=False)


def state_of(page: Page) -> State:
    """How a page's stored figures stand (two queries, whatever they hold)."""
    state = PageFigures.objects.filter(page=page).first()
    marks = tuple(page.months_of_figures.values_list("month", "signature", "computed_at"))
    return State(state.as_of if state else None, state.behind if state else 0, marks)


def read_batches(page: Page, span: Span, selection: Selection) -> list[Batch]:
    """What is stored of the months that a span touches, and of each the incidents that are asked for."""
    months = page.months_of_figures.all()
    if span.since:
        months = months.filter(month__gte=span.since.replace(day=1))
    if span.until:
        months = months.filter(month__lt=span.until)
    return [batch_of(month, text, selection) for month, text in months.values_list("month", "incidents")]


def read_items(page: Page) -> list[ItemRecord]:
    """All action items that are stored: an old one may be open now."""
    months = page.months_of_figures.exclude(items=NO_RECORDS)
    return [record for text in months.values_list("items", flat=True) for record in unpack_items(text)]


def refresh(page: Page, at: datetime | None = None) -> int:
    """Store anew the months whose rows changed, and drop those that have none any more; how many changed.

    Each month is written in a transaction of its own, so that nobody who posts an update waits for all of them.
    """
    at = at or timezone.now()
    wanted = signatures(page)
    state = PageFigures.objects.filter(page=page).first()
    is_cut_alike = state is not None and state.time_zone == page.time_zone
    stored = dict(page.months_of_figures.values_list("month", "signature")) if is_cut_alike else {}
    stale = [month for month, signature in wanted.items() if stored.get(month) != signature]
    for month in stale:
        _store(page, month, at)
    gone, _ = page.months_of_figures.exclude(month__in=list(wanted)).delete()
    behind = page.incidents.stale_metrics().count()
    PageFigures.objects.update_or_create(
        page=page, defaults={"as_of": at, "time_zone": page.time_zone, "behind": behind}
    )
    return len(stale) + gone


def refresh_all() -> int:
    """Bring every page's months up to date; how many changed."""
    return sum(refresh(page) for page in Page.objects.public())


def signatures(page: Page) -> dict[date, str]:
    """What each month's records would be made of now: two queries, whatever the number of months."""
    parts: dict[date, list[str]] = {}
    for place, rows in enumerate((_incident_marks(page, counted(page)), _item_marks(page, _items(page)))):
        for month, mark in rows:
            parts.setdefault(month, ["", ""])[place] = mark
    return {month: "|".join(marks) for month, marks in parts.items()}


def _incident_marks(page: Page, incidents: IncidentQuerySet) -> Iterator[tuple[date, str]]:
    rows = (
        incidents.order_by()
        .values_list(TruncMonth("started_at", tzinfo=page.zone))
        .annotate(
            count=Count("pk"),
            rows=Sum("pk"),
            versions=Sum(F("pk") * F("version")),
            computed=Sum(F("pk") * F("metrics__version")),
        )
    )
    return ((month.date(), _mark(values)) for month, *values in rows)


def _item_marks(page: Page, items: QuerySet[ActionItem]) -> Iterator[tuple[date, str]]:
    rows = (
        items.order_by()
        .values_list(TruncMonth("created_at", tzinfo=page.zone))
        .annotate(
            count=Count("pk"),
            rows=Sum("pk"),
            versions=Sum(F("pk") * F("incident__version")),
            latest=Max("updated_at"),
        )
    )
    return ((month.date(), _mark(values)) for month, *values in rows)


def _mark(values: list[object]) -> str:
    return ":".join(
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value or 0) for value in values
    )


def _store(page: Page, month: date, at: datetime) -> None:
    """Put one month down. The signature is read before the rows: should they change in between, it is stale again."""
    start, end = (datetime.combine(day, time(), tzinfo=page.zone) for day in (month, months_later(month, 1)))
    with transaction.atomic():
        incidents = counted(page).filter(started_at__gte=start, started_at__lt=end)
        items = _items(page).filter(created_at__gte=start, created_at__lt=end)
        marks = [
            next((mark for _, mark in rows), "")
            for rows in (
                _incident_marks(page, incidents),
                _item_marks(page, items),
            )
        ]
        MonthFigures.objects.update_or_create(
            page=page,
            month=month,
            defaults={
                "signature": "|".join(marks),
                "incidents": pack(
                    _incident_record(incident)
                    for incident in incidents.select_related("metrics")
                    .prefetch_related("listings")
                    .order_by("started_at", "pk")
                ),
                "items": pack(
                    _item_record(item, page)
                    for item in items.select_related("incident")
                    .prefetch_related("incident__listings")
                    .order_by("created_at", "pk")
                ),
                "computed_at": at,
            },
        )


def _items(page: Page) -> QuerySet[ActionItem]:
    return ActionItem.objects.filter(incident__page=page)


def _incident_record(incident: Incident) -> IncidentRecord:
    metrics: IncidentMetrics | None = getattr(incident, "metrics", None)
    values = {m.key: getattr(metrics, _column(m.key)) if metrics else None for m in MEASURES}
    return IncidentRecord(
        code=incident.code,
        name=incident.name,
        impact=incident.impact,
        components=_components(incident),
        is_open=incident.is_open,
        started=_epoch(incident.started_at),
        resolved=_epoch(incident.resolved_at),
        last_told=_epoch(incident.last_told_at),
        detected_before_impact=bool(metrics and metrics.detected_before_impact),
        **values,
    )


def _item_record(item: ActionItem, page: Page) -> ItemRecord:
    is_timed = item.status == ActionItemStatus.DONE and item.due_on is not None
    return ItemRecord(
        impact=item.incident.impact,
        components=_components(item.incident),
        kind=item.kind,
        status=item.status,
        created=_epoch(item.created_at),
        completed=_epoch(item.completed_at),
        in_time=item.completed_at.astimezone(page.zone).date() <= item.due_on if is_timed else None,
    )


def _components(incident: Incident) -> tuple[int, ...]:
    return tuple(sorted(listing.component_id for listing in incident.listings.all()))


def _column(key: str) -> str:
    return f"{key}_seconds"


def _epoch(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() // 1)
