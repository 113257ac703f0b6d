"""Components and groups: adding, renaming, ordering, archiving, and the status set by hand."""

from collections.abc import Sequence

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents import lifecycle
from incidents.access import ConsoleRequest, console_view
from incidents.choices import ComponentStatus
from incidents.component_status import statuses_at
from incidents.errors import LifecycleError
from incidents.forms.applying import apply
from incidents.forms.components import ComponentForm, ComponentStatusForm, GroupForm
from incidents.models import Component, Page

from .answers import answer, done, refused


@console_view
def components(request: ConsoleRequest) -> HttpResponse:
    """All components under their groups, with what is archived below."""
    page = request.console.page
    living = list(page.components.living().select_related("group"))
    statuses = statuses_at(living, timezone.now())
    groups = list(_groups(page))
    context = {
        "sections": [
            (group, [(component, statuses[component.pk]) for component in living if component.group_id == pk])
            for group, pk in [(None, None), *[(group, group.pk) for group in groups]]
        ],
        "archived": page.components.filter(archived_at__isnull=False),
    }
    return answer(request, "incidents/component_list.html", context, part="components")


@console_view
def add_component(request: ConsoleRequest) -> HttpResponse:
    """Add a component."""
    page = request.console.page
    group = page.groups.filter(code=request.GET.get("group", "")).first()
    form = ComponentForm(request.POST or None, groups=_groups(page), initial={"group": group})
    if (
        request.method == "POST"
        and form.is_valid()
        and apply(form, lifecycle.create_component, page=page, by=request.user, **form.cleaned_data)
    ):
        return done(request, "The component is on the page.", "console:components")
    return answer(request, "incidents/component_form.html", {"form": form, "title": "Add a component"})


@console_view
def edit_component(request: ConsoleRequest, code: str) -> HttpResponse:
    """Rename a component or move it to another group."""
    page = request.console.page
    component = get_object_or_404(page.components, code=code)
    form = ComponentForm(request.POST or None, instance=component, groups=_groups(page))
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        fresh = page.components.select_related("page", "group").get(pk=component.pk)
        if apply(form, lifecycle.update_component, component=fresh, by=request.user, **form.written_over(fresh)):
            return done(request, "Saved.", "console:components")
    context = {"form": form, "title": f"Edit {component.name}", "component": component}
    return answer(request, "incidents/component_form.html", context)


@console_view
def set_status(request: ConsoleRequest, code: str) -> HttpResponse:
    """Set a component's baseline by hand."""
    component = get_object_or_404(request.console.page.components.living(), code=code)
    baseline = component.claims.filter(incident__isnull=True, ended_at__isnull=True).first()
    form = ComponentStatusForm(
        request.POST or None, initial={"status": baseline.status if baseline else ComponentStatus.OPERATIONAL}
    )
    if request.method == "POST" and form.is_valid():
        status = ComponentStatus(form.cleaned_data["status"])
        if apply(form, lifecycle.set_component_status, component=component, status=status, by=request.user):
            return done(request, f"{component.name} is set to {status.label.lower()}.", "console:components")
    context = {"form": form, "title": f"Set the status of {component.name} by hand", "by_hand": True}
    return answer(request, "incidents/component_form.html", context)


@console_view
@require_POST
def archive_component(request: ConsoleRequest, code: str) -> HttpResponse:
    """Take a component off the page, keeping its history."""
    component = get_object_or_404(request.console.page.components, code=code)
    return _try(request, lifecycle.archive_component, "It is off the page; its history stays.", component=component)


@console_view
@require_POST
def restore_component(request: ConsoleRequest, code: str) -> HttpResponse:
    """Bring an archived component back."""
    component = get_object_or_404(request.console.page.components, code=code)
    return _try(request, lifecycle.restore_component, "It is on the page again.", component=component)


@console_view
@require_POST
def move_component(request: ConsoleRequest, code: str) -> HttpResponse:
    """Move a component one place up or down among its siblings."""
    page = request.console.page
    component = get_object_or_404(page.components.living(), code=code)
    siblings = list(page.components.living().filter(group=component.group))
    ordered = _moved(siblings, component, request.POST.get("direction", ""))
    lifecycle.arrange(page=page, ordered=ordered, by=request.user)
    return components(request) if request.htmx else done(request, "Moved.", "console:components")


@console_view
def add_group(request: ConsoleRequest) -> HttpResponse:
    """Add a group."""
    form = GroupForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and apply(form, lifecycle.create_group, page=request.console.page, by=request.user, **form.cleaned_data)
    ):
        return done(request, "The group is on the page.", "console:components")
    return answer(request, "incidents/component_form.html", {"form": form, "title": "Add a group"})


@console_view
def edit_group(request: ConsoleRequest, code: str) -> HttpResponse:
    """Rename a group."""
    group = get_object_or_404(request.console.page.groups, code=code)
    form = GroupForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        fresh = request.console.page.groups.get(pk=group.pk)
        if apply(form, lifecycle.update_group, group=fresh, by=request.user, **form.written_over(fresh)):
            return done(request, "Saved.", "console:components")
    return answer(request, "incidents/component_form.html", {"form": form, "title": f"Edit {group.name}"})


@console_view
@require_POST
def archive_group(request: ConsoleRequest, code: str) -> HttpResponse:
    """Take an empty group off the page."""
    group = get_object_or_404(request.console.page.groups, code=code)
    return _try(request, lifecycle.archive_group, "The group is off the page.", group=group)


@console_view
@require_POST
def move_group(request: ConsoleRequest, code: str) -> HttpResponse:
    """Move a group one place up or down."""
    page = request.console.page
    group = get_object_or_404(_groups(page), code=code)
    ordered = _moved(list(_groups(page)), group, request.POST.get("direction", ""))
    lifecycle.arrange(page=page, ordered=ordered, by=request.user)
    return components(request) if request.htmx else done(request, "Moved.", "console:components")


def _groups(page: Page) -> object:
    return page.groups.filter(archived_at__isnull=True)


def _moved(siblings: Sequence[Model], row: Model, direction: str) -> list[Model]:
    ordered = list(siblings)
    place = ordered.index(row)
    target = place - 1 if direction == "up" else place + 1
    if 0 <= target < len(ordered):
        ordered[place], ordered[target] = ordered[target], ordered[place]
    return ordered


def _try(request: ConsoleRequest, change: object, said: str, **arguments: Component) -> HttpResponse:
    try:
        change(by=request.user, **arguments)
    except LifecycleError as error:
        return refused(request, error.message, "console:components")
    return done(request, said, "console:components")
