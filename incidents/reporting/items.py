"""What became of action items. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from incidents.rollups import percentile

from .records import ItemRecord, Selection
from .summaries import FEWEST_FOR_P90

KINDS = ("prevent", "detect", "mitigate", "process")
OPEN = ("open", "in_progress")


@dataclass(frozen=True, slots=True)
class KindShare:
    """Of the items of one kind opened in some time, how many are done by now, given up, or still open."""

    kind: str
    opened: int
    done: int
    given_up: int

    @property
    def still_open(self) -> int:
        """Neither done nor given up."""
        return self.opened - self.done - self.given_up

    @property
    def percent_done(self) -> float | None:
        """The share done, in per cent; None of nothing."""
        return 100 * self.done / self.opened if self.opened else None


@dataclass(frozen=True, slots=True)
class Ages:
    """How old open action items are, in seconds; what can't be told of so few is None."""

    count: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Action items over some time, and those open now, however old.

    `in_time` of `timed`: those done in the time that had a due date. `open_since` are instants.
    """

    opened: int
    done: int
    given_up: int
    timed: int
    in_time: int
    open_since: tuple[int, ...]
    kinds: tuple[KindShare, ...]

    @property
    def closed(self) -> int:
        """Done or given up in the time."""
        return self.done + self.given_up

    def ages(self, now: int) -> Ages:
        """How old those that are open are at an instant."""
        ages = [now - since for since in self.open_since]
        p90 = percentile(ages, 0.9) if len(ages) >= FEWEST_FOR_P90 else None
        return Ages(len(ages), percentile(ages, 0.5), p90)


def count_items(records: Iterable[ItemRecord], selection: Selection) -> ItemCounts:
    """Count the items of the incidents asked for: opened and closed in the time, and open now."""
    items = selection.concerns(records)
    first, end = selection.bounds
    closed = Counter(
        (item.status, item.in_time) for item in items if item.completed is not None and first <= item.completed < end
    )
    opened = Counter((item.kind, item.status) for item in items if first <= item.created < end)
    done = {in_time: closed["done", in_time] for in_time in (True, False, None)}
    return ItemCounts(
        opened=opened.total(),
        done=sum(done.values()),
        given_up=closed.total() - sum(done.values()),
        timed=done[True] + done[False],
        in_time=done[True],
        open_since=tuple(item.created for item in items if item.status in OPEN),
        kinds=tuple(_share(kind, opened) for kind in KINDS),
    )


def _share(kind: str, opened: Counter[tuple[str, str]]) -> KindShare:
    count = sum(number for (of, _), number in opened.items() if of == kind)
    return KindShare(kind, count, opened[kind, "done"], opened[kind, "wont_do"])
