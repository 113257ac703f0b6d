"""The seven measures: their names, between which two instants each runs, what one incident says of it. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from .records import IncidentRecord


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `moved_by` is the kind of action item that is meant to shorten it, if there is one.

    `outlasts` names the instant of a record from which the measure runs on after the incident is closed, if it does;
    `early` what may end it before the impact began, if something may.
    """

    key: str
    label: str
    name: str
    starts: str
    ends: str
    moved_by: str = ""
    outlasts: str = ""
    early: str = ""

    @property
    def runs(self) -> str:
        """Between which instants, in words."""
        return f"from {self.starts} to {self.ends}"

    def is_early(self, seconds: int | None) -> bool:
        """Whether what ended it came before the impact, which is real, and no duration."""
        return bool(self.early) and seconds is not None and seconds < 0


MEASURES = (
    Measure("ttd", "TTD", "Time to detect", "impact beginning", "detection", "detect", early="detection"),
    Measure("tta", "TTA", "Time to acknowledge", "detection", "somebody taking it up"),
    Measure("ttr", "TTR", "Time to recover", "impact beginning", "impact ending", "mitigate"),
    Measure(
        "time_to_first_update",
        "First update",
        "Time to first update",
        "impact beginning",
        "the first update",
        early="first update",
    ),
    Measure("time_to_close", "Time to close", "Time to close", "impact beginning", "the incident being resolved"),
    Measure(
        "longest_silence",
        "Longest silence",
        "Longest silence",
        "one public update",
        "the next, the longest such gap while open",
    ),
    Measure(
        "time_to_postmortem",
        "Time to postmortem",
        "Time to postmortem",
        "the incident being resolved",
        "its postmortem being published",
        outlasts="resolved",
    ),
)
BY_KEY = {measure.key: measure for measure in MEASURES}


class Known(NamedTuple):
    """A finished duration."""

    seconds: int


class Running(NamedTuple):
    """A duration that has not ended: since then, and `so_far` at least; None where not even that is known."""

    since: int | None
    so_far: int = 0


class BeforeImpact(NamedTuple):
    """A detection or first update before the impact, by so much (negative): real, and no duration."""

    seconds: int


Reading = Known | Running | BeforeImpact | None


def read(measure: Measure, record: IncidentRecord) -> Reading:
    """What one incident says of a measure; None where a moment of a closed incident isn't known.

    While an incident is open its longest silence may still grow, so that what it was so far is a lower bound. How long
    an open incident went undetected can't be bounded: somebody knows of it, and has not yet said since when.
    """
    value: int | None = getattr(record, measure.key)
    if value is not None and measure.is_early(value):
        return BeforeImpact(value)
    if measure.key == "longest_silence" and record.is_open:
        return Running(record.last_told, value or 0)
    if value is not None:
        return Known(value)
    if record.is_open:
        return Running(record.started if measure.key in ("ttr", "time_to_close") else None)
    since: int | None = getattr(record, measure.outlasts) if measure.outlasts else None
    return None if since is None else Running(since)
