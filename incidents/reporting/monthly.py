"""What a month amounts to, for a page to be printed, a PDF to be sent on, and whoever reads either."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Q, QuerySet

from incidents.choices import ActionItemStatus
from incidents.markdown import plain
from incidents.models import ActionItem, Page, Postmortem

from .comparison import Verdict
from .measure_view import MeasureView
from .overview import IMPACTS, Asked, Overview, overview_of
from .records import IncidentRecord
from .sentences import count_of
from .spans import Span, month_words, months_later

MOST_INCIDENTS = 100
MOST_LEARNED = 20
MOST_ITEMS = 50
LEAD = 600
"""Characters of a postmortem that are told."""

HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Listed:
    """One incident of the month, with the names of the components that its report lists."""

    record: IncidentRecord
    components: str


@dataclass(frozen=True, slots=True)
class Learned:
    """A postmortem that was published in the month, and how it begins."""

    postmortem: Postmortem
    lead: str


@dataclass(frozen=True, slots=True)
class Some:
    """The first of some action items, and how many there are."""

    items: list[ActionItem]
    count: int

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.items)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """Everything in the report. `cutoff` is its last moment: the month's end, or now while it goes on."""

    page: Page
    month: date
    overview: Overview
    cutoff: datetime
    is_running: bool
    incidents: list[Listed]
    learned: list[Learned]
    done: Some
    overdue: Some

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Incident report, {month_words(self.month)}"

    @property
    def more_incidents(self) -> int:
        """How many incidents are not listed."""
        return len(self.overview.incidents) - len(self.incidents)

    @property
    def previous(self) -> date:
        """The month before."""
        return months_later(self.month, -1)

    @property
    def following(self) -> date | None:
        """The month after, once it has begun."""
        return None if self.is_running else months_later(self.month, 1)

    @property
    def measures(self) -> list[MeasureView]:
        """The seven measures."""
        return self.overview.measures

    def summary(self) -> Iterator[str]:
        """The month in a few sentences, claiming nothing that luck would explain."""
        count = len(self.overview.incidents)
        before = self.measures[0].before
        said = "so far this month" if self.is_running else f"in {month_words(self.month)}"
        yield (
            f"{count_of(count, 'incident')} began {said}; {before.of if before else 0} in {month_words(self.previous)}."
        )
        by_impact = [(impact, sum(self.overview.months.counts[impact.value])) for impact in IMPACTS]
        if count:
            yield "By impact: " + ", ".join(f"{number} {impact.value}" for impact, number in by_impact if number) + "."
        still_open = sum(record.is_open for record in self.overview.incidents)
        if still_open:
            yield f"{count_of(still_open, 'incident')} of them {'is' if still_open == 1 else 'are'} still open."
        claims = [
            view.trend
            for view in self.measures
            if view.comparison and view.comparison.verdict in (Verdict.SHORTER, Verdict.LONGER)
        ]
        if claims:
            yield from claims
        elif all(view.comparison is None or view.comparison.low is None for view in self.measures):
            yield f"Too few incidents to tell whether any time below changed since {month_words(self.previous)}."
        else:
            yield (f"Compared with {month_words(self.previous)}, no time below changed by more than luck explains.")
        yield (
            f"{count_of(self.done.count, 'action item')} done in the month; {self.overdue.count} overdue "
            f"{'today' if self.is_running else 'at its end'}."
        )


def month_report(page: Page, month: date, now: datetime) -> MonthReport:
    """Put a month's report together; `month` is its first day, and has begun."""
    span = Span(month, months_later(month, 1))
    start, end = (datetime.combine(day, time(), tzinfo=page.zone) for day in (span.since, span.until))
    overview = overview_of(Asked(page, span), now)
    names = {component.pk: component.full_name for component in page.components.select_related("group")}
    listed = [
        Listed(record, ", ".join(names[key] for key in record.components if key in names))
        for record in overview.incidents[:MOST_INCIDENTS]
    ]
    items = ActionItem.objects.filter(incident__page=page).select_related("incident", "owner").order_by("due_on", "pk")
    cutoff = min(end, now)
    return MonthReport(
        page=page,
        month=month,
        overview=overview,
        cutoff=cutoff,
        is_running=now < end,
        incidents=listed,
        learned=_learned(page, start, end),
        done=_some(items.filter(status=ActionItemStatus.DONE, completed_at__gte=start, completed_at__lt=end)),
        overdue=_some(_overdue(items, cutoff, page)),
    )


def _overdue(items: QuerySet[ActionItem], cutoff: datetime, page: Page) -> QuerySet[ActionItem]:
    """Those that were not ended at a moment, by whose day they were due."""
    due = items.filter(due_on__lt=cutoff.astimezone(page.zone).date(), created_at__lt=cutoff)
    return due.filter(Q(completed_at__isnull=True) | Q(completed_at__gte=cutoff))


def _some(items: QuerySet[ActionItem]) -> Some:
    return Some(list(items[:MOST_ITEMS]), items.count())


def _learned(page: Page, start: datetime, end: datetime) -> list[Learned]:
    published = (
        Postmortem.objects.filter(incident__page=page, published_at__gte=start, published_at__lt=end)
        .select_related("incident")
        .order_by("published_at", "pk")
    )
    return [Learned(postmortem, lead(postmortem.published_body)) for postmortem in published[:MOST_LEARNED]]


def lead(body: str) -> str:
    """How a Markdown text begins, in plain words: its first section that says something, cut at a word.

    What follows is lists as a rule, of components and of the timeline, which make no sentences.
    """
    section: list[str] = []
    for line in body.splitlines():
        if not HEADING.match(line):
            section.append(line)
        elif any(each.strip() for each in section):
            break
    words = " ".join(plain("\n".join(section)).split())
    if len(words) <= LEAD:
        return words
    return words[:LEAD].rsplit(" ", 1)[0] + " …"


def parse_month(text: str, now: datetime, page: Page) -> date | None:
    """The first day of the month that `2026-10` names; None unless it has begun and lies within reason."""
    try:
        month = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return month if date(1970, 1, 1) <= month <= now.astimezone(page.zone).date() else None
