"""Every saved state of a postmortem: the list, two side by side, and bringing one back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.errors import LifecycleError
from incidents.instants import format_instant
from incidents.lifecycle import save_postmortem_draft
from incidents.postmortems.comparing import compared
from incidents.postmortems.revisions import grouped
from incidents.postmortems.timeline import held

from .answers import answer, done, refused, sliced
from .postmortems import find_postmortem

REVISIONS = "console:postmortem-revisions"


@console_view
def revisions(request: ConsoleRequest, code: str) -> HttpResponse:
    """Who saved what when, the newest first; what was saved by itself while one person typed is one line."""
    postmortem = find_postmortem(request, code)
    rows = postmortem.revisions.select_related("author").defer("body", "generated_timeline").order_by("-pk")
    shown = sliced(request, rows, per_page=100)
    context = {
        "postmortem": postmortem,
        "incident": postmortem.incident,
        "revisions": shown,
        "groups": grouped(list(shown)),
        "tab": "revisions",
    }
    return answer(request, "incidents/postmortem/revisions.html", context)


@console_view
def revision(request: ConsoleRequest, code: str, pk: int) -> HttpResponse:
    """One revision beside the one before it, or beside the present text (`?with=now`)."""
    postmortem = find_postmortem(request, code)
    shown = get_object_or_404(postmortem.revisions.select_related("author"), pk=pk)
    zone = request.console.page.zone
    label = format_instant(shown.created_at, zone)
    if request.GET.get("with") == "now":
        rows, labels = compared(shown.body, postmortem.draft), (label, "As it stands now")
    else:
        before = postmortem.revisions.filter(pk__lt=pk).last()
        earlier = format_instant(before.created_at, zone) if before else "Nothing"
        rows, labels = compared(before.body if before else "", shown.body), (earlier, label)
    context = {
        "postmortem": postmortem,
        "incident": postmortem.incident,
        "revision": shown,
        "rows": rows,
        "left_label": labels[0],
        "right_label": labels[1],
        "with_now": request.GET.get("with") == "now",
        "tab": "revisions",
    }
    return answer(request, "incidents/postmortem/revision.html", context)


@console_view
@require_POST
def restore(request: ConsoleRequest, code: str, pk: int) -> HttpResponse:
    """Bring an earlier text back, as a new revision: nothing is taken away.

    What was assembled by then comes back with it, so that a sync adds what happened since.
    """
    postmortem = find_postmortem(request, code)
    earlier = get_object_or_404(postmortem.revisions, pk=pk)
    note = f"Brought back from {format_instant(earlier.created_at, request.console.page.zone)}"
    try:
        save_postmortem_draft(
            incident=postmortem.incident,
            body=earlier.body,
            by=request.user,
            note=note,
            # Revisions from before it was kept with them hold none.
            generated_timeline=earlier.generated_timeline or held(postmortem.generated_timeline, earlier.body),
        )
    except LifecycleError as error:
        return refused(request, error.message, REVISIONS, code)
    return done(request, "The earlier text is back; the later ones are kept.", REVISIONS, code)
