"""What each step of a postmortem's workflow asks for, each in a sentence that says how to meet it."""

import re
from dataclasses import dataclass

from .choices import ActionItemStatus, IncidentStatus, Moment, PostmortemStatus
from .models import Incident, MomentRecord, Postmortem, User
from .postmortems import template as default_template
from .postmortems.internal import MarksUnbalanced, public_text
from .postmortems.merging import conflict_line
from .postmortems.sections import missing_sections

_WORDLESS_IMAGE = re.compile(r"!\[\s*\]\(")

STARTED = "Started from a template"
"""The note of a first revision that nobody typed."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that a step asks for. `is_waivable`: a recorded reason will do in its place."""

    is_met: bool
    sentence: str
    is_waivable: bool = False


def guards(postmortem: Postmortem, to: PostmortemStatus, by: User | None) -> list[Guard]:
    """Everything that a step asks for, met or not."""
    if postmortem.status == PostmortemStatus.CLOSED:
        return []
    if to == PostmortemStatus.IN_REVIEW:
        return [*_text(postmortem), *_sections(postmortem), _follow_up(postmortem)]
    if to == PostmortemStatus.APPROVED:
        # Again, since an edit of a text that was reviewed doesn't go through the draft.
        return [*_text(postmortem), *_sections(postmortem), _second_person(postmortem, by)]
    if to == PostmortemStatus.PUBLISHING:
        return [*_text(postmortem), _approval(postmortem), _resolved(postmortem.incident)]
    if to == PostmortemStatus.CLOSED:
        return [_moments(postmortem), *_items(postmortem.incident)]
    return []


def unmet(postmortem: Postmortem, to: PostmortemStatus, by: User | None) -> tuple[str, ...]:
    """The sentences of what isn't met."""
    return tuple(guard.sentence for guard in guards(postmortem, to, by) if not guard.is_met)


def waivable(postmortem: Postmortem, to: PostmortemStatus, by: User | None) -> bool:
    """Whether a reason will do in place of everything that isn't met."""
    return all(guard.is_waivable for guard in guards(postmortem, to, by) if not guard.is_met)


def _text(postmortem: Postmortem) -> list[Guard]:
    found = []
    line = conflict_line(postmortem.draft)
    if line is not None:
        found.append(Guard(False, f"Line {line}: two versions of a section stand side by side; choose between them."))
    wordless = _WORDLESS_IMAGE.search(postmortem.draft)
    if wordless is not None:
        line = postmortem.draft.count("\n", 0, wordless.start()) + 1
        found.append(Guard(False, f"Line {line}: say between the brackets what the image shows."))
    try:
        is_empty = not public_text(postmortem.draft).strip()
        found.append(Guard(not is_empty, "There is something for the public to read."))
    except MarksUnbalanced as error:
        found.append(Guard(False, str(error)))
    return found


def _sections(postmortem: Postmortem) -> list[Guard]:
    required = required_sections(postmortem)
    first = postmortem.revisions.first()
    began_as = first.body if first is not None and first.note == STARTED else ""
    missing = missing_sections(postmortem.draft, required, began_as)
    if missing and postmortem.is_published:
        # An import may be out without them, and can be corrected all the same.
        never_there = missing_sections(postmortem.published_body, required)
        missing = [heading for heading in missing if heading not in never_there]
    if missing:
        return [Guard(False, f"Write “{heading}”: nobody has yet.") for heading in missing]
    return [Guard(True, "Every required section has been written.")] if required else []


def required_sections(postmortem: Postmortem) -> list[str]:
    """The headings without which there is nothing to review: those of the template that it began with."""
    if postmortem.template is None:
        return list(default_template.REQUIRED)
    return [line.strip() for line in postmortem.template.required.splitlines() if line.strip()]


def _follow_up(postmortem: Postmortem) -> Guard:
    is_met = bool(postmortem.no_action_reason) or postmortem.incident.action_items.exists()
    return Guard(is_met, "There is an action item, or a recorded reason why nothing is to be done.")


def _second_person(postmortem: Postmortem, by: User | None) -> Guard:
    latest = postmortem.revisions.last()
    writers = {postmortem.author_id, postmortem.review_asked_by_id, latest.author_id if latest else None} - {None}
    return Guard(
        by is not None and by.pk not in writers,
        "Somebody other than its author, whoever edited it last and whoever asked for the review approves it.",
    )


def _approval(postmortem: Postmortem) -> Guard:
    is_met = postmortem.approved_by_id is not None and postmortem.approved_body == postmortem.draft
    return Guard(is_met, "The text as it stands now was approved.")


def _resolved(incident: Incident) -> Guard:
    is_met = incident.status in (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM)
    return Guard(is_met, "The incident is resolved.")


def _moments(postmortem: Postmortem) -> Guard:
    incident = postmortem.incident
    unknown = [moment.label for moment in (Moment.DETECTED, Moment.MITIGATED) if not getattr(incident, f"{moment}_at")]
    if unknown:
        return Guard(False, f"Record in the room: {', '.join(unknown)}.", is_waivable=True)
    newest = MomentRecord.objects.filter(incident=incident).order_by("-pk").values_list("pk", flat=True).first() or 0
    upto = postmortem.moments_confirmed_upto
    return Guard(
        upto is not None and upto >= newest, "Somebody confirmed the moments as they are now.", is_waivable=True
    )


def _items(incident: Incident) -> list[Guard]:
    found = []
    for item in incident.action_items.exclude(status=ActionItemStatus.WONT_DO):
        lacks = [
            words
            for words, value in (("an owner", item.owner_id), ("a due date", item.due_on), ("a kind", item.kind))
            if not value
        ]
        if lacks:
            found.append(Guard(False, f"“{item.title}” needs {' and '.join(lacks)}.", is_waivable=True))
    return found or [Guard(True, "Every action item has an owner, a due date and a kind.")]
