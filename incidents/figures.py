"""What the stored metrics of many incidents come to: the roll-ups of the metrics report."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db.models import Q

from .models import Incident, Page
from .querysets import IncidentQuerySet
from .reporting.measures import BY_KEY, Measure
from .rollups import Rollup, roll_up

COLUMNS = {
    "ttd": "ttd_seconds",
    "tta": "tta_seconds",
    "ttr": "ttr_seconds",
    "time_to_first_update": "time_to_first_update_seconds",
    "time_to_close": "time_to_close_seconds",
    "longest_silence": "longest_silence_seconds",
    "time_to_postmortem": "time_to_postmortem_seconds",
}
"""Each metric's name in reports, and its column."""


def counted(since: date | None, until: date | None) -> IncidentQuerySet:
    """The incidents that figures are drawn from: begun from `since` to before `until`, days of each page's zone.

    Drills, maintenances and what was entered after the fact tell nothing of how fast we are.
    """
    within = Q(pk__in=[])
    for page in Page.objects.public():
        own = Q(page=page)
        if since:
            own &= Q(started_at__gte=_midnight(since, page))
        if until:
            own &= Q(started_at__lt=_midnight(until, page))
        within |= own
    return Incident.objects.public().incidents().filter(within, is_backfilled=False)


def roll_ups(incidents: IncidentQuerySet) -> Mapping[str, Rollup]:
    """Every metric over some incidents, in one query.

    A detection or first update before the impact is no time to either: it counts as unknown, or it would make the
    median look better than people are.
    """
    columns = [f"metrics__{column}" for column in COLUMNS.values()]
    rows = list(incidents.values(*columns))
    return {
        name: roll_up(_unless_early(BY_KEY[name], row[f"metrics__{column}"]) for row in rows)
        for name, column in COLUMNS.items()
    }


def _unless_early(measure: Measure, seconds: int | None) -> int | None:
    return None if measure.is_early(seconds) else seconds


def _midnight(day: date, page: Page) -> datetime:
    day = max(day, date(1, 1, 2))  # the calendar's first day begins before it where clocks are ahead of UTC
    return datetime.combine(day, time(), tzinfo=page.zone)
