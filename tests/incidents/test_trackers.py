"""Trackers: what is recognised as a link, and what their messages do. Shapes are those of their documentation."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from incidents.choices import ActionItemKind, ActionItemStatus, Tracker
from incidents.errors import LifecycleError
from incidents.hook_secrets import is_known, is_signed
from incidents.lifecycle import add_action_item, change_action_item, close_hook, open_hook
from incidents.models import ActionItem, TrackedIssue, TrackerDelivery, TrackerHook
from incidents.tracker_messages import from_gitlab
from incidents.trackers import link_of
from incidents.views.programs import MOST_BYTES
from tests.factories import make_incident, make_page

GITHUB_ISSUE = "https://github.com/octo-org/octo-repo/issues/7"
GITLAB_ISSUE = "https://gitlab.example.com/group/sub/project/-/issues/23"


@pytest.mark.parametrize(
    ("text", "tracker", "label", "key"),
    [
        (GITHUB_ISSUE, "github", "octo-org/octo-repo#7", "github:octo-org/octo-repo#7"),
        ("https://GitHub.com/Octo-Org/octo-repo/issues/7/#issuecomment-1", "github", "Octo-Org/octo-repo#7", None),
        ("https://github.com/a/b/pull/12", "github", "a/b#12", "github:a/b#12"),
        ("https://github.com/a/b", "", "github.com", ""),
        ("https://github.com.evil.test/a/b/issues/7", "", "github.com.evil.test", ""),
        (GITLAB_ISSUE, "gitlab", "group/sub/project#23", "gitlab:gitlab.example.com/group/sub/project#23"),
        ("https://gitlab.com/a/b/issues/1", "gitlab", "a/b#1", "gitlab:gitlab.com/a/b#1"),
        (
            "https://gitlab.example.com:8443/a/b/-/work_items/1?x=1",
            "gitlab",
            "a/b#1",
            "gitlab:gitlab.example.com:8443/a/b#1",
        ),
        ("OPS-42", "jira", "OPS-42", "jira:OPS-42"),
        ("https://example.atlassian.net/browse/OPS-42", "jira", "OPS-42", "jira:OPS-42"),
        ("https://tracker.example.test/7", "", "tracker.example.test", ""),
    ],
)
def test_links_are_recognised(text, tracker, label, key):
    link = link_of(text)

    assert (link.tracker, link.label) == (tracker, label)
    assert link.key == (link.key.lower() if key is None else key)


@pytest.mark.parametrize(
    "text",
    ["", "ops-42", "javascript:alert(1)", "//github.com/a/b/issues/1", "https://u:p@github.com/a/b/issues/1", "x y"],
)
def test_what_is_no_link_is_none(text):
    assert link_of(text) is None


@given(st.text())
def test_no_text_upsets_it_and_only_web_addresses_are_linked(text):
    link = link_of(text)

    assert link is None or link.url == "" or link.url.startswith(("http://", "https://"))


def test_a_tracker_that_is_none_is_refused(page):
    with pytest.raises(LifecycleError) as refused:
        make_item(page, "javascript:alert(1)")
    assert refused.value.field == "tracker_url"


def make_item(page, tracker_url):
    incident = make_incident(page)
    kind = ActionItemKind.PREVENT
    return add_action_item(incident=incident, title="Upgrade", kind=kind, tracker_url=tracker_url, by=None)


def github(action, *, state_reason=None, url=GITHUB_ISSUE, **issue):
    """`issues`, as https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues shows it."""
    return {
        "action": action,
        "issue": {
            "url": "https://api.github.com/repos/octo-org/octo-repo/issues/7",
            "id": 444500041,
            "number": 7,
            "title": "Upgrade",
            "html_url": url,
            "state": "closed" if action == "closed" else "open",
            "state_reason": state_reason,
            "closed_at": None,
            **issue,
        },
        "repository": {"id": 186853002, "full_name": "octo-org/octo-repo", "private": False},
        "sender": {"login": "octocat", "id": 21031067, "type": "User"},
    }


def gitlab(action, *, kind="issue", **issue):
    """`Issue Hook`, as https://docs.gitlab.com/user/project/integrations/webhook_events/#issue-events shows it."""
    return {
        "object_kind": kind,
        "event_type": kind,
        "user": {"id": 1, "name": "Administrator", "username": "root", "email": "admin@example.com"},
        "project": {"id": 1, "path_with_namespace": "group/sub/project", "web_url": "https://gitlab.example.com/group"},
        "object_attributes": {
            "id": 301,
            "title": "Upgrade",
            "iid": 23,
            "url": GITLAB_ISSUE,
            "state": "closed" if action == "close" else "opened",
            "action": action,
            **issue,
        },
        "changes": {},
    }


