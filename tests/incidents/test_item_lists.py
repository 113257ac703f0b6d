"""The list and the board of all action items: filters, changing many, saved views, CSV."""

import csv
import html
import io
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from incidents.choices import ActionItemStatus
from incidents.heartbeats import hear
from incidents.item_rows import HEADER
from incidents.lifecycle import change_action_item
from incidents.models import ActionItem, SavedView
from tests.factories import make_component, make_incident, make_item, make_page, make_user

MAJOR = "major_outage"


@pytest.fixture
def incident(page):
    return make_incident(page, name="Search is down")


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(client, name, /, *arguments, **data):
    return client.post(reverse(f"console:{name}", args=arguments), data, follow=True)


@pytest.mark.parametrize("name", ["console:action-items", "console:action-item-board"])
def test_lists_are_filtered_by_the_address(console, page, responder, name):
    website, api = make_component(page), make_component(page)
    web, other = make_incident(page, affecting={website: MAJOR}), make_incident(page, name="B", affecting={api: MAJOR})
    gone = make_user("gone", is_active=False)
    make_item(web, "Mine", owner=responder, priority="p0", due_on=date(2020, 1, 1))
    make_item(web, "Orphan", owner=gone, kind="detect")
    make_item(other, "Open one", owner=make_user("ada"), detail="by the vendor")
    make_item(make_incident(make_page("Other")), "Foreign")

    def found(**query):
        text = console.get(reverse(name), query).content.decode()
        return [title for title in ("Mine", "Orphan", "Open one", "Foreign") if f">{title}</a>" in text]

    assert sorted(found()) == ["Mine", "Open one", "Orphan"]
    assert found(owner="me") == found(status="overdue") == found(priority="p0") == ["Mine"]
    assert found(owner="nobody") == found(kind="detect") == ["Orphan"]
    assert found(component=api.code) == found(q="vendor") == found(incident=other.code) == ["Open one"]
    assert "gone’s account is closed" in console.get(reverse(name)).content.decode()


def test_an_incident_is_chosen_by_its_name(console, page, monkeypatch):
    old, new = (make_incident(page, name=name) for name in ("Search is down", "Pages are slow"))
    make_item(old, "Upgrade")
    make_item(new, "Alert earlier")
    make_incident(page, name="Without items")
    monkeypatch.setattr("incidents.forms.item_filters.OFFERED", 1)
    address = reverse("console:action-items")

    offered = text_of(console.get(address))
    assert f'<option value="{new.code}">Pages are slow, ' in offered
    assert f'value="{old.code}"' not in offered
    assert "Without items" not in offered

    room = console.get(reverse("console:incident", args=[old.code])).content.decode()
    (link,) = re.findall(r'href="([^"]+)">Its items in the list of all', room)
    narrowed = text_of(console.get(html.unescape(link)))
    assert f'<option value="{old.code}" selected>Search is down, ' in narrowed
    assert ">Upgrade</a>" in narrowed
    assert ">Alert earlier</a>" not in narrowed
    assert "Select a valid choice" in text_of(console.get(address, {"incident": "nothing"}))


def test_what_is_downloaded_is_what_is_shown(console, incident):
    make_item(incident)
    for name in ("console:action-items", "console:action-item-board"):
        filtered = text_of(console.get(reverse(name), {"kind": "detect"}, headers={"HX-Request": "true"}))
        assert f'{reverse("console:export-items")}?kind=detect"' in filtered
        assert filtered.count('id="item-ways"') == 1
        whole = text_of(console.get(reverse(name), {"kind": "detect"}))
        assert whole.count('id="item-ways"') == 1
        assert f'hx-get="{reverse(name)}"' in whole


@pytest.mark.parametrize("name", ["console:action-items", "console:action-item-board"])
def test_queries_do_not_grow_with_items(console, page, responder, name, django_assert_max_num_queries):
    website = make_component(page)
    hear("beat")
    hear("worker")

    def grow(count):
        for number in range(count):
            incident = make_incident(page, affecting={website: MAJOR})
            item = make_item(incident, f"Item {number}", owner=responder)
            if number % 3 == 0:
                change_action_item(item=item, by=responder, status=ActionItemStatus.DONE, evidence="x")

    grow(2)
    with django_assert_max_num_queries(30) as few:
        console.get(reverse(name), {"status": "" if "board" in name else "all"})
    grow(18)
    with django_assert_max_num_queries(30) as many:
        console.get(reverse(name), {"status": "" if "board" in name else "all"})

    assert len(many.captured_queries) == len(few.captured_queries)


