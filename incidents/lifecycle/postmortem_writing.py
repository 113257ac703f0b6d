"""What the functions about postmortems share: the compare-and-set on its row, and moving it to another step."""

from datetime import datetime

from django.db.models import F

from incidents.changes import PostmortemMoved
from incidents.choices import PostmortemStatus
from incidents.errors import LifecycleError, PostmortemChanged, PostmortemMoveRefused
from incidents.models import Incident, Postmortem, PostmortemEvent, User
from incidents.postmortems.internal import MarksUnbalanced, public_text
from incidents.postmortems.workflow import goes_back, may_follow
from incidents.signals import announce


def write_postmortem(postmortem: Postmortem, *, at: datetime, **fields: object) -> None:
    """Write columns and raise the version, or raise PostmortemChanged if another write came first."""
    matching = Postmortem.objects.filter(pk=postmortem.pk, version=postmortem.version)
    if matching.update(version=F("version") + 1, updated_at=at, **fields) != 1:
        raise PostmortemChanged
    postmortem.version += 1
    postmortem.updated_at = at
    for name, value in fields.items():
        setattr(postmortem, name, value)


def check_move(postmortem: Postmortem, to: PostmortemStatus, reason: str) -> None:
    """Refuse a step that may not follow, or one back without a reason."""
    present = PostmortemStatus(postmortem.status)
    if not may_follow(present, to):
        raise PostmortemMoveRefused(postmortem, to)
    if goes_back(present, to) and not reason.strip():
        raise LifecycleError("Say why it goes back.", field="reason")


def record_move(
    postmortem: Postmortem,
    before: PostmortemStatus,
    *,
    reason: str,
    by: User | None,
    at: datetime,
) -> None:
    """Keep the step that was just written, and announce it. Within the caller's transaction."""
    PostmortemEvent.objects.create(
        postmortem=postmortem, before=before, after=postmortem.status, reason=reason, by=by, at=at
    )
    incident = postmortem.incident
    announce(
        PostmortemMoved(
            page=incident.page,
            at=at,
            actor=by,
            incident=incident,
            postmortem=postmortem,
            before=PostmortemStatus(before),
            after=PostmortemStatus(postmortem.status),
            reason=reason,
        )
    )


def public_part(text: str, *, field: str = "draft") -> str:
    """What the public may read of a text; a refusal names the line where the marks don't fit."""
    try:
        return public_text(text)
    except MarksUnbalanced as error:
        raise LifecycleError(f"{error} Nothing was published.", field=field) from error


def postmortem_of(incident: Incident) -> Postmortem:
    """The incident's postmortem as it is stored now, or a refusal when there is none."""
    found = Postmortem.objects.select_related("incident__page", "author").filter(incident=incident).first()
    if found is None:
        raise LifecycleError("This incident has no postmortem yet.")
    return found
