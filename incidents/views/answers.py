"""How console views answer: a page, a part of it for htmx, or a redirect after a change."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Page as Slice
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from incidents.access import ConsoleRequest

PER_PAGE = 25


def answer(
    request: ConsoleRequest, template: str, context: dict[str, object], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Render a page, or only its partial `part` when htmx asked for it."""
    wants_part = part and request.htmx and not request.htmx.history_restore_request
    name = f"{template}#{part}" if wants_part else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: ConsoleRequest, message: str, to: str, *arguments: object) -> HttpResponse:
    """Say what was done and go on to another page."""
    messages.success(request, message)
    return redirect(to, *arguments)


def refused(request: ConsoleRequest, message: str, to: str, *arguments: object) -> HttpResponse:
    """Say what was refused, where there is no form to say it in."""
    messages.error(request, message)
    return redirect(to, *arguments)


def to_filtered(request: ConsoleRequest, name: str, *, place: str = "") -> HttpResponse:
    """Back to a list as it was filtered, and to a place in it (an element's id), if one is named.

    Only a query is taken from the form, so that nobody is led elsewhere.
    """
    query = QueryDict(request.POST.get("query", "")[:1000]).urlencode()
    return redirect(f"{reverse(name)}?{query}{place and f'#{place}'}")


def sliced(request: ConsoleRequest, rows: QuerySet | Sequence, *, per_page: int = PER_PAGE) -> Slice:
    """The page of rows that `?page=N` names; a number out of range gives the nearest."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
