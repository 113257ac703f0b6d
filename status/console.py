"""The console's page about publishing: how far each place is, further places, and what was published lately."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.access import ConsoleRequest, console_view
from incidents.broker import hand_over
from incidents.forms.applying import apply
from incidents.forms.numbers import number_in
from incidents.models import Incident, Page
from incidents.views.answers import answer, done, refused, sliced

from . import tasks
from .break_glass.left import left_of
from .forms import TargetForm, initial_of
from .live_changes import of_incident, of_page, places_of
from .liveness import lately
from .models import PublishTarget, TargetKind
from .publishing.publisher import publish
from .targets import testing
from .targets.listing import bring_again, remove_target, retry_now, save_target


@console_view
@require_safe
def home(request: ConsoleRequest) -> HttpResponse:
    """The whole page; htmx asks for its changing part only."""
    page, now = request.console.page, timezone.now()
    context = {
        "now": now,
        "state": of_page(page, lately(page, now)),
        "left": left_of(page),
        "places": places_of(page),
        "publications": sliced(request, page.publications.all()),
    }
    return answer(request, "status/console/publishing.html", context, part="state")


@console_view
@require_safe
def changes(request: ConsoleRequest, code: str) -> HttpResponse:
    """The last changes of one incident, after asking the public address about them."""
    page, now = request.console.page, timezone.now()
    incident = get_object_or_404(Incident.objects.select_related("page"), code=code, page=page)
    attempt = min(number_in(request.GET.get("attempt", "")), 9)
    content = of_incident(incident, now, reading=lately(page, now), attempt=attempt)
    return render(request, "status/console/_changes.html", {"incident": incident, "content": content, "now": now})


@console_view
@require_POST
def publish_now(request: ConsoleRequest) -> HttpResponse:
    """Make what every change makes, at once, and have the rest and every further place follow."""
    page = request.console.page
    try:
        publish(page)
    except Exception as error:
        return refused(request, f"It could not be published: {_said(error)}.", "publishing:home")
    retry_now(page=page)
    for task in (tasks.publish_stale_pages, tasks.bring_due_targets):
        hand_over(task)
    hand_over(tasks.confirm_live, page.pk)
    return done(request, "Published. Further places follow by themselves.", "publishing:home")


@console_view
def edit_target(request: ConsoleRequest, code: str | None = None) -> HttpResponse:
    """Add a further place, or change one."""
    page = request.console.page
    target = _find(page, code) if code else None
    form = TargetForm(request.POST or None, initial=initial_of(target))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"kind": TargetKind(form.cleaned_data["kind"])}
        saved = apply(form, save_target, page=page, target=target, **data)
        if saved:
            hand_over(tasks.bring_target, saved.pk)
            return done(request, f"Saved. {saved.name} is brought up to date now.", "publishing:home")
    return answer(request, "status/console/target_form.html", {"form": form, "target": target})


@console_view
@require_POST
def test_target(request: ConsoleRequest, code: str) -> HttpResponse:
    """Try to write to a place, for ten seconds at most."""
    target = _find(request.console.page, code)
    problem = testing.problem_of(target)
    if problem:
        return refused(request, f"{target.name} can't be used: {problem}.", "publishing:home")
    return done(request, f"{target.name} can be reached and written to.", "publishing:home")


@console_view
@require_POST
def copy_again(request: ConsoleRequest, code: str) -> HttpResponse:
    """Bring a place everything anew, whatever lies there."""
    target = _find(request.console.page, code)
    bring_again(target=target)
    hand_over(tasks.bring_target, target.pk)
    return done(request, f"Everything is copied to {target.name} again.", "publishing:home")


@console_view
def remove(request: ConsoleRequest, code: str) -> HttpResponse:
    """Ask, and then publish there no more."""
    target = _find(request.console.page, code)
    if request.method == "POST":
        remove_target(target=target)
        return done(
            request, f"Nothing is published to {target.name} any more. What lies there stays.", "publishing:home"
        )
    return answer(request, "status/console/target_remove.html", {"target": target})


def _find(page: Page, code: str) -> PublishTarget:
    return get_object_or_404(page.publish_targets, code=code)


def _said(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
