"""Causes: tags in free words, those in use suggested, so that the same cause gets the same tag."""

import pytest
from django.urls import reverse

from incidents.causes import known_causes
from incidents.lifecycle import change_action_item, name_cause
from tests.factories import make_incident, make_item, make_page


@pytest.fixture
def incident(page):
    return make_incident(page, name="Search is down")


def test_knows_each_cause_of_a_page_once_by_name(page, incident):
    name_cause(incident=incident, cause="Expired certificate")
    name_cause(incident=make_incident(page), cause="bad deploy")
    change_action_item(item=make_item(incident), by=None, cause="expired certificate")
    change_action_item(item=make_item(incident), by=None, cause="full disk")
    name_cause(incident=make_incident(make_page("Another")), cause="storm")

    assert known_causes(page) == ["bad deploy", "Expired certificate", "full disk"]


def test_forms_suggest_the_causes_that_are_known(console, page, incident):
    name_cause(incident=make_incident(page), cause="<b>ad deploy")
    item = make_item(incident)

    for address in (
        reverse("console:cause", args=[incident.code]),
        reverse("console:edit-item", args=[item.code]),
    ):
        shown = console.get(address).content.decode()
        assert 'list="id_cause-known"' in shown
        assert '<datalist id="id_cause-known">' in shown
        assert '<option value="&lt;b&gt;ad deploy">' in shown


def test_of_two_who_name_it_the_second_is_told(console, incident):
    address = reverse("console:cause", args=[incident.code])
    name_cause(incident=incident, cause="full disk")

    told = console.post(address, {"cause": "bad deploy", "initial-cause": ""}).content.decode()

    assert "Somebody else set “full disk” here meanwhile." in told
    assert console.post(address, {"cause": "", "initial-cause": ""}).status_code == 302
    incident.refresh_from_db()
    assert incident.cause == "full disk"


def test_a_cause_may_be_new(console, incident):
    address = reverse("console:cause", args=[incident.code])

    assert console.post(address, {"cause": "A new one"}).status_code == 302

    incident.refresh_from_db()
    assert incident.cause == "A new one"
