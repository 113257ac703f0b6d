"""`/api`: everything that programs can read of a page, for the people who write them."""

import json
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Page

from .api import HEADS
from .document import Document
from .rendering import html_document

DESCRIBED = {
    "/api/v2/summary.json": "The state, all components, open incidents, and maintenance that is near or on",
    "/api/v2/status.json": "The state in one line",
    "/api/v2/components.json": "All components and groups",
    "/api/v2/incidents.json": "The 50 incidents with the latest news",
    "/api/v2/incidents/unresolved.json": "Open incidents",
    "/api/v2/scheduled-maintenances.json": "The 50 latest maintenances",
    "/api/v2/scheduled-maintenances/upcoming.json": "Maintenance that hasn't begun",
    "/api/v2/scheduled-maintenances/active.json": "Maintenance that is on",
}

FEEDS = {
    "/feed.json": "JSON Feed 1.1, through the whole history",
    "/feed.json?since=0": "Every change by its number, so that a program can prove that it missed none",
    "/history.atom": "Atom",
    "/history.rss": "RSS 2.0",
    "/history.ics": "Scheduled maintenance for calendars",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address and what is there."""

    path: str
    what: str


def api_document(page: Page, at: datetime) -> Document:
    """`/api`, with the page's own addresses, and its present state as the example."""
    example = json.loads(HEADS["/api/v2/status.json"](page, at).body)
    context = {
        "documents": [Address(path, what) for path, what in DESCRIBED.items()],
        "feeds": [Address(path, what) for path, what in FEEDS.items()],
        "example": json.dumps(example, indent=2, ensure_ascii=False),
    }
    return html_document("/api", page, "status/api.html", context, page.updated_at)
