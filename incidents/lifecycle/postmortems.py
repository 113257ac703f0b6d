"""Postmortems: starting one, saving the draft with every state kept, and publishing what was reviewed elsewhere."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.changes import PostmortemDrafted
from incidents.choices import PostmortemStatus
from incidents.errors import DraftChanged, LifecycleError
from incidents.markdown import MAX_LENGTH
from incidents.models import Incident, Postmortem, PostmortemRevision, PostmortemTemplate, User
from incidents.postmortem_guards import STARTED
from incidents.postmortems import template as default_template
from incidents.postmortems.facts import facts_of
from incidents.postmortems.timeline import held
from incidents.signals import announce

from .postmortem_publishing import check_publishable, put_out
from .postmortem_writing import public_part, record_move, write_postmortem

EDITED = "The text was edited after it had been approved."


def start_postmortem(
    *, incident: Incident, by: User | None, template: PostmortemTemplate | None = None, at: datetime | None = None
) -> Postmortem:
    """Start the draft from a template, with the facts filled in; the one that is there already stays as it is."""
    at = at or timezone.now()
    _check_is_incident(incident)
    existing = Postmortem.objects.filter(incident=incident).first()
    if existing is not None:
        return existing
    facts = facts_of(incident)
    body = default_template.filled(template.body if template else default_template.BODY, facts)
    with transaction.atomic():
        postmortem = save_postmortem_draft(
            incident=incident,
            body=body,
            by=by,
            note=STARTED,
            generated_timeline=held(facts["timeline"], body),  # a template may leave it out
            at=at,
        )
        write_postmortem(postmortem, at=at, template=template)
    return postmortem


def save_postmortem_draft(
    *,
    incident: Incident,
    body: str,
    by: User | None,
    note: str = "",
    base: int | None = None,
    is_autosave: bool = False,
    generated_timeline: str | None = None,
    at: datetime | None = None,
) -> Postmortem:
    """Save the draft of an incident's postmortem; saving the same text again changes nothing.

    `base` is the revision that the writer began with: when another text was saved since, DraftChanged is raised with
    all three texts and nothing is written. Without it the text is replaced, as imports and the demo do.
    `generated_timeline` is the timeline as it was assembled for this text; None where that was not done anew.
    A text that was approved or published and is edited goes back into review.
    """
    at = at or timezone.now()
    _check_is_incident(incident)
    body = body.replace("\r\n", "\n")
    if len(body) > MAX_LENGTH:
        raise LifecycleError(f"This is longer than {MAX_LENGTH:,} characters; shorten it.", field="body")
    with transaction.atomic():
        postmortem, created = Postmortem.objects.get_or_create(
            incident=incident, defaults={"author": by, "created_at": at, "updated_at": at}
        )
        postmortem.incident = incident
        if postmortem.draft == body and not created:
            return postmortem
        _check_editable(postmortem)
        if base is not None:
            _check_base(postmortem, base)
        fields: dict[str, object] = {"draft": body}
        if generated_timeline is not None:
            fields["generated_timeline"] = generated_timeline
        before = PostmortemStatus(postmortem.status)
        goes_back = before in (PostmortemStatus.APPROVED, PostmortemStatus.PUBLISHED)
        if goes_back:
            fields |= {
                "status": PostmortemStatus.IN_REVIEW,
                "approved_body": "",
                "approved_by": None,
                "approved_at": None,
            }
        write_postmortem(postmortem, at=at, **fields)
        PostmortemRevision.objects.create(
            postmortem=postmortem,
            body=body,
            generated_timeline=postmortem.generated_timeline,
            author=by,
            note=note,
            is_autosave=is_autosave,
            created_at=at,
        )
        if goes_back:
            record_move(postmortem, before, reason=EDITED, by=by, at=at)
        announce(PostmortemDrafted(page=incident.page, at=at, actor=by, incident=incident, postmortem=postmortem))
    return postmortem


def publish_postmortem(
    *, incident: Incident, by: User | None, notify: bool = True, note: str = "", at: datetime | None = None
) -> Postmortem:
    """Publish the draft at once, without its internal passages: for what was reviewed elsewhere, imports and the demo.

    People go through `schedule_publication`, which asks for an approval and leaves time to take it back. Publishing
    again corrects the text and keeps the first time. Raises TransitionRefused while the incident isn't resolved, and
    LifecycleError when there is nothing to publish.
    """
    at = at or timezone.now()
    _check_is_incident(incident)
    check_publishable(incident, at)
    postmortem = Postmortem.objects.filter(incident=incident).first()
    if postmortem is None or not postmortem.draft.strip():
        raise LifecycleError("The postmortem is still empty; write it first.", field="draft")
    if postmortem.status == PostmortemStatus.PUBLISHING:
        raise LifecycleError("It is going out already.")
    postmortem.incident = incident
    put_out(postmortem, public_part(postmortem.draft), by=by, notify=notify, note=note, at=at)
    return postmortem


def _check_editable(postmortem: Postmortem) -> None:
    if postmortem.status == PostmortemStatus.PUBLISHING:
        raise LifecycleError("It is just going out; take it back first, or correct it afterwards.", field="body")
    if postmortem.status == PostmortemStatus.CLOSED:
        raise LifecycleError("This postmortem is closed; reopen it first.", field="body")


def _check_base(postmortem: Postmortem, base: int) -> None:
    """Refuse when what the writer began with is no longer what is saved, whoever saved it."""
    began_with = postmortem.revisions.filter(pk=base).first()
    if began_with is not None and began_with.body == postmortem.draft:
        return
    latest = postmortem.revisions.select_related("author").last()
    raise DraftChanged(
        base=began_with.body if began_with else "",
        theirs=postmortem.draft,
        author=latest.author.display_name if latest and latest.author else "Somebody",
        revision=latest.pk if latest else 0,
    )


def _check_is_incident(incident: Incident) -> None:
    if incident.is_maintenance:
        raise LifecycleError("Postmortems are written about incidents, not about scheduled maintenance.")
