"""Two people at one action item: the second is told what happened meanwhile, and nothing is overwritten silently."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from incidents.choices import ActionItemStatus
from incidents.lifecycle import change_action_item
from incidents.models import ActionItem
from tests.factories import make_incident, make_item, make_user


class Sent(HTMLParser):
    """What a browser sends of the last form in a page's content, with nothing touched."""

    def __init__(self, html):
        super().__init__()
        self.fields, self.select, self.textarea = {}, "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.fields = {}
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.fields[given["name"]] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.fields[self.select] = given["value"]
        elif tag == "textarea":
            self.textarea = given["name"]
            self.fields[self.textarea] = ""

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = ""


@pytest.fixture
def incident(page):
    return make_incident(page, name="Search is down")


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def what_is_sent(response):
    return Sent(response.content.decode()).fields


def send(client, name, /, *arguments, **data):
    return client.post(reverse(f"console:{name}", args=arguments), data, follow=True)


def test_of_two_who_edit_the_second_reads_what_the_first_changed_and_loses_nothing(console, incident):
    item = make_item(incident, owner=make_user("bo"), due_on=date(2030, 1, 1), detail="As it was.")
    mine = what_is_sent(console.get(reverse("console:edit-item", args=[item.code])))
    ada = make_user("ada")
    change_action_item(item=item, by=ada, due_on=date(2030, 2, 1), is_public=True, detail="Theirs.", owner=ada)

    told = send(console, "edit-item", item.code, **mine | {"title": "Mine", "detail": "Mine too."})

    said = text_of(told)
    assert "of this action item meanwhile" in said
    for label, words in (("Owner", "ada"), ("Due", "Feb 01, 2030"), ("Public", "yes"), ("Detail", "Theirs.")):
        assert f"{label} is “{words}” now." in said
    item.refresh_from_db()
    assert (item.title, item.detail) == ("Upgrade", "Theirs.")
    send(console, "edit-item", item.code, **what_is_sent(told))
    item.refresh_from_db()
    assert (item.title, item.detail) == ("Mine", "Mine too.")
    assert (item.owner, item.due_on, item.is_public) == (ada, date(2030, 2, 1), True)


@pytest.mark.parametrize("origin", ["board", "room", ""])
def test_of_two_who_advance_the_second_is_told(console, incident, origin):
    item = make_item(incident)
    addresses = {
        "board": reverse("console:action-item-board"),
        "room": reverse("console:incident", args=[incident.code]),
        "": reverse("console:action-item", args=[item.code]),
    }
    assert 'name="seen_version" value="1"' in text_of(console.get(addresses[origin]))
    change_action_item(item=item, by=make_user("ada"), status=ActionItemStatus.DONE, evidence="Seen in a drill.")

    told = send(console, "advance-item", item.code, status="in_progress", seen_version=1, **{"from": origin})

    assert "ada changed this action item meanwhile: it is done now." in text_of(told)
    item.refresh_from_db()
    assert (item.status, item.evidence) == ("done", "Seen in a drill.")


def test_who_came_from_the_board_goes_back_to_it_as_it_was_filtered(console, incident):
    item = make_item(incident)
    board = text_of(console.get(reverse("console:action-item-board"), {"kind": "prevent"}))
    ahead = reverse("console:action-item", args=[item.code])
    assert f'href="{ahead}?from=board&amp;kind=prevent#id_evidence"' in board
    assert 'name="query" value="kind=prevent"' in text_of(console.get(ahead, {"from": "board", "kind": "prevent"}))
    address = reverse("console:advance-item", args=[item.code])
    form = {"from": "board", "query": "kind=prevent", "status": "done"}

    done = console.post(address, {**form, "evidence": "Seen in a drill.", "seen_version": 1})

    assert done.url == f"{reverse('console:action-item-board')}?kind=prevent#item-{item.code}"
    refused = console.post(address, {**form, "evidence": "My careful words.", "seen_version": 1})
    assert "My careful words." in text_of(refused)


def test_the_second_is_told_which_field_the_first_one_changed(console, incident):
    item = make_item(incident)
    ada = make_user("ada")
    change_action_item(item=item, by=ada, status=ActionItemStatus.DONE, evidence="Seen in a drill.")
    change_action_item(item=item, by=ada, priority="p0")

    told = send(console, "advance-item", item.code, status="in_progress", seen_version=1, **{"from": ""})

    assert "ada changed “Priority” of this action item meanwhile; its status is done. Read what is" in text_of(told)


def test_in_the_room_the_second_is_told_beside_the_items(console, incident):
    item = make_item(incident)
    change_action_item(item=item, by=make_user("ada"), status=ActionItemStatus.DONE, evidence="x")
    address = reverse("console:advance-item", args=[item.code])
    data = {"status": "in_progress", "seen_version": 1, "from": "room"}

    panel = text_of(console.post(address, data, headers={"HX-Request": "true"}))

    assert re.search(r'role="alert">“Upgrade”: ada changed this action item meanwhile', panel)
    assert "<h1>" not in panel


def test_what_was_written_is_shown_to_the_second_who_ends_an_item(console, incident):
    item = make_item(incident)
    change_action_item(item=item, by=make_user("ada"), status=ActionItemStatus.WONT_DO, reason="Too dear.")

    told = text_of(send(console, "advance-item", item.code, status="done", evidence="My drill.", seen_version=1))

    assert "What you wrote was not saved: “My drill.”" in told
    item.refresh_from_db()
    assert item.status == "wont_do"


def test_who_wants_what_is_so_already_is_not_told_of_it(console, incident):
    item = make_item(incident)

    for _ in range(2):
        answer = send(console, "advance-item", item.code, status="in_progress", seen_version=1)

    assert "is now in progress" in text_of(answer)


def test_what_was_verified_is_what_was_read(console, incident):
    item = make_item(incident)
    ada = make_user("ada")
    change_action_item(item=item, by=ada, status=ActionItemStatus.DONE, evidence="x")
    assert f'name="seen_version" value="{item.version}"' in text_of(
        console.get(reverse("console:action-item", args=[item.code]))
    )
    seen = item.version
    change_action_item(item=item, by=ada, evidence="Something else.")

    told = send(console, "verify-item", item.code, seen_version=seen)

    assert "ada changed “Evidence” of this action item meanwhile" in text_of(told)
    item.refresh_from_db()
    assert item.verified_at is None


def test_what_changed_since_it_was_chosen_stops_the_change_of_many(console, incident):
    items = [make_item(incident, title) for title in ("One", "Two")]
    listed = text_of(console.get(reverse("console:action-items")))
    seen = {f"seen_version-{item.code}": item.version for item in items}
    for name, version in seen.items():
        assert f'name="{name}" value="{version}"' in listed
    change_action_item(item=items[1], by=make_user("ada"), status=ActionItemStatus.DONE, evidence="x")

    told = send(console, "action-items", items=[item.code for item in items], status="in_progress", **seen)

    assert "“Two”: ada changed this action item meanwhile: it is done now." in text_of(told)
    assert [item.status for item in ActionItem.objects.order_by("pk")] == ["open", "done"]
