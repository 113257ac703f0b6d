"""Taking a postmortem along, and bringing back one that was written elsewhere in between."""

import re

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone

from incidents.access import ConsoleRequest, console_view
from incidents.errors import DraftChanged, LifecycleError
from incidents.lifecycle import save_postmortem_draft
from incidents.postmortems import exports as forms_of_export
from incidents.postmortems.front_matter import NotAnExport, read

from .answers import answer, done, refused
from .postmortems import EDITOR, conflict_of, find_postmortem, show_editor

MAX_UPLOAD = 1_000_000
TOLD = {
    "title": "title",
    "impact": "impact",
    "moments": "moments",
    "figures": "figures",
    "action_items": "action items",
    "no_action_reason": "the reason why nothing is to be done",
}
"""What a file may say otherwise than the incident does, and how that is called."""


class ImportForm(forms.Form):
    """A Markdown export for colleagues, as it was taken along or changed since."""

    file = forms.FileField(label="Markdown export", widget=forms.FileInput(attrs={"accept": ".md,text/markdown"}))

    def clean_file(self) -> tuple[dict[str, object], str]:
        """Facts and text of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_UPLOAD:
            raise forms.ValidationError("This file is larger than 1 MB; no postmortem is.")
        try:
            return read(upload.read().decode())
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This file is not UTF-8 text.") from error
        except NotAnExport as error:
            raise forms.ValidationError(str(error)) from error


@console_view
def exports(request: ConsoleRequest, code: str) -> HttpResponse:
    """The forms there are, and a form that reads a Markdown export in again."""
    postmortem = find_postmortem(request, code)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        facts, text = form.cleaned_data["file"]
        problem = _problem(facts, code)
        if problem:
            form.add_error("file", problem)
        else:
            return _imported(request, code, facts, text)
    context = {"postmortem": postmortem, "incident": postmortem.incident, "form": form, "tab": "export"}
    return answer(request, "incidents/postmortem/exports.html", context, status=422 if form.errors else 200)


def _problem(facts: dict[str, object], code: str) -> str:
    if facts.get("incident") != code:
        return f"This is the postmortem of incident {facts.get('incident')}, not of this one."
    if facts.get("audience") != forms_of_export.INTERNAL:
        return "This is the public export: the internal passages would be lost. Use the one for colleagues."
    return ""


def _imported(request: ConsoleRequest, code: str, facts: dict[str, object], text: str) -> HttpResponse:
    """Save the text as a new revision; what the file says otherwise than the incident is told, not taken over."""
    postmortem = find_postmortem(request, code)
    base = facts.get("revision")
    try:
        save_postmortem_draft(
            incident=postmortem.incident,
            body=text,
            by=request.user,
            note="Read in from a Markdown export",
            base=base if isinstance(base, int) else 0,
        )
    except DraftChanged as changed:
        return show_editor(request, postmortem, conflict=conflict_of(changed, text, by=request.user), status=409)
    except LifecycleError as error:
        return refused(request, error.message, EDITOR, code)
    now = forms_of_export.facts(postmortem, forms_of_export.INTERNAL, timezone.now())
    differing = [words for name, words in TOLD.items() if facts.get(name) != now[name]]
    said = "The text is read in."
    if differing:
        said += f" The file tells {', '.join(differing)} otherwise than the incident does; correct those in its room."
    return done(request, said, EDITOR, code)


@console_view
def export(request: ConsoleRequest, code: str, name: str) -> HttpResponse:
    """One export, such as `internal.md` or `public.pdf`, as a file to keep."""
    match = re.fullmatch(r"(internal|public)\.(md|html|pdf|json)", name)
    if match is None:
        raise Http404
    postmortem = find_postmortem(request, code)
    if match[1] == forms_of_export.PUBLIC and not postmortem.is_published:
        raise Http404
    body, content_type = forms_of_export.export_of(postmortem, match[1], match[2], timezone.now())
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="postmortem-{code}-{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
