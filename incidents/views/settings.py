"""Page settings and update templates."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import IncidentStatus
from incidents.forms.applying import apply
from incidents.forms.page import PageForm
from incidents.forms.templates import UpdateTemplateForm
from incidents.lifecycle import delete_update_template, save_update_template, update_page
from incidents.models import Page, UpdateTemplate
from incidents.models.page import time_zones

from .answers import answer, done, sliced


@console_view
def settings(request: ConsoleRequest) -> HttpResponse:
    """Names, host names, zone and branding of the page."""
    page = request.console.page
    hosts = "\n".join(page.hosts.values_list("host", flat=True))
    form = PageForm(request.POST or None, request.FILES or None, instance=page, initial={"hosts": hosts})
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        fresh = Page.objects.get(pk=page.pk)
        if apply(form, update_page, page=fresh, by=request.user, **form.changes()):
            return done(request, "Saved.", "console:settings")
    context = {"form": form, "zones": sorted(time_zones())}
    return answer(request, "incidents/settings.html", context)


@console_view
def templates(request: ConsoleRequest) -> HttpResponse:
    """The templates for common updates."""
    shown = sliced(request, request.console.page.update_templates.all())
    return answer(request, "incidents/template_list.html", {"templates": shown})


@console_view
def edit_template(request: ConsoleRequest, pk: int | None = None) -> HttpResponse:
    """Write a template, or change one."""
    page = request.console.page
    template = get_object_or_404(page.update_templates, pk=pk) if pk else None
    form = UpdateTemplateForm(request.POST or None, initial=_initial(template))
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        written = _initial(template) | form.touched()
        written["status"] = IncidentStatus(written["status"])
        if apply(form, save_update_template, page=page, template=template, **written):
            return done(request, "Saved.", "console:templates")
    return answer(request, "incidents/template_form.html", {"form": form, "template": template})


def _initial(template: UpdateTemplate | None) -> dict[str, str]:
    names = ("name", "title", "status", "body")
    return {name: getattr(template, name) for name in names} if template else {}


@console_view
@require_POST
def delete_template(request: ConsoleRequest, pk: int) -> HttpResponse:
    """Remove a template."""
    delete_update_template(template=get_object_or_404(request.console.page.update_templates, pk=pk))
    return done(request, "The template is gone.", "console:templates")
