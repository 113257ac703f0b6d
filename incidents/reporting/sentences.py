"""What the figures say, in sentences that can be read without knowing statistics. Pure."""

from functools import lru_cache

from incidents.durations import in_words

from .comparison import FEWEST, Comparison, Verdict
from .summaries import FEWEST_FOR_P90, Summary

ROUNDED = ((30 * 86_400, 86_400), (86_400, 3_600), (3_600, 60))
"""From how many seconds on a duration is rounded to how many."""


# Rounded as they are, durations of thousands of incidents come to some hundreds of words.
_words = lru_cache(maxsize=4096)(in_words)


def about(seconds: float | None) -> str:
    """A duration for people, as precise as its size deserves: hours from a day on, days from a month on."""
    if seconds is None:
        return "unknown"
    size, unit = abs(seconds), 1
    for least, rounded in ROUNDED:
        if size >= least:
            unit = rounded
            break
    words = _words(round(size / unit) * unit)
    return f"−{words}" if seconds < 0 else words


def between(shortest: float | None, longest: float | None) -> str:
    """`2 min to 1 h`; only `2 min` where both come to the same words."""
    first, last = about(shortest), about(longest)
    return first if first == last else f"{first} to {last}"


def count_of(number: int, noun: str) -> str:
    """`1 incident`, `2,000 incidents`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def coverage(summary: Summary) -> str:
    """`TTD is known for 14 of 20 incidents.`"""
    return f"{_capital(_subject(summary))} is known for {len(summary.known):,} of {count_of(summary.of, 'incident')}."


def left_out(summary: Summary) -> list[str]:
    """A sentence for each sort of incident that the figures don't count."""
    said = []
    if summary.running:
        bounds = between(summary.running[0].seconds, summary.running[-1].seconds)
        what = "without one yet" if summary.measure.key == "time_to_postmortem" else "open"
        said.append(f"{len(summary.running):,} {what}, at least {bounds}: shown apart and not counted.")
    if summary.unbounded:
        said.append(f"{len(summary.unbounded):,} open, not known yet.")
    if summary.early:
        count, name = count_of(len(summary.early), summary.measure.early), summary.measure.name.lower()
        said.append(f"{count} came before the impact: no {name}, so left out.")
    return said


def why_no_p90(summary: Summary) -> str:
    """Why there is no 90th percentile; empty where there is one."""
    if len(summary.known) >= FEWEST_FOR_P90:
        return ""
    return f"shown from {FEWEST_FOR_P90} on, there are {len(summary.known)}"


def trend(now: Summary, before: Summary, comparison: Comparison) -> str:
    """Whether the median moved since the period before, or that the numbers can't tell."""
    subject = _subject(now)
    counts = f"{count_of(len(now.known), 'incident')} now and {len(before.known):,} in the period before"
    medians = f"The median is {about(now.median)} now and was {about(before.median)}"
    if comparison.low is None or comparison.high is None:
        return f"Too few to compare: {subject} is known for {counts}, and each needs {FEWEST}."
    likely = f"between {_times(comparison.low)} and {_times(comparison.high)} times what it was"
    if comparison.verdict in (Verdict.SHORTER, Verdict.LONGER):
        return (
            f"{_capital(subject)} became {comparison.verdict.value}: more than luck explains. {medians}, over {counts};"
            f" it is likely {likely} (95 % interval)."
        )
    if comparison.verdict == Verdict.OPEN_COULD_CHANGE_IT:
        return (
            f"The numbers can't tell yet whether {subject} changed: those that have not ended could turn it round. "
            f"{medians}, over {counts}."
        )
    return (
        f"The numbers can't tell whether {subject} changed: luck alone would explain the difference. {medians}, "
        f"over {counts}; it may be anything {likely} (95 % interval)."
    )


def _times(ratio: float) -> str:
    """Two decimals near 1, where the difference is what matters."""
    return f"{ratio:.2f}" if ratio < 2 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def _subject(summary: Summary) -> str:
    measure = summary.measure
    return measure.label if measure.label.isupper() else f"the {measure.name.lower()}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
