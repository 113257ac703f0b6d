"""Action items as people follow them to their end, with the public report watched, and real workers that remind."""

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Stack, reference_history, sign_in
from .test_accessibility import violations

PROCESSES = ("web", "worker")
REFERENCE = "Bitbucket website and API outage"
ROLLBACK = "Make rolling back the Envoy control plane faster, to shorten recovery"
ALERT = "Alert earlier and better on degraded services, to shorten detection"

ADD_OWED = """
from datetime import datetime, timedelta, UTC
from incidents.lifecycle import add_action_item, set_closure_policy
from incidents.models import Incident
from tests.factories import make_user
incident = Incident.objects.get(name="Website unavailable")
set_closure_policy(page=incident.page, leads=[make_user("lead")], p0_days=7, p1_days=30, p2_days=60, p3_days=90)
begun = datetime(2030, 1, 1, 12, tzinfo=UTC)
add_action_item(incident=incident, title="Renew certificates early", kind="prevent", priority="p1",
                owner=make_user("ada"), by=None, at=begun)
"""
ADD_ENDLESS = """
from incidents.lifecycle import (
    add_action_item, open_incident, post_update, publish_postmortem, save_postmortem_draft
)
from incidents.models import Page
page = Page.objects.get(is_default=True)
endless = "A_word_that_never_ends_since_it_is_what_a_machine_calls_something" * 2
incident = open_incident(page=page, name=endless, body=endless, by=None)
post_update(incident=incident, status="resolved", body=endless, by=None)
item = add_action_item(incident=incident, title=endless, kind="detect", cause="x" * 60, is_public=True, by=None)
save_postmortem_draft(incident=incident, body=f"# Summary\\n\\n{endless}", by=None)
publish_postmortem(incident=incident, by=None)
print(incident.code, item.code)
"""
WIDENED = """() => [
  ...[...document.querySelectorAll("main *")].filter((e) => !e.closest(".table-scroll, .visually-hidden, .toolbar"))
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1),
  ...[...document.querySelectorAll(".table-scroll, .card, .column")].filter((e) => e.scrollWidth > e.clientWidth + 1),
  ...[...document.querySelectorAll(".card")].filter((e) => e.offsetWidth > e.parentElement.offsetWidth),
].map((e) => e.outerHTML.slice(0, 80))"""
SEND_AS_OF = """
from incidents.tasks import send_item_notices
for at in {}:
    send_item_notices.delay(at)
"""


def report_of(reader: Page) -> None:
    """Go to the reference report, as the public finds it."""
    reader.goto(reference_history())
    reader.get_by_role("link", name=REFERENCE).click()


def states(reader: Page) -> list[str]:
    """The states of the report's action items, in words."""
    return [words.strip() for words in reader.locator(".action-item .item-state").all_inner_texts()]


def advance(page: Page, title: str, evidence: str) -> None:
    """From the board, start an item and bring it to done."""
    page.goto("/console/items/board/")
    page.get_by_role("button", name=f"Start {title}").click()
    expect(page.get_by_role("region", name="In progress")).to_contain_text(title)
    page.get_by_role("link", name=f"Done… {title}").click()
    expect(page.get_by_label("What shows that it is done?")).to_be_focused()
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what shows that it is done")
    page.get_by_label("What shows that it is done?").fill(evidence)
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_role("region", name="Done")).to_contain_text(title)


def test_four_items_are_driven_to_done_while_the_public_watches(responder_page: Page, reader: Page):
    report_of(reader)
    expect(reader.get_by_text("2 of 4 done")).to_be_visible()
    assert states(reader) == ["Done", "Done", "Open", "Open"]
    before = reader.request.get("/api/v2/incidents.json").headers["etag"]

    advance(responder_page, ROLLBACK, "Rolled back in 90 seconds in a drill.")
    reader.reload()
    expect(reader.get_by_text("3 of 4 done")).to_be_visible()
    assert states(reader) == ["Done", "Done", "Done", "Open"]

    responder_page.goto("/console/items/board/")
    responder_page.get_by_role("button", name=f"Start {ALERT}").click()
    expect(responder_page.get_by_role("region", name="In progress")).to_contain_text(ALERT)
    reader.reload()
    assert states(reader)[3] == "In progress"

    responder_page.get_by_role("link", name=f"Done… {ALERT}").click()
    responder_page.get_by_label("What shows that it is done?").fill("The alert rang after 40 seconds.")
    responder_page.get_by_role("button", name="Mark as done").click()
    expect(responder_page.get_by_role("region", name="Done")).to_contain_text(ALERT)
    reader.reload()
    expect(reader.get_by_text("4 of 4 done")).to_be_visible()

    (item,) = [i for i in every_feed_item(reader) if i["title"] == REFERENCE]
    assert [each["status"] for each in item["_allclear"]["action_items"]] == ["done"] * 4
    assert "4 of 4 done" in item["content_html"]
    assert datetime.fromisoformat(item["date_modified"]).year > 2022
    assert reader.request.get("/api/v2/incidents.json").headers["etag"] != before
    assert "drill" not in reader.content()


