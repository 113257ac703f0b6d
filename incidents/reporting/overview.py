"""What the metrics page shows of some time, an impact and a component: put together from what is stored."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice, pairwise

from django.db.models import F

from incidents.choices import ActionItemStatus, Impact
from incidents.models import ActionItem, Component, Page

from .charts.columns import Columns, columns
from .charts.dot_plot import Dot, DotPlot, dot_plot, drawn
from .comparison import Comparison, compare
from .items import ItemFigures, item_figures
from .measures import MEASURES, Measure
from .months import State, read_incidents, read_items, state_of
from .records import IncidentRecord, ItemRecord, Selection
from .sentences import coverage, left_out, trend, why_no_p90
from .spans import Span, months_between, preceding
from .summaries import Line, Sorted, Summary, Timed, at, sort_by_each

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
        return list(islice(self.summary.lines(), FIRST_LINES))

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


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is stored of a question, sorted; true until a month of the page is stored anew."""

    incidents: list[IncidentRecord]
    measures: list[Sorted]
    before: list[Sorted] | None
    months: dict[tuple[date, str], int]
    items: list[ItemRecord]


def overview_of(asked: Asked, now: datetime) -> Overview:
    """Put the page together from what is stored, as of now for what has not ended.

    Two queries, and three more for what this process has not gathered since a month was last stored.
    """
    before = preceding(asked.span)
    state = state_of(asked.page)
    gathered = _gathered(asked, before, asked.page.time_zone, state.marks)
    seconds = int(now.timestamp())
    earlier = gathered.before or [None] * len(gathered.measures)
    return Overview(
        asked=asked,
        before=before,
        as_of=state.as_of,
        is_old=is_old(state, now),
        behind=state.behind,
        incidents=gathered.incidents,
        measures=[
            view_of(at(kept, seconds), at(past, seconds) if past else None)
            for kept, past in zip(gathered.measures, earlier, strict=True)
        ],
        months=_month_counts(asked, gathered, now),
        items=item_figures(gathered.items, asked.selection(), seconds),
    )


@lru_cache(maxsize=16)
def _gathered(asked: Asked, before: Span | None, time_zone: str, marks: tuple[object, ...]) -> Gathered:
    """Read and sort what a question needs; kept while zone and marks are the same, since sorting takes the longest."""
    incidents = asked.selection().begun(read_incidents(asked.page, asked.span))
    earlier = asked.selection(before).begun(read_incidents(asked.page, before)) if before else None
    return Gathered(
        incidents=incidents,
        measures=sort_by_each(incidents),
        before=sort_by_each(earlier) if earlier is not None else None,
        months=_months_of(incidents, asked.page.zone),
        items=read_items(asked.page),
    )


def _months_of(incidents: Sequence[IncidentRecord], zone: tzinfo) -> dict[tuple[date, str], int]:
    """How many, of those in the order of their beginning, began in each month of a zone, by impact."""
    if not incidents:
        return {}
    first, last = (datetime.fromtimestamp(incidents[place].started, zone).date() for place in (0, -1))
    months = list(months_between(first, last))
    begins = [int(datetime.combine(month, time(), tzinfo=zone).timestamp()) for month in months[1:]]
    starts = [record.started for record in incidents]
    edges = [0, *(bisect_left(starts, begin) for begin in begins), len(starts)]
    return {
        (month, impact): count
        for month, (start, end) in zip(months, pairwise(edges), strict=True)
        for impact, count in Counter(record.impact for record in incidents[start:end]).items()
    }


def is_old(state: State, now: datetime) -> bool:
    """Whether nobody has looked for a while whether the figures are still true."""
    return state.as_of is None or now - state.as_of > OLD_AFTER


def view_of(summary: Summary, before: Summary | None) -> MeasureView:
    """One measure, compared with the span before if there is one."""
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
