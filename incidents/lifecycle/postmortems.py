"""Postmortems: saving the draft, every state kept, and publishing it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.changes import PostmortemDrafted, PostmortemPublished
from incidents.choices import IncidentStatus
from incidents.errors import LifecycleError, TransitionRefused
from incidents.models import Incident, Postmortem, PostmortemRevision, User
from incidents.signals import announce

from .writing import write


def save_postmortem_draft(
    *, incident: Incident, body: str, by: User | None, note: str = "", at: datetime | None = None
) -> Postmortem:
    """Save the draft of an incident's postmortem; saving the same text again changes nothing."""
    at = at or timezone.now()
    _check_is_incident(incident)
    with transaction.atomic():
        postmortem, created = Postmortem.objects.get_or_create(
            incident=incident, defaults={"created_at": at, "updated_at": at}
        )
        if postmortem.draft == body and not created:
            return postmortem
        postmortem.draft, postmortem.updated_at = body, at
        postmortem.save(update_fields=["draft", "updated_at"])
        PostmortemRevision.objects.create(postmortem=postmortem, body=body, author=by, note=note, created_at=at)
        announce(PostmortemDrafted(page=incident.page, at=at, actor=by, incident=incident, postmortem=postmortem))
    return postmortem


def publish_postmortem(
    *, incident: Incident, by: User | None, notify: bool = True, at: datetime | None = None
) -> Postmortem:
    """Publish the draft on the incident's report; publishing again corrects the text and keeps the first time.

    Raises TransitionRefused while the incident isn't resolved, and LifecycleError when there is nothing to publish.
    """
    at = at or timezone.now()
    _check_is_incident(incident)
    if incident.status not in (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM):
        raise TransitionRefused(incident, IncidentStatus.POSTMORTEM, hint="Resolve it first.")
    postmortem = Postmortem.objects.filter(incident=incident).first()
    if postmortem is None or not postmortem.draft.strip():
        raise LifecycleError("The postmortem is still empty; write it first.", field="draft")
    if incident.resolved_at is not None and at < incident.resolved_at:
        raise LifecycleError("A postmortem can't be published before the incident was resolved.", field="published_at")
    is_correction = postmortem.is_published
    with transaction.atomic():
        write(incident, at=at, status=IncidentStatus.POSTMORTEM)
        postmortem.published_body = postmortem.draft
        postmortem.published_at = postmortem.published_at or at
        postmortem.notify = notify
        postmortem.updated_at = at
        postmortem.save(update_fields=["published_body", "published_at", "notify", "updated_at"])
        PostmortemRevision.objects.create(
            postmortem=postmortem, body=postmortem.draft, author=by, is_published=True, created_at=at
        )
        announce(
            PostmortemPublished(
                page=incident.page,
                at=at,
                actor=by,
                incident=incident,
                postmortem=postmortem,
                is_correction=is_correction,
                notify=notify,
            )
        )
    return postmortem


def _check_is_incident(incident: Incident) -> None:
    if incident.is_maintenance:
        raise LifecycleError("Postmortems are written about incidents, not about scheduled maintenance.")
