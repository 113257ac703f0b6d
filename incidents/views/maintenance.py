"""Scheduling, moving and calling off maintenance."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.errors import AlreadyDone, LifecycleError
from incidents.forms.applying import apply
from incidents.forms.maintenance import CancelForm, RescheduleForm, ScheduleForm
from incidents.lifecycle import (
    cancel_maintenance,
    complete_maintenance,
    end_series,
    reschedule_maintenance,
    schedule_maintenance,
    start_maintenance,
    start_series,
)
from incidents.models import Incident, MaintenanceSeries

from .answers import answer, done, refused
from .room import find_incident


@console_view
def schedule(request: ConsoleRequest) -> HttpResponse:
    """Announce a maintenance, once or by a rule."""
    page = request.console.page
    form = ScheduleForm(request.POST or None, components=page.components.living().in_page_order())
    if request.method == "POST" and form.is_valid():
        by_rule = bool(form.cleaned_data["rrule"])
        said = "The windows are scheduled ahead." if by_rule else "The maintenance is announced."
        try:
            made = _start_series(request, form) if by_rule else _schedule_once(request, form)
            code = made.code if made else ""
        except AlreadyDone as repeat:
            said, code = repeat.message, repeat.code
        if code:
            to = ("console:maintenances",) if by_rule else ("console:incident", code)
            return done(request, said, *to)
    return answer(request, "incidents/schedule.html", {"form": form})


def _schedule_once(request: ConsoleRequest, form: ScheduleForm) -> Incident | None:
    data = {name: value for name, value in form.cleaned_data.items() if name != "rrule"}
    return apply(form, schedule_maintenance, page=request.console.page, by=request.user, **data)


def _start_series(request: ConsoleRequest, form: ScheduleForm) -> MaintenanceSeries | None:
    data = form.cleaned_data
    lasts: timedelta = data["scheduled_until"] - data["scheduled_for"]
    return apply(
        form,
        start_series,
        page=request.console.page,
        code=data["code"],
        name=data["name"],
        body=data["body"],
        rrule=data["rrule"],
        first_starts_at=data["scheduled_for"],
        duration_minutes=int(lasts.total_seconds() // 60),
        components=data["components"],
        by=request.user,
        auto_start=data["auto_start"],
        auto_complete=data["auto_complete"],
        remind_before_minutes=data["remind_before_minutes"],
    )


@console_view
def reschedule(request: ConsoleRequest, code: str) -> HttpResponse:
    """Move a maintenance to another window."""
    found = find_incident(request, code)
    window = {"scheduled_for": found.scheduled_for, "scheduled_until": found.scheduled_until}
    form = RescheduleForm(
        request.POST or None,
        initial=window | {"body": RescheduleForm.base_fields["body"].initial},
    )
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        if apply(form, reschedule_maintenance, incident=found, by=request.user, **form.written_over(found)):
            return done(request, "The maintenance is moved.", "console:incident", code)
    context = {"incident": found, "form": form, "title": "Move this maintenance", "action": "Move"}
    return answer(request, "incidents/edit.html", context)


@console_view
def cancel(request: ConsoleRequest, code: str) -> HttpResponse:
    """Call a maintenance off."""
    found = find_incident(request, code)
    form = CancelForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and apply(form, cancel_maintenance, incident=found, by=request.user, **form.cleaned_data)
    ):
        return done(request, "The maintenance is called off.", "console:incident", code)
    context = {"incident": found, "form": form, "title": "Call this maintenance off", "action": "Call it off"}
    return answer(request, "incidents/edit.html", context)


@console_view
@require_POST
def start(request: ConsoleRequest, code: str) -> HttpResponse:
    """Begin a maintenance now."""
    try:
        start_maintenance(incident=find_incident(request, code), by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, "console:incident", code)
    return done(request, "The maintenance has begun.", "console:incident", code)


@console_view
@require_POST
def complete(request: ConsoleRequest, code: str) -> HttpResponse:
    """End a maintenance now."""
    try:
        complete_maintenance(incident=find_incident(request, code), by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, "console:incident", code)
    return done(request, "The maintenance is completed.", "console:incident", code)


@console_view
@require_POST
def end_rule(request: ConsoleRequest, code: str) -> HttpResponse:
    """Schedule no more windows of a series."""
    series = get_object_or_404(request.console.page.maintenance_series, code=code)
    end_series(series=series, by=request.user)
    return done(request, "No more windows will be scheduled. Call off those ahead one by one.", "console:maintenances")
