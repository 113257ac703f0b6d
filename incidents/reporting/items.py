"""What became of action items. Pure."""

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
class ItemFigures:
    """Action items over some time. `in_time` of `timed`: those done in it that had a due date. Ages are in seconds."""

    opened: int
    done: int
    given_up: int
    timed: int
    in_time: int
    open_now: int
    age_median: float | None
    age_p90: float | None
    kinds: tuple[KindShare, ...]

    @property
    def closed(self) -> int:
        """Done or given up in the time."""
        return self.done + self.given_up


def item_figures(records: Iterable[ItemRecord], selection: Selection, now: int) -> ItemFigures:
    """Count the items of the incidents asked for: opened and closed in the time, and those open now, however old."""
    items = selection.concerns(records)
    opened = [item for item in items if selection.covers(item.created)]
    closed = [item for item in items if selection.covers(item.completed)]
    done = [item for item in closed if item.status == "done"]
    ages = [now - item.created for item in items if item.status in OPEN]
    return ItemFigures(
        opened=len(opened),
        done=len(done),
        given_up=len(closed) - len(done),
        timed=sum(item.in_time is not None for item in done),
        in_time=sum(item.in_time is True for item in done),
        open_now=len(ages),
        age_median=percentile(ages, 0.5),
        age_p90=percentile(ages, 0.9) if len(ages) >= FEWEST_FOR_P90 else None,
        kinds=tuple(_share(kind, opened) for kind in KINDS),
    )


def _share(kind: str, opened: list[ItemRecord]) -> KindShare:
    of_kind = [item.status for item in opened if item.kind == kind]
    return KindShare(kind, len(of_kind), of_kind.count("done"), of_kind.count("wont_do"))
