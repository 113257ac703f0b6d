"""Durations as whole numbers that also say whose they are: seconds, the number of the month, the place in it. Pure.

Equal durations thus stay in the order of their beginning, and to sort them is to compare numbers; pairs in their place
take twice as long, and keep the garbage collector busy. What a number says is read when somebody asks for it: of ten
thousand, a page shows a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar, overload

from incidents.rollups import interpolated

from .records import IncidentRecord

PLACE_BITS = 20
SECONDS_BITS = 2 * PLACE_BITS
PLACES = (1 << PLACE_BITS) - 1
WHOSE = (1 << SECONDS_BITS) - 1

Row = TypeVar("Row")


def packed(seconds: int, month: int, place: int) -> int:
    """The number of an incident's duration; month and place must be below a million."""
    return (seconds << SECONDS_BITS) + (month << PLACE_BITS) + place


def longer(number: int, seconds: int) -> int:
    """The number of a duration so much longer, of the same incident."""
    return number + (seconds << SECONDS_BITS)


def lasting(number: int, seconds: int) -> int:
    """The number of another duration of the same incident."""
    return (seconds << SECONDS_BITS) + (number & WHOSE)


class Lazy(Sequence[Row]):
    """So many rows, each of which is made when somebody asks for it."""

    def __init__(self, count: int, row: Callable[[int], Row]) -> None:
        self._count, self._row = count, row

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._row(each) for each in range(*place.indices(self._count))]
        found = place if place >= 0 else self._count + place
        if not 0 <= found < self._count:
            raise IndexError(place)
        return self._row(found)


class Timed(NamedTuple):
    """One incident and its duration: the whole of it, or what there is of it so far."""

    record: IncidentRecord
    seconds: int


class Durations(Lazy[Timed]):
    """Incidents with a duration each, from short to long; equal ones in the order of their beginning.

    `numbers` are packed and in order, `later` seconds are added to each; `records` are those of a month by its number.
    """

    def __init__(self, records: Mapping[int, Sequence[IncidentRecord]], numbers: Sequence[int], later: int = 0) -> None:
        super().__init__(len(numbers), self._timed)
        self._records, self._numbers, self._later = records, numbers, later

    @property
    def seconds(self) -> Sequence[int]:
        """The durations alone."""
        return Lazy(len(self), self._seconds)

    def percentile(self, share: float) -> float | None:
        """The duration below which a share (0 to 1) of them lies, interpolated; None of nothing."""
        return interpolated(len(self), self._seconds, share)

    def _seconds(self, place: int) -> int:
        return (self._numbers[place] >> SECONDS_BITS) + self._later

    def _timed(self, place: int) -> Timed:
        number = self._numbers[place]
        record = self._records[number >> PLACE_BITS & PLACES][number & PLACES]
        return Timed(record, (number >> SECONDS_BITS) + self._later)
