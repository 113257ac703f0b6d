"""A postmortem goes out when its ten seconds are over, by the web process alone, and once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from incidents.choices import IncidentStatus, PostmortemStatus
from incidents.lifecycle import (
    explain_no_action,
    move_postmortem,
    release_due_publications,
    save_postmortem_draft,
    schedule_publication,
    withdraw_publication,
)
from incidents.models import Postmortem
from status.models import JournalEntry
from status.publishing import alarms, clock
from tests.factories import make_incident, make_page, make_user
from tests.incidents.postmortems.test_workflow import TEXT


@pytest.fixture
def author(transactional_db):
    return make_user("author", password=None)


@pytest.fixture
def incident(author, root):
    """An incident whose postmortem was approved, on a page whose changes are really committed."""
    with transaction.atomic():  # published once
        incident = make_incident(make_page(), status=IncidentStatus.RESOLVED)
        save_postmortem_draft(incident=incident, body=TEXT, by=author)
        explain_no_action(incident=incident, reason="The disk was replaced.", by=author)
        move_postmortem(incident=incident, to=PostmortemStatus.IN_REVIEW, by=author)
        move_postmortem(incident=incident, to=PostmortemStatus.APPROVED, by=make_user("reviewer", password=None))
    return incident


def due_at(incident):
    return Postmortem.objects.get(incident=incident).publish_due_at


def times_published(incident):
    return JournalEntry.objects.filter(incident=incident, kind="PostmortemPublished").count()


def test_it_goes_out_when_it_is_due_and_no_database_is_asked_before(
    incident, author, published, django_assert_num_queries
):
    schedule_publication(incident=incident, by=author)
    due = due_at(incident)
    report = f"incidents/{incident.code}.html"

    with django_assert_num_queries(0):
        assert not clock.release_due(due - timedelta(microseconds=1))
    assert b"300 people" not in published.read(incident.page.code, report)
    assert clock.release_due(due)
    assert b"300 people" in published.read(incident.page.code, report)
    with django_assert_num_queries(0):
        assert not clock.release_due(due + timedelta(days=1))


def test_two_web_processes_and_a_worker_at_once_put_it_out_once(incident, author):
    schedule_publication(incident=incident, by=author)
    due, failed = due_at(incident), []
    together = Barrier(3)

    def attempt(release):
        try:
            together.wait()
            release(due)
        except Exception as error:  # a thread's own error would be printed and forgotten
            failed.append(error)
        finally:
            connection.close()

    releases = (clock.release_due, clock.release_due, release_due_publications)
    threads = [Thread(target=attempt, args=(release,)) for release in releases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert times_published(incident) == 1
    assert Postmortem.objects.get(incident=incident).status == PostmortemStatus.PUBLISHED


def test_taken_back_and_decided_again_it_waits_for_the_second_time(incident, author):
    first = timezone.now()
    schedule_publication(incident=incident, by=author, at=first)
    withdraw_publication(incident=incident, by=author, at=first + timedelta(seconds=5))
    schedule_publication(incident=incident, by=author, at=first + timedelta(seconds=6))

    assert clock.release_due(first + timedelta(seconds=10))
    assert times_published(incident) == 0
    assert clock.release_due(first + timedelta(seconds=16))
    assert times_published(incident) == 1


def test_a_database_that_is_away_is_tried_again(incident, author):
    schedule_publication(incident=incident, by=author)
    due = due_at(incident)
    fails = connection.execute_wrapper(_away)
    with fails, pytest.raises(ConnectionError):
        clock.release_due(due)
    assert times_published(incident) == 0
    assert clock.release_due(due)
    assert times_published(incident) == 1


def test_a_folder_that_takes_no_alarm_leaves_it_to_the_worker(incident, author, root, caplog):
    (root / "due").write_text("in the way")
    schedule_publication(incident=incident, by=author)
    assert "a worker has to put it out" in caplog.text
    (root / "due").unlink()
    assert alarms.ringing(due_at(incident)) == []
    assert release_due_publications(due_at(incident)) == 1


def _away(*_):
    raise ConnectionError
