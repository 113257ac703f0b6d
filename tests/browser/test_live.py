"""An open page keeps itself current, politely."""

import re

from playwright.sync_api import Browser, Page, expect

from .conftest import Stack

SHORT = "const EVERY = 30_000;", "const EVERY = 300;"
SET = """
from incidents.lifecycle import set_component_status
from incidents.models import Component
set_component_status(component=Component.objects.get(name="API"), status="{}", by=None)
"""


def hurry(page: Page) -> list[str]:
    """Have the script ask three times a second, and note what it asks for."""
    asked: list[str] = []

    def shortened(route):
        answer = route.fetch()
        body = answer.text().replace(*SHORT).replace("const SPREAD = 15_000;", "const SPREAD = 0;")
        assert "EVERY = 300;" in body
        route.fulfill(response=answer, body=body)

    page.route(re.compile(r"/static/js/live\..*js"), shortened)
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_a_change_appears_and_is_announced(reader: Page, stack: Stack):
    asked = hurry(reader)
    reader.goto("/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("All Systems Operational")
    reader.wait_for_timeout(700)
    before = sum(url.endswith(f":{stack.port}/") for url in asked)

    stack.manage("shell", "-c", SET.format("major_outage"))

    expect(reader.get_by_role("heading", level=1)).to_have_text("Partial System Outage")
    expect(reader).to_have_title(re.compile("^Partial System Outage"))
    expect(reader.locator("#alarm")).to_contain_text("API: Major outage")
    assert "favicon-outage" in reader.locator("link[rel=icon]").get_attribute("href")
    assert before == 1  # the document itself isn't asked for again until something was published

    stack.manage("shell", "-c", SET.format("operational"))
    expect(reader.locator("#announcement")).to_contain_text("API: Operational")


def test_nothing_moves_under_the_readers_hands(reader: Page, stack: Stack):
    hurry(reader)
    reader.goto("/")
    link = reader.get_by_role("link", name="All incidents by month")
    link.focus()
    stack.manage("shell", "-c", SET.format("degraded_performance"))
    reader.wait_for_timeout(1_500)

    expect(link).to_be_focused()
    expect(reader.get_by_role("heading", level=1)).to_have_text("All Systems Operational")

    link.blur()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Partially Degraded Service")
    stack.manage("shell", "-c", SET.format("operational"))


def test_it_can_be_paused_and_stays_so(reader: Page, stack: Stack):
    asked = hurry(reader)
    reader.goto("/")
    reader.get_by_role("button", name="Pause live updates").click()
    reader.reload()
    asked.clear()
    reader.wait_for_timeout(1_200)

    assert not [url for url in asked if "version.json" in url]
    reader.get_by_role("button", name="Resume live updates").click()
    with reader.expect_request("**/version.json"):
        pass


def test_an_old_page_says_so(reader: Page):
    old = '{"number": 1, "published_at": "2020-01-01T00:00:00Z", "checked_at": "2020-01-01T00:00:00Z"}'
    reader.route("**/version.json", lambda route: route.fulfill(body=old, content_type="application/json"))
    reader.goto("/")

    expect(reader.locator("#stale")).to_contain_text("may be out of date: it was last confirmed on 2020-01-01")


def test_first_visit_is_small_and_asks_nobody_else(browser: Browser, stack: Stack):
    context = browser.new_context(base_url=stack.url)
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(answer.request.sizes()["responseBodySize"]))
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto("/", wait_until="networkidle")
    shift = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list =>
            done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0)))
            .observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 300))"""
    )
    context.close()

    assert sum(sizes) < 60_000
    assert len(hosts) == 1
    assert shift < 0.01
