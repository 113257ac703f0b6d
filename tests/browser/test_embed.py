"""The banner on somebody else's page, in a real browser: two origins, the host's strict policy, no Allclear running."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from incidents.models import Page as StatusPage
from status import embed

PROCESSES = ("web",)

NOW = datetime.now(UTC)
QUIET = {
    "status": {"indicator": "none", "description": "All Systems Operational"},
    "incidents": [],
    "scheduled_maintenances": [],
}
SEARCH = {"id": "aaaaaaaaaaaa", "name": "Search is <b>down</b>", "status": "investigating", "impact": "critical"}
UPLOADS = {"id": "bbbbbbbbbbbb", "name": "Uploads are slow", "status": "identified", "impact": "minor"}


def maintenance(starts_in: timedelta, status: str = "scheduled") -> dict[str, str]:
    """A maintenance as the API tells it."""
    return {
        "id": "cccccccccccc",
        "name": "Database upgrade",
        "status": status,
        "impact": "maintenance",
        "scheduled_for": (NOW + starts_in).isoformat(),
    }


class Site:
    """A small web server whose answers the test decides; `asked` holds each path with its headers."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                content_type, body, headers = site.answers.get(self.path, ("", b"", {}))
                self.send_response(200 if content_type else 404)
                for name, value in ({"Content-Type": content_type or "text/plain"} | headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def status_site() -> Iterator[Site]:
    """The status page: its documents for other pages, and the summary."""
    site = Site()
    page = StatusPage(name="Example Status", updated_at=NOW)
    for path, make in embed.HEADS.items():
        document = make(page, NOW)
        site.answers[path] = (document.content_type, document.body, {})
    tell(site, QUIET)
    yield site
    site.close()


@pytest.fixture
def host_site(status_site: Site) -> Iterator[Site]:
    """Somebody's shop, which allows its own files and this status page, and nothing else."""
    site = Site()
    policy = (
        f"default-src 'none'; script-src {status_site.url}; connect-src {status_site.url}; "
        "require-trusted-types-for 'script'"
    )
    for path, script in (("/", "/embed.js"), ("/moved", "/embed/script.js")):
        markup = f'<!doctype html><title>Shop</title><script src="{status_site.url}{script}"></script><h1>Shop</h1>'
        site.answers[path] = ("text/html", markup.encode(), {"Content-Security-Policy": policy})
    yield site
    site.close()


@pytest.fixture
def visit(browser: Browser, host_site: Site) -> Iterator[Callable[..., Page]]:
    """Open the shop; whatever the browser's console complains of fails the test."""
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "favicon" not in message.location["url"]:
            complaints.append(message.text)

    def open_shop(path: str = "/", **options: Any) -> Page:
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if before := options.get("before"):
            page.add_init_script(before)
        with page.expect_response("**/api/v2/summary.json"):
            page.goto(f"{host_site.url}{path}")
        page.wait_for_timeout(100)  # for the script to act on the answer, so that "nothing shows" means something
        return page

    yield open_shop
    context.close()
    assert complaints == []


def tell(site: Site, summary: dict[str, Any]) -> None:
    """Have the status page answer with a summary."""
    body = json.dumps(summary).encode()
    site.answers["/api/v2/summary.json"] = ("application/json", body, {"Access-Control-Allow-Origin": "*"})


def told(**changes: Any) -> dict[str, Any]:
    """A summary that differs from a quiet one."""
    return QUIET | changes


def banner_of(page: Page) -> Locator:
    """What readers hear and see."""
    return page.get_by_role("status")


def close_button(page: Page) -> Locator:
    """What ends it."""
    return page.get_by_role("button", name="Close the status message")


@pytest.mark.parametrize("path", ["/", "/moved"])
def test_nothing_shows_while_all_is_well(visit, path):
    page = visit(path)

    expect(banner_of(page)).to_be_empty()
    expect(close_button(page)).to_be_hidden()


def test_the_worst_incident_shows_styled_under_a_strict_policy(visit, status_site):
    tell(status_site, told(incidents=[UPLOADS, SEARCH]))

    page = visit()

    expect(banner_of(page)).to_have_text("Critical incidentSearch is <b>down</b> and 1 more")
    link = page.get_by_role("link", name="Search is <b>down</b>")
    expect(link).to_have_attribute("href", f"{status_site.url}/incidents/aaaaaaaaaaaa")
    expect(page.locator(".banner")).to_have_css("padding-top", "12px")
    expect(page.locator(".banner")).to_have_css("border-left-color", "rgb(179, 32, 44)")
    box = page.locator(".banner").bounding_box()
    assert box["width"] <= 380


def test_only_the_status_page_is_asked_and_without_cookies(visit, status_site, host_site):
    page = visit()
    page.context.add_cookies([{"name": "secret", "value": "1", "url": status_site.url}])
    with page.expect_response("**/api/v2/summary.json"):
        page.reload()

    asked = [headers for path, headers in status_site.asked if path == "/api/v2/summary.json"]
    assert all("Cookie" not in headers and "Referer" not in headers for headers in asked)
    assert {path for path, _ in status_site.asked} == {"/embed.js", "/api/v2/summary.json"}
    assert {path for path, _ in host_site.asked} <= {"/", "/favicon.ico"}


def test_a_closing_is_remembered_until_the_incident_moves_on(visit, status_site):
    tell(status_site, told(incidents=[SEARCH]))
    page = visit()
    close_button(page).click()
    expect(banner_of(page)).to_be_empty()
    expect(close_button(page)).to_be_hidden()

    expect(banner_of(visit())).to_be_empty()
    tell(status_site, told(incidents=[SEARCH, UPLOADS]))
    expect(banner_of(visit())).to_have_text("Minor incidentUploads are slow")
    tell(status_site, told(incidents=[SEARCH | {"status": "identified"}]))
    expect(banner_of(visit())).to_contain_text("Search is")


def test_it_can_be_closed_by_keyboard_and_without_storage(visit, status_site):
    tell(status_site, told(incidents=[SEARCH]))
    page = visit(before="Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden') }})")

    close_button(page).focus()
    page.keyboard.press("Enter")

    expect(banner_of(page)).to_be_empty()


@pytest.mark.parametrize(
    ("planned", "text"),
    [
        (maintenance(timedelta(hours=-1), "in_progress"), "Maintenance in progressDatabase upgrade"),
        (maintenance(timedelta(hours=5)), "Maintenance planned for "),
        (maintenance(timedelta(days=2)), ""),
    ],
    ids=["running", "within a day", "later"],
)
def test_maintenance_shows_when_it_is_on_or_near(visit, status_site, planned, text):
    tell(status_site, told(scheduled_maintenances=[planned]))

    page = visit()

    if text:
        expect(banner_of(page)).to_contain_text(text)
    else:
        expect(banner_of(page)).to_be_empty()


def test_broken_components_show_without_an_incident(visit, status_site):
    tell(status_site, told(status={"indicator": "major", "description": "Partial System Outage"}))

    expect(banner_of(visit())).to_have_text("Partial System OutageSee the status page")


def test_it_follows_the_state_while_the_page_stays_open(visit, status_site):
    tell(status_site, told(incidents=[SEARCH]))
    page = visit(before="window.setInterval = (look) => { window.lookAgain = look }")
    expect(banner_of(page)).to_contain_text("Search is")

    tell(status_site, QUIET)
    page.evaluate("lookAgain()")

    expect(banner_of(page)).to_be_empty()


def test_a_strange_answer_shows_nothing(visit, status_site):
    tell(status_site, told(incidents="nonsense", status=None))

    expect(banner_of(visit())).to_be_empty()


def test_without_constructable_style_sheets_it_links_its_own(visit, status_site, host_site):
    tell(status_site, told(incidents=[SEARCH]))
    content_type, body, headers = host_site.answers["/"]
    policy = headers["Content-Security-Policy"] + f"; style-src {status_site.url}"
    host_site.answers["/"] = (content_type, body, {"Content-Security-Policy": policy})

    page = visit(before="window.CSSStyleSheet = function () { throw new TypeError('none here') }")

    expect(page.locator(".banner")).to_have_css("padding-top", "12px")
    assert "/embed.css" in {path for path, _ in status_site.asked}
