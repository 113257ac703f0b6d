"""Reminding responders: a promise of an update that wasn't kept, a long silence, a maintenance that starts soon.

One row for each thing that fell due; the row is claimed before the mail is sent and released when sending fails, so
that no reminder goes out twice and none is lost to a mail server that was away for a while.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from .choices import ReminderKind
from .errors import IncidentChanged
from .facts import timeline_of
from .lifecycle import remind_of_maintenance
from .metrics import broken_promise
from .models import Incident, Reminder, User

logger = logging.getLogger(__name__)

SILENT_AFTER = timedelta(minutes=60)
"""How long an open incident may go without an update before its responders are reminded."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to remind of, and since when it is due."""

    incident: Incident
    kind: ReminderKind
    due_at: datetime


def send_due(at: datetime | None = None) -> int:
    """Send every reminder that is due and wasn't sent; how many were."""
    at = at or timezone.now()
    return sum(_send_once(due, at) for due in [*_due_on_open(at), *_due_before_maintenance(at)])


def _due_on_open(at: datetime) -> list[Due]:
    found = []
    for incident in Incident.objects.unresolved().select_related("page"):
        timeline = timeline_of(incident)
        promised = broken_promise(timeline, at)
        if promised is not None:
            found.append(Due(incident, ReminderKind.PROMISE_BROKEN, promised))
        elif timeline.posts and at - timeline.posts[-1].posted_at >= SILENT_AFTER:
            found.append(Due(incident, ReminderKind.SILENT, timeline.posts[-1].posted_at + SILENT_AFTER))
    return found


def _due_before_maintenance(at: datetime) -> list[Due]:
    """Maintenances whose reminder the lifecycle gives now, and those whose mail failed before."""
    for incident in Incident.objects.upcoming(at).filter(remind_before_minutes__isnull=False, reminded_at__isnull=True):
        try:
            remind_of_maintenance(incident=incident, at=at)
        except IncidentChanged:
            logger.info("Maintenance %s was changed by somebody else just now.", incident.code)
    reminded = Incident.objects.upcoming(at).filter(reminded_at__isnull=False).select_related("page")
    return [Due(incident, ReminderKind.MAINTENANCE_SOON, incident.scheduled_for) for incident in reminded]


def _send_once(due: Due, at: datetime) -> bool:
    claimed, is_new = Reminder.objects.get_or_create(
        incident=due.incident, kind=due.kind, due_at=due.due_at, defaults={"sent_at": at}
    )
    if not is_new and not Reminder.objects.filter(pk=claimed.pk, sent_at__isnull=True).update(sent_at=at):
        return False
    try:
        _mail(due)
    except OSError as error:
        Reminder.objects.filter(pk=claimed.pk).update(sent_at=None)
        logger.warning("A reminder about %s could not be mailed: %s", due.incident.code, error)
        return False
    return True


def _mail(due: Due) -> None:
    context = {
        "incident": due.incident,
        "page": due.incident.page,
        "due_at": due.due_at,
        "is_drill": due.incident.page.is_drill,
        "address": f"{settings.SITE_URL}/console/incidents/{due.incident.code}/",
    }
    subject = " ".join(render_to_string(f"incidents/mail/{due.kind}.subject.txt", context).split())
    body = render_to_string(f"incidents/mail/{due.kind}.txt", context)
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, responders_of(due.incident))


def responders_of(incident: Incident) -> list[str]:
    """The addresses of those who opened the incident or wrote on it; of all active people where nobody did."""
    people = User.objects.filter(is_active=True).exclude(email="")
    involved = people.filter(pk=incident.created_by_id) | people.filter(updates__incident=incident)
    addresses = involved.distinct().order_by("email").values_list("email", flat=True)
    return list(addresses) or list(people.order_by("email").values_list("email", flat=True))
