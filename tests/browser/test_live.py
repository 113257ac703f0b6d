"""An open page keeps itself current, politely."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Stack, rewrite

PROCESSES = ("web",)
SHORT = {
    "const EVERY = 30_000;": "const EVERY = 300;",
    "SPREAD = 15_000;": "SPREAD = 0;",
    "SOON = 3_000;": "SOON = 0;",
    "PATIENCE = 15_000;": "PATIENCE = 3_000;",
}
SET = """
from incidents.lifecycle import set_component_status
from incidents.models import Component
set_component_status(component=Component.objects.get(name="API"), status="{}", by=None)
"""


def hurry(page: Page) -> list[str]:
    """Have the script ask three times a second, and note what it asks for."""
    asked: list[str] = []
    rewrite(page, re.compile(r"/static/js/live\..*js"), SHORT)
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_a_change_appears_and_is_announced(reader: Page, stack: Stack):
    asked = hurry(reader)
    reader.goto("/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("All Systems Operational")
    expect(reader.locator("#live-said")).to_have_text(re.compile(r"^Current at \d\d:\d\d:\d\d UTC\.$"))
    for _ in range(2):
        with reader.expect_response("**/version.json"):
            pass
    before = sum(bool(re.search(f":{stack.port}/([?]|$)", url)) for url in asked)
    fold = reader.locator("details.group > summary")
    fold.click()
    fold.blur()

    stack.shell(SET.format("major_outage"))

    expect(reader.get_by_role("heading", level=1)).to_have_text("Partial System Outage")
    expect(reader).to_have_title(re.compile("^Partial System Outage"))
    expect(reader.locator("#alarm")).to_contain_text("API: Major outage")
    assert "favicon-outage" in reader.locator("link[rel=icon]").get_attribute("href")
    assert reader.locator("details.group").get_attribute("open") is None  # as the reader left it
    assert before == 1  # the document itself isn't asked for again until something was published

    stack.shell(SET.format("operational"))
    expect(reader.locator("#announcement")).to_contain_text("API: Operational")


def test_nothing_moves_under_the_readers_hands(reader: Page, stack: Stack):
    hurry(reader)
    reader.goto("/")
    link = reader.get_by_role("link", name="All incidents by month")
    link.focus()
    stack.shell(SET.format("degraded_performance"))
    reader.wait_for_timeout(1_500)

    expect(link).to_be_focused()
    expect(reader.get_by_role("heading", level=1)).to_have_text("All Systems Operational")

    link.blur()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Partially Degraded Service")
    stack.shell(SET.format("operational"))


def test_an_upgrade_is_loaded_whole_with_the_next_change(reader: Page, stack: Stack):
    hurry(reader)
    reader.goto("/")
    expect(reader.locator("#live-said")).to_contain_text("Current at")
    reader.evaluate("""() => {
        document.querySelector("link[href*=public]").setAttribute("href", "/static/css/public.before.css");
        document.documentElement.dataset.isOld = "";
    }""")

    stack.shell(SET.format("degraded_performance"))

    expect(reader.locator("html[data-is-old]")).to_have_count(0)
    expect(reader.get_by_role("heading", level=1)).to_have_text("Partially Degraded Service")
    stack.shell(SET.format("operational"))


def test_it_can_be_paused_and_stays_so(reader: Page, stack: Stack):
    asked = hurry(reader)
    reader.goto("/")
    reader.get_by_role("button", name="Pause live updates").click()
    reader.reload()
    asked.clear()
    reader.wait_for_timeout(1_200)

    assert not [url for url in asked if "version.json" in url]
    with reader.expect_request("**/version.json"):
        reader.get_by_role("button", name="Resume live updates").click()


def test_an_old_page_says_so_once_and_is_no_longer_green(reader: Page):
    def old(route):
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"checked_at": "2020-01-01T00:00:00Z"})

    hurry(reader)
    reader.route("**/version.json", old)
    reader.goto("/")
    ground = "(element) => getComputedStyle(element).backgroundColor"

    notice = "This page may be out of date: it was last confirmed on 2020-01-01 at 00:00 UTC."
    expect(reader.locator("#stale")).to_have_text(notice)
    expect(reader.locator("#announcement")).to_have_text(notice)
    neutral = reader.locator(".banner").evaluate(ground)
    reader.evaluate("""() => {
        window.timesSaid = 0;
        const region = document.getElementById("announcement");
        new MutationObserver(() => window.timesSaid++).observe(region, {childList: true});
    }""")
    for _ in range(3):
        with reader.expect_response("**/version.json"):
            pass
    assert reader.evaluate("timesSaid") == 0

    reader.unroute("**/version.json", old)
    expect(reader.locator("#stale")).to_be_hidden()
    assert reader.locator(".banner").evaluate(ground) != neutral


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Etc/UTC", "2020-01-01 at 00:00 UTC."),
        ("America/St_Johns", "2019-12-31 at 20:30 UTC-03:30."),
        ("Asia/Kathmandu", "2020-01-01 at 05:45 UTC+05:45."),
        ("Nowhere/Else", "2020-01-01 at 00:00 UTC."),
    ],
)
def test_its_own_times_are_in_the_pages_zone(reader: Page, stack: Stack, zone: str, told: str):
    def old(route):
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"checked_at": "2020-01-01T00:00:00Z"})

    def elsewhere(route):
        answer = route.fetch()
        written = 'data-zone="Etc/UTC"'
        assert written in answer.text()
        route.fulfill(response=answer, body=answer.text().replace(written, f'data-zone="{zone}"'))

    hurry(reader)
    reader.route("**/version.json", old)
    reader.route(re.compile(rf":{stack.port}/$"), elsewhere)
    reader.goto("/")

    expect(reader.locator("#stale")).to_contain_text(f"it was last confirmed on {told}")
    expect(reader.locator("#live-said")).to_have_text(f"Current at {told.split(' at ')[1].replace(' ', ':00 ')}")


def test_a_page_that_cannot_be_confirmed_does_not_claim_to_be_current(reader: Page):
    reader.route("**/version.json", lambda route: route.abort())
    reader.goto("/")

    expect(reader.locator("#stale")).to_contain_text("This page may be out of date: it has not been confirmed since")


def test_a_line_that_swallows_questions_is_asked_again(reader: Page):
    def swallow(route):
        pass

    hurry(reader)
    reader.route("**/version.json", swallow)
    reader.goto("/")
    expect(reader.locator("#stale")).to_contain_text("This page may be out of date: it has not been confirmed since")

    reader.unroute("**/version.json", swallow)
    expect(reader.locator("#live-said")).to_contain_text("Current at")


def test_a_change_that_came_while_the_page_was_loading_is_caught_up_with(reader: Page, stack: Stack):
    """A cache gave the page of before the change, and the first question is answered with the change."""

    def before(route):
        answer = route.fetch()
        number = int(re.search(r'data-number="(\d+)"', answer.text())[1])
        route.fulfill(
            response=answer, body=answer.text().replace(f'data-number="{number}"', f'data-number="{number - 1}"')
        )

    hurry(reader)
    reader.route(re.compile(rf":{stack.port}/$"), before)
    with reader.expect_request(re.compile(r"/\?v=\d+$")) as caught_up:
        reader.goto("/")
    assert caught_up.value.response().status == 200
    expect(reader.locator("#live-said")).to_contain_text("Current at")


def test_hiding_and_showing_the_page_asks_no_more_often(reader: Page):
    with reader.expect_response("**/version.json"):
        reader.goto("/")
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))

    for state in ("hidden", "visible") * 10:
        reader.evaluate(
            """(state) => {
                Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )
    reader.get_by_role("button", name="Pause live updates").click()
    reader.get_by_role("button", name="Resume live updates").click()
    reader.wait_for_timeout(2_500)

    assert asked == []


def test_examples_for_programs_are_live(reader: Page):
    reader.goto("/api")
    entry = reader.locator("[data-example='/api/v2/status.json']")
    entry.get_by_text("What it says now").click()

    expect(entry.get_by_role("status")).to_contain_text("200, application/json; charset=utf-8, ETag")
    expect(entry.get_by_role("region")).to_contain_text('"indicator":')
    assert reader.locator("[data-example]").count() == 13
