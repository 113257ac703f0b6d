"""Writing postmortems: the list, the editor, saving, the preview, and what two people typed at once."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import CLOSED_STATUSES, PostmortemStatus
from incidents.errors import DraftChanged, LifecycleError
from incidents.forms.action_items import AddItemForm
from incidents.forms.numbers import number_in
from incidents.forms.postmortems import DraftForm, ImageForm
from incidents.instants import format_time
from incidents.item_panels import lines_in, panel_of
from incidents.lifecycle import release_due_publications, save_postmortem_draft, start_postmortem
from incidents.markdown import render as render_markdown
from incidents.markdown import render_marked
from incidents.models import Postmortem, User
from incidents.postmortems.comparing import compared
from incidents.postmortems.facts import entries_of
from incidents.postmortems.hints import hints_of
from incidents.postmortems.internal import MarksUnbalanced, public_text
from incidents.postmortems.merging import Merge, merge
from incidents.postmortems.timeline import assembled, synced

from .answers import answer, done, refused, sliced
from .room import find_incident

EDITOR = "console:postmortem"
LOCKED = (PostmortemStatus.PUBLISHING, PostmortemStatus.CLOSED)


@console_view
def postmortems(request: ConsoleRequest) -> HttpResponse:
    """Every incident that is over or has a postmortem, the last one first, with where its review stands."""
    chosen = request.GET.get("status", "")
    found = request.console.page.incidents.incidents()
    if chosen in PostmortemStatus.values:
        found = found.filter(postmortem__status=chosen)
    elif chosen == "none":
        found = found.filter(status__in=CLOSED_STATUSES, postmortem__isnull=True)
    else:
        found = found.filter(Q(status__in=CLOSED_STATUSES) | Q(postmortem__isnull=False))
    rows = found.select_related("postmortem__author").order_by("-started_at", "-pk")
    context = {
        "incidents": sliced(request, rows),
        "chosen": chosen,
        "choices": [("", "All"), ("none", "Not begun"), *PostmortemStatus.choices],
        "now": timezone.now(),
    }
    return answer(request, "incidents/postmortem/list.html", context, part="results")


def find_postmortem(request: ConsoleRequest, code: str) -> Postmortem:
    """The postmortem of an incident that `find_incident` finds; what the clock made due is put out first."""
    found = find_incident(request, code)
    release_due_publications()
    postmortem = (
        Postmortem.objects.filter(incident=found)
        .select_related("incident__page", "author", "approved_by", "template", "moments_confirmed_by")
        .first()
    )
    if postmortem is None:
        raise Http404
    return postmortem


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a second save is shown: who was faster, both texts, and both brought together."""

    author: str
    theirs: str
    mine: str
    merge: Merge

    @property
    def rows(self) -> list[object]:
        """Their text beside the own one."""
        return compared(self.theirs, self.mine)


@console_view
def editor(request: ConsoleRequest, code: str) -> HttpResponse:
    """The editor; where nothing is written yet, the templates to start from. A POST saves."""
    found = find_incident(request, code)
    if found.is_maintenance:
        raise Http404
    if not Postmortem.objects.filter(incident=found).exists():
        context = {"incident": found, "templates": request.console.page.postmortem_templates.all()}
        return answer(request, "incidents/postmortem/start.html", context)
    postmortem = find_postmortem(request, code)
    if request.method != "POST":
        return show_editor(request, postmortem)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return show_editor(request, postmortem, form=form, status=422)
    try:
        save_postmortem_draft(
            incident=postmortem.incident, body=form.cleaned_data["body"], by=request.user, base=_base(form)
        )
    except DraftChanged as changed:
        conflict = conflict_of(changed, form.cleaned_data["body"], by=request.user)
        return show_editor(request, postmortem, conflict=conflict, status=409)
    except LifecycleError as error:
        form.add_error("body", error.message)
        return show_editor(request, postmortem, form=form, status=409)
    return done(request, "Saved.", EDITOR, code)


