"""Action items in the console: forms without JavaScript, rooms, the calendar, the closure policy."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from incidents.choices import ActionItemStatus, IncidentStatus
from incidents.lifecycle import change_action_item, save_postmortem_draft
from incidents.models import ActionItem
from tests.factories import make_component, make_incident, make_item, make_user

MAJOR = "major_outage"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def incident(page):
    return make_incident(page, name="Search is down")


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(client, name, /, *arguments, follow=True, **data):
    if name in ("advance-item", "verify-item"):
        data["seen_version"] = ActionItem.objects.get(code=arguments[0]).version
    return client.post(reverse(f"console:{name}", args=arguments), data, follow=follow)


def test_an_item_is_added_in_the_room(console, incident, responder):
    data = {"item-title": "Alert earlier", "item-kind": "detect", "item-priority": "p0", "item-owner": responder.pk}

    text = text_of(send(console, "add-item", incident.code, **data, **{"item-metric": "ttd"}))

    item = ActionItem.objects.get()
    assert (item.kind, item.priority, item.owner, item.metric) == ("detect", "p0", responder, "ttd")
    assert item.due_on == timezone.localdate() + timedelta(days=7)
    assert "Alert earlier" in text


def test_errors_stand_beside_their_field_with_and_without_htmx(console, incident):
    address = reverse("console:add-item", args=[incident.code])

    for headers in ({}, HTMX):
        text = text_of(console.post(address, {"item-title": "Kept", "item-priority": "p2"}, headers=headers))
        assert 'value="Kept"' in text
        assert "This field is required." in text
    assert not ActionItem.objects.exists()


def test_advancing_asks_for_what_a_status_needs(console, incident):
    item = make_item(incident, owner=make_user("ada"))

    assert "Say what shows that it is done" in text_of(send(console, "advance-item", item.code, status="done"))
    assert "Say why it won’t be done" in text_of(send(console, "advance-item", item.code, status="wont_do")).replace(
        "&#x27;", "’"
    )
    send(console, "advance-item", item.code, status="in_progress")
    send(console, "advance-item", item.code, status="done", evidence="Seen in a drill.")
    item.refresh_from_db()
    assert (item.status, item.evidence) == ("done", "Seen in a drill.")
    assert "In progress" in text_of(console.get(reverse("console:action-item", args=[item.code])))
    assert "You said that it is done; somebody else" in text_of(send(console, "verify-item", item.code))
    console.force_login(make_user("bo"))
    send(console, "verify-item", item.code)
    item.refresh_from_db()
    assert item.verified_at


def test_ones_own_item_is_verified_by_a_colleague(console, incident, responder):
    item = make_item(incident, owner=responder)
    change_action_item(item=item, by=responder, status=ActionItemStatus.DONE, evidence="x")

    assert "Somebody else than its owner" in text_of(send(console, "verify-item", item.code))
    item.refresh_from_db()
    assert item.verified_at is None


def test_what_one_called_done_and_gave_away_is_verified_by_a_colleague(console, incident, responder):
    item = make_item(incident, owner=responder)
    change_action_item(item=item, by=responder, status=ActionItemStatus.DONE, evidence="x")
    change_action_item(item=item, by=responder, owner=make_user("other"))

    text = text_of(console.get(reverse("console:action-item", args=[item.code])))

    assert "You said that it is done, so a colleague has to verify it." in text
    assert "I have verified it" not in text


def test_only_what_was_touched_is_written(console, incident, responder):
    item = make_item(incident, owner=responder, due_on=date(2030, 1, 1))
    data = {
        "title": "Upgrade",
        "kind": "prevent",
        "priority": "p2",
        "owner": responder.pk,
        "seen_version": item.version,
    }

    send(console, "edit-item", item.code, **data, due_on="2030-02-01", tracker_url="https://github.com/a/b/issues/7")

    text = text_of(console.get(reverse("console:action-item", args=[item.code])))
    assert [change.field for change in item.changes.all()] == ["due_on", "tracker_url"]
    assert "moved 1 time, first due" in text
    assert "a/b#7" in text


def test_marked_lines_become_items_once(console, incident, responder):
    draft = "# Action items\n\n- [ ] Upgrade Envoy (prevent, P0, @responder)\n- [ ] Alert earlier (detect)\n"
    save_postmortem_draft(incident=incident, body=draft, by=None)
    address = reverse("console:items-from-postmortem", args=[incident.code])
    assert "marks 2 lines" in text_of(console.get(reverse("console:incident", args=[incident.code])))
    shown = text_of(console.get(address))
    assert 'value="Upgrade Envoy"' in shown
    first, second = re.findall(r'name="(line-\w+)-title"', shown)
    data = {
        f"{first}-take": "on",
        f"{first}-title": "Upgrade Envoy",
        f"{first}-kind": "prevent",
        f"{first}-priority": "p0",
        f"{first}-owner": responder.pk,
        f"{second}-title": "Alert earlier",
        f"{second}-kind": "detect",
        f"{second}-priority": "p2",
    }

    assert console.post(address, data).headers["Location"] == reverse("console:incident", args=[incident.code])

    item = ActionItem.objects.get()
    assert (item.title, item.priority, item.owner) == ("Upgrade Envoy", "p0", responder)
    assert "marks 1 line" in text_of(console.get(reverse("console:incident", args=[incident.code])))
    editor = reverse("console:postmortem", args=[incident.code])
    assert "1 marked line under “Action items” isn’t followed yet" in text_of(console.get(editor))
    preview = console.post(
        reverse("console:preview-postmortem", args=[incident.code]), {"body": f"{draft}- [ ] Third\n"}
    )
    assert "2 marked lines" in text_of(preview)
    data = {f"{second}-take": "on", f"{second}-kind": "detect", f"{second}-priority": "p2"}
    for wrong in ("", "Alert earlier [[internal: than Bob]]"):
        assert console.post(address, data | {f"{second}-title": wrong}).status_code == 200
    data[f"{second}-title"] = "Alert earlier"
    assert console.post(f"{address}?from=postmortem", data).headers["Location"] == editor
    assert "followed yet" not in text_of(console.get(editor))


def test_a_line_written_meanwhile_gets_nobody_elses_words(console, incident):
    save_postmortem_draft(incident=incident, body="# Action items\n\n- [ ] Alert earlier (detect)\n", by=None)
    address = reverse("console:items-from-postmortem", args=[incident.code])
    (prefix,) = re.findall(r'name="(line-\w+)-title"', text_of(console.get(address)))
    draft = "# Action items\n\n- [ ] Upgrade Envoy\n- [ ] Alert earlier (detect)\n"
    save_postmortem_draft(incident=incident, body=draft, by=None)
    data = {"take": "on", "title": "Alert at once", "kind": "detect", "priority": "p1"}

    again = console.post(address, {f"{prefix}-{name}": value for name, value in data.items()})

    assert again.status_code == 200
    assert 'value="Alert at once"' in text_of(again)
    assert not ActionItem.objects.exists()


def test_what_a_marked_line_says_and_no_field_holds_is_told(console, incident):
    long = "Alert earlier " * 20
    draft = f"# Action items\n\n- [ ] Alert (detect, @nobody, ask Bob, due 2030-02-01)\n- [ ] {long}\n- [ ] {long}too\n"
    save_postmortem_draft(incident=incident, body=draft, by=None)
    address = reverse("console:items-from-postmortem", args=[incident.code])

    shown = text_of(console.get(address))

    assert "Left out, since it is no kind, priority, owner or date: ask Bob." in shown
    assert "Nobody who may sign in is called @nobody." in shown
    assert shown.count("this one is cut after 255 characters") == 2
    first, *others = re.findall(r'name="(line-\w+)-title"', shown)
    data = {f"{first}-due_on": re.search(rf'name="{first}-due_on" value="([^"]*)"', shown)[1]}
    for prefix in (first, *others):
        fields = {"take": "on", "title": "Alert", "kind": "detect", "priority": "p1"}
        data |= {f"{prefix}-{name}": value for name, value in fields.items()}
    console.post(address, data)
    assert incident.action_items.count() == 3
    assert incident.action_items.first().due_on == date(2030, 2, 1)
    assert "Every marked line has its action item" in text_of(console.get(address))


def test_items_are_added_in_the_editor_too(console, incident):
    save_postmortem_draft(incident=incident, body="# Action items\n\n- [ ] Alert earlier\n", by=None)
    assert text_of(console.get(reverse("console:postmortem", args=[incident.code]))).count("followed yet") == 1
    data = {"item-title": "Upgrade Envoy", "item-kind": "prevent", "item-priority": "p0", "in": "editor"}

    panel = text_of(
        console.post(reverse("console:add-item", args=[incident.code]), data, headers={"HX-Request": "true"})
    )

    assert "Upgrade Envoy" in panel
    assert "followed yet" not in panel
    assert ActionItem.objects.get().priority == "p0"


def test_order_is_changed_by_plain_buttons(console, incident):
    one, two = make_item(incident, "One"), make_item(incident, "Two")

    send(console, "move-item", two.code, direction="up")
    send(console, "move-item", two.code, direction="up")

    text = text_of(console.get(reverse("console:incident", args=[incident.code])))
    assert text.index(f'{two.code}/">Two') < text.index(f'{one.code}/">One')


def test_a_room_asks_about_earlier_items(console, page):
    website = make_component(page)
    item = make_item(make_incident(page, name="Pages were slow", affecting={website: MAJOR}), "Alert earlier")
    later = make_incident(page, affecting={website: MAJOR})
    room = reverse("console:incident", args=[later.code])
    asked = text_of(console.get(room))
    assert "1 unfinished action item of earlier incidents" in asked
    assert "Shown: " not in asked
    assert f'Of <a href="{reverse("console:incident", args=[item.incident.code])}">Pages were slow</a>' in asked

    send(console, "give-verdict", later.code, item.code, verdict="prevented")

    assert "Would have prevented it, says responder." in text_of(console.get(room))
    assert "Would have helped with 1 later incident" in text_of(
        console.get(reverse("console:action-item", args=[item.code]))
    )
    assert "1 later incident" in text_of(console.get(reverse("console:action-item-board")))


def test_no_two_fields_share_an_id(console, incident):
    item = make_item(incident)
    addresses = [reverse(f"console:{name}") for name in ("action-items", "action-item-board", "item-settings")]
    addresses += [reverse("console:incident", args=[incident.code]), reverse("console:action-item", args=[item.code])]

    for address in addresses:
        ids = re.findall(r'\sid="([^"]+)"', console.get(address).content.decode())
        assert len(ids) == len(set(ids)), address


def test_a_rooms_queries_do_not_grow_with_its_items(console, page, django_assert_max_num_queries):
    website = make_component(page)
    earlier, incident = (make_incident(page, affecting={website: MAJOR}) for _ in range(2))
    address = reverse("console:incident", args=[incident.code])
    make_item(earlier), make_item(incident)
    with django_assert_max_num_queries(45) as few:
        console.get(address)
    for number in range(8):
        make_item(earlier, f"Earlier {number}"), make_item(incident, f"Own {number}")
    with django_assert_max_num_queries(45) as many:
        console.get(address)

    assert len(many.captured_queries) == len(few.captured_queries)


def calendar_path(console):
    given = send(console, "give-calendar")
    assert given.redirect_chain == [(reverse("console:item-calendar"), 302)]
    text = given.content.decode()
    return urlsplit(text.split('class="secret">')[1].split("<")[0].strip()).path


def test_calendar_is_private_replaced_and_closed(console, incident, responder, public):
    item = make_item(incident, "Upgrade", owner=responder, due_on=date(2030, 5, 1))
    make_item(incident, "Not mine", due_on=date(2030, 5, 2))
    path = calendar_path(console)

    answer = Client(headers={"host": "localhost"}).get(path)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["summary"], event.decoded("dtstart")) == ("Due: Upgrade", date(2030, 5, 1))
    change_action_item(item=item, by=None, due_on=date(2030, 6, 1))
    (moved,) = Calendar.from_ical(console.get(path).content).walk("VEVENT")
    assert (moved["uid"], moved["sequence"]) == (event["uid"], event["sequence"] + 1)
    assert path not in text_of(console.get(reverse("console:item-calendar")))

    newer = calendar_path(console)
    assert (console.get(path).status_code, console.get(newer).status_code) == (404, 200)
    responder.is_active = False
    responder.save()
    assert Client(headers={"host": "localhost"}).get(newer).status_code == 404
    responder.is_active = True
    responder.save()
    console.force_login(responder)
    send(console, "remove-calendar")
    assert console.get(newer).status_code == 404


def test_a_due_date_that_was_stored_once_stops_no_calendar(console, incident, responder):
    make_item(incident, owner=responder)
    ActionItem.objects.update(due_on=date.max)  # nothing refused it before

    (event,) = Calendar.from_ical(console.get(calendar_path(console)).content).walk("VEVENT")

    assert (event.decoded("dtstart"), event.decoded("duration")) == (date.max, timedelta(days=1))


def test_a_year_that_nobody_can_mean_is_refused_beside_its_field(console, incident):
    data = {"item-title": "Alert", "item-kind": "detect", "item-priority": "p0", "item-due_on": "9999-12-31"}

    text = text_of(send(console, "add-item", incident.code, **data))

    assert "The due date needs a year from 1970 to 9000, in four digits." in text
    assert not ActionItem.objects.exists()


def test_a_room_says_that_it_asks_about_some_of_the_earlier_items(console, page, monkeypatch):
    monkeypatch.setattr("incidents.item_panels.ASKED", 2)
    website = make_component(page)
    earlier, later = (make_incident(page, affecting={website: MAJOR}) for _ in range(2))
    for number in range(3):
        make_item(earlier, f"Item {number}")

    text = text_of(console.get(reverse("console:incident", args=[later.code])))

    assert "3 unfinished action items of earlier incidents" in text
    assert "Shown: 2 of 3, those first that are due first." in text


def test_policy_is_set_and_checked(console, page, responder):
    good = {"p0_days": 3, "p1_days": 10, "p2_days": 20, "p3_days": 30, "leads": [responder.username]}

    assert "greater than or equal to 1" in text_of(send(console, "item-settings", **good | {"p0_days": 0}))
    send(console, "item-settings", **good)
    page.refresh_from_db()
    assert (page.closure_policy.days("p0"), list(page.closure_policy.leads.all())) == (3, [responder])


def test_before_and_after_are_listed_with_their_figures(console, page):
    website = make_component(page)
    before = make_incident(page, name="Before", affecting={website: MAJOR})
    item = make_item(before, "Alert earlier", kind="detect")
    meanwhile = make_incident(
        page, name="Meanwhile", affecting={website: MAJOR}, at=timezone.now() + timedelta(seconds=1)
    )
    change_action_item(item=item, by=None, status=ActionItemStatus.DONE, at=timezone.now() + timedelta(minutes=1))
    make_incident(page, name="After", affecting={website: MAJOR}, at=timezone.now() + timedelta(minutes=2))

    text = text_of(console.get(reverse("console:action-item", args=[item.code])))

    assert "TTD on the same components" in text
    parts = [text.index(words) for words in ("Before it was added", "While it was open", "Since it is done")]
    names = [text.index(f">{name}</a>", parts[0]) for name in ("Before", "Meanwhile", "After")]
    assert [sum(place < name for place in parts) for name in names] == [1, 2, 3]
    assert meanwhile.status == IncidentStatus.INVESTIGATING
