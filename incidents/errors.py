"""What lifecycle functions refuse, and why; every surface shows `message`, beside `field` when one is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .choices import IncidentStatus, PostmortemStatus
    from .models import ActionItem, Incident, Postmortem


class LifecycleError(Exception):
    """A change that may not happen. `message` is a sentence for people; `field` names the input at fault, if one is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class TransitionRefused(LifecycleError):
    """A status that may not follow the present one."""

    def __init__(self, incident: Incident, wanted: IncidentStatus, *, hint: str = "") -> None:
        kind = "maintenance" if incident.is_maintenance else "incident"
        message = f"This {kind} is {incident.get_status_display().lower()}; it can't become {wanted.label.lower()}."
        super().__init__(f"{message} {hint}".strip(), field="status")
        self.wanted = wanted


class IncidentChanged(LifecycleError):
    """Somebody else changed the incident since the caller read it. Nothing was written; read again and decide."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            "Somebody else changed this incident while you were writing. Nothing of yours was lost: "
            "read what is new, then post again."
        )
        self.incident = incident


class ItemChanged(LifecycleError):
    """Somebody else changed the action item since the caller read it. Nothing was written.

    `item` is as it is now; `who` changed it last, as colleagues know them, and is empty where no person did; `what` are
    the names of the fields that they changed, as the history calls them, and empty where its status was one.
    """

    def __init__(self, item: ActionItem, who: str, what: Sequence[str] = ()) -> None:
        status = item.get_status_display().lower()
        if what:
            fields = ", ".join(f"“{name}”" for name in what)
            change = f"{fields} of this action item meanwhile; its status is {status}"
        else:
            change = f"this action item meanwhile: it is {status} now"
        super().__init__(f"{who or 'Somebody else'} changed {change}. Read what is new, then decide again.")
        self.item = item


class AlreadyDone(LifecycleError):
    """The same form was sent again. Nothing was written this time; `code` is what the first time made."""

    def __init__(self, code: str) -> None:
        super().__init__("This was sent twice, and done once.")
        self.code = code


class MomentContradiction(LifecycleError):
    """Moments that can't both be true; `moments` names the two, and the message gives both times."""

    def __init__(self, moments: tuple[str, str], message: str, *, field: str) -> None:
        super().__init__(message, field=field)
        self.moments = moments


class PostmortemMoveRefused(LifecycleError):
    """A step of a postmortem's workflow that may not follow the present one, or whose guards aren't met."""

    def __init__(self, postmortem: Postmortem, wanted: PostmortemStatus, *, unmet: tuple[str, ...] = ()) -> None:
        present = postmortem.get_status_display().lower()
        reason = " ".join(unmet) if unmet else f"This postmortem is {present}; it can't become {wanted.label.lower()}."
        super().__init__(reason, field="to")
        self.wanted = wanted
        self.unmet = unmet


class PostmortemChanged(LifecycleError):
    """Somebody else moved or saved the postmortem since the caller read it. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed this postmortem just now. Read what is new, then try again.")


class DraftChanged(LifecycleError):
    """A draft was saved by somebody else since the text that the caller began with. Nothing was overwritten.

    `base` is the text that the caller began with, `theirs` the one that is saved now, by `author`.
    """

    def __init__(self, *, base: str, theirs: str, author: str, revision: int) -> None:
        super().__init__(f"{author} saved this postmortem while you were writing. Both texts are shown.", field="body")
        self.base = base
        self.theirs = theirs
        self.author = author
        self.revision = revision
