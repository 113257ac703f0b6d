"""For each change whether it is live, since when, or why not yet: what the console shows of publishing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery

from incidents.models import Incident, Page

from .journal import last_number, what_happened
from .liveness import Reading
from .models import JournalEntry, Publication, PublishTarget
from .publishing.publisher import store
from .targets import arrivals

SHOWN = 5
"""Changes that the incident room lists."""

IN_TIME = timedelta(seconds=5)
"""How long publishing may take before not being live needs a reason."""


@dataclass(frozen=True, slots=True)
class LiveChange:
    """One change: live since an instant, or the reason why it isn't; exactly one of the two is there."""

    number: int
    words: str
    at: datetime
    live_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The last changes of something, newest first."""

    rows: tuple[LiveChange, ...]
    asks_again_after: int | None = None
    """Seconds until it is worth looking again; None when all are live."""

    attempt: int = 0

    @property
    def newest(self) -> LiveChange | None:
        """The last one."""
        return self.rows[0] if self.rows else None

    @property
    def earlier(self) -> tuple[LiveChange, ...]:
        """Those before it."""
        return self.rows[1:]

    @property
    def earlier_wait(self) -> bool:
        """Whether any of those isn't live either."""
        return any(row.live_at is None for row in self.earlier)


@dataclass(frozen=True, slots=True)
class PageState:
    """How far a page's publication is: what the last change is, what is written, and what the public can read."""

    last_number: int
    written: int
    written_at: datetime | None
    reading: Reading
    error: str
    failed_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether the public reads every change there is."""
        return not self.error and self.reading.number is not None and self.reading.number >= self.last_number


@dataclass(frozen=True, slots=True)
class Place:
    """A further place, and what it lacks."""

    target: PublishTarget
    behind: int
    behind_since: datetime | None
    is_current: bool


def of_incident(
    incident: Incident, now: datetime, *, reading: Reading | None = None, attempt: int = 0
) -> Changes | None:
    """The last changes of an incident; None for a drill, which nobody outside ever sees."""
    if incident.page.is_drill:
        return None
    entries = JournalEntry.objects.filter(incident=incident).select_related("incident").order_by("-number")
    found = list(_with_publication(entries)[:SHOWN])
    failure = _failure(incident.page) if any(entry.seen_at is None for entry in found) else None
    rows = tuple(_live_change(entry, failure, reading, now) for entry in found)
    is_waiting = any(row.live_at is None for row in rows)
    return Changes(rows, min(2 * 2**attempt, 30) if is_waiting else None, attempt + 1)


def of_page(page: Page, reading: Reading) -> PageState:
    """How far the page is."""
    live, failure = store().version(page.code), _failure(page)
    return PageState(
        last_number=last_number(page),
        written=max(live.number, 0),
        written_at=datetime.fromisoformat(live.made_at) if live.made_at else None,
        reading=reading,
        error=failure.error if failure else "",
        failed_at=failure.at if failure else None,
    )


def places_of(page: Page) -> list[Place]:
    """The page's further places, each with what it lacks."""
    here = store()
    live, state = here.version(page.code).number, here.state(page.code)
    first_lacking = Publication.objects.filter(page=page, error="", number__gt=OuterRef("number")).order_by("at", "pk")
    rows = page.publish_targets.annotate(behind_since=Subquery(first_lacking.values("at")[:1]))
    return [_place(row, live, state) for row in rows]


def _place(row: PublishTarget, live: int, state: str) -> Place:
    """What a place lacks. What break glass brought it counts before a worker finds it there."""
    arrival = arrivals.last(row.code)
    if arrival is not None and (row.brought_at is None or row.brought_at < arrival.at):
        row.number, row.state, row.brought_at = arrival.number, arrival.state, arrival.at
    behind = max(0, live - (row.number or 0))
    return Place(
        target=row,
        behind=behind,
        behind_since=row.behind_since if behind else None,
        is_current=row.state == state and not row.error,
    )


def _with_publication(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """Each entry with the first publication that held it."""
    holding = Publication.objects.filter(page=OuterRef("page"), number__gte=OuterRef("number"), error="")
    first = holding.order_by("at", "pk")
    first_seen = holding.filter(seen_at__isnull=False).order_by("seen_at", "pk")
    return entries.annotate(
        published_at=Subquery(first.values("at")[:1]), seen_at=Subquery(first_seen.values("seen_at")[:1])
    ).order_by(F("number").desc())


def _failure(page: Page) -> Publication | None:
    """The last attempt to publish the page, if it failed."""
    last = Publication.objects.filter(page=page).order_by("-at", "-pk").first()
    return last if last is not None and last.error else None


def _live_change(
    entry: JournalEntry, failure: Publication | None, reading: Reading | None, now: datetime
) -> LiveChange:
    live_at = entry.published_at if entry.seen_at else None
    reason = "" if live_at else _why_not(entry, failure, reading, now)
    return LiveChange(entry.number, what_happened(entry), entry.at, live_at, reason)


def _why_not(entry: JournalEntry, failure: Publication | None, reading: Reading | None, now: datetime) -> str:
    if entry.published_at is None:
        if failure is not None:
            return f"Publishing failed: {failure.error}. It is tried again every 20 seconds."
        if now - entry.at < IN_TIME:
            return "It is being published."
        return "It has not been published yet. It is tried again every 20 seconds."
    if reading is None:
        return "It is written; the public address is being asked for it."
    if reading.error:
        return f"It is written, but {reading.url} can't be read: {reading.error}."
    return f"It is written, but {reading.url} still has change {reading.number}."
