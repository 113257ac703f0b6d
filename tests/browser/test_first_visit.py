"""What a first visit costs: bytes over the wire, how deep requests lead to requests, what moves, and who is asked."""

import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

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


TALL = 6000
"""Only what is in the window is watched: one so high that all of a page is."""

PIECE = 150
BETWEEN_PIECES = 0.02
A_PIECES_END = re.compile(rb"(?=<)|(?<=>)")
"""A page arrives in pieces of some bytes that end where a tag or a text does: a word in two pieces does grow."""


class SlowLine(ThreadingHTTPServer):
    """What another server answers, its pages so slowly that they are painted many times before they are whole."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Slowly)
        self.behind = url
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Slowly(BaseHTTPRequestHandler):
    server: SlowLine

    def do_GET(self) -> None:
        try:
            answer = urllib.request.urlopen(self.server.behind + self.path)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body, kind = answer.read(), answer.headers["Content-Type"]
        self.send_response(answer.status)
        self.send_header("Content-Type", kind)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not kind.startswith("text/html"):
            self.wfile.write(body)
            return
        piece = b""
        for part in A_PIECES_END.split(body):
            piece += part
            if len(piece) >= PIECE:
                self.wfile.write(piece)
                time.sleep(BETWEEN_PIECES)
                piece = b""
        self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


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
    found = stack.manage("shell", "-c", BRAND).split()[-4:]
    stack.manage("publish")
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
def slow_line(branded: Stack) -> Iterator[SlowLine]:
    with SlowLine(branded.url) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def desktop(browser: Browser) -> Iterator[Browser]:
    """A browser whose scroll bars take room."""
    chromium = launch(browser.browser_type, ignore_default_args=["--hide-scrollbars"])
    yield chromium
    chromium.close()


def moved(browser: Browser, urls: list[str], width: int, height: int) -> dict[str, list]:
    """What moves on first visits to some pages, all at once."""
    visits = {}
    for url in urls:
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.add_init_script(SHIFTS)
        page.goto(url, wait_until="commit")
        visits[url] = page
    found = {}
    for url, page in visits.items():
        expect(page.locator("#live-said")).to_contain_text("Current at", timeout=120_000)
        page.wait_for_load_state("networkidle")
        if shifts := page.evaluate("shifts"):
            found[url] = shifts
        page.context.close()
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_arrives(browser: Browser, slow_line: SlowLine, pages: list[str], width: int):
    assert moved(browser, [slow_line.url + path for path in pages], width, TALL) == {}


def test_nothing_moves_when_a_page_outgrows_the_window(desktop: Browser, slow_line: SlowLine):
    assert moved(desktop, [slow_line.url + path for path in ("/", "/uptime")], 1280, 900) == {}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/uptime", "/nowhere"])
def test_first_visit(browser: Browser, branded: Stack, path: str, width: int):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "404" not in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    visit = Visit(page, branded.url + path)
    logo_width = page.locator(".masthead img").evaluate(
        "(image) => image.complete && image.getBoundingClientRect().width"
    )
    context.close()

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
