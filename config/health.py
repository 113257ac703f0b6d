"""For operators: is this process up (/healthz), and are the services behind it (/readyz)."""

import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from incidents.heartbeats import silent


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; it looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and background processes. 503 without a database: the console can't work then."""
    database = _database()
    quiet = silent(timezone.now()) if database == "ok" else []
    report = {
        "database": database,
        "broker": _broker(),
        "worker": "silent" if "worker" in quiet else "ok",
        "beat": "silent" if "beat" in quiet else "ok",
    }
    if database != "ok":
        report |= {"worker": "unknown", "beat": "unknown"}
    return JsonResponse(report, status=200 if database == "ok" else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return "ok"


def _broker() -> str:
    """Whether the broker takes messages: a folder that exists, or a Redis port that accepts a connection."""
    if not settings.REDIS_URL:
        return "ok" if (settings.BROKER_FOLDER / "messages").is_dir() else "missing"
    where = urlsplit(settings.REDIS_URL)
    try:
        socket.create_connection((where.hostname or "localhost", where.port or 6379), timeout=1).close()
    except OSError:
        return "unreachable"
    return "ok"
