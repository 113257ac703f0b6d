"""The one domain signal.

`changed` is sent once by every lifecycle function, inside its transaction, with `sender` the class of the change and
`change` an instance of it (see `incidents.changes`). A receiver that must not be lost writes its rows at once: an error
then rolls the whole change back. A receiver that may fail alone defers with `transaction.on_commit(..., robust=True)`.
"""

from django.dispatch import Signal

from .changes import Change

changed = Signal()


def announce(change: Change) -> None:
    """Send `changed` for one change. For lifecycle functions only."""
    changed.send(sender=type(change), change=change)
