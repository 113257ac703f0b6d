"""The review of a postmortem: asking for it, approving, sending back, closing; and what colleagues say of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.choices import PostmortemStatus
from incidents.errors import LifecycleError, PostmortemMoveRefused
from incidents.markdown import passage_finder
from incidents.models import Incident, MomentRecord, Postmortem, PostmortemComment, User
from incidents.postmortem_guards import unmet, waivable

from .postmortem_writing import check_move, postmortem_of, record_move, write_postmortem
from .writing import check_not_empty

BY_HAND = (
    PostmortemStatus.DRAFT,
    PostmortemStatus.IN_REVIEW,
    PostmortemStatus.APPROVED,
    PostmortemStatus.PUBLISHED,
    PostmortemStatus.CLOSED,
)


def move_postmortem(
    *,
    incident: Incident,
    to: PostmortemStatus,
    by: User | None,
    reason: str = "",
    seen: str | None = None,
    at: datetime | None = None,
) -> Postmortem:
    """Move a postmortem to another step, or raise PostmortemMoveRefused with every guard that isn't met.

    `seen` is the text that an approval was decided on: an approval of another one is refused. A step back needs a
    reason, and so does closing where the guards allow one in their place.
    """
    at, reason = at or timezone.now(), reason.strip()
    postmortem = postmortem_of(incident)
    before = PostmortemStatus(postmortem.status)
    # Going out, and coming back from that, have verbs of their own.
    if to == PostmortemStatus.PUBLISHING or before == PostmortemStatus.PUBLISHING or to not in BY_HAND:
        raise PostmortemMoveRefused(postmortem, to)
    check_move(postmortem, to, reason)
    refusals = unmet(postmortem, to, by)
    if refusals and not (reason and waivable(postmortem, to, by)):
        raise PostmortemMoveRefused(postmortem, to, unmet=refusals)
    if to == PostmortemStatus.APPROVED and seen is not None and seen != postmortem.draft:
        raise LifecycleError("The text was changed since you read it; read it again, then approve.", field="to")
    with transaction.atomic():
        write_postmortem(postmortem, at=at, status=to, **_signed(postmortem, before, to, by, at))
        record_move(postmortem, before, reason=reason, by=by, at=at)
    return postmortem


def comment_on_postmortem(
    *, incident: Incident, body: str, by: User | None, passage: str = "", at: datetime | None = None
) -> PostmortemComment:
    """Say something of the whole, or of one passage of the draft. Never public, so it sends no signal."""
    postmortem = postmortem_of(incident)
    body = check_not_empty(body, field="comment", what="The comment")
    passage = passage.strip()
    if passage and not passage_finder(postmortem.draft)(passage):
        raise LifecycleError("These words aren't in the text; copy them as they stand there.", field="passage")
    return PostmortemComment.objects.create(
        postmortem=postmortem, body=body, passage=passage, author=by, created_at=at or timezone.now()
    )


def settle_comment(*, comment: PostmortemComment, by: User | None, at: datetime | None = None) -> None:
    """Note that a comment has been dealt with."""
    unsettled = PostmortemComment.objects.filter(pk=comment.pk, settled_at__isnull=True)
    unsettled.update(settled_at=at or timezone.now(), settled_by=by)


def confirm_moments(*, incident: Incident, by: User | None, at: datetime | None = None) -> Postmortem:
    """Note that somebody looked at the moments and found them right; one that is corrected later asks again."""
    postmortem = postmortem_of(incident)
    newest = MomentRecord.objects.filter(incident=incident).order_by("-pk").values_list("pk", flat=True).first()
    write_postmortem(postmortem, at=at or timezone.now(), moments_confirmed_by=by, moments_confirmed_upto=newest or 0)
    return postmortem


def explain_no_action(*, incident: Incident, reason: str, by: User | None, at: datetime | None = None) -> Postmortem:
    """Record why nothing is to be done about an incident; an empty reason takes that back."""
    postmortem = postmortem_of(incident)
    write_postmortem(postmortem, at=at or timezone.now(), no_action_reason=reason.strip())
    return postmortem


def _signed(
    postmortem: Postmortem, before: PostmortemStatus, to: PostmortemStatus, by: User | None, at: datetime
) -> dict[str, object]:
    """The columns that say who did what: an approval holds for the very text it was given to."""
    if to == PostmortemStatus.APPROVED:
        return {"approved_body": postmortem.draft, "approved_by": by, "approved_at": at}
    if to == PostmortemStatus.IN_REVIEW and before == PostmortemStatus.DRAFT:
        return {"review_asked_by": by}
    if to in (PostmortemStatus.IN_REVIEW, PostmortemStatus.DRAFT):
        return {"approved_body": "", "approved_by": None, "approved_at": None}
    return {}