def test_many_are_changed_alike(console, page, incident, responder):
    items = [make_item(incident, title) for title in ("One", "Two", "Three")]
    foreign = make_item(make_incident(make_page("Other")), "Foreign")
    codes = [items[0].code, items[1].code]

    address = f"{reverse('console:action-items')}?kind=prevent"

    answer = console.post(address, {"items": codes, "owner": responder.pk, "priority": "p0"}, follow=True)

    assert "2 action items changed." in text_of(answer)
    assert answer.redirect_chain[-1][0] == address
    assert ActionItem.objects.filter(owner=responder, priority="p0").count() == 2
    for wrong in ({"items": []}, {"items": codes}, {"items": [foreign.code], "priority": "p0"}):
        assert "changed." not in text_of(console.post(address, wrong))
    console.post(address, {"items": codes, "status": "done", "note": "All in release 7."})
    assert ActionItem.objects.filter(status="done", evidence="All in release 7.").count() == 2


def test_what_is_refused_of_many_comes_back_as_it_was_filled_in(console, incident):
    one, two, other = (make_item(incident, title) for title in ("One", "Two", "Other"))
    address = f"{reverse('console:action-items')}?q=o&kind=prevent"
    codes = [one.code, two.code]

    refused = console.post(address, {"items": codes, "status": "done", "priority": "p0", "note": " "})

    text = text_of(refused)
    assert "Say what shows that it is done" in text
    assert refused.context["bulk"].errors["note"]
    for item in (one, two, other):
        box = re.search(rf'<input type="checkbox"[^>]*value="{item.code}"[^>]*>', text)[0]
        assert ("checked" in box) == (item != other)
    assert '<option value="done" selected>' in text.split('id="bulk"')[1]
    assert f'action="{html.escape(address)}"' in text
    assert set(ActionItem.objects.values_list("status", "priority")) == {("open", "p2")}


def test_a_year_that_nobody_can_mean_is_refused_of_many(console, incident):
    item = make_item(incident)

    refused = console.post(reverse("console:action-items"), {"items": [item.code], "due_on": "0026-03-10"})

    (error,) = refused.context["bulk"].errors["due_on"]
    assert "The due date needs a year from 1970 to 9000, in four digits." in error
    assert ActionItem.objects.get().due_on == item.due_on


@pytest.mark.parametrize(("origin", "name"), [("list", "action-items"), ("board", "action-item-board")])
def test_who_saves_a_view_stays_where_it_was_seen(console, page, origin, name):
    address = f"{reverse(f'console:{name}')}?kind=detect"
    assert f'name="from" value="{origin}"' in text_of(console.get(address))

    answer = send(console, "save-view", name="Mine", query="kind=detect", **{"from": origin})

    assert answer.redirect_chain[-1][0] == address


def test_views_are_saved_shared_and_deleted_by_their_owner(console, page):
    send(console, "save-view", name="Old fires", query="status=overdue", is_shared="on")
    send(console, "save-view", name="Private", query="kind=detect")
    send(console, "save-view", name="Old fires", query="status=overdue&kind=detect", is_shared="on")
    ada = Client(headers={"host": "localhost"})
    ada.force_login(make_user("ada"))

    text = text_of(ada.get(reverse("console:action-items")))
    assert "?status=overdue&amp;kind=detect" in text
    assert "Private" not in text
    shared = SavedView.objects.get(name="Old fires")
    send(ada, "delete-view", shared.pk)
    assert SavedView.objects.count() == 2
    send(console, "delete-view", shared.pk)
    assert SavedView.objects.count() == 1


def test_csv_is_filtered_and_no_formula(console, incident):
    make_item(incident, '=HYPERLINK("http://evil.test")', detail="x")
    make_item(incident, "Other", kind="detect")

    answer = console.get(reverse("console:export-items"), {"kind": "prevent"})
    header, row = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert tuple(header) == HEADER
    assert console.get(reverse("console:export-items"), {"kind": "prevnt"}).status_code == 400
    assert row[header.index("title")] == '\'=HYPERLINK("http://evil.test")'
    assert row[header.index("incident")] == incident.code