class Sender:
    """A tracker that knows its hook's secret."""

    def __init__(self, page, tracker):
        self.hook, self.secret = open_hook(page=page, tracker=tracker)
        self.address = reverse("tracker-hook", args=[tracker, self.hook.code])
        self.client = Client(headers={"host": "status.example.test"}, enforce_csrf_checks=True)

    def send(self, message, *, content_type="application/json", **headers):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        if self.hook.tracker == Tracker.GITHUB:
            signature = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
            known = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": signature}
        else:
            known = {"X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": self.secret}
        return self.client.post(self.address, body, content_type=content_type, headers=known | headers)


def test_github_closes_and_reopens_the_linked_item(page):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE + "#issuecomment-1")
    closed, reopened = github("closed", state_reason="completed"), github("reopened")

    assert sender.send(closed).status_code == 202
    item.refresh_from_db()
    assert (item.status, item.evidence) == ("done", f"octo-org/octo-repo#7 was closed by octocat. {GITHUB_ISSUE}")
    assert sender.send(reopened).status_code == 202
    assert sender.send(closed).status_code == 204  # the first message, delivered once more
    item.refresh_from_db()
    assert (item.status, item.version) == ("open", 3)
    assert TrackerHook.objects.get().last_heard_at


def test_githubs_own_default_of_a_form_is_read_too(page):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)
    form = "application/x-www-form-urlencoded"
    body = urlencode({"payload": json.dumps(github("closed", state_reason="completed"))}).encode()

    assert sender.send(b"nothing=here", content_type=form).status_code == 400
    assert sender.send(b"payload=%FF%FE", content_type=form).status_code == 400
    assert sender.send(b"\xff", content_type=form).status_code == 400
    assert sender.send(b"&a=1" * 20, content_type=form).status_code == 400
    assert sender.send(body, content_type=form).status_code == 202

    item.refresh_from_db()
    assert item.status == "done"


def test_not_planned_is_given_up_with_its_reason(page):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)

    sender.send(github("closed", state_reason="not_planned"))

    item.refresh_from_db()
    assert (item.status, item.wont_do_reason) == (
        "wont_do",
        "octo-org/octo-repo#7 was closed by octocat. Not planned.",
    )


@pytest.mark.parametrize("kind", ["issue", "work_item"])
def test_gitlab_closes_and_reopens_the_linked_item(page, kind):
    sender, item = Sender(page, Tracker.GITLAB), make_item(page, GITLAB_ISSUE)

    assert sender.send(gitlab("close", kind=kind)).status_code == 202
    assert sender.send(gitlab("close", kind=kind)).status_code == 204
    assert ActionItem.objects.get().status == ActionItemStatus.DONE
    assert sender.send(gitlab("reopen", kind=kind)).status_code == 202
    item.refresh_from_db()
    assert item.status == ActionItemStatus.OPEN


def test_what_people_ended_by_hand_stays_as_they_said(page, responder):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)
    change_action_item(item=item, by=responder, status=ActionItemStatus.WONT_DO, reason="Retired.")

    assert sender.send(github("closed")).status_code == 204
    assert ActionItem.objects.get().wont_do_reason == "Retired."


def test_a_message_that_comes_late_changes_nothing(page):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)
    sender.send(github("closed", updated_at="2026-03-03T11:00:00Z"))

    assert sender.send(github("reopened", updated_at="2026-03-03T12:00:05Z")).status_code == 202
    assert sender.send(github("closed", updated_at="2026-03-03T12:00:00Z")).status_code == 204
    item.refresh_from_db()
    assert item.status == ActionItemStatus.OPEN
    assert sender.send(github("closed", updated_at="2026-03-03T12:00:06Z")).status_code == 202


