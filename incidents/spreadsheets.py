"""Tables as CSV that no spreadsheet takes for a program, and as JSON. Pure.

A text that begins like a formula is run by spreadsheets (OWASP ASVS 1.2.10); an apostrophe before it makes it a text.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Cell = str | int | float | bool | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Table:
    """A named table with a heading for each column."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def csv_lines(table: Table) -> Iterator[str]:
    """The table as CSV (RFC 4180), a line at a time, headings first."""
    yield from _lines([table.columns, *table.rows])


def as_objects(table: Table) -> list[dict[str, Cell]]:
    """The rows as objects by column."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def as_json(table: Table, about: dict[str, Cell]) -> str:
    """An object with what the table is about, and its rows under its name."""
    return json.dumps({**about, table.name: as_objects(table)}, indent=2, ensure_ascii=False)


def safe(cell: Cell) -> Cell:
    """The cell as a spreadsheet may read it: nothing for None, and no text that begins like a formula."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
    return cell


def _lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe(cell) for cell in row])
        yield line.getvalue()
