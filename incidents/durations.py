"""Durations in words, at most three units. Pure."""

from datetime import timedelta

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def in_words(duration: timedelta | float) -> str:
    """`14 min`, `1 h 22 min`, `8 d 16 h 56 min`; seconds only below a minute.

    Takes seconds or a timedelta; the sign is left to the words around it.
    """
    seconds = abs(int(duration.total_seconds() if isinstance(duration, timedelta) else duration))
    if seconds < 60:
        return f"{seconds} s"
    parts = []
    for name, size in UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts)


def since_impact(seconds: float) -> str:
    """`14 min`, counted from the beginning of the impact; `14 min before impact` where that is negative."""
    return in_words(seconds) + (" before impact" if seconds < 0 else "")
