"""What programs ask for or report without signing in: a private calendar by its token, trackers by their secret."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from incidents.choices import Tracker
from incidents.due_calendar import calendar_of
from incidents.errors import LifecycleError
from incidents.hook_secrets import digest_of, is_known, is_signed
from incidents.lifecycle import take_tracker_report
from incidents.models import CalendarAddress, TrackerHook
from incidents.tracker_messages import IssueReport, from_github, from_gitlab

from .problems import problem

MOST_BYTES = 2_000_000
"""Of a message; GitHub's own limit is 25 MB, and an `issues` event is some tens of kilobytes."""


@require_GET
@never_cache
def due_dates(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever the token was given to; a closed account has none."""
    addresses = CalendarAddress.objects.select_related("page", "user").filter(user__is_active=True)
    address = addresses.filter(token_digest=digest_of(token)).first()
    if address is None:
        raise Http404
    response = HttpResponse(calendar_of(address), content_type="text/calendar; charset=utf-8")
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return response


@csrf_exempt
@never_cache
def tracker_hook(request: HttpRequest, tracker: str, code: str) -> HttpResponse:
    """What became of an issue, as its tracker reports it: 202 when an item moved, 204 when none had to."""
    if request.method != "POST":
        refusal = problem(405, "Trackers report by POST.")
        refusal.headers["Allow"] = "POST"
        return refusal
    body = _body(request)
    if body is None:
        return problem(413, f"A message has at most {MOST_BYTES} bytes.")
    hook = TrackerHook.objects.select_related("page").filter(tracker=tracker, code=code).first()
    # One answer for an unknown hook and a wrong secret: nobody learns which hooks there are.
    if hook is None or not _is_genuine(hook, request, body):
        return problem(401, "The signature or token is missing or wrong; set the hook's secret again.")
    if not _is_about_issues(hook, request):
        return HttpResponse(status=204)
    try:
        report = _READ[hook.tracker](json.loads(_message(request, body)))
    except (ValueError, RecursionError) as error:
        return problem(400, f"This is no message about an issue: {error}")
    if report is None:
        return HttpResponse(status=204)
    try:
        # The body's digest, not the tracker's id of the delivery: only the body is signed.
        moved = take_tracker_report(hook=hook, report=report, delivery=hashlib.sha256(body).hexdigest())
    except LifecycleError as error:
        return problem(409, error.message)
    return HttpResponse(status=202 if moved else 204)


_READ: dict[str, Callable[[Any], IssueReport | None]] = {Tracker.GITHUB: from_github, Tracker.GITLAB: from_gitlab}


def _body(request: HttpRequest) -> bytes | None:
    """The whole body; None when it is too long, however long it says it is."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            return None
    except ValueError:
        return None
    body = request.read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None


def _message(request: HttpRequest, body: bytes) -> bytes | str:
    """The JSON of a message: the body, or the form's field that GitHub puts it in unless it is told otherwise."""
    if request.content_type != "application/x-www-form-urlencoded":
        return body
    payload = parse_qs(body.decode(), max_num_fields=10).get("payload")
    if not payload:
        raise ValueError("The form has no field “payload”.")
    return payload[0]


def _is_genuine(hook: TrackerHook, request: HttpRequest, body: bytes) -> bool:
    if hook.tracker == Tracker.GITHUB:
        return is_signed(hook, body, request.headers.get("X-Hub-Signature-256", ""))
    return is_known(hook, request.headers.get("X-Gitlab-Token", ""))


def _is_about_issues(hook: TrackerHook, request: HttpRequest) -> bool:
    """Trackers report other things to the same address, GitHub's first `ping` among them."""
    if hook.tracker == Tracker.GITHUB:
        return request.headers.get("X-GitHub-Event", "") == "issues"
    return request.headers.get("X-Gitlab-Event", "") in ("Issue Hook", "Confidential Issue Hook", "Work Item Hook")
