"""Uploading an image for a postmortem."""

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.forms.applying import apply
from incidents.forms.postmortems import ImageForm
from incidents.lifecycle import add_postmortem_image

from .answers import done, refused
from .postmortems import EDITOR, find_postmortem


@console_view
@require_POST
def upload(request: ConsoleRequest, code: str) -> HttpResponse:
    """Keep an image; a script gets the words that show it and its place in the list, a form goes back to the editor."""
    postmortem = find_postmortem(request, code)
    form = ImageForm(request.POST, request.FILES)
    image = None
    if form.is_valid():
        image = apply(
            form,
            add_postmortem_image,
            incident=postmortem.incident,
            png=form.cleaned_data["image"],
            alt=form.cleaned_data["alt"],
            by=request.user,
        )
    wants_data = "application/json" in request.headers.get("Accept", "")
    if image is None:
        problem = " ".join(f"{form[name].label}: {' '.join(messages)}" for name, messages in form.errors.items())
        return JsonResponse({"message": problem}, status=422) if wants_data else refused(request, problem, EDITOR, code)
    words = f"![{image.alt}]({image.path})"
    if wants_data:
        item = render_to_string("incidents/postmortem/_image.html", {"image": image})
        return JsonResponse({"markdown": words, "item": item})
    return done(request, f"The image is there. Put this where it belongs: {words}", EDITOR, code)
