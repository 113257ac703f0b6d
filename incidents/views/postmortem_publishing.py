"""Publishing a postmortem from the console: the last look, ten seconds to take it back, and corrections."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import PostmortemStatus
from incidents.errors import LifecycleError
from incidents.forms.postmortems import PublishForm
from incidents.lifecycle import schedule_publication, withdraw_publication
from incidents.models import Postmortem
from incidents.postmortem_guards import guards
from incidents.signals import who_is_told

from .answers import answer, done, refused
from .postmortems import find_postmortem, preview_of

PUBLISH = "console:postmortem-publish"


@console_view
def publish(request: ConsoleRequest, code: str) -> HttpResponse:
    """The text exactly as the public will read it, who will be told, and what is still missing. A POST decides."""
    postmortem = find_postmortem(request, code)
    if request.method != "POST":
        return _show(request, postmortem, PublishForm())
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _show(request, postmortem, form, status=422)
    try:
        schedule_publication(
            incident=postmortem.incident,
            by=request.user,
            notify=form.cleaned_data["notify"],
            note=form.cleaned_data["note"],
        )
    except LifecycleError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _show(request, find_postmortem(request, code), form, status=409)
    return done(request, "It goes out in ten seconds.", PUBLISH, code)


def _show(request: ConsoleRequest, postmortem: Postmortem, form: PublishForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    is_going_out = postmortem.status == PostmortemStatus.PUBLISHING
    remaining = (postmortem.publish_due_at - now).total_seconds() if is_going_out else 0
    asked = guards(postmortem, PostmortemStatus.PUBLISHING, request.user)
    context = {
        "postmortem": postmortem,
        "incident": postmortem.incident,
        "form": form,
        "guards": asked,
        "may_publish": postmortem.status == PostmortemStatus.APPROVED and all(guard.is_met for guard in asked),
        "is_going_out": is_going_out,
        "remaining": max(int(remaining) + 1, 1),
        "corrections": postmortem.corrections.all(),
        "told": [words for _, words in who_is_told.send(sender=Postmortem, postmortem=postmortem)],
        "tab": "publish",
        **preview_of(postmortem.pending_body if is_going_out else postmortem.draft, postmortem),
    }
    return answer(request, "incidents/postmortem/publish.html", context, status=status)


@console_view
@require_POST
def undo(request: ConsoleRequest, code: str) -> HttpResponse:
    """Take the publication back while the ten seconds last."""
    try:
        withdraw_publication(incident=find_postmortem(request, code).incident, by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, PUBLISH, code)
    return done(request, "It was taken back. Nothing of it was public.", PUBLISH, code)
