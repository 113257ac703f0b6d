"""What people come for, done as they do it."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Stack, reference_history, sign_in

REFERENCE = "Bitbucket website and API outage"


def test_reading_the_reference_report(reader: Page):
    reader.goto("/history")
    expect(reader.get_by_role("heading", name="Incident history")).to_be_visible()
    reader.goto(reference_history())
    reader.get_by_role("link", name=REFERENCE).click()

    expect(reader.get_by_role("heading", level=1)).to_have_text(REFERENCE)
    updates = reader.get_by_role("region", name="Updates").locator("ol > li")
    expect(updates).to_have_count(4)
    expect(updates.nth(0)).to_contain_text("Posted Oct 04, 2022 - 08:39 UTC")
    expect(updates.nth(3)).to_contain_text("Posted Oct 04, 2022 - 07:36 UTC")
    expect(reader.get_by_role("region", name="Postmortem")).to_contain_text("Posted Oct 13, 2022 - 01:35 UTC")
    expect(reader.get_by_text("This incident affected: Website and API.")).to_be_visible()


def test_from_opened_to_resolved(responder_page: Page, reader: Page):
    page = responder_page
    page.get_by_role("link", name="Report an incident").click()
    page.get_by_label("Name").fill("Search is down")
    page.get_by_label("What should people know?").fill("Search answers with **errors**.")
    page.get_by_label("Website").select_option("Major outage")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search is down")

    reader.goto("/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Partial System Outage")
    expect(reader.get_by_role("article").filter(has_text="Search is down").first).to_contain_text("Investigating")

    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    expect(page.get_by_label("What should people know?")).to_be_focused()

    for status in ("Identified", "Monitoring"):
        page.get_by_role("radio", name=status).check()
        page.get_by_label("What should people know?").fill(f"We have {status.lower()} it.")
        page.get_by_role("button", name="Post update").click()
        expect(page.get_by_role("list").filter(has_text=f"We have {status.lower()} it.").first).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="The update is posted.")).to_be_visible()
        expect(page.locator("#room")).to_be_focused()
        reader.reload()
        expect(reader.get_by_text(f"We have {status.lower()} it.")).to_be_visible()

    page.get_by_role("radio", name="Resolved").check()
    page.get_by_label("What should people know?").fill("It works again.")
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_text("Reopen this incident")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("All Systems Operational")


def test_correcting_a_moment_changes_ttd_and_ttr(responder_page: Page):
    page = responder_page
    page.goto("/console/incidents/?q=Delayed+webhooks")
    page.get_by_role("link", name="Delayed webhooks").click()
    figures = page.get_by_role("region", name="Figures")
    expect(figures).to_contain_text("12 min")
    expect(figures).to_contain_text("1 h 14 min")

    page.get_by_role("link", name="Correct Impact began").click()
    earlier = datetime.fromisoformat(page.get_by_label("When").input_value()) - timedelta(minutes=8)
    page.get_by_label("When").fill(earlier.isoformat())
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Say why the earlier value was wrong.")).to_be_visible()
    page.get_by_label("Why it changes").fill("The first late webhook was found in the logs.")
    page.get_by_role("button", name="Record").click()

    expect(figures).to_contain_text("20 min")
    expect(figures).to_contain_text("1 h 22 min")
    expect(page.get_by_text("by demo: The first late webhook was found in the logs.")).to_be_attached()


def test_maintenance_starts_and_ends_by_itself(stack: Stack, responder_page: Page, reader: Page):
    page = responder_page
    for name in ("worker", "beat"):
        stack.stop(name)
    page.goto("/console/maintenance/schedule/")
    page.get_by_label("Name").fill("Quick restart")
    page.get_by_label("Announcement").fill("We restart a server.")
    page.get_by_label("API").check()
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    page.get_by_label("Starts").fill(start.replace(tzinfo=None).isoformat())
    page.get_by_label("Ends").fill((start + timedelta(seconds=15)).replace(tzinfo=None).isoformat())
    page.get_by_role("button", name="Announce it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quick restart")

    _until(reader, "Service Under Maintenance")
    _until(reader, "All Systems Operational")
    expect(page.get_by_text("by the clock")).to_have_count(0)

    for name in ("worker", "beat"):
        stack.start(name)
    for _ in range(180):
        page.reload()
        if page.get_by_text("The scheduled maintenance has been completed.").count():
            break
        time.sleep(0.5)
    expect(page.get_by_text("by the clock")).to_have_count(2)


def _until(reader: Page, state: str) -> None:
    reader.goto("/")
    for _ in range(60):
        reader.reload()  # a browser may keep a page for 15 seconds otherwise
        if reader.get_by_role("heading", level=1).inner_text() == state:
            return
        time.sleep(0.5)
    said = reader.get_by_role("heading", level=1).inner_text()
    raise AssertionError(f"the page never said {state}, but {said}")


def test_by_keyboard_alone(responder_page: Page):
    page = responder_page
    page.get_by_role("link", name="Report an incident").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report an incident")
    page.wait_for_load_state()
    page.get_by_label("Name").focus()
    page.keyboard.type("Typed by keyboard")
    page.get_by_label("What should people know?").focus()
    page.keyboard.type("Nobody touched a mouse.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Typed by keyboard")
    page.wait_for_load_state()  # the shortcut is the script's, and a person doesn't type within a loading page

    page.get_by_role("radio", name="Investigating").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Resolved")).to_be_checked()
    page.get_by_label("What should people know?").focus()
    page.keyboard.type("Done.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Reopen this incident")).to_be_visible()


def test_two_responders_at_once(browser: Browser, stack: Stack, responder_page: Page):
    first = responder_page
    first.goto("/console/report/")
    first.get_by_label("Name").fill("Two at once")
    first.get_by_label("What should people know?").fill("Looking.")
    with first.expect_navigation():
        first.get_by_role("button", name="Report it").click()
    context = browser.new_context(base_url=stack.url)
    second = context.new_page()
    sign_in(second)
    second.goto(first.url)
    second.get_by_label("What should people know?").fill("My careful words.")

    first.get_by_label("What should people know?").fill("I was faster.")
    first.get_by_role("button", name="Post update").click()
    expect(first.get_by_text("I was faster.")).to_be_visible()
    second.get_by_role("button", name="Post update").click()

    expect(second.get_by_role("alert")).to_contain_text("Somebody else changed this incident")
    expect(second.get_by_text("I was faster.")).to_be_visible()
    expect(second.get_by_label("What should people know?")).to_have_value("My careful words.")
    second.get_by_role("radio", name="Resolved").check()
    second.get_by_role("button", name="Post update").click()
    expect(second.get_by_text("Reopen this incident")).to_be_visible()
    expect(second.locator(".timeline")).to_contain_text("My careful words.")
    context.close()


def test_a_form_that_comes_back_leads_to_what_was_refused(responder_page: Page):
    page = responder_page
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto("/console/report/")
    page.get_by_label("Name").fill("Slow at night")
    page.get_by_label("What should people know?").fill("Looking.")
    page.get_by_label("Impact began").fill("1960-01-01T02:30")

    page.get_by_role("button", name="Report it").click()

    expect(page.get_by_text("The year is from 1970 to 9000.")).to_be_in_viewport()
    expect(page.get_by_label("Impact began")).to_be_focused()


def test_without_javascript(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.get_by_role("link", name="Report an incident").click()
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    page.get_by_label("Name").fill("No scripts here")
    page.get_by_label("What should people know?").fill("Plain forms.")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No scripts here")
    page.get_by_role("radio", name="Resolved").check()
    page.get_by_label("What should people know?").fill("Plainly done.")
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_text("The update is posted.")).to_be_visible()

    page.goto("/")
    expect(page.get_by_role("link", name="No scripts here")).to_be_visible()
    context.close()


def test_nothing_scrolls_sideways_at_320_pixels(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    sign_in(page)
    for path in (
        "/",
        "/history",
        reference_history(),
        "/nowhere",
        "/console/",
        "/console/report/",
        "/console/settings/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Components").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Components")
    page.goto(reference_history())
    page.get_by_role("link", name=re.compile(REFERENCE)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REFERENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_worker_that_stopped_is_noticed_and_catches_up(stack: Stack, responder_page: Page):
    stack.stop("worker")
    try:
        page = responder_page
        page.goto("/console/report/")
        page.get_by_label("Name").fill("While the worker was away")
        page.get_by_label("What should people know?").fill("Looking.")
        page.get_by_label("Detected", exact=True).fill(datetime.now(UTC).replace(tzinfo=None).isoformat()[:16])
        page.get_by_role("button", name="Report it").click()
        expect(page.get_by_text("The worker is computing these anew.")).to_be_visible()
    finally:
        stack.start("worker")
    expect(page.get_by_role("region", name="Figures")).to_contain_text("First update", timeout=90_000)
    expect(page.get_by_text("The worker is computing these anew.")).to_have_count(0, timeout=90_000)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("Folder", []),
        ("Object store (S3)", ["Credentials", "Address of the object store", "Region of the object store"]),
        ("Git repository", ["Credentials", "Branch of the repository"]),
    ],
)
def test_a_place_asks_only_for_what_its_kind_needs(responder_page: Page, kind: str, shown: list[str]):
    page = responder_page
    page.goto("/console/publishing/places/add/")

    page.get_by_label(kind, exact=True).check()

    assert page.locator("main form .field > label:visible").all_inner_texts() == ["Name", "Where it is", *shown]
