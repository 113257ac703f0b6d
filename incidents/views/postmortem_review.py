"""Reviewing a postmortem: its steps, comments, and confirming the moments."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from incidents.access import ConsoleRequest, console_view
from incidents.choices import PostmortemStatus
from incidents.errors import LifecycleError
from incidents.forms.applying import apply
from incidents.forms.postmortems import CommentForm, MoveForm, NoActionForm
from incidents.lifecycle import (
    comment_on_postmortem,
    confirm_moments,
    explain_no_action,
    move_postmortem,
    settle_comment,
)
from incidents.markdown import passage_finder, render_marked
from incidents.models import Postmortem
from incidents.postmortem_guards import guards, waivable
from incidents.postmortems.workflow import NEXT, goes_back

from .answers import answer, done, refused
from .postmortems import find_postmortem

REVIEW = "console:postmortem-review"
VERBS = {
    ("draft", "in_review"): "Ask for a review",
    ("in_review", "approved"): "Approve this text",
    ("in_review", "draft"): "Send back to draft",
    ("approved", "in_review"): "Withdraw the approval",
    ("approved", "draft"): "Send back to draft",
    ("published", "closed"): "Close the postmortem",
    ("published", "in_review"): "Review it again",
    ("published", "draft"): "Rework it as a draft",
    ("closed", "published"): "Reopen the postmortem",
}


@console_view
def review(request: ConsoleRequest, code: str) -> HttpResponse:
    """The text to read, what colleagues say of it, and the steps that may follow."""
    return show_review(request, find_postmortem(request, code))


def show_review(
    request: ConsoleRequest,
    postmortem: Postmortem,
    *,
    move: MoveForm | None = None,
    comment: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the review with whatever was refused."""
    latest = postmortem.revisions.order_by("-pk").first()
    context = {
        "postmortem": postmortem,
        "incident": postmortem.incident,
        "html": render_marked(postmortem.draft),
        "steps": _steps(request, postmortem),
        "move": move,
        "seen": latest.pk if latest else "",
        "comment": comment or CommentForm(),
        "comments": _comments(postmortem),
        "no_action": NoActionForm(initial={"reason": postmortem.no_action_reason}),
        "has_items": postmortem.incident.action_items.exists(),
        "events": postmortem.events.select_related("by").order_by("-pk")[:20],
        "tab": "review",
    }
    return answer(request, "incidents/postmortem/review.html", context, status=status)


def _steps(request: ConsoleRequest, postmortem: Postmortem) -> list[dict[str, object]]:
    """Each step that may follow by hand, what it asks for, and whether it needs a reason."""
    present = PostmortemStatus(postmortem.status)
    steps = []
    for to in PostmortemStatus:
        verb = VERBS.get((present, to))
        if verb is None or to not in NEXT[present]:
            continue
        asked = guards(postmortem, to, request.user)
        is_met = all(guard.is_met for guard in asked)
        can_be_waived = not is_met and waivable(postmortem, to, request.user)
        steps.append(
            {
                "to": to.value,
                "verb": verb,
                "guards": asked,
                "is_open": is_met or can_be_waived,
                "needs_reason": goes_back(present, to) or can_be_waived,
                "is_back": goes_back(present, to),
            }
        )
    return sorted(steps, key=lambda step: step["is_back"])


def _comments(postmortem: Postmortem) -> list[tuple[object, bool]]:
    """Each comment, and whether the words it is about are still in the text."""
    is_there = passage_finder(postmortem.draft)
    found = postmortem.comments.select_related("author", "settled_by")
    return [(each, not each.passage or is_there(each.passage)) for each in found]


@console_view
@require_POST
def move(request: ConsoleRequest, code: str) -> HttpResponse:
    """Take a step; 409 with what is missing where it may not follow."""
    postmortem = find_postmortem(request, code)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return show_review(request, postmortem, move=form, status=422)
    to = PostmortemStatus(form.cleaned_data["to"])
    seen = postmortem.revisions.filter(pk=form.cleaned_data["seen"] or 0).first()
    try:
        moved = move_postmortem(
            incident=postmortem.incident,
            to=to,
            by=request.user,
            reason=form.cleaned_data["reason"],
            seen=seen.body if seen else None,
        )
    except LifecycleError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return show_review(request, find_postmortem(request, code), move=form, status=409)
    return done(request, f"It is {moved.get_status_display().lower()} now.", REVIEW, code)


@console_view
@require_POST
def comment(request: ConsoleRequest, code: str) -> HttpResponse:
    """Say something of the text."""
    postmortem = find_postmortem(request, code)
    form = CommentForm(request.POST)
    if form.is_valid():
        said = apply(
            form,
            comment_on_postmortem,
            incident=postmortem.incident,
            body=form.cleaned_data["comment"],
            passage=form.cleaned_data["passage"],
            by=request.user,
        )
        if said:
            return done(request, "Your comment is there.", REVIEW, code)
    return show_review(request, postmortem, comment=form, status=422)


@console_view
@require_POST
def settle(request: ConsoleRequest, code: str, pk: int) -> HttpResponse:
    """Note that a comment has been dealt with."""
    settle_comment(comment=get_object_or_404(find_postmortem(request, code).comments, pk=pk), by=request.user)
    return done(request, "The comment is settled.", REVIEW, code)


@console_view
@require_POST
def confirm(request: ConsoleRequest, code: str) -> HttpResponse:
    """Confirm the moments as they are."""
    try:
        confirm_moments(incident=find_postmortem(request, code).incident, by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, REVIEW, code)
    return done(request, "The moments are confirmed.", REVIEW, code)


@console_view
@require_POST
def no_action(request: ConsoleRequest, code: str) -> HttpResponse:
    """Record why nothing is to be done."""
    form = NoActionForm(request.POST)
    postmortem = find_postmortem(request, code)
    if not form.is_valid():
        return refused(request, "Use at most 500 characters.", REVIEW, code)
    try:
        explain_no_action(incident=postmortem.incident, reason=form.cleaned_data["reason"], by=request.user)
    except LifecycleError as error:
        return refused(request, error.message, REVIEW, code)
    return done(request, "Recorded.", REVIEW, code)
