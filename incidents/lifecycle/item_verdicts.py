"""What a new incident says of unfinished action items, and the cause that tells them to belong together."""

from datetime import datetime

from django.utils import timezone

from incidents.choices import Verdict
from incidents.errors import LifecycleError
from incidents.models import ActionItem, Incident, ItemVerdict, User


def give_verdict(
    *, item: ActionItem, incident: Incident, verdict: Verdict, by: User | None, at: datetime | None = None
) -> ItemVerdict:
    """Say whether an earlier incident's item would have prevented or shortened this one; a later word replaces it."""
    if item.incident_id == incident.pk:
        raise LifecycleError("An action item can't have prevented the incident that it came from.")
    if not ActionItem.objects.sharing_with(incident).filter(pk=item.pk).exists():
        raise LifecycleError("This item shares no component and no cause with the incident.")
    given, _ = ItemVerdict.objects.update_or_create(
        item=item,
        incident=incident,
        defaults={"verdict": verdict, "given_by": by, "given_at": at or timezone.now()},
    )
    return given


def name_cause(*, incident: Incident, cause: str) -> Incident:
    """Tag an incident with its cause, an internal word that finds action items against the same one."""
    incident.cause = " ".join(cause.split())
    if len(incident.cause) > Incident._meta.get_field("cause").max_length:
        raise LifecycleError("A cause has 64 characters at most.", field="cause")
    Incident.objects.filter(pk=incident.pk).update(cause=incident.cause)
    return incident