def test_what_was_reopened_before_it_was_closed_stays_open(page):
    sender, item = Sender(page, Tracker.GITLAB), make_item(page, GITLAB_ISSUE)

    sender.send(gitlab("reopen", updated_at="2026-03-03T12:00:05Z"))
    sender.send(gitlab("close", updated_at="2026-03-03 12:00:00 UTC"))

    item.refresh_from_db()
    assert item.status == ActionItemStatus.OPEN


def test_a_message_is_late_behind_those_of_its_own_issue_and_page_only(page):
    sender, other = Sender(page, Tracker.GITHUB), GITHUB_ISSUE + "1"
    elsewhere = Sender(make_page("Other"), Tracker.GITHUB)
    items = [make_item(page, GITHUB_ISSUE), make_item(page, other), make_item(elsewhere.hook.page, GITHUB_ISSUE)]
    sender.send(github("closed", updated_at="2026-03-03T12:00:00Z"))

    assert sender.send(github("closed", url=other, updated_at="2026-03-03T11:00:00Z")).status_code == 202
    assert elsewhere.send(github("closed", updated_at="2026-03-03T11:00:00Z")).status_code == 202
    assert ActionItem.objects.filter(status=ActionItemStatus.DONE).count() == len(items)


@pytest.mark.parametrize("time", [None, 7, "", "yesterday", "2026-03-03 11:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_message_without_a_time_is_taken_as_it_comes(page, time):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)
    sender.send(github("closed", updated_at="2026-03-03T12:00:00Z"))

    assert sender.send(github("reopened", updated_at=time)).status_code == 202
    item.refresh_from_db()
    assert item.status == ActionItemStatus.OPEN


@pytest.mark.parametrize(
    "text",
    ["2026-11-28 01:02:03 UTC", "2026-11-28T01:02:03Z", "2026-11-28T02:02:03.000+01:00", "2026-11-28 01:02:03 +0000"],
)
def test_gitlabs_ways_to_write_a_time_are_read(text):
    assert from_gitlab(gitlab("close", updated_at=text)).changed_at == datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)


def test_an_item_that_is_linked_late_follows_once_the_message_comes_again(page):
    sender, closed = Sender(page, Tracker.GITHUB), github("closed", updated_at="2026-03-03T12:00:00Z")
    assert sender.send(closed).status_code == 204
    item = make_item(page, GITHUB_ISSUE)

    assert sender.send(closed).status_code == 202
    assert sender.send(closed).status_code == 204
    item.refresh_from_db()
    assert item.status == ActionItemStatus.DONE


def test_nothing_is_kept_of_issues_that_no_item_is_linked_to(page):
    Sender(page, Tracker.GITHUB).send(github("closed", updated_at="2026-03-03T12:00:00Z"))

    assert not TrackerDelivery.objects.exists()
    assert not TrackedIssue.objects.exists()


@pytest.mark.parametrize(
    "ending",
    [
        {"status": ActionItemStatus.WONT_DO, "reason": "Retired."},
        {"status": ActionItemStatus.DONE, "evidence": "It rang in a drill."},
    ],
)
def test_what_people_ended_by_hand_is_opened_by_no_tracker(page, responder, ending):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)
    change_action_item(item=item, by=responder, **ending)

    assert sender.send(github("closed")).status_code == 204
    assert sender.send(github("reopened")).status_code == 204
    assert ActionItem.objects.get().status == ending["status"]


