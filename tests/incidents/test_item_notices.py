"""Mails about action items: on the right day, once, to the right people, and no flood after a silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfoNotFoundError

import pytest
from django.core import mail
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from incidents.choices import ActionItemKind, ActionItemStatus, NoticeKind
from incidents.closure import lead_mark, owner_mark
from incidents.item_notices import TAKEN_OVER_AFTER, send_due_notices
from incidents.lifecycle import add_action_item, change_action_item, open_drill, set_closure_policy
from incidents.models import ActionItem, ItemNotice, Page
from tests.factories import make_incident, make_page, make_user

BEGUN = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)  # a Tuesday
DAYS = {"p0_days": 7, "p1_days": 30, "p2_days": 60, "p3_days": 90}


def on(day, hour=12):
    """Noon, so many days after the beginning."""
    return BEGUN + timedelta(days=day, hours=hour - 12)


@pytest.fixture
def incident(page):
    return make_incident(page)


@pytest.fixture
def lead(page):
    person = make_user("lead")
    set_closure_policy(page=page, leads=[person], **DAYS)
    return person


def make_item(incident, title="Upgrade", **fields):
    options = {"kind": ActionItemKind.PREVENT, "by": None, "at": BEGUN, "due_on": on(20).date()}
    return add_action_item(incident=incident, title=title, **options | fields)


def told():
    """Subjects and recipients of what was sent since the last time; digests left out."""
    sent = [(letter.subject, *letter.to) for letter in mail.outbox if "this week" not in letter.subject]
    mail.outbox.clear()
    return sent


def test_owner_is_reminded_at_half_time_at_four_fifths_when_due_and_weekly(incident, responder):
    make_item(incident, owner=responder)
    heard = {}
    for day in (0, 9, 10, 10, 11, 15, 16, 17, 19, 20, 21, 26, 27, 28, 33, 34, 35, 40, 41):
        send_due_notices(on(day))
        for subject, address in told():
            assert address == responder.email
            heard[day] = subject

    assert heard == {
        10: "Half of the time has passed: Upgrade",
        16: "Four fifths of the time have passed: Upgrade",
        20: "It is due: Upgrade",
        27: "It is overdue: Upgrade",
        34: "It is overdue: Upgrade",
        41: "It is overdue: Upgrade",
    }


def test_after_a_long_silence_one_mail_tells_where_things_stand(incident, responder):
    make_item(incident, "One", owner=responder)
    make_item(incident, "Two", owner=responder, due_on=on(40).date())

    send_due_notices(on(33))
    send_due_notices(on(33, hour=13))

    assert told() == [("2 action items need you", responder.email)]
    assert ItemNotice.objects.exclude(kind=NoticeKind.DIGEST).count() == 2


def test_leads_hear_of_what_is_overdue_for_a_week_and_for_two(incident, responder, lead):
    make_item(incident, owner=responder)
    heard = {}
    for day in (26, 27, 27, 28, 33, 34, 35, 41):
        send_due_notices(on(day))
        for subject, address in told():
            if address == lead.email:
                heard[day] = subject

    assert heard == {27: "Overdue for a week: Upgrade", 34: "Overdue for two weeks: Upgrade"}


def test_a_finished_item_is_left_alone(incident, responder, lead):
    item = make_item(incident, owner=responder)
    change_action_item(item=item, by=None, status=ActionItemStatus.DONE, at=on(1))

    send_due_notices(on(30))

    assert told() == []


def test_moving_the_due_date_begins_anew(incident, responder):
    item = make_item(incident, owner=responder)
    send_due_notices(on(20))
    change_action_item(item=item, by=responder, due_on=on(40).date(), at=on(21))
    told()

    send_due_notices(on(21))
    send_due_notices(on(40))

    assert told() == [
        ("Half of the time has passed: Upgrade", responder.email),
        ("It is due: Upgrade", responder.email),
    ]


def test_a_closed_account_leaves_the_item_to_the_leads(incident, responder, lead):
    item = make_item(incident, owner=responder)
    responder.is_active = False
    responder.save()

    for day in (1, 2, 12):
        send_due_notices(on(day))
    assert told() == [("It has no owner: Upgrade", lead.email)]

    change_action_item(item=item, by=None, owner=lead)
    send_due_notices(on(13))
    change_action_item(item=item, by=None, owner=None)
    told()
    send_due_notices(on(14))
    assert told() == [("It has no owner: Upgrade", lead.email)]


def test_a_new_item_may_wait_a_day_for_its_owner(incident, lead):
    make_item(incident)

    send_due_notices(BEGUN + timedelta(hours=23))
    assert told() == []
    send_due_notices(BEGUN + timedelta(hours=24))
    assert len(told()) == 1


def test_digests_go_out_on_mondays_even_when_the_worker_was_away(incident, responder, lead):
    make_item(incident, "Upgrade", owner=responder, due_on=on(90).date())
    change_action_item(item=make_item(incident, "Alert"), by=None, status=ActionItemStatus.DONE, at=on(5))
    for day, hour in ((1, 12), (5, 23), (6, 7)):
        send_due_notices(on(day, hour=hour))
    assert mail.outbox == []

    for day in (8, 8, 12):  # Wednesday, not Monday: the worker was down
        send_due_notices(on(day))

    own, leads = mail.outbox
    assert (own.to, own.subject) == ([responder.email], "Your action items this week: 1")
    assert (leads.to, leads.subject) == ([lead.email], "Action items of Example Status this week: 0 overdue of 1")
    assert "Ended since Mar 02, 2026: 1\n- Done: Alert" in leads.body


def test_what_ended_after_a_digest_is_in_the_next_however_late_that_is(incident, lead):
    make_item(incident, due_on=on(90).date())
    alert = make_item(incident, "Alert")
    send_due_notices(on(6, hour=9))
    change_action_item(item=alert, by=None, status=ActionItemStatus.DONE, at=on(7, hour=9))

    send_due_notices(on(15))  # Wednesday of the week after: the worker was down

    assert "Ended since Mar 09, 2026: 1\n- Done: Alert" in mail.outbox[-1].body
    send_due_notices(on(20))
    assert "Ended since Mar 16, 2026: 0\n" in mail.outbox[-1].body


def test_weeks_without_a_digest_are_made_up_for(incident, lead, settings):
    make_item(incident, due_on=on(90).date())
    first, second = make_item(incident, "Alert"), make_item(incident, "Runbook")
    send_due_notices(on(6, hour=9))
    change_action_item(item=first, by=None, status=ActionItemStatus.DONE, at=on(7))
    mail.outbox.clear()

    working = settings.EMAIL_BACKEND  # no mail server for a week, and no worker for two
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send_due_notices(on(13, hour=9))
    settings.EMAIL_BACKEND = working
    change_action_item(item=second, by=None, status=ActionItemStatus.DONE, at=on(21))
    send_due_notices(on(34, hour=9))

    assert "Ended since Mar 09, 2026: 2\n- Done: Alert" in mail.outbox[-1].body
    assert "- Done: Runbook" in mail.outbox[-1].body
    send_due_notices(on(41, hour=9))
    assert "Ended since Apr 06, 2026: 0\n" in mail.outbox[-1].body


@pytest.mark.parametrize("first_look", [on(6, hour=8), on(7)])  # Tuesday: the worker was down on Monday
def test_who_joins_after_a_digest_was_settled_waits_for_the_next(page, incident, responder, first_look):
    item = make_item(incident, owner=responder, due_on=on(90).date())
    send_due_notices(first_look)
    assert [letter.to for letter in mail.outbox] == [[responder.email]]
    ada, lead = make_user("ada"), make_user("lead")
    change_action_item(item=item, by=None, owner=ada, at=on(8))
    set_closure_policy(page=page, leads=[lead], **DAYS)

    send_due_notices(on(8))
    assert len(mail.outbox) == 1
    send_due_notices(on(13, hour=8))
    assert [letter.to for letter in mail.outbox[1:]] == [[ada.email], [lead.email]]


def test_a_digest_that_was_settled_for_nobody_stays_so(page, incident, responder):
    item = make_item(incident, due_on=on(90).date())
    send_due_notices(on(6, hour=8))
    change_action_item(item=item, by=None, owner=responder, at=on(8))
    set_closure_policy(page=page, leads=[responder], **DAYS)

    send_due_notices(on(8))

    assert [letter for letter in mail.outbox if "this week" in letter.subject] == []


def test_who_a_digest_was_settled_for_has_it_once_mails_go_out_again(incident, responder, lead, settings):
    make_item(incident, owner=responder, due_on=on(90).date())
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send_due_notices(on(6, hour=8))

    settings.EMAIL_BACKEND = working
    send_due_notices(on(7))

    assert [letter.to for letter in mail.outbox] == [[responder.email], [lead.email]]


def test_practice_reminds_nobody(page, responder, lead):
    drill = open_drill(page=page, name="Practice", body="x", by=responder)
    make_item(drill, owner=responder)

    assert send_due_notices(on(30)) == 0


def test_mail_server_that_was_away_loses_nothing(incident, responder, settings):
    make_item(incident, owner=responder)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send_due_notices(on(10)) == 0

    settings.EMAIL_BACKEND = working
    send_due_notices(on(10))
    send_due_notices(on(10))

    assert told() == [("Half of the time has passed: Upgrade", responder.email)]


def test_what_another_worker_is_telling_is_left_to_it_unless_it_died(incident, responder):
    item = make_item(incident, owner=responder)
    ItemNotice.objects.create(
        page=incident.page,
        item=item,
        recipient=responder,
        kind=NoticeKind.HALF,
        fell_due_on=on(10).date(),
        claimed_at=on(10),
    )

    send_due_notices(on(10) + TAKEN_OVER_AFTER - timedelta(seconds=1))
    assert told() == []
    send_due_notices(on(10) + TAKEN_OVER_AFTER)
    assert len(told()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_run_at_once_one_tells(incident, responder):
    make_item(incident, owner=responder)
    together = Barrier(4)

    def run(_):
        together.wait()
        try:
            return send_due_notices(on(10))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        sent = list(workers.map(run, range(4)))

    # The reminder and the digest.
    assert (sum(sent), len(mail.outbox)) == (2, 2)


def test_a_page_that_fails_keeps_no_other_from_its_mails(page, responder, caplog):
    broken = make_page("Broken", time_zone="Europe/Berlin")
    for each in (broken, page, make_page("Last")):
        make_item(make_incident(each), f"Item of {each.name}", owner=responder)
    Page.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Nothing")

    with pytest.raises(ZoneInfoNotFoundError):
        send_due_notices(on(10))

    assert {subject for subject, _ in told()} == {
        f"Half of the time has passed: Item of {name}" for name in (page.name, "Last")
    }
    assert "The mails about action items of Broken were not all sent." in caplog.text


@pytest.mark.parametrize("day", [date.max, date(9999, 12, 18), date.min])
def test_a_due_date_that_was_stored_once_stops_no_mail(incident, responder, lead, day):
    odd = make_item(incident, "Odd", owner=lead)
    make_item(incident, owner=responder)
    ActionItem.objects.filter(pk=odd.pk).update(due_on=day)  # nothing refused it before

    send_due_notices(on(10))

    assert ("Half of the time has passed: Upgrade", responder.email) in told()


def test_line_breaks_in_a_title_break_no_header(incident, responder):
    make_item(incident, "Bad\r\nBcc: x@evil.test", owner=responder)

    send_due_notices(on(10))

    assert told()[0][0] == "Half of the time has passed: Bad Bcc: x@evil.test"


def test_runs_cost_as_much_for_ten_items_as_for_one(incident, responder, lead, django_assert_max_num_queries):
    make_item(incident, owner=responder)
    send_due_notices(on(30))
    with django_assert_max_num_queries(20) as few:
        send_due_notices(on(30))
    for number in range(9):
        make_item(incident, f"Item {number}", owner=responder)
    send_due_notices(on(30))
    with django_assert_max_num_queries(20) as many:
        send_due_notices(on(30))

    assert len(many.captured_queries) == len(few.captured_queries)


DATES = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(DATES, st.integers(-5, 400), st.integers(0, 900))
def test_marks_never_lie_ahead_and_never_go_back(created_on, span, passed):
    due_on, today = created_on + timedelta(days=span), created_on + timedelta(days=passed)
    mark, before = owner_mark(created_on, due_on, today), owner_mark(created_on, due_on, today - timedelta(days=1))

    assert mark is None or mark.on <= today
    assert before is None or before.on <= mark.on
    assert (lead_mark(due_on, today) is not None) == (today >= due_on + timedelta(days=7))
    if today > due_on:
        assert today - mark.on < timedelta(days=7)
