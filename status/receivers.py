"""What the read side does when something changed: write it down at once, and publish it once it is committed."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from incidents.broker import hand_over
from incidents.changes import Change, PostmortemMoved
from incidents.models import Page, Postmortem
from incidents.signals import changed, who_is_told

from . import tasks
from .journal import concerns_public, write_entry
from .models import PublishTarget
from .publishing.alarms import set_alarm
from .publishing.assets import StaticFilesMissing
from .publishing.publisher import publish

logger = logging.getLogger(__name__)


@receiver(changed)
def publish_after(change: Change, **_: Any) -> None:
    """Number the change in its own transaction, and publish it right after: in process, so that no broker is needed."""
    if concerns_public(change):
        page, number = change.page, write_entry(change).number
        transaction.on_commit(lambda: _publish(page, number), robust=True)


@receiver(changed, sender=PostmortemMoved)
def release_in_time(change: PostmortemMoved, **_: Any) -> None:
    """Have a web process put a postmortem out when it is due, should the worker be down.

    Noted before the commit, so that a crash right after it loses nothing; an alarm for what never was costs one look.
    """
    due_at = change.postmortem.publish_due_at
    if due_at is not None:
        try:
            set_alarm(due_at)
        except OSError:
            logger.exception("The web processes can't be told of %s; a worker has to put it out.", change.incident.code)


def _publish(page: Page, number: int) -> None:
    try:
        version = publish(page, number)
    except StaticFilesMissing as reason:
        logger.warning("%s isn't published yet: %s.", page.name, reason)
        return
    hand_over(tasks.confirm_live, page.pk)
    for target in PublishTarget.objects.filter(page=page).values_list("pk", flat=True):
        hand_over(tasks.bring_target, target)
    if version.archive_number < version.number:
        hand_over(tasks.publish_stale_pages)


@receiver(who_is_told)
def tell_readers(postmortem: Postmortem, **_: Any) -> str:
    """Whom publishing reaches by itself."""
    if postmortem.incident.page.is_drill:
        return "Nobody: this is a drill, and stays in the console."
    return f"Readers of the report /incidents/{postmortem.incident.code}, of the feeds, and programs that read the API."
