"""Updates of an incident, the published postmortem among them."""

from incidents.choices import IncidentStatus
from incidents.models import Incident, Postmortem, Update

from .frame import Frame
from .objects import AffectedObject, UpdateObject
from .times import written


def update_objects(frame: Frame, incident: Incident) -> list[UpdateObject]:
    """An incident's updates, newest first; a published postmortem is told as one more."""
    told = [(update.posted_at, _update_object(frame, incident, update)) for update in incident.updates.all()]
    postmortem = getattr(incident, "postmortem", None)
    if postmortem is not None and postmortem.published_at is not None:
        told.append((postmortem.published_at, _postmortem_object(frame, incident, postmortem)))
    # Sorted oldest first, then turned round, so that of two at one instant the later written one comes first.
    told.sort(key=lambda pair: pair[0])
    return [row for _, row in reversed(told)]


def _update_object(frame: Frame, incident: Incident, update: Update) -> UpdateObject:
    affected = [
        AffectedObject(
            code=change.component.code,
            name=change.component_name,
            old_status=change.old_status,
            new_status=change.new_status,
        )
        for change in update.component_changes.all()
    ]
    return UpdateObject(
        id=update.code,
        status=update.status,
        body=update.body,
        incident_id=incident.code,
        created_at=written(update.created_at, frame.zone),
        updated_at=written(update.updated_at, frame.zone),
        display_at=written(update.posted_at, frame.zone),
        affected_components=affected or None,
        deliver_notifications=update.notify,
    )


def _postmortem_object(frame: Frame, incident: Incident, postmortem: Postmortem) -> UpdateObject:
    published_at = postmortem.published_at
    # The draft's times are the responders' own; readers who poll by creation must not take it for an old update.
    created_at = max(postmortem.created_at, published_at)
    last_shown_at = max((shown.created_at for shown in postmortem.revisions.all()), default=created_at)
    return UpdateObject(
        id=postmortem.code,
        status=str(IncidentStatus.POSTMORTEM),
        body=postmortem.published_body,
        incident_id=incident.code,
        created_at=written(created_at, frame.zone),
        updated_at=written(max(created_at, last_shown_at), frame.zone),
        display_at=written(published_at, frame.zone),
        affected_components=None,
        deliver_notifications=postmortem.notify,
    )
