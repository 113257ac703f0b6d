"""Reminders: what is due is sent once, to those involved, and survives a mail server that is away."""

import asyncio
import socket
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.utils import timezone

from incidents.choices import IncidentStatus
from incidents.lifecycle import open_drill, open_incident, post_update, schedule_maintenance
from incidents.models import Reminder
from incidents.reminders import send_due
from tests.factories import make_component, make_user

NOW = timezone.now


@pytest.fixture
def incident(page, responder):
    now = NOW()
    return open_incident(
        page=page,
        name="Search is down",
        body="Looking.",
        by=responder,
        at=now - timedelta(minutes=20),
        next_update_by=now - timedelta(minutes=5),
    )


def test_broken_promise_reminds_those_involved_once(incident, responder):
    make_user("bystander")

    assert (send_due(), send_due()) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == [responder.email]
    assert sent.subject == "Promised update is overdue: Search is down"
    assert f"/console/incidents/{incident.code}/" in sent.body


def test_kept_promise_reminds_nobody(incident, responder):
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Found.", by=responder)

    assert send_due() == 0


def test_long_silence_reminds_and_starts_again_with_each_update(page, responder):
    incident = open_incident(page=page, name="Slow", body="x", by=responder, at=NOW() - timedelta(minutes=61))

    assert send_due() == 1
    post_update(incident=incident, status=IncidentStatus.IDENTIFIED, body="Found.", by=responder)
    assert send_due() == 0
    assert send_due(NOW() + timedelta(minutes=61)) == 1


def test_resolved_incident_is_left_alone(incident):
    post_update(incident=incident, status=IncidentStatus.RESOLVED, body="Done.", by=None)

    assert send_due(NOW() + timedelta(days=1)) == 0


def test_drill_says_that_it_is_one(page, responder):
    open_drill(page=page, name="Practice", body="x", by=responder)

    assert send_due(NOW() + timedelta(minutes=61)) == 1
    assert mail.outbox[0].subject.startswith("[Drill]")


def test_maintenance_is_announced_before_it_starts(page, responder):
    website = make_component(page)
    schedule_maintenance(
        page=page,
        name="Upgrade",
        body="x",
        scheduled_for=NOW() + timedelta(minutes=50),
        scheduled_until=NOW() + timedelta(hours=2),
        components=[website],
        by=responder,
    )

    assert (send_due(), send_due()) == (1, 0)
    assert "Maintenance starts soon: Upgrade" in mail.outbox[0].subject


def test_line_breaks_in_a_name_break_no_header(page, responder):
    open_incident(page=page, name="Bad\r\nBcc: x@evil.test", body="x", by=responder, at=NOW() - timedelta(hours=2))

    assert send_due() == 1
    assert mail.outbox[0].subject == "No update for an hour: Bad Bcc: x@evil.test"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """A mail server that can be away."""

    def __init__(self) -> None:
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(0)
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"


def test_mail_server_that_was_away_loses_no_reminder(incident, settings, responder):
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=_free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send_due() == 0
    assert Reminder.objects.get().sent_at is None

    controller.start()
    try:
        settings.EMAIL_PORT = controller.port
        assert (send_due(), send_due()) == (1, 0)
    finally:
        controller.stop()

    (letter,) = sink.letters
    assert letter["To"] == responder.email
    assert "Search is down" in letter.get_payload()


def test_without_a_mail_server_reminders_land_in_files(incident, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path

    assert send_due() == 1
    assert "Search is down" in next(tmp_path.iterdir()).read_text()