def show_editor(
    request: ConsoleRequest,
    postmortem: Postmortem,
    *,
    form: DraftForm | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the editor with the saved text, with what was sent, or with both sides of a conflict merged."""
    if form is None:
        body = conflict.merge.text if conflict else postmortem.draft
        copy = request.POST.get("copy", "") if conflict else ""
        form = DraftForm(initial={"body": body, "base": _latest(postmortem), "copy": copy})
    is_locked = postmortem.status in LOCKED
    if is_locked:
        form.fields["body"].widget.attrs["readonly"] = True
    context = {
        "postmortem": postmortem,
        "incident": postmortem.incident,
        "form": form,
        "conflict": conflict,
        "is_locked": is_locked,
        "images": postmortem.images.all(),
        "image_form": ImageForm(),
        "items": panel_of(postmortem.incident),
        "add_form": AddItemForm(prefix="item"),
        "today": timezone.localdate(),
        "tab": "write",
        **_beside(form["body"].value() or "", postmortem),
    }
    return answer(request, "incidents/postmortem/editor.html", context, status=status)


@console_view
@require_POST
def start(request: ConsoleRequest, code: str) -> HttpResponse:
    """Start the draft from one of the page's templates, or from ours."""
    found = find_incident(request, code)
    chosen = number_in(request.POST.get("template", ""))
    templates = request.console.page.postmortem_templates
    template = templates.filter(pk=chosen).first() if chosen else None
    try:
        start_postmortem(incident=found, by=request.user, template=template)
    except LifecycleError as error:
        return refused(request, error.message, "console:incident", code)
    return redirect(EDITOR, code)


@console_view
@require_POST
def autosave(request: ConsoleRequest, code: str) -> JsonResponse:
    """Save while somebody types. 409 with both texts and their merge when somebody else was faster."""
    postmortem = find_postmortem(request, code)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": "The text could not be read."}, status=422)
    body = form.cleaned_data["body"]
    try:
        saved = save_postmortem_draft(
            incident=postmortem.incident, body=body, by=request.user, base=_base(form), is_autosave=True
        )
    except DraftChanged as changed:
        return JsonResponse(conflict_answer(request, postmortem, changed, body), status=409)
    except LifecycleError as error:
        return JsonResponse({"message": error.message}, status=409)
    at = format_time(timezone.now(), request.console.page.zone)
    return JsonResponse({"base": _latest(saved), "at": at, "status": saved.get_status_display()})


def conflict_of(changed: DraftChanged, mine: str, *, by: User) -> Conflict:
    """Both sides and their merge; `by` wrote `mine`."""
    mine = mine.replace("\r\n", "\n")
    merged = merge(changed.base, mine, changed.theirs, my_name=by.display_name, their_name=changed.author)
    return Conflict(changed.author, changed.theirs, mine, merged)


def conflict_answer(
    request: ConsoleRequest, postmortem: Postmortem, changed: DraftChanged, mine: str
) -> dict[str, object]:
    """A conflict for the editor's script: the panel to show, the merged text, and the revision it stands on."""
    conflict = conflict_of(changed, mine, by=request.user)
    panel = render(request, "incidents/postmortem/_conflict.html", {"conflict": conflict, "postmortem": postmortem})
    return {
        "message": changed.message,
        "panel": panel.content.decode(),
        "theirs": conflict.theirs,
        "merged": conflict.merge.text,
        "base": changed.revision,
    }


@console_view
@require_POST
def compare(request: ConsoleRequest, code: str) -> HttpResponse:
    """A text that a browser kept, beside the one that is saved."""
    postmortem = find_postmortem(request, code)
    rows = compared(postmortem.draft, request.POST.get("body", "").replace("\r\n", "\n"))
    labels = {"left_label": "Saved", "right_label": "Kept in this browser"}
    return render(request, "incidents/postmortem/_diff.html", {"rows": rows, **labels})


@console_view
@require_POST
def preview(request: ConsoleRequest, code: str) -> HttpResponse:
    """The text as the public will read it, as colleagues read it, and what might be written otherwise."""
    postmortem = find_postmortem(request, code)
    context = {"incident": postmortem.incident, **_beside(request.POST.get("body", ""), postmortem)}
    return render(request, "incidents/postmortem/_preview.html", context)


def _beside(text: str, postmortem: Postmortem) -> dict[str, object]:
    """What stands beside the text while it is written: the preview, and its lines that have no action item yet."""
    return {**preview_of(text, postmortem), "lines": lines_in(text, postmortem.incident)}


def preview_of(text: str, postmortem: Postmortem) -> dict[str, object]:
    """What the preview shows; the public side is made by the functions that publishing calls."""
    text = text.replace("\r\n", "\n")
    try:
        public, problem = render_markdown(public_text(text)), None
    except MarksUnbalanced as error:
        public, problem = None, error
    return {
        "public_html": public,
        "problem": problem,
        "marked_html": render_marked(text),
        "hints": hints_of(text, _names(postmortem)),
    }


@console_view
@require_POST
def sync_timeline(request: ConsoleRequest, code: str) -> HttpResponse:
    """Bring the assembled lines of the timeline up to date, and leave what was written by hand alone."""
    postmortem = find_postmortem(request, code)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return show_editor(request, postmortem, form=form, status=422)
    incident = postmortem.incident
    mine = form.cleaned_data["body"].replace("\r\n", "\n")
    fresh = assembled(entries_of(incident), incident.page.zone)
    body = synced(mine, postmortem.generated_timeline, fresh)
    try:
        save_postmortem_draft(
            incident=incident,
            body=body,
            by=request.user,
            base=_base(form),
            note="Timeline brought up to date",
            generated_timeline=fresh,
        )
    except DraftChanged as changed:
        # Without the fresh lines: once merged by hand they would count as somebody's own.
        return show_editor(request, postmortem, conflict=conflict_of(changed, mine, by=request.user), status=409)
    except LifecycleError as error:
        form.add_error("body", error.message)
        return show_editor(request, postmortem, form=form, status=409)
    said = "The timeline is up to date." if body != mine else "The timeline was up to date already."
    return done(request, said, EDITOR, code)


def _names(postmortem: Postmortem) -> list[str]:
    people = User.objects.filter(is_active=True)[:200]
    return [name for person in people for name in (person.first_name, person.last_name, person.display_name) if name]


def _base(form: DraftForm) -> int:
    """The revision that the text was begun from; 0, which is none, where the form doesn't say."""
    return form.cleaned_data["base"] or 0


def _latest(postmortem: Postmortem) -> int:
    return postmortem.revisions.order_by("-pk").values_list("pk", flat=True).first() or 0
