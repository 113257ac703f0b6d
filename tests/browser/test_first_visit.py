"""What a first visit costs: bytes over the wire, how deep requests lead to requests, what moves, and who is asked."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .conftest import Stack, launch

PROCESSES = ("web",)
MOST_BYTES = 60_000
BRAND = """
import io
from datetime import timedelta
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image
from incidents.lifecycle import open_incident, post_update, schedule_maintenance, update_page
from incidents.models import Page

picture = io.BytesIO()
Image.new("RGB", (240, 80), "#14634a").save(picture, "PNG")
page = Page.objects.get(is_default=True)
update_page(page=page, by=None, accent_color="#ffcc00", logo=ContentFile(picture.getvalue(), name="logo.png"))

statuses = dict(zip(page.components.all(), ("partial_outage", "degraded_performance", "under_maintenance")))
opened = open_incident(page=page, name="Pages load slowly", by=None, component_statuses=statuses,
                       body="| When | What |\\n|---|---|\\n| 8:12 | It is slow |\\n| half past nine | It is not |",
                       next_update_by=timezone.now() + timedelta(hours=1))
with transaction.atomic():
    for number in range(12):
        post_update(incident=opened, status="monitoring", body=f"Update {number}", by=None)
planned = schedule_maintenance(page=page, name="Upgrade", body="We upgrade.", by=None, components=list(statuses),
                               scheduled_for=timezone.now() + timedelta(seconds=1),
                               scheduled_until=timezone.now() + timedelta(days=2))
print(page.incidents.order_by("pk").first().code, opened.code, planned.code, next(iter(statuses)).code)
"""
SHIFTS = """
window.shifts = [];
const place = (rect) => `${rect.x},${rect.y} ${rect.width}x${rect.height}`;
const told = ({ node, previousRect, currentRect }) =>
  `${node?.parentElement?.outerHTML.slice(0, 80)}: ${place(previousRect)} -> ${place(currentRect)}`;
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((entry) => entry.sources.map(told))))
  .observe({ type: "layout-shift", buffered: true });
"""
ARRIVE = """
async (text) => {
  const [head, body] = text.split(/(?=<body)/);
  document.open();
  document.write(head);
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet);
  await Promise.all(sheets.map((link) => new Promise((done) => link.addEventListener("load", done))));
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const words = (element) => `${element.tagName} ${element.className} in ${element.parentElement.className}`;
  const places = new Map();
  const moved = [];
  for (const piece of body.split(/(?=<)|(?<=>)/).filter((each) => each.trim())) {
    document.write(piece);
    for (const element of document.querySelectorAll("body *:not(svg *, .prose :is(th, td))")) {
      const { x, y, width, height } = element.getBoundingClientRect();
      const [atX, atY] = places.get(element) ?? [x, y];
      if (width && height) {
        places.set(element, [x, y]);
        const isMoved = Math.abs(x - atX) >= 1 || Math.abs(y - atY) >= 1;
        if (isMoved && isShown(element) && getComputedStyle(element).display !== "inline") {
          moved.push(`${words(element)}: ${atX},${atY} -> ${x},${y} when ${piece.slice(0, 60)} came`);
        }
      }
    }
  }
  document.close();
  return { seen: places.size, moved };
}
"""
"""Writes a page piece by piece, as it arrives on a slow line, and tells of all that moves when more comes.

A piece ends where a tag or a text does: a word within a line may go on, and take what it is part of to the next line.
Columns of tables in posted text are as wide as what is in them, and that is known when all of it is there.
"""


class Visit:
    """One page, loaded by somebody who was never here, with what the network saw."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.received = 0
        self.asked: list[str] = []
        self.named_by: dict[str, str] = {}
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: self._count(event["encodedDataLength"]))
        network.on("Network.requestWillBeSent", self._note)
        with page.expect_response("**/version.json"):
            page.goto(url, wait_until="load")
        page.wait_for_load_state("networkidle")
        for _ in range(100):  # the browser asks for its icon when it has time
            if any("/favicon" in url for url in self.asked):
                break
            page.wait_for_timeout(100)

    def _count(self, size: float) -> None:
        self.received += int(size)

    def _note(self, event: dict) -> None:
        url, initiator = event["request"]["url"], event["initiator"]
        self.asked.append(url)
        # What the page's own markup names. The browser asks for the page, and for its icon, by itself.
        if initiator["type"] == "parser":
            self.named_by[url] = initiator["url"]


@pytest.fixture(scope="module")
def codes(stack: Stack) -> list[str]:
    """The demo with a logo, an accent colour and something going on; the codes of three reports and a component."""
    found = stack.shell(BRAND).split()[-4:]
    stack.publish()
    return found


@pytest.fixture(scope="module")
def branded(stack: Stack, codes: list[str]) -> Stack:
    """The demo with a logo and an accent colour."""
    return stack


@pytest.fixture(scope="module")
def pages(codes: list[str]) -> list[str]:
    """One public page of each kind."""
    *reports, component = codes
    fixed = ["/", "/uptime", "/uptime?page=2", f"/history?component={component}", "/api", "/nowhere"]
    return [*fixed, *(f"/incidents/{code}" for code in reports)]


@pytest.fixture(scope="module")
def desktop(browser: Browser) -> Iterator[Browser]:
    """A browser whose scroll bars take room."""
    chromium = launch(browser.browser_type, ignore_default_args=["--hide-scrollbars"])
    yield chromium
    chromium.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_arrives(desktop: Browser, branded: Stack, pages: list[str], width: int):
    page = desktop.new_page(viewport={"width": width, "height": 900})
    page.route("**/blank", lambda route: route.fulfill(content_type="text/html", body="<p>"))
    moved = {}
    for path in pages:
        page.goto(f"{branded.url}/blank")
        arrived = page.evaluate(ARRIVE, page.request.get(branded.url + path).text())
        assert arrived["seen"] > 20
        if arrived["moved"]:
            moved[path] = arrived["moved"]
    page.context.close()

    assert moved == {}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/uptime", "/nowhere"])
def test_first_visit(browser: Browser, branded: Stack, path: str, width: int):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "404" not in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    visit = Visit(page, branded.url + path)
    logo_width = page.locator(".masthead img").evaluate(
        "(image) => image.complete && image.getBoundingClientRect().width"
    )
    shifts = page.evaluate("shifts")
    context.close()

    assert shifts == []
    assert visit.received < MOST_BYTES, visit.received
    assert {url.split("/")[2] for url in visit.asked} == {branded.url.split("/")[2]}
    # Whatever is needed is named in the page itself; only the later question for news is a script's.
    assert set(visit.named_by.values()) == {branded.url + path}
    others = {url.removeprefix(branded.url) for url in visit.asked if url not in visit.named_by}
    assert {re.sub(r"/favicon[^/]*$", "/favicon", each) for each in others} == {
        path,
        "/static/icons/favicon",
        "/version.json",
    }
    assert logo_width == 96
    assert complaints == []
