"""Answering the public: find the page by host name, ask for the document, send its bytes."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from incidents.access import ConsoleRequest, console_view
from incidents.models import Incident, Page
from incidents.postmortems.internal import MarksUnbalanced, public_text

from . import documents
from .document import Document
from .publishing import registry
from .reports import report_of, with_everything
from .serving.headers import CACHE
from .serving.hosts import host_name


def page_of(request: HttpRequest) -> Page | None:
    """The page for the request's host name. Read raw: any name is answered, and none ends up in a link."""
    return Page.objects.for_host(host_name(request.META.get("HTTP_HOST", "")))


def send(document: Document, *, status: int = 200) -> HttpResponse:
    """A document as a response."""
    response = HttpResponse(document.body, content_type=document.content_type, status=status)
    response.headers["Last-Modified"] = http_date(document.last_modified.timestamp())
    response.headers["Cache-Control"] = CACHE
    return response


@require_safe
def public(request: HttpRequest, path: str = "") -> HttpResponse:
    """Any public path, made on request: what is read until the first publication, and in tests."""
    page = page_of(request)
    if page is None:
        return not_found(request)
    document = registry.find(page, f"/{path}", request.META.get("QUERY_STRING", ""), timezone.now())
    return not_found(request) if document is None else send(document)


@console_view
@require_safe
def drill_page(request: ConsoleRequest, code: str) -> HttpResponse:
    """A drill's report as the public would read it, for signed-in people only."""
    drills = Incident.objects.filter(page__drill_for=request.console.page).select_related("page")
    found = get_object_or_404(drills, code=code)
    return HttpResponse(documents.incident_document(found.page, found, timezone.now()).body)


@console_view
@require_safe
def report_preview(request: ConsoleRequest, code: str) -> HttpResponse:
    """An incident's report as it would be with its postmortem published now, for signed-in people only."""
    pages = Page.objects.filter(Q(pk=request.console.page.pk) | Q(drill_for=request.console.page))
    found = get_object_or_404(with_everything(Incident.objects.filter(page__in=pages)), code=code)
    postmortem = getattr(found, "postmortem", None)
    if postmortem is None:
        raise Http404
    at = timezone.now()
    try:
        # Only this instance: nothing is saved.
        postmortem.published_body = postmortem.pending_body or public_text(postmortem.draft)
    except MarksUnbalanced as problem:
        return HttpResponse(str(problem), content_type="text/plain; charset=utf-8", status=409)
    postmortem.published_at = postmortem.published_at or at
    response = HttpResponse(documents.report_document(found.page, report_of(found, at)).body)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Any other address: 404, with a way home."""
    page = page_of(request)
    if page is None:
        return render(request, "status/no_page.html", status=404)
    return send(documents.not_found_document(page, timezone.now()), status=404)
