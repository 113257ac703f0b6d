"""Action items as rows of a table for spreadsheets."""

from .instants import rfc3339
from .models import ActionItem
from .spreadsheets import safe

HEADER = (
    "code",
    "incident",
    "incident name",
    "title",
    "public wording",
    "kind",
    "priority",
    "figure",
    "cause",
    "owner",
    "status",
    "due on",
    "first due on",
    "due date moved",
    "done or given up at",
    "evidence",
    "verified by",
    "verified at",
    "reason",
    "tracker",
    "public",
    "later incidents",
    "created at",
)


def cells_of(item: ActionItem) -> list[str]:
    """One item, each cell safe to open in a spreadsheet; fetched with its incident, owner and recurrences."""
    cells = (
        item.code,
        item.incident.code,
        item.incident.name,
        item.title,
        item.public_wording,
        item.kind,
        item.priority,
        item.metric,
        item.cause,
        item.active_owner.username if item.active_owner else "",
        item.status,
        item.due_on.isoformat() if item.due_on else "",
        item.first_due_on.isoformat() if item.first_due_on else "",
        str(item.due_moves),
        rfc3339(item.completed_at) if item.completed_at else "",
        item.evidence,
        item.verified_by.username if item.verified_by else "",
        rfc3339(item.verified_at) if item.verified_at else "",
        item.wont_do_reason,
        item.tracker_url,
        "yes" if item.is_public else "no",
        str(item.recurrences),
        rfc3339(item.created_at),
    )
    return [str(safe(cell)) for cell in cells]
