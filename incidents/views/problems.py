"""What programs are told when they are refused: problem documents (RFC 9457)."""

from django.forms import Form
from django.http import HttpResponse, JsonResponse

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
}


def problem(status: int, detail: str) -> HttpResponse:
    """A refusal, with what is wrong and the way out in `detail`."""
    told = {"type": "about:blank", "status": status, "title": _TITLES[status], "detail": detail}
    return JsonResponse(told, status=status, content_type="application/problem+json")


def unreadable(form: Form) -> HttpResponse:
    """The answer to an address that names what can't be read: no figures, rather than others."""
    return problem(400, " ".join(f"{name}: {' '.join(errors)}" for name, errors in form.errors.items()))
