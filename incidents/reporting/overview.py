"""What the metrics page shows of some time, an impact and a component: put together from what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import F

from incidents.choices import ActionItemStatus, Impact
from incidents.models import ActionItem, Component, Page

from .batches import Batch
from .charts.columns import Columns, columns
from .comparison import Comparison, compare
from .items import Ages, ItemCounts, count_items
from .measure_view import MeasureView
from .measures import MEASURES, Measure
from .months import State, read_batches, read_items, state_of
from .packed import Lazy
from .records import IncidentRecord, Selection
from .spans import Span, months_between, preceding
from .summaries import Sorted, at, sort_by

OLD_AFTER = timedelta(minutes=3)
"""Beat looks every half minute; figures older than this say that nobody does."""

MOST_MONTHS = 60
MOST_ITEMS = 3
IMPACTS = (Impact.CRITICAL, Impact.MAJOR, Impact.MINOR, Impact.NONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see: days of the page's zone, and which incidents of them."""

    page: Page
    span: Span
    impact: str = ""
    component: Component | None = None

    def selection(self, span: Span | None = None) -> Selection:
        """The same question to the records, of another span if one is given."""
        since, until = (span or self.span).instants(self.page.zone)
        return Selection(since, until, self.impact, self.component.pk if self.component else None)


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """Incidents by month and impact; `months` are the last MOST_MONTHS at most."""

    months: tuple[date, ...]
    counts: dict[str, list[int]]
    chart: Columns
    is_cut: bool

    def rows(self) -> list[tuple[date, dict[str, int], int]]:
        """For a table, newest first: the month, its counts by impact, their sum."""
        across = zip(*self.counts.values(), strict=True)
        table = [
            (month, dict(zip(self.counts, counts, strict=True)), sum(counts))
            for month, counts in zip(self.months, across, strict=True)
        ]
        return table[::-1]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the metrics page but the open action items."""

    asked: Asked
    before: Span | None
    as_of: datetime | None
    is_old: bool
    behind: int
    incidents: list[IncidentRecord]
    measures: Sequence[MeasureView]
    months: MonthCounts
    items: ItemCounts
    ages: Ages


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of some time, and of the time before if there is one."""

    now: Sorted
    before: Sorted | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is stored of a question; true until a month of the page is stored anew. `earlier` are of the time before."""

    incidents: list[IncidentRecord]
    batches: list[Batch]
    earlier: list[Batch] | None
    months: dict[tuple[date, str], int]
    items: ItemCounts
    compared: dict[str, Compared] = field(default_factory=dict)

    def by(self, measure: Measure) -> Compared:
        """The incidents sorted by a measure, which is done for the first who asks."""
        if measure.key not in self.compared:
            self.compared[measure.key] = _compared(measure, self.batches, self.earlier)
        return self.compared[measure.key]


def overview_of(asked: Asked, now: datetime) -> Overview:
    """Put the page together from what is stored, as of now for what has not ended.

    Two queries, and three more for what this process has not gathered since a month was last stored.
    """
    before = preceding(asked.span)
    state = state_of(asked.page)
    gathered = _gathered(asked, before, asked.page.time_zone, state.marks)
    seconds = int(now.timestamp())
    return Overview(
        asked=asked,
        before=before,
        as_of=state.as_of,
        is_old=is_old(state, now),
        behind=state.behind,
        incidents=gathered.incidents,
        measures=Lazy(len(MEASURES), lambda place: _view(gathered.by(MEASURES[place]), seconds)),
        months=_month_counts(asked, gathered, now),
        items=gathered.items,
        ages=gathered.items.ages(seconds),
    )


@lru_cache(maxsize=16)
def _gathered(asked: Asked, before: Span | None, time_zone: str, marks: tuple[object, ...]) -> Gathered:
    """Read what a question needs; kept while zone and marks are the same."""
    batches = read_batches(asked.page, asked.span, asked.selection())
    earlier = read_batches(asked.page, before, asked.selection(before)) if before else None
    return Gathered(
        incidents=[record for batch in batches for record in batch.records],
        batches=batches,
        earlier=earlier,
        months={(batch.month, impact): count for batch in batches for impact, count in batch.by_impact.items()},
        items=count_items(read_items(asked.page), asked.selection()),
    )


def is_old(state: State, now: datetime) -> bool:
    """Whether nobody has looked for a while whether the figures are still true."""
    return state.as_of is None or now - state.as_of > OLD_AFTER


def _compared(measure: Measure, batches: list[Batch], earlier: list[Batch] | None) -> Compared:
    """One measure of two spans. How many have not ended doesn't depend on the hour, so the verdict doesn't either."""
    now = sort_by(measure, batches)
    if earlier is None:
        return Compared(now)
    before = sort_by(measure, earlier)
    verdict = compare(now.seconds, before.seconds, running_now=len(now.running), running_before=len(before.running))
    return Compared(now, before, verdict)


def _view(measure: Compared, now: int) -> MeasureView:
    return MeasureView(at(measure.now, now), at(measure.before, now) if measure.before else None, measure.comparison)


def _month_counts(asked: Asked, gathered: Gathered, now: datetime) -> MonthCounts:
    """Incidents by month and impact, from the first month asked for (else the first with any) until now."""
    today = now.astimezone(asked.page.zone).date()
    begun = [month for month, _ in gathered.months]
    first = asked.span.since or min(begun, default=today)
    last = min(asked.span.until - timedelta(days=1) if asked.span.until else today, today)
    every = tuple(months_between(first, max([last, *begun])))
    months = every[-MOST_MONTHS:]
    counts = {impact.value: [gathered.months.get((month, impact.value), 0) for month in months] for impact in IMPACTS}
    return MonthCounts(months, counts, columns(months, counts), len(every) > len(months))


def meant_to_move(asked: Asked) -> dict[str, list[ActionItem]]:
    """By kind, the most urgent open action items that are meant to shorten a measure (one query for each kind)."""
    open_items = (
        ActionItem.objects.filter(
            incident__page=asked.page, status__in=(ActionItemStatus.OPEN, ActionItemStatus.IN_PROGRESS)
        )
        .select_related("incident", "owner")
        .order_by(F("due_on").asc(nulls_last=True), "priority", "pk")
    )
    if asked.component:
        open_items = open_items.filter(incident__listings__component=asked.component)
    if asked.impact:
        open_items = open_items.filter(incident__impact=asked.impact)
    kinds = [measure.moved_by for measure in MEASURES if measure.moved_by]
    return {kind: list(open_items.filter(kind=kind)[:MOST_ITEMS]) for kind in kinds}
