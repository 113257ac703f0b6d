"""WCAG 2.2 AA by machine: axe-core on every public page, in each of its states, light and wide, dark and narrow."""

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from .axe import faults
from .conftest import Stack

PROCESSES = ("web",)

CUT_OFF = """() => [
  ...(document.documentElement.scrollWidth > innerWidth ? ["scrolls sideways"] : []),
  ...[...document.querySelectorAll("main *, header *, footer *")]
    .filter((e) => !e.matches("input, select"))
    .filter((e) => !e.closest(".visually-hidden, .sprite, svg, pre, .bars, details:not([open]) > :not(summary)"))
    .filter((e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
    .filter((e) => e.scrollWidth > e.clientWidth + 1)
    .map((e) => `${e.className} cuts off its text`),
]"""

STATES = {
    "all is well": "operational",
    "degraded": "degraded_performance",
    "partial outage": "partial_outage",
    "major outage": "major_outage",
    "maintenance": "under_maintenance",
}

SET_ALL = """
from django.db import transaction
from incidents.lifecycle import set_component_status
from incidents.models import Component
with transaction.atomic():
    for number, component in enumerate(Component.objects.filter(page__is_default=True)):
        set_component_status(component=component, status="{status}" if number < 2 else "operational", by=None)
"""

OPEN = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from incidents.lifecycle import create_page, open_incident, post_update, schedule_maintenance, update_page
from incidents.models import Page
page = Page.objects.get(is_default=True)
website, ssh = page.components.get(name="Website"), page.components.get(name="Git via SSH")
update_page(page=page, by=None, accent_color="#ffcc00")
opened = open_incident(page=page, name="Pages load slowly", body="We **look** into `it`.\\n\\n- one\\n- two", by=None,
              component_statuses={website: "partial_outage", ssh: "degraded_performance"},
              next_update_by=timezone.now() + timedelta(hours=1))
with transaction.atomic():
    for number in range(30):
        post_update(incident=opened, status="monitoring", body=f"Update {number}", by=None)
running = schedule_maintenance(page=page, name="Upgrade under way", body="We upgrade.", by=None, components=[website],
                     scheduled_for=timezone.now() + timedelta(seconds=1),
                     scheduled_until=timezone.now() + timedelta(hours=2))
create_page(name="Empty Status", by=None, hosts=["empty.localhost"])
print(page.incidents.order_by("pk").first().code, opened.code, running.code, website.code)
"""


# What readers set for themselves: letters twice as large (1.4.4) where there is room, and further apart (1.4.12).
AS_READERS_SET = """
@media (min-width: 40rem) { html { font-size: 200%; } }
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""

UNFOLD = """
document.querySelectorAll("details").forEach((fold) => (fold.open = true));
const stale = document.getElementById("stale");
if (stale) {
  stale.hidden = false;
  stale.textContent = "This page may be out of date: it was last confirmed long ago.";
  document.documentElement.classList.add("is-stale");
}
document.querySelector(".bars")?.click();
"""


def test_metrics_and_monthly_report(responder_page: Page, stack: Stack):
    stack.shell("from incidents.tasks import repair_metrics; repair_metrics()")
    found = []
    for path in ("metrics/?period=all&mean=on", "metrics/measure/ttr/?period=all", "metrics/month/2022-10/"):
        responder_page.goto(f"/console/{path}")
        expect(responder_page.locator(".dot").first).to_be_visible()
        for scheme, width in (("light", 1280), ("dark", 320)):
            responder_page.emulate_media(color_scheme=scheme)
            responder_page.set_viewport_size({"width": width, "height": 900})
            for violation in faults(responder_page):
                places = [node["html"][:150] for node in violation["nodes"][:3]]
                found.append(f"{path} {scheme} {width}: {violation['id']}: {violation['help']}: {places}")
            if responder_page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} {scheme} {width}: scrolls sideways")

    assert found == []


def violations(browser: Browser, url: str, state: StorageState | None = None) -> list[str]:
    """What axe-core finds on a page light and wide, and dark and narrow with all that can be opened opened.

    `state` holds a sign-in's cookies.
    """
    found = []
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(url)
    for scheme, width in (("light", 1280), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        if scheme == "dark":
            page.evaluate(UNFOLD)
        for violation in faults(page):
            places = [node["html"][:150] for node in violation["nodes"][:3]]
            found.append(f"{url} {scheme} {width}: {violation['id']}: {violation['help']}: {places}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{url} {scheme} {width}: scrolls sideways")
        page.evaluate(
            "(css) => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }",
            AS_READERS_SET,
        )
        for fault in page.evaluate(CUT_OFF):
            found.append(f"{url} {scheme} {width} with letters as readers set them: {fault}")
        page.evaluate("document.adoptedStyleSheets = []")
    context.close()
    return found


@pytest.mark.parametrize("state", STATES)
def test_home_in_each_state(browser: Browser, stack: Stack, state: str):
    stack.shell(SET_ALL.format(status=STATES[state]))

    assert violations(browser, stack.url + "/") == []


def test_every_other_page(browser: Browser, stack: Stack):
    reference, opened, running, website = stack.shell(OPEN).split()[-4:]
    stack.publish()
    paths = [
        "/",
        f"/incidents/{reference}",
        f"/incidents/{opened}",
        f"/incidents/{running}",
        f"/history?component={website}",
        "/history",
        "/uptime",
        "/nowhere",
    ]
    urls = [stack.url + path for path in (*paths, "/api")]
    empty = stack.url.replace("127.0.0.1", "empty.localhost")
    urls += [f"{empty}{path}" for path in ("/", "/history", "/uptime")]

    assert [fault for url in urls for fault in violations(browser, url)] == []


def test_what_breaks_a_rule_is_found(reader: Page):
    reader.set_content("<html lang=en><title>A picture</title><main><h1>A picture</h1><img src='x.png'></main>")

    assert [fault["id"] for fault in faults(reader)] == ["image-alt"]
