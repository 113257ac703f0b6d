"""The incident room: reading it, posting updates, and correcting what was posted or believed."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import Impact, IncidentStatus, Moment, MomentSource, Precision
from incidents.contributions import room_panels
from incidents.errors import IncidentChanged, LifecycleError
from incidents.forms.action_items import AddItemForm
from incidents.forms.applying import apply
from incidents.forms.numbers import number_in
from incidents.forms.updates import (
    IncidentEditForm,
    MomentForm,
    ReopenForm,
    UpdateEditForm,
    UpdateForm,
)
from incidents.item_panels import panel_of
from incidents.lifecycle import (
    correct_moment,
    edit_incident,
    edit_update,
    post_update,
    reopen_incident,
)
from incidents.markdown import render as render_markdown
from incidents.models import Incident, Page, UpdateTemplate
from incidents.room import living_components, room_of
from incidents.transitions import NEXT

from .answers import answer, done


def find_incident(request: ConsoleRequest, code: str) -> Incident:
    """An incident or maintenance of the page being worked on, or of its practice page; anything else isn't found."""
    pages = Page.objects.filter(pk=request.console.page.pk) | Page.objects.filter(drill_for=request.console.page)
    return get_object_or_404(Incident.objects.select_related("page"), code=code, page__in=pages)


@console_view
def incident(request: ConsoleRequest, code: str) -> HttpResponse:
    """The room of one incident or maintenance."""
    found = find_incident(request, code)
    return show(request, found, _composer(request, found))


def show(
    request: ConsoleRequest, found: Incident, composer: UpdateForm | None, *, said: str = "", status: int = 200
) -> HttpResponse:
    """Render the room with a composer in whatever state it is; what was done is `said` where htmx keeps the page."""
    now = timezone.now()
    context = {
        "room": room_of(found, now),
        "panels": room_panels(found, now),
        "now": now,
        "is_part": request.htmx and request.method == "POST",
        "said": said,
        "incident": found,
        "composer": composer,
        "reopen": ReopenForm(components=living_components(found))
        if composer is None and not found.is_maintenance
        else None,
        "templates": _templates(request, found) if composer is not None else (),
        "items": panel_of(found) if not found.is_maintenance else None,
        "add_form": AddItemForm(prefix="item"),
        "today": timezone.localdate(now),
    }
    return answer(request, "incidents/room.html", context, part="room", status=status)


def _composer(request: ConsoleRequest, found: Incident, data: object = None) -> UpdateForm | None:
    """The composer, empty, filled from a template or as it was sent; None where no update may follow."""
    if not NEXT[IncidentStatus(found.status)] and data is None:
        return None
    said = dict(found.listings.values_list("component_id", "status"))
    chosen = number_in(request.GET.get("template", ""))
    template = UpdateTemplate.objects.filter(page=request.console.page, pk=chosen).first() if chosen else None
    initial = {"body": template.body, "status": template.status} if template else None
    return UpdateForm(data, incident=found, components=living_components(found), said=said, initial=initial)


def _templates(request: ConsoleRequest, found: Incident) -> object:
    return request.console.page.update_templates.filter(status__in=NEXT[IncidentStatus(found.status)])


@console_view
@require_POST
def post(request: ConsoleRequest, code: str) -> HttpResponse:
    """Post an update from the composer. When the incident changed meanwhile, say so and keep what was typed."""
    found = find_incident(request, code)
    form = _composer(request, found, request.POST)
    if form.is_valid() and _post(request, found, form):
        said = "The update is posted."
        if request.htmx:
            fresh = find_incident(request, code)
            return show(request, fresh, _composer(request, fresh), said=said)
        return done(request, said, "console:incident", code)
    fresh = find_incident(request, code)
    if str(fresh.version) != request.POST.get("seen_version"):
        return _changed(request, fresh)
    return show(request, fresh, form)


def _post(request: ConsoleRequest, found: Incident, form: UpdateForm) -> object:
    """Post what the form says; None, with the reason on the form, when it was refused."""
    data = form.cleaned_data
    return apply(
        form,
        post_update,
        incident=found,
        status=IncidentStatus(data["status"]),
        body=data["body"],
        by=request.user,
        at=data["posted_at"],
        component_statuses=form.component_statuses(),
        notify=data["notify"],
        next_update_by=data["next_update_by"],
        seen_version=data["seen_version"],
    )


