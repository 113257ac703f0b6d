"""How fast an incident was found, told, fixed and learned from. Pure arithmetic over a `Timeline`.

Every figure is a duration between two named instants, and None while one of them isn't known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from .timeline import Moments, Timeline


@dataclass(frozen=True, slots=True)
class Metrics:
    """All figures of one incident, in whole seconds (rounded down)."""

    ttd_seconds: int | None
    tta_seconds: int | None
    ttr_seconds: int | None
    impact_seconds: int | None
    time_to_first_update_seconds: int | None
    time_to_close_seconds: int | None
    longest_silence_seconds: int | None
    time_to_postmortem_seconds: int | None
    promises_made: int
    promises_kept: int
    detected_before_impact: bool


def time_to_detect(moments: Moments) -> timedelta | None:
    """TTD: from impact beginning to detection. Negative when an alert came before the impact."""
    return _between(moments.started_at, moments.detected_at)


def time_to_acknowledge(moments: Moments) -> timedelta | None:
    """TTA: from detection to somebody taking it up."""
    return _between(moments.detected_at, moments.acknowledged_at)


def time_to_recover(moments: Moments) -> timedelta | None:
    """TTR: from impact beginning to impact ending, relapses and the time between them included."""
    return _between(moments.started_at, moments.mitigated_at)


def impact_duration(timeline: Timeline) -> timedelta | None:
    """How long users were really hit: TTR less the time between each recovery and relapse."""
    whole = time_to_recover(timeline.moments)
    pauses = [_between(pause.mitigated_at, pause.impact_resumed_at) for pause in timeline.pauses]
    if whole is None or None in pauses:
        return None
    return whole - sum((pause for pause in pauses if pause is not None), timedelta())


def time_to_first_update(timeline: Timeline) -> timedelta | None:
    """From impact beginning to the first public update; unknowable of an incident entered after the fact."""
    if timeline.is_backfilled or not timeline.posts:
        return None
    return timeline.posts[0].posted_at - timeline.moments.started_at


def time_to_close(moments: Moments) -> timedelta | None:
    """From impact beginning to the incident being resolved."""
    return _between(moments.started_at, moments.resolved_at)


def longest_silence(timeline: Timeline) -> timedelta | None:
    """The longest gap between two public updates while the incident was open; the present gap isn't one yet."""
    gaps = [after.posted_at - before.posted_at for before, after in pairwise(timeline.posts) if before.is_open]
    return max(gaps, default=None)


def open_silence(timeline: Timeline, now: datetime) -> timedelta | None:
    """How long an open incident has been silent; None once it is closed."""
    last = timeline.posts[-1] if timeline.posts else None
    return now - last.posted_at if last is not None and last.is_open else None


def time_to_postmortem(timeline: Timeline) -> timedelta | None:
    """From the incident being resolved to its postmortem being published."""
    return _between(timeline.moments.resolved_at, timeline.postmortem_published_at)


def promises(timeline: Timeline) -> tuple[int, int]:
    """How many promises of a next update were put to the test by a next update, and how many of them were kept."""
    answered = [
        after.posted_at <= before.next_update_by
        for before, after in pairwise(timeline.posts)
        if before.next_update_by is not None
    ]
    return len(answered), sum(answered)


def broken_promise(timeline: Timeline, now: datetime) -> datetime | None:
    """When the next update was promised for, if that has passed without one."""
    last = timeline.posts[-1] if timeline.posts else None
    if last is None or not last.is_open or last.next_update_by is None or last.next_update_by > now:
        return None
    return last.next_update_by


def compute(timeline: Timeline) -> Metrics:
    """All figures of one incident."""
    moments = timeline.moments
    made, kept = promises(timeline)
    detection = time_to_detect(moments)
    return Metrics(
        ttd_seconds=_seconds(detection),
        tta_seconds=_seconds(time_to_acknowledge(moments)),
        ttr_seconds=_seconds(time_to_recover(moments)),
        impact_seconds=_seconds(impact_duration(timeline)),
        time_to_first_update_seconds=_seconds(time_to_first_update(timeline)),
        time_to_close_seconds=_seconds(time_to_close(moments)),
        longest_silence_seconds=_seconds(longest_silence(timeline)),
        time_to_postmortem_seconds=_seconds(time_to_postmortem(timeline)),
        promises_made=made,
        promises_kept=kept,
        detected_before_impact=detection is not None and detection < timedelta(),
    )


NEVER_BEFORE = (
    ("mitigated", "started"),
    ("resolved", "started"),
    ("resolved", "mitigated"),
    ("acknowledged", "detected"),
)
"""Which moment can't be before which. Detection before impact is real: an alert that came early."""


def contradictions(moments: Moments) -> list[tuple[str, str, str]]:
    """The pairs of moments that can't both be true, each with a sentence that names both and their times."""
    found = []
    for later, earlier in NEVER_BEFORE:
        second, first = getattr(moments, f"{later}_at"), getattr(moments, f"{earlier}_at")
        if second is not None and first is not None and second < first:
            sentence = f"{later.capitalize()} ({_said(second)}) can't be before {earlier} ({_said(first)})."
            found.append((later, earlier, sentence))
    return found


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} {at.tzname()}"


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return None if start is None or end is None else end - start


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // timedelta(seconds=1)
