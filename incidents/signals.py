"""The one domain signal.

`changed` is sent once by every lifecycle function, inside its transaction, with `sender` the class of the change and
`change` an instance of it (see `incidents.changes`). A receiver that must not be lost writes its rows at once: an error
then rolls the whole change back. A receiver that may fail alone defers with `transaction.on_commit(..., robust=True)`.
"""

from django.dispatch import Signal

from .changes import Change

changed = Signal()


def announce(change: Change) -> None:
    """Move the page's time of last change and send `changed`. For lifecycle functions only, in their transaction."""
    if change.is_public:
        type(change.page).objects.filter(pk=change.page.pk).update(updated_at=change.at)
        change.page.updated_at = change.at
    changed.send(sender=type(change), change=change)


who_is_told = Signal()
"""Sent with `postmortem` before it is published: each receiver answers with a sentence that says whom it will tell."""