def every_feed_item(reader: Page) -> list[dict]:
    """The items of the JSON Feed and of every page that it leads to."""
    items, url = [], "/feed.json"
    while url:
        feed = reader.request.get(url).json()
        items += feed["items"]
        url = feed.get("next_url")
    return items


def test_without_javascript_and_by_keyboard(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto("/console/incidents/?q=Delayed+webhooks")
    page.get_by_role("link", name="Delayed webhooks").click()
    for title in ("Watch the queue", "Add workers by themselves"):
        panel = page.get_by_role("region", name="Action items")
        panel.get_by_text("Add an action item").click()
        panel.get_by_label("Title").fill(title)
        panel.get_by_label("Kind").select_option("Detect")
        panel.get_by_role("button", name="Add it").click()
        expect(panel.get_by_role("link", name=title, exact=True)).to_be_visible()

    up = page.get_by_role("button", name="Move Add workers by themselves up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#action-items .item-head a").first).to_have_text("Add workers by themselves")

    page.goto("/console/items/?q=Watch+the+queue")
    page.get_by_label("Choose Watch the queue").focus()
    page.keyboard.press("Space")
    bulk = page.locator("#bulk")
    bulk.get_by_label("Priority").select_option("P0")
    bulk.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("1 action item changed.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Watch the queue"))).to_contain_text("P0")
    context.close()


def test_what_is_filtered_is_in_the_address_once_and_in_what_is_downloaded(responder_page: Page, stack: Stack):
    page = responder_page
    page.goto("/console/items/?page=1")
    page.get_by_label("Kind").select_option("Detect")
    expect(page).to_have_url(f"{stack.url}/console/items/?kind=detect")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(f"{stack.url}/console/items/?kind=detect")
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", re.compile(r"\?kind=detect$"))
    page.get_by_role("link", name="Board").click()
    expect(page.get_by_label("Kind")).to_have_value("detect")


def test_item_pages_are_accessible(browser: Browser, stack: Stack, responder_page: Page):
    responder_page.goto("/console/items/?status=all")
    item = responder_page.locator("tbody a").first.get_attribute("href")
    state = responder_page.context.storage_state()
    paths = ["/console/items/?status=all", "/console/items/board/", item, f"{item}edit/", "/console/items/settings/"]

    assert [fault for path in paths for fault in violations(browser, stack.url + path, state)] == []


def test_a_word_without_end_widens_nothing(stack: Stack, responder_page: Page):
    page = responder_page
    code, item = stack.manage("shell", "-v0", "-c", ADD_ENDLESS).split()
    paths = [f"incidents/{code}/", f"items/{item}/", "items/", "items/board/", "incidents/", "postmortems/"]
    paths += [f"incidents/{code}/postmortem/{tab}" for tab in ("", "review/", "publish/", "revisions/", "export/")]
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(f"/console/{path}")
            assert page.evaluate(WIDENED) == [], f"{path} at {width}"
    for path in ("/", f"/incidents/{code}", "/history"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            assert page.evaluate(WIDENED) == [], f"{path} at {width}"


def letters(stack: Stack) -> list[tuple[str, str]]:
    """Subject and recipient of every mail, in the order they were sent."""
    files = sorted(Path(stack.env["VAR_DIR"], "mail").glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
    mails = [
        message_from_bytes(part.lstrip(), policy=default)
        for file in files
        for part in file.read_bytes().split(b"-" * 79)
    ]
    return [(mail["subject"], mail["to"]) for mail in mails if mail["subject"]]


def test_a_worker_that_was_down_reminds_once(stack: Stack, responder_page: Page):
    due_on = datetime.fromisoformat("2030-01-31T12:00:00+00:00")
    stack.shell(ADD_OWED)
    about = "Renew certificates early"

    def heard() -> list[str]:
        return [f"{subject} > {to.split('@')[0]}" for subject, to in letters(stack) if about in subject]

    def send_after(*days: int) -> None:
        instants = [(due_on + timedelta(days=day)).isoformat() for day in days]
        stack.shell(SEND_AS_OF.format(instants))

    def wait_for(count: int) -> None:
        for _ in range(900):
            if len(heard()) >= count:
                return
            responder_page.wait_for_timeout(100)
        pytest.fail(f"{heard()} after 90 seconds:\n{stack.log.read_text()[-2000:]}")

    send_after(0)
    wait_for(1)
    stack.stop("worker")
    send_after(1, 7, 8, 14, 15)
    stack.start("worker")
    wait_for(5)
    send_after(21)
    wait_for(6)

    assert sorted(heard()) == sorted(
        [
            f"It is due: {about} > ada",
            f"It is overdue: {about} > ada",
            f"Overdue for a week: {about} > lead",
            f"It is overdue: {about} > ada",
            f"Overdue for two weeks: {about} > lead",
            f"It is overdue: {about} > ada",
        ]
    )
