"""Counts by month, one row of columns for each kind, so that no colour has to tell them apart. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from incidents.instants import MONTHS

ROW = 52
GAP = 24
HIGHEST = ROW - 18
LABELS = 40
LEFT, RIGHT = 1.0, 99.0
MOST_LABELS = 7
MOST_NUMBERS = 18
"""Columns above which numbers would run into each other; then only the highest of a row bears its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """One month's column, its count, and whether there is room to write it above."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int
    month: date
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of one kind, on their base line."""

    key: str
    title_y: int
    base_y: int
    total: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A month or a year below the rows."""

    x: float
    text: str
    year: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole drawing."""

    height: int
    labels_y: int
    rows: tuple[Row, ...]
    labels: tuple[Label, ...]


def columns(months: Sequence[date], counts: Mapping[str, Sequence[int]]) -> Columns:
    """Lay out each kind's counts of the same months, all rows on one scale."""
    highest = max((max(row, default=0) for row in counts.values()), default=0)
    rows = tuple(_row(key, place, months, row, highest) for place, (key, row) in enumerate(counts.items()))
    labels_y = len(counts) * (ROW + GAP) + 16
    return Columns(labels_y + LABELS - 16, labels_y, rows, _labels(months))


def _row(key: str, place: int, months: Sequence[date], row: Sequence[int], highest: int) -> Row:
    top = place * (ROW + GAP)
    base = top + GAP + ROW
    pitch = (RIGHT - LEFT) / max(len(months), 1)
    tallest = max(row, default=0)
    first_tallest = next((index for index, count in enumerate(row) if count == tallest), 0)
    found = []
    for index, (month, count) in enumerate(zip(months, row, strict=True)):
        height = round(HIGHEST * count / highest, 1) if highest else 0.0
        x = LEFT + pitch * index
        found.append(
            Column(
                x=round(x + pitch * 0.12, 3),
                y=base - height,
                width=round(pitch * 0.76, 3),
                height=height,
                middle=round(x + pitch / 2, 3),
                count=count,
                month=month,
                is_labelled=count > 0 and (len(months) <= MOST_NUMBERS or index == first_tallest),
            )
        )
    return Row(key, top + GAP - 6, base, sum(row), tuple(found))


def _labels(months: Sequence[date]) -> tuple[Label, ...]:
    pitch = (RIGHT - LEFT) / max(len(months), 1)
    step = -(-len(months) // MOST_LABELS) if months else 1
    found: list[Label] = []
    for index in range(0, len(months), step):
        month = months[index]
        year = str(month.year) if not found or found[-1].year != str(month.year) else ""
        found.append(Label(round(LEFT + pitch * (index + 0.5), 3), MONTHS[month.month - 1], year or found[-1].year))
    shown, last = [], ""
    for label in found:
        shown.append(Label(label.x, label.text, "" if label.year == last else label.year))
        last = label.year
    return tuple(shown)
