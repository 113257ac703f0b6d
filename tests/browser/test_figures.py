"""The stored months behind the metrics page, kept by a worker in a process of its own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Stack

PROCESSES = ("web", "worker")

OPEN_ONE = """
from datetime import timedelta
from django.utils import timezone
from incidents.choices import Moment
from incidents.lifecycle import open_incident
from incidents.models import Page
now = timezone.now()
began = now - timedelta(minutes=9)
moments = {Moment.STARTED: began, Moment.DETECTED: now}
page = Page.objects.get(is_default=True)
open_incident(page=page, name="Noticed late", body="We look.", by=None, at=now, moments=moments)
"""
LOSE_MESSAGES = "from config.celery import app; app.control.purge()"
AS_BEAT_DOES = "from incidents.tasks import repair_metrics; repair_metrics.delay()"
ALL_AT_ONCE = "from incidents.tasks import repair_metrics; repair_metrics()"
METRICS = "/console/metrics/?period=30d"


def _counted(page: Page) -> tuple[int, int]:
    """How many incidents the page is of, and of how many it knows the time to detect."""
    page.goto(METRICS)
    said = page.locator("main").inner_text()
    (of,) = re.findall(r"(\d+) incidents? whose impact began", said)
    known = re.findall(r"TTD is known for (\d+) of", said)
    return int(of), int(known[0]) if known else 0


def _until(page: Page, is_reached: Callable[[tuple[int, int]], bool]) -> tuple[int, int]:
    """What the page counts, once that is reached; asked again every half second for a minute and a half."""
    for _ in range(180):
        counted = _counted(page)
        if is_reached(counted):
            return counted
        page.wait_for_timeout(500)
    raise AssertionError(f"it still counts {counted}")


def test_a_change_and_a_worker_that_was_down_refresh_the_stored_months(stack: Stack, responder_page: Page):
    page = responder_page
    stack.shell(ALL_AT_ONCE)
    of, known = _counted(page)
    assert of > 0

    stack.shell(OPEN_ONE)
    _until(page, lambda counted: counted == (of + 1, known + 1))

    stack.stop("worker")
    stack.shell(OPEN_ONE)
    stack.shell(LOSE_MESSAGES)  # or the message of the change itself would wait for the worker
    assert _counted(page) == (of + 1, known + 1)
    stack.start("worker")
    stack.shell(AS_BEAT_DOES)
    _until(page, lambda counted: counted == (of + 2, known + 2))
    expect(page.get_by_text("nothing has computed them since")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "figure"),
    [
        ("metrics/measure/ttr/?period=all", "TTR: 55 min"),
        ("metrics/month/2022-10/", "Median: 55 min"),
        ("metrics/?period=all", "Opened: 0"),
        ("incidents/", "TTR: 55 min"),
        ("postmortems/", "Age: "),
        ("metrics/?period=all", "Critical: "),
        ("publishing/", "Up to change: "),
    ],
)
def test_a_phone_shows_a_listings_figures_without_scrolling(stack: Stack, responder_page: Page, path: str, figure: str):
    stack.shell("from incidents.tasks import repair_metrics; repair_metrics()")
    page = responder_page
    page.goto(f"/console/{path}")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    cell = page.locator(".listing td", has_text=figure).first

    page.set_viewport_size({"width": 390, "height": 900})
    assert cell.inner_text().startswith(figure)
    box = cell.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 390
    assert page.locator(".table-scroll").evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")

    page.set_viewport_size({"width": 1280, "height": 900})
    assert not cell.inner_text().startswith(figure)  # the head of the column says it
    assert page.locator(".table-scroll").evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")
