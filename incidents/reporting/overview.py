"""What the metrics page shows of some time, an impact and a component: put together from what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from incidents.choices import ActionItemStatus, Impact
from incidents.models import ActionItem, Component, Page

from .charts.columns import Columns, columns
from .charts.dot_plot import Dot, DotPlot, dot_plot, drawn
from .comparison import Comparison, compare
from .items import ItemFigures, item_figures
from .measures import MEASURES, Measure
from .months import Stored, read_months
from .records import IncidentRecord, Selection
from .sentences import coverage, left_out, trend, why_no_p90
from .spans import Span, months_between, preceding
from .summaries import Line, Summary, Timed, summarise

OLD_AFTER = timedelta(minutes=3)
"""Beat looks every half minute; figures older than this say that nobody does."""

MOST_MONTHS = 60
MOST_ITEMS = 3
FIRST_LINES = 10
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
class MeasureView:
    """One measure: its figures, what they say, and its drawing."""

    summary: Summary
    before: Summary | None
    comparison: Comparison | None
    coverage: str
    notes: list[str]
    why_no_p90: str
    trend: str
    plot: DotPlot
    dots: list[tuple[Dot, Timed]]
    running: list[tuple[Dot, Timed]]

    @property
    def measure(self) -> Measure:
        """Which one."""
        return self.summary.measure

    @property
    def lane_words(self) -> str:
        """What the lane of those that have not ended says."""
        return "None yet, after at least:" if self.measure.key == "time_to_postmortem" else "Still open, at least:"

    @property
    def first_lines(self) -> list[Line]:
        """The first of the incidents behind it."""
        return self.summary.lines()[:FIRST_LINES]

    @property
    def is_thinned(self) -> bool:
        """Whether not every incident is drawn."""
        return len(self.dots) < len(self.summary.known)


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """Incidents by month and impact; `months` are the last MOST_MONTHS at most."""

    months: tuple[date, ...]
    counts: dict[str, list[int]]
    chart: Columns
    is_cut: bool

    def rows(self) -> list[tuple[date, list[int], int]]:
        """For a table, newest first: the month, its counts, their sum."""
        across = list(zip(*self.counts.values(), strict=True))
        table = [(month, list(counts), sum(counts)) for month, counts in zip(self.months, across, strict=True)]
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
    measures: list[MeasureView]
    months: MonthCounts
    items: ItemFigures


def overview_of(asked: Asked, now: datetime) -> Overview:
    """Put the page together from what is stored (three queries), as of now for what has not ended."""
    before = preceding(asked.span)
    stored = read_months(asked.page, asked.span, before)
    seconds = int(now.timestamp())
    incidents = asked.selection().begun(stored.incidents)
    earlier = asked.selection(before).begun(stored.incidents) if before else None
    return Overview(
        asked=asked,
        before=before,
        as_of=stored.as_of,
        is_old=is_old(stored, now),
        behind=stored.behind,
        incidents=incidents,
        measures=[view_of(measure, incidents, earlier, seconds) for measure in MEASURES],
        months=count_months(asked, incidents, now),
        items=item_figures(stored.items, asked.selection(), seconds),
    )


def is_old(stored: Stored, now: datetime) -> bool:
    """Whether nobody has looked for a while whether the figures are still true."""
    return stored.as_of is None or now - stored.as_of > OLD_AFTER


def view_of(
    measure: Measure, incidents: Sequence[IncidentRecord], earlier: Sequence[IncidentRecord] | None, now: int
) -> MeasureView:
    """One measure over some incidents, compared with those of the span before if there is one."""
    summary = summarise(measure, incidents, now)
    before = summarise(measure, earlier, now) if earlier is not None else None
    comparison = _compared(summary, before) if before else None
    known, running = drawn(summary.known), drawn(summary.running)
    plot = dot_plot(
        [timed.seconds for timed in known],
        [timed.seconds for timed in running],
        median=summary.median,
        p90=summary.p90,
    )
    return MeasureView(
        summary=summary,
        before=before,
        comparison=comparison,
        coverage=coverage(summary),
        notes=left_out(summary),
        why_no_p90=why_no_p90(summary),
        trend=trend(summary, before, comparison) if before and comparison else "",
        plot=plot,
        dots=list(zip(plot.dots, known, strict=True)),
        running=list(zip(plot.running, running, strict=True)),
    )


def _compared(now: Summary, before: Summary) -> Comparison:
    return compare(now.seconds, before.seconds, running_now=len(now.running), running_before=len(before.running))


def count_months(asked: Asked, incidents: Sequence[IncidentRecord], now: datetime) -> MonthCounts:
    """Count incidents by the month of the page's zone that their impact began in."""
    zone = asked.page.zone
    begun = [datetime.fromtimestamp(record.started, zone).date() for record in incidents]
    first = asked.span.since or min(begun, default=now.astimezone(zone).date())
    last = min(asked.span.until - timedelta(days=1) if asked.span.until else date.max, now.astimezone(zone).date())
    every = tuple(months_between(first, max([last, *begun])))
    months = every[-MOST_MONTHS:]
    place = {month: index for index, month in enumerate(months)}
    counts = {impact.value: [0] * len(months) for impact in IMPACTS}
    for record, day in zip(incidents, begun, strict=True):
        if (index := place.get(day.replace(day=1))) is not None and record.impact in counts:
            counts[record.impact][index] += 1
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
