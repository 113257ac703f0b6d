"""Answering the public: find the page by host name, ask for the document, send its bytes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from incidents.access import ConsoleRequest, console_view
from incidents.models import Incident, Page

from . import documents
from .history import last_number

FRESH = "public, max-age=15, s-maxage=15, stale-while-revalidate=60, stale-if-error=86400"


def page_of(request: HttpRequest) -> Page | None:
    """The page for the request's host name. Read raw: any name is answered, and none ends up in a link."""
    host = request.META.get("HTTP_HOST", "").lower()
    return Page.objects.for_host(host.rsplit(":", 1)[0] if not host.endswith("]") else host)


def send(document: documents.Document, *, status: int = 200) -> HttpResponse:
    """A document as a response."""
    response = HttpResponse(document.body, content_type=document.content_type, status=status)
    response.headers["Last-Modified"] = http_date(document.last_modified.timestamp())
    response.headers["Cache-Control"] = FRESH
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`"""
    page = page_of(request)
    if page is None:
        return render(request, "status/no_page.html", status=404)
    return send(documents.home_document(page, timezone.now()))


@require_safe
def incident(request: HttpRequest, code: str) -> HttpResponse:
    """`/incidents/<code>`"""
    page = page_of(request)
    found = page.incidents.filter(code=code).first() if page else None
    if page is None or found is None:
        return not_found(request)
    return send(documents.incident_document(page, found, timezone.now()))


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """`/history`, with `?page=N` and `?component=CODE`."""
    page, now = page_of(request), timezone.now()
    if page is None:
        return not_found(request)
    number = request.GET.get("page", "1")
    code = request.GET.get("component", "")
    component = page.components.filter(code=code).first() if code else None
    is_known = (
        number.isascii() and number.isdecimal() and len(number) < 6 and 1 <= int(number) <= last_number(page, now)
    )
    if not is_known or (code and component is None):
        return not_found(request)
    return send(documents.history_document(page, int(number), component, now))


@require_safe
def brand(request: HttpRequest) -> HttpResponse:
    """`/brand.css`"""
    page = page_of(request)
    return not_found(request) if page is None else send(documents.brand_document(page))


@console_view
@require_safe
def drill_page(request: ConsoleRequest, code: str) -> HttpResponse:
    """A drill's report as the public would read it, for signed-in people only."""
    drills = Incident.objects.filter(page__drill_for=request.console.page).select_related("page")
    found = get_object_or_404(drills, code=code)
    return HttpResponse(documents.incident_document(found.page, found, timezone.now()).body)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Any other address: 404, with a way home."""
    page = page_of(request)
    if page is None:
        return render(request, "status/no_page.html", status=404)
    return send(documents.not_found_document(page, timezone.now()), status=404)
