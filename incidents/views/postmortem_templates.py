"""A page's own templates for postmortems."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.forms.applying import apply
from incidents.forms.postmortems import PostmortemTemplateForm
from incidents.lifecycle import delete_postmortem_template, save_postmortem_template
from incidents.models import PostmortemTemplate
from incidents.postmortems import template as default_template

from .answers import answer, done, sliced

TEMPLATES = "console:postmortem-templates"


@console_view
def templates(request: ConsoleRequest) -> HttpResponse:
    """The page's templates; ours is used while there are none, and can always be chosen."""
    shown = sliced(request, request.console.page.postmortem_templates.all())
    return answer(request, "incidents/postmortem/template_list.html", {"templates": shown})


@console_view
def edit(request: ConsoleRequest, pk: int | None = None) -> HttpResponse:
    """Write a template, beginning with ours, or change one."""
    page = request.console.page
    template = get_object_or_404(page.postmortem_templates, pk=pk) if pk else None
    form = PostmortemTemplateForm(request.POST or None, initial=_initial(template))
    if request.method == "POST" and form.is_valid() and not form.is_overtaken():
        written = _initial(template) | form.touched()
        if apply(form, save_postmortem_template, page=page, template=template, **written):
            return done(request, "Saved.", TEMPLATES)
    return answer(request, "incidents/postmortem/template_form.html", {"form": form, "template": template})


def _initial(template: PostmortemTemplate | None) -> dict[str, str]:
    if template is None:
        return {"body": default_template.BODY, "required": "\n".join(default_template.REQUIRED)}
    return {name: getattr(template, name) for name in ("name", "body", "required")}


@console_view
@require_POST
def delete(request: ConsoleRequest, pk: int) -> HttpResponse:
    """Remove a template."""
    delete_postmortem_template(template=get_object_or_404(request.console.page.postmortem_templates, pk=pk))
    return done(request, "The template is gone.", TEMPLATES)
