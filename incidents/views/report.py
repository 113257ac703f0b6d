"""Reporting an incident."""

from django.http import HttpResponse

from incidents.access import ConsoleRequest, console_view
from incidents.choices import OPEN_STATUSES, Impact, IncidentStatus
from incidents.errors import AlreadyDone
from incidents.forms.applying import apply
from incidents.forms.numbers import number_in
from incidents.forms.updates import ReportForm
from incidents.lifecycle import open_drill, open_incident
from incidents.models import Incident

from .answers import answer, done


@console_view
def report(request: ConsoleRequest) -> HttpResponse:
    """Open an incident, or practise opening one."""
    page = request.console.page
    templates = page.update_templates.filter(status__in=(*OPEN_STATUSES, IncidentStatus.RESOLVED))
    form = ReportForm(
        request.POST or None,
        components=page.components.living().in_page_order(),
        initial=_from_template(request, templates),
    )
    if request.method == "POST" and form.is_valid():
        try:
            incident = _open(request, form)
        except AlreadyDone as repeat:
            return done(request, repeat.message, "console:incident", repeat.code)
        if incident is not None:
            said = "The drill has begun; nobody outside sees it." if form.cleaned_data["is_drill"] else "It is posted."
            return done(request, said, "console:incident", incident.code)
    return answer(request, "incidents/report.html", {"form": form, "templates": templates})


def _from_template(request: ConsoleRequest, templates: object) -> dict[str, object]:
    """What a template proposes (`?template=ID`), for starting without JavaScript too."""
    chosen = number_in(request.GET.get("template", ""))
    template = templates.filter(pk=chosen).first() if chosen else None
    if template is None:
        return {"is_drill": "drill" in request.GET}
    return {"name": template.title, "status": template.status, "body": template.body}


def _open(request: ConsoleRequest, form: ReportForm) -> Incident | None:
    data = form.cleaned_data
    common = {
        "page": request.console.page,
        "code": data["code"],
        "name": data["name"],
        "body": data["body"],
        "by": request.user,
        "status": IncidentStatus(data["status"]),
        "component_statuses": form.component_statuses(),
        "moments": form.moments(),
        "next_update_by": data["next_update_by"],
    }
    if data["is_drill"]:
        return apply(form, open_drill, **common)
    return apply(
        form,
        open_incident,
        **common,
        at=data["posted_at"],
        moment_source=form.moment_source(),
        impact_override=Impact(data["impact_override"]) if data["impact_override"] else None,
        notify=data["notify"],
        backfilled=data["backfilled"],
    )
