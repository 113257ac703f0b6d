"""What each public URL is made of: one function for each takes a page and returns its finished bytes.

Nothing of a request is in them (no session, no token, no host name), so that they can be published ahead of requests
and shared by every reader.
"""

from datetime import datetime

from incidents.models import Component, Incident, Page

from .branding import stylesheet_of
from .document import CSS, Document
from .history import history_of
from .home import home_of
from .journal import last_number
from .rendering import html_document
from .reports import Report, report_of, with_everything


def home_document(page: Page, at: datetime) -> Document:
    """`/`: the overall state, what is open, the components, what is planned, the last 15 days."""
    number = last_number(page)  # read before what it counts, so that it never promises more than is told
    home = home_of(page, at)
    return html_document("/", page, "status/home.html", {"home": home}, page.updated_at, icon=home.icon, number=number)


def incident_document(page: Page, incident: Incident, at: datetime) -> Document:
    """`/incidents/<code>`: one report. `incident` must be one of the page's."""
    return report_document(page, report_of(with_everything(page.incidents.filter(pk=incident.pk)).get(), at))


def report_document(page: Page, report: Report) -> Document:
    """`/incidents/<code>` from what it tells."""
    return html_document(
        report.address,
        page,
        "status/incident.html",
        {"report": report},
        report.updated_at,
        icon=report.icon,
        number=last_number(page) if report.is_going_on else None,
    )


def history_document(page: Page, number: int, component: Component | None, at: datetime) -> Document:
    """`/history`: all incidents by month, newest first."""
    path = f"/history?page={number}" + (f"&component={component.code}" if component else "")
    history = history_of(page, number, component, at)
    return html_document(path, page, "status/history.html", {"history": history}, page.updated_at)


def brand_document(page: Page) -> Document:
    """`/brand.css`: the page's accent colour, kept readable in both themes."""
    return Document("/brand.css", stylesheet_of(page.accent_color).encode(), CSS, page.updated_at)


def not_found_document(page: Page, at: datetime) -> Document:
    """What is shown for an address that leads nowhere: a way home."""
    return html_document("/404", page, "status/not_found.html", {"base": ""}, page.updated_at)
