"""Storing an incident's metrics, and repairing those that fell behind their facts."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from .facts import timeline_of
from .metrics import compute
from .models import Incident, IncidentMetrics

BATCH = 500


def store_metrics(incident_id: int) -> IncidentMetrics | None:
    """Compute and store the metrics of one incident; None for a maintenance or when the incident is gone.

    Facts and version are read in one transaction, and an older computation never overwrites a newer one, so it may run
    at any time, twice, or late.
    """
    with transaction.atomic():
        incident = Incident.objects.incidents().filter(pk=incident_id).first()
        if incident is None:
            return None
        stored = IncidentMetrics.objects.filter(incident=incident).first()
        if stored is not None and stored.version >= incident.version:
            return stored
        figures = asdict(compute(timeline_of(incident)))
        stamp = {"version": incident.version, "computed_at": timezone.now()}
        older = IncidentMetrics.objects.filter(incident=incident, version__lt=incident.version)
        if not older.update(**stamp, **figures):
            IncidentMetrics.objects.get_or_create(incident=incident, defaults=stamp | figures)
    return IncidentMetrics.objects.get(incident=incident)


def repair_stale_metrics() -> int:
    """Compute what a stopped worker or a dead broker left undone; how many were stale."""
    stale = list(Incident.objects.stale_metrics().values_list("pk", flat=True)[:BATCH])
    for incident_id in stale:
        store_metrics(incident_id)
    return len(stale)