def test_what_a_tracker_ended_and_people_ended_otherwise_is_theirs(page, responder):
    sender, item = Sender(page, Tracker.GITHUB), make_item(page, GITHUB_ISSUE)
    sender.send(github("closed", state_reason="completed"))
    item.refresh_from_db()
    change_action_item(item=item, by=responder, status=ActionItemStatus.WONT_DO, reason="It wasn't, and won't be.")

    assert sender.send(github("reopened")).status_code == 204
    assert ActionItem.objects.get().status == ActionItemStatus.WONT_DO


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        (github("labeled"), {}),
        (github("closed", url="https://github.com/octo-org/other/issues/7"), {}),
        (github("closed", url="https://example.test/"), {}),
        ({"zen": "Design for failure.", "hook_id": 1}, {"X-GitHub-Event": "ping"}),
    ],
)
def test_what_concerns_no_item_has_no_effect(page, message, headers):
    sender = Sender(page, Tracker.GITHUB)
    make_item(page, GITHUB_ISSUE)

    answer = sender.send(message, **headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert ActionItem.objects.get().status == ActionItemStatus.OPEN


def test_another_pages_hook_moves_nothing_here(page):
    make_item(page, GITHUB_ISSUE)

    assert Sender(make_page("Other"), Tracker.GITHUB).send(github("closed")).status_code == 204
    assert ActionItem.objects.get().status == ActionItemStatus.OPEN


@pytest.mark.parametrize(
    ("tracker", "headers"),
    [
        (Tracker.GITHUB, {"X-Hub-Signature-256": "sha256=" + "0" * 64}),
        (Tracker.GITHUB, {"X-Hub-Signature-256": ""}),
        (Tracker.GITHUB, {"X-Hub-Signature-256": "sha256=é"}),
        (Tracker.GITLAB, {"X-Gitlab-Token": "wrong"}),
        (Tracker.GITLAB, {"X-Gitlab-Token": ""}),
    ],
)
def test_a_wrong_secret_is_refused(page, tracker, headers):
    sender = Sender(page, tracker)
    make_item(page, GITHUB_ISSUE if tracker == Tracker.GITHUB else GITLAB_ISSUE)

    answer = sender.send(github("closed") if tracker == Tracker.GITHUB else gitlab("close"), **headers)

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(answer.content)["detail"].startswith("The signature or token is missing or wrong")
    assert ActionItem.objects.get().status == ActionItemStatus.OPEN


def test_an_earlier_secret_and_a_closed_hook_are_refused(page):
    sender, earlier = Sender(page, Tracker.GITHUB), Sender(page, Tracker.GITHUB)
    sender.secret, earlier.secret = earlier.secret, sender.secret

    assert (sender.send(github("closed")).status_code, earlier.send(github("closed")).status_code) == (204, 401)
    close_hook(page=page, tracker=Tracker.GITHUB)
    assert sender.send(github("closed")).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"action": "closed"}', 400), (b"[" * 100_000, 400), (b" " * (MOST_BYTES + 1), 413)],
)
def test_bad_messages_are_refused(page, body, status):
    answer = Sender(page, Tracker.GITHUB).send(body)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_secrets_are_stored_nowhere(page, console):
    text = console.post(reverse("console:give-hook", args=["gitlab"]), follow=True).content.decode()
    hooks = [Sender(page, Tracker.GITHUB), Sender(page, Tracker.GITLAB)]

    stored = json.dumps(list(TrackerHook.objects.values("code", "nonce", "secret_digest")))
    assert all(sender.secret not in stored for sender in hooks)
    assert 'class="secret">' in text
    assert hooks[1].secret not in console.get(reverse("console:item-settings")).content.decode()
    github_hook, gitlab_hook = (sender.hook for sender in hooks)
    assert not is_signed(github_hook, b"", "")
    assert not is_known(gitlab_hook, gitlab_hook.secret_digest)


def test_a_secret_is_shown_once_and_not_made_anew_by_loading_the_page_again(page, console):
    given = console.post(reverse("console:give-hook", args=["github"]))
    hook = TrackerHook.objects.get()
    secret = console.session[f"console:item-settings of {page.code}"]["secret"]

    assert given.headers["Location"] == reverse("console:item-settings")
    assert secret in console.get(given.headers["Location"]).content.decode()
    assert secret not in json.dumps(dict(console.session.items()))
    assert "can’t be shown again" not in console.get(given.headers["Location"]).content.decode()
    assert TrackerHook.objects.get().secret_digest == hook.secret_digest


def test_a_secret_that_nobody_saw_goes_with_its_hook(page, console):
    console.post(reverse("console:give-hook", args=["github"]))
    removed = console.post(reverse("console:remove-hook", args=["github"]), follow=True)

    assert "can’t be shown again" not in removed.content.decode()


def test_hooks_are_read_by_no_one(page):
    sender = Sender(page, Tracker.GITHUB)

    assert sender.client.get(sender.address).status_code == 405
