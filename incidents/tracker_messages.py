"""What a tracker's message says of an issue. Pure: shapes are those of the trackers' own documentation.

GitHub: the `issues` event (https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues).
GitLab: the `Issue Hook` event (https://docs.gitlab.com/user/project/integrations/webhook_events/#issue-events).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .trackers import link_of

CLOSED = "closed"
NOT_PLANNED = ("not_planned", "duplicate")


@dataclass(frozen=True, slots=True)
class IssueReport:
    """That an issue was closed or reopened, and by whom, as its tracker calls them.

    `changed_at` is when, by the tracker's clock; None where the message doesn't say.
    """

    key: str
    label: str
    url: str
    is_closed: bool
    is_given_up: bool
    person: str
    changed_at: datetime | None = None


def from_github(message: Any) -> IssueReport | None:
    """What an `issues` event says; None when it neither closes nor reopens anything. ValueError: not such an event."""
    action, issue = _text(message, "action"), _part(message, "issue")
    if action not in (CLOSED, "reopened"):
        return None
    person = _text(_part(message, "sender"), "login")
    is_given_up = action == CLOSED and issue.get("state_reason") in NOT_PLANNED
    return _report(issue, _text(issue, "html_url"), action == CLOSED, is_given_up, person)


def from_gitlab(message: Any) -> IssueReport | None:
    """What an `Issue Hook` event says; None when it neither closes nor reopens anything. ValueError: not such one."""
    if _text(message, "object_kind") not in ("issue", "work_item"):
        return None
    issue = _part(message, "object_attributes")
    action = issue.get("action")
    if action not in ("close", "reopen"):
        return None
    return _report(issue, _text(issue, "url"), action == "close", False, _text(_part(message, "user"), "username"))


def _report(issue: dict[str, Any], url: str, is_closed: bool, is_given_up: bool, person: str) -> IssueReport | None:
    link = link_of(url)
    if link is None or not link.key:
        return None
    changed_at = _instant(issue.get("updated_at"))
    return IssueReport(link.key, link.label, link.url, is_closed, is_given_up, person[:100], changed_at)


def _instant(text: Any) -> datetime | None:
    """An instant as trackers write it, in ISO 8601, and GitLab also as `2026-11-28 01:02:03 UTC`; else None.

    A time without a zone could be any zone's, so it says nothing of what came first.
    """
    try:
        at = datetime.fromisoformat(text.replace(" UTC", "Z").replace(" +", "+")) if isinstance(text, str) else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _part(message: Any, name: str) -> dict[str, Any]:
    part = message.get(name) if isinstance(message, dict) else None
    if not isinstance(part, dict):
        raise ValueError(f"The message has no object “{name}”.")
    return part


def _text(message: Any, name: str) -> str:
    text = message.get(name) if isinstance(message, dict) else None
    if not isinstance(text, str):
        raise ValueError(f"The message has no text “{name}”.")
    return text
