"""What was said on an incident, one post after the other: its updates, and its postmortem as the last word."""

from dataclasses import dataclass
from datetime import datetime

from incidents.choices import ActionItemStatus, IncidentStatus
from incidents.models import ActionItem, Incident, PostmortemCorrection


@dataclass(frozen=True, slots=True)
class Post:
    """An update, the published postmortem, or the note of a correction to it."""

    code: str
    status: str
    label: str
    body: str
    posted_at: datetime
    changed_at: datetime
    items: tuple[ActionItem, ...] = ()
    """The public action items that follow a postmortem's text."""
    is_note: bool = False
    """Whether it is a correction's note: plain text, not Markdown, and no update to programs, so without a code."""

    @property
    def done_count(self) -> str:
        """`2 of 4 done`, as the report says it."""
        return f"{sum(item.status == ActionItemStatus.DONE for item in self.items)} of {len(self.items)} done"


def posts_of(incident: Incident) -> tuple[Post, ...]:
    """The posts, newest first."""
    posts: list[Post] = []
    before = ""
    for update in incident.updates.all():
        changed_at = update.edited_at or update.posted_at
        posts.append(
            Post(update.code, update.status, _label(update.status, before), update.body, update.posted_at, changed_at)
        )
        before = update.status
    return tuple([*posts, *_postmortem(incident)][::-1])


def _label(status: str, before: str) -> str:
    """Statuspage's word for an update that changes no status is just that: Update."""
    return "Update" if status == before else IncidentStatus(status).label


def _postmortem(incident: Incident) -> list[Post]:
    written = getattr(incident, "postmortem", None)
    if written is None or not written.is_published:
        return []
    status, at = IncidentStatus.POSTMORTEM, written.published_at
    items = tuple(incident.action_items.all())
    return [
        Post(written.code, status, status.label, written.published_body, at, at, items),
        *(_correction(each) for each in written.corrections.all()),
    ]


def _correction(made: PostmortemCorrection) -> Post:
    return Post("", IncidentStatus.POSTMORTEM, "Correction", made.note, made.at, made.at, is_note=True)
