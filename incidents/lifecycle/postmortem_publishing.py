"""Publishing a postmortem: decided, ten seconds in which it can be taken back, then out.

What has gone out can't be called back: feeds are read, caches are warm, mails are sent. So the ten seconds come first.
Until they are over nothing of it is public anywhere; after them it is, and only a correction with a note follows.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from incidents.changes import PostmortemPublished
from incidents.choices import IncidentStatus, PostmortemStatus
from incidents.errors import (
    IncidentChanged,
    LifecycleError,
    PostmortemChanged,
    PostmortemMoveRefused,
    TransitionRefused,
)
from incidents.models import Incident, Postmortem, PostmortemCorrection, PostmortemRevision, User
from incidents.postmortem_guards import unmet
from incidents.postmortems.internal import seems_marked
from incidents.signals import announce

from .postmortem_writing import check_move, postmortem_of, public_part, record_move, write_postmortem
from .writing import write

logger = logging.getLogger(__name__)

TIME_TO_UNDO = timedelta(seconds=10)


def schedule_publication(
    *, incident: Incident, by: User | None, notify: bool = True, note: str = "", at: datetime | None = None
) -> Postmortem:
    """Decide that the approved text goes out in ten seconds; the public text is computed now, and stored.

    `note` is what the public is told of a correction; it is required when something is published already.
    """
    at, note = at or timezone.now(), note.strip()
    postmortem = postmortem_of(incident)
    check_move(postmortem, PostmortemStatus.PUBLISHING, "")
    check_publishable(postmortem.incident, at)
    refusals = unmet(postmortem, PostmortemStatus.PUBLISHING, by)
    if refusals:
        raise PostmortemMoveRefused(postmortem, PostmortemStatus.PUBLISHING, unmet=refusals)
    if postmortem.is_published and not note:
        raise LifecycleError("Say what was corrected; the report shows it.", field="note")
    if seems_marked(note):
        raise LifecycleError("The public reads this note; it can't hold internal passages.", field="note")
    with transaction.atomic():
        write_postmortem(
            postmortem,
            at=at,
            status=PostmortemStatus.PUBLISHING,
            publish_due_at=at + TIME_TO_UNDO,
            pending_body=public_part(postmortem.draft),
            pending_note=note if postmortem.is_published else "",
            pending_by=by,
            notify=notify,
        )
        record_move(postmortem, PostmortemStatus.APPROVED, reason="", by=by, at=at)
    return postmortem


def withdraw_publication(*, incident: Incident, by: User | None, at: datetime | None = None) -> Postmortem:
    """Take a publication back before it went out; what is approved stays approved."""
    at = at or timezone.now()
    postmortem = postmortem_of(incident)
    check_move(postmortem, PostmortemStatus.APPROVED, "undo")
    if postmortem.publish_due_at is None or at >= postmortem.publish_due_at:
        raise LifecycleError("The ten seconds are over and it has gone out; correct it instead.")
    _take_back(postmortem, "Taken back before it went out.", by=by, at=at)
    return postmortem


def release_due_publications(at: datetime | None = None) -> int:
    """Put out everything whose ten seconds are over; how many that were.

    A worker does it after ten seconds, beat again for what a dead one left, and so do the console when somebody looks
    at the postmortem and the clock of each web process: it may run anywhere, at any time, and twice.
    """
    at = at or timezone.now()
    released = 0
    for postmortem in Postmortem.objects.due(at).select_related("incident__page", "pending_by"):
        try:
            released += _release(postmortem, at)
        except (IncidentChanged, PostmortemChanged):
            logger.info("Postmortem %s was changed by somebody else just now; it is tried again.", postmortem.code)
    return released


def check_publishable(incident: Incident, at: datetime) -> None:
    """Refuse while the incident is open, and a time before its end."""
    if incident.status not in (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM):
        raise TransitionRefused(incident, IncidentStatus.POSTMORTEM, hint="Resolve it first.")
    if incident.resolved_at is not None and at < incident.resolved_at:
        raise LifecycleError("A postmortem can't be published before the incident was resolved.", field="published_at")


def put_out(postmortem: Postmortem, body: str, *, by: User | None, notify: bool, note: str, at: datetime) -> None:
    """Make `body`, which holds nothing internal, what the public reads from now on."""
    if not body.strip():
        raise LifecycleError("Nothing is left for the public once the internal passages are taken out.", field="draft")
    incident, before = postmortem.incident, PostmortemStatus(postmortem.status)
    is_correction = postmortem.is_published
    with transaction.atomic():
        write(incident, at=at, status=IncidentStatus.POSTMORTEM)
        write_postmortem(
            postmortem,
            at=at,
            status=PostmortemStatus.PUBLISHED,
            published_body=body,
            published_at=postmortem.published_at or at,
            notify=notify,
            **_nothing_pending(),
        )
        PostmortemRevision.objects.create(
            postmortem=postmortem,
            body=postmortem.draft,
            generated_timeline=postmortem.generated_timeline,
            author=by,
            is_published=True,
            created_at=at,
        )
        if is_correction and note:
            PostmortemCorrection.objects.create(postmortem=postmortem, note=note, by=by, at=at)
        for image in postmortem.images.all():
            is_shown = image.path in body
            if image.is_public != is_shown:
                image.is_public = is_shown
                image.save(update_fields=["is_public"])
        if before != PostmortemStatus.PUBLISHED:
            record_move(postmortem, before, reason="", by=by, at=at)
        announce(
            PostmortemPublished(
                page=incident.page,
                at=at,
                actor=by,
                incident=incident,
                postmortem=postmortem,
                is_correction=is_correction,
                notify=notify,
                note=note,
            )
        )


def _release(postmortem: Postmortem, at: datetime) -> bool:
    try:
        check_publishable(postmortem.incident, at)
    except LifecycleError as error:
        _take_back(postmortem, error.message, by=None, at=at)
        return False
    put_out(
        postmortem,
        postmortem.pending_body,
        by=postmortem.pending_by,
        notify=postmortem.notify,
        note=postmortem.pending_note,
        at=at,
    )
    return True


def _take_back(postmortem: Postmortem, reason: str, *, by: User | None, at: datetime) -> None:
    with transaction.atomic():
        write_postmortem(postmortem, at=at, status=PostmortemStatus.APPROVED, **_nothing_pending())
        record_move(postmortem, PostmortemStatus.PUBLISHING, reason=reason, by=by, at=at)


def _nothing_pending() -> dict[str, object]:
    return {"publish_due_at": None, "pending_body": "", "pending_note": "", "pending_by": None}
