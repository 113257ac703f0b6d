"""The closure policy, the hooks of trackers, and a person's own calendar address."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import Tracker
from incidents.closure import policy_of
from incidents.forms.applying import apply
from incidents.forms.item_settings import ClosurePolicyForm
from incidents.lifecycle import close_calendar, close_hook, open_calendar, open_hook, set_closure_policy

from .answers import answer, done

REPORTING = (Tracker.GITHUB, Tracker.GITLAB)


@console_view
def policy(request: ConsoleRequest) -> HttpResponse:
    """By when action items should be finished, and who hears of those that aren't."""
    page = request.console.page
    form = ClosurePolicyForm(request.POST or None, policy=policy_of(page))
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        if apply(form, set_closure_policy, page=page, **form.touched()):
            return done(request, "Saved. Due dates that were given already stay.", "console:item-settings")
    return _settings(request, form)


def _settings(request: ConsoleRequest, form: ClosurePolicyForm) -> HttpResponse:
    hooks = {hook.tracker: hook for hook in request.console.page.tracker_hooks.all()}
    context = {
        "form": form,
        "trackers": [
            (tracker, hooks.get(tracker), _hook_address(hooks[tracker]) if tracker in hooks else "")
            for tracker in REPORTING
        ],
        **_shown_once(request, "console:item-settings"),
    }
    return answer(request, "incidents/item_settings.html", context)


@console_view
@require_POST
def give_hook(request: ConsoleRequest, tracker: str) -> HttpResponse:
    """Give a tracker's hook a new secret, and show it this once."""
    _, secret = open_hook(page=request.console.page, tracker=_tracker(tracker))
    return _show_once(request, "console:item-settings", secret=secret, secret_of=tracker)


@console_view
@require_POST
def remove_hook(request: ConsoleRequest, tracker: str) -> HttpResponse:
    """Stop listening to a tracker."""
    close_hook(page=request.console.page, tracker=_tracker(tracker))
    return done(request, "We no longer listen to it.", "console:item-settings")


@console_view
def calendar(request: ConsoleRequest) -> HttpResponse:
    """Whether one has a private calendar of due dates, and how to have one."""
    present = request.console.page.calendar_addresses.filter(user=request.user).first()
    context = {"present": present, **_shown_once(request, "console:item-calendar")}
    return answer(request, "incidents/item_calendar.html", context)


@console_view
@require_POST
def give_calendar(request: ConsoleRequest) -> HttpResponse:
    """Give oneself a new calendar address, and show it this once."""
    token = open_calendar(page=request.console.page, user=request.user)
    address = settings.SITE_URL + reverse("due-dates", args=[token])
    return _show_once(request, "console:item-calendar", address=address)


@console_view
@require_POST
def remove_calendar(request: ConsoleRequest) -> HttpResponse:
    """Make one's calendar address stop working."""
    close_calendar(page=request.console.page, user=request.user)
    return done(request, "The address no longer works.", "console:item-calendar")


def _show_once(request: ConsoleRequest, on: str, **shown: str) -> HttpResponse:
    """Go on to the page that shows a secret, where loading it again doesn't make another. Only the session keeps it."""
    request.session[_session_key(request, on)] = shown
    return redirect(on)


def _shown_once(request: ConsoleRequest, on: str) -> dict[str, str]:
    """What a page is to show this once."""
    return request.session.pop(_session_key(request, on), {})


def _session_key(request: ConsoleRequest, on: str) -> str:
    return f"{on} of {request.console.page.code}"


def _tracker(name: str) -> Tracker:
    if name not in REPORTING:
        raise Http404
    return Tracker(name)


def _hook_address(hook: object) -> str:
    return settings.SITE_URL + reverse("tracker-hook", args=[hook.tracker, hook.code])
