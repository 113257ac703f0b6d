"""The console's home, choosing a page, and the first one of a fresh installation."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.access import SESSION_KEY, ConsoleRequest, console_view
from incidents.component_status import statuses_at
from incidents.forms.applying import apply
from incidents.forms.page import FirstPageForm
from incidents.lifecycle import create_page
from incidents.models import Incident, Page

from .answers import answer, done

UPCOMING_SHOWN = 10


@console_view
def home(request: ConsoleRequest) -> HttpResponse:
    """What is open, what is coming, and how the components are."""
    page, now = request.console.page, timezone.now()
    incidents = page.incidents.prefetch_related("components__group")
    components = list(page.components.living().in_page_order())
    statuses = statuses_at(components, now)
    context = {
        "open_incidents": incidents.unresolved(),
        "drills": Incident.objects.filter(page__drill_for=page).unresolved(),
        "running": incidents.in_progress(now),
        "upcoming": incidents.upcoming(now)[:UPCOMING_SHOWN],
        "components": [(component, statuses[component.pk]) for component in components],
        "now": now,
    }
    return answer(request, "incidents/home.html", context, part="overview")


@console_view
@require_POST
def choose_page(request: ConsoleRequest) -> HttpResponse:
    """Work on another page from here on."""
    page = get_object_or_404(Page.objects.public(), code=request.POST.get("page", ""))
    request.session[SESSION_KEY] = page.code
    return redirect("console:home")


@console_view
def first_page(request: ConsoleRequest) -> HttpResponse:
    """Name the first page; there is nothing to do in a console without one."""
    if Page.objects.public().exists():
        return redirect("console:home")
    form = FirstPageForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and apply(form, create_page, by=request.user, **form.cleaned_data):
        return done(request, "Your page is ready. Add what people should see on it.", "console:components")
    return answer(request, "incidents/first_page.html", {"form": form})