def _changed(request: ConsoleRequest, fresh: Incident) -> HttpResponse:
    """The room as it is now, with what the responder typed still in the composer and a line that says what happened."""
    kept = request.POST.copy()
    kept["seen_version"] = str(fresh.version)
    form = _composer(request, fresh, kept)
    form.add_error(None, IncidentChanged(fresh).message)
    return show(request, fresh, form)


@console_view
@require_POST
def reopen(request: ConsoleRequest, code: str) -> HttpResponse:
    """Reopen a resolved incident."""
    found = find_incident(request, code)
    form = ReopenForm(request.POST, components=living_components(found))
    if form.is_valid():
        data = form.cleaned_data
        reopened = apply(
            form,
            reopen_incident,
            incident=found,
            body=data["body"],
            by=request.user,
            status=IncidentStatus(data["status"]),
            component_statuses=form.component_statuses(),
            next_update_by=data["next_update_by"],
            impact_resumed_at=data["impact_resumed_at"],
            reason=data["reason"],
            notify=data["notify"],
        )
        if reopened:
            return done(request, "It is open again.", "console:incident", code)
    return edit_page(request, found, form, "Reopen this incident", "Reopen")


@console_view
def edit_details(request: ConsoleRequest, code: str) -> HttpResponse:
    """Rename an incident or override its impact."""
    found = find_incident(request, code)
    form = IncidentEditForm(
        request.POST or None, initial={"name": found.name, "impact_override": found.impact_override}
    )
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        written = form.written_over(found)
        override = written["impact_override"]
        written["impact_override"] = Impact(override) if override else None
        if apply(form, edit_incident, incident=found, by=request.user, **written):
            return done(request, "Saved.", "console:incident", code)
    return edit_page(request, found, form, "Name and impact", "Save")


@console_view
def edit_posted(request: ConsoleRequest, code: str, update_code: str) -> HttpResponse:
    """Correct an update; the earlier text stays in its history."""
    found = find_incident(request, code)
    update = get_object_or_404(found.updates, code=update_code)
    update.incident = found
    form = UpdateEditForm(request.POST or None, update=update)
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        if apply(form, edit_update, update=update, by=request.user, **form.written_over(update)):
            return done(request, "The update is corrected. Nobody was notified again.", "console:incident", code)
    return edit_page(request, found, form, "Correct this update", "Save the correction")


@console_view
def moment(request: ConsoleRequest, code: str, moment: str) -> HttpResponse:
    """Record or correct one of the five moments."""
    found = find_incident(request, code)
    if moment not in Moment.values:
        raise Http404
    which = Moment(moment)
    value = getattr(found, f"{which}_at")
    form = MomentForm(request.POST or None, initial={"value": value})
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        data = form.cleaned_data
        recorded = apply(
            form,
            _correct,
            incident=found,
            moment=which,
            value=form.touched().get("value", value),
            by=request.user,
            source=MomentSource(data["source"]),
            precision=Precision(data["precision"]),
            reason=data["reason"],
        )
        if recorded:
            return done(request, f"“{which.label}” is recorded. The figures follow.", "console:incident", code)
    return edit_page(request, found, form, f"{which.label}: when?", "Record")


def _correct(**arguments: object) -> object:
    """Record a moment, with a refusal put on the form's one time field whichever moment it names."""
    try:
        return correct_moment(**arguments)
    except LifecycleError as error:
        if error.field and error.field.endswith("_at"):
            raise LifecycleError(error.message, field="value") from error
        raise


def edit_page(request: ConsoleRequest, found: Incident, form: forms.Form, title: str, action: str) -> HttpResponse:
    """Render one form about an incident, with what it is for and what its button says."""
    context = {"incident": found, "form": form, "title": title, "action": action}
    return answer(request, "incidents/edit.html", context)


@console_view
def metrics(request: ConsoleRequest, code: str) -> HttpResponse:
    """The figures beside the timeline; asked for again while a worker is still computing them."""
    found = find_incident(request, code)
    return render(request, "incidents/_metrics_panel.html", {"room": room_of(found, timezone.now()), "incident": found})


@console_view
@require_POST
def preview(request: ConsoleRequest) -> HttpResponse:
    """The words of an update as the public will read them, by the very function that publishes them."""
    return render(request, "incidents/_preview.html", {"html": render_markdown(request.POST.get("body", ""))})
