"""From rows to the plain facts that metrics are computed from."""

from .choices import CLOSED_STATUSES
from .models import Incident
from .timeline import Moments, Pause, Post, Timeline


def timeline_of(incident: Incident) -> Timeline:
    """An incident's facts, from the rows as they are now (three queries)."""
    postmortem = getattr(incident, "postmortem", None)
    return Timeline(
        moments=Moments(
            started_at=incident.started_at,
            detected_at=incident.detected_at,
            acknowledged_at=incident.acknowledged_at,
            mitigated_at=incident.mitigated_at,
            resolved_at=incident.resolved_at,
        ),
        posts=tuple(
            Post(posted_at, status not in CLOSED_STATUSES, promised)
            for posted_at, status, promised in incident.updates.order_by("posted_at", "pk").values_list(
                "posted_at", "status", "next_update_by"
            )
        ),
        pauses=tuple(
            Pause(mitigated_at, resumed_at)
            for mitigated_at, resumed_at in incident.reopenings.order_by("reopened_at", "pk").values_list(
                "mitigated_at", "impact_resumed_at"
            )
        ),
        postmortem_published_at=postmortem.published_at if postmortem else None,
        is_backfilled=incident.is_backfilled,
    )
