"""Trackers: what is recognised as a link, and what their messages do. Shapes are those of their documentation."""

import hashlib
import hmac
import json

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from incidents.choices import ActionItemKind, ActionItemStatus, Tracker
from incidents.errors import LifecycleError
from incidents.hook_secrets import is_known, is_signed
from incidents.lifecycle import add_action_item, change_action_item, close_hook, open_hook
from incidents.models import ActionItem, TrackerHook
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


def github(action, *, state_reason=None, url=GITHUB_ISSUE):
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
        },
        "repository": {"id": 186853002, "full_name": "octo-org/octo-repo", "private": False},
        "sender": {"login": "octocat", "id": 21031067, "type": "User"},
    }


def gitlab(action, *, kind="issue"):
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
        },
        "changes": {},
    }


class Sender:
    """A tracker that knows its hook's secret."""

    def __init__(self, page, tracker):
        self.hook, self.secret = open_hook(page=page, tracker=tracker)
        self.address = reverse("tracker-hook", args=[tracker, self.hook.code])
        self.client = Client(headers={"host": "status.example.test"}, enforce_csrf_checks=True)

    def send(self, message, **headers):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        if self.hook.tracker == Tracker.GITHUB:
            signature = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
            known = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": signature}
        else:
            known = {"X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": self.secret}
        return self.client.post(self.address, body, content_type="application/json", headers=known | headers)


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
    text = console.post(reverse("console:give-hook", args=["gitlab"])).content.decode()
    hooks = [Sender(page, Tracker.GITHUB), Sender(page, Tracker.GITLAB)]

    stored = json.dumps(list(TrackerHook.objects.values("code", "nonce", "secret_digest")))
    assert all(sender.secret not in stored for sender in hooks)
    assert 'class="secret">' in text
    assert hooks[1].secret not in console.get(reverse("console:item-settings")).content.decode()
    github_hook, gitlab_hook = (sender.hook for sender in hooks)
    assert not is_signed(github_hook, b"", "")
    assert not is_known(gitlab_hook, gitlab_hook.secret_digest)


def test_hooks_are_read_by_no_one(page):
    sender = Sender(page, Tracker.GITHUB)

    assert sender.client.get(sender.address).status_code == 405
