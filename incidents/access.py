"""Who may use the console, and which page they are working on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from .models import Page
from .models import User as Responder

SESSION_KEY = "console-page"
READING = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Console:
    """What every console view works with: the page, the person, and the other pages there are."""

    page: Page
    user: Responder
    pages: tuple[Page, ...]


class ConsoleRequest(HttpRequest):
    """A request that `console_view` has let in."""

    console: Console
    htmx: HtmxDetails
    user: Responder


View = Callable[..., HttpResponse]


def console_view(view: View) -> View:
    """Let a signed-in person in, with `request.console` set and times read and shown in the page's zone.

    Everything a view looks up goes through `request.console.page`, so that one page's console never reaches another's
    rows. Nothing signed in is ever cached.
    """

    @wraps(view)
    def guarded(request: ConsoleRequest, *args: object, **kwargs: object) -> HttpResponse:
        pages = tuple(Page.objects.public())
        page = chosen_page(request, pages)
        if page is None:
            if request.resolver_match.view_name != "console:first-page":
                return redirect("console:first-page")
            return view(request, *args, **kwargs)
        request.console = Console(page, request.user, pages)
        with timezone.override(page.zone):
            response = view(request, *args, **kwargs)
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method in READING:
                return _only_for_forms(request, response)
            return response

    return never_cache(signed_in(guarded))


def _only_for_forms(request: ConsoleRequest, refusal: HttpResponse) -> HttpResponse:
    """Say on a page what a refusal to be read says to programs alone: a browser would show nothing."""
    response = render(request, "incidents/only_for_forms.html", status=refusal.status_code)
    response.headers["Allow"] = refusal.headers["Allow"]
    return response


def signed_in(view: View) -> View:
    """Send strangers to sign in. A part of a page is told so with 401, or the sign-in page would stand in its place."""

    @wraps(view)
    def checked(request: ConsoleRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx and not request.htmx.history_restore_request:
            return HttpResponse("Sign in first.\n", status=401, content_type="text/plain")
        return redirect_to_login(_asked_from(request))

    return checked


def _asked_from(request: HttpRequest) -> str:
    """Where to go on after signing in: the address that was read, or the console's page whose form was sent."""
    if request.method in READING:
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        if parts.path.startswith("/console/"):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return reverse("console:home")


def chosen_page(request: HttpRequest, pages: tuple[Page, ...]) -> Page | None:
    """The page chosen in this session, else the default one, else the first."""
    by_code = {page.code: page for page in pages}
    default = next((page for page in pages if page.is_default), pages[0] if pages else None)
    return by_code.get(request.session.get(SESSION_KEY, ""), default)
