"""Whether what was published can be read where the public reads it: we ask the public address, and compare numbers.

A change is *live* once `version.json` at the page's own address has its number. That a file was written says nothing
about the web server or CDN before it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet

from incidents.models import Page

from .addresses import base_url
from .models import Publication

SECONDS = 3.0
MAX_BYTES = 10_000
KEPT_SECONDS, FAILURE_KEPT_SECONDS = 2, 6
"""For how long one answer serves everybody who looks at the console; an address that hangs isn't asked all the time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the public address answered: the number of the last change there, or why there is none."""

    url: str
    at: datetime
    number: int | None = None
    error: str = ""


def read(page: Page, at: datetime) -> Reading:
    """Ask the public address now, within three seconds."""
    from incidents.outgoing import Outgoing, RequestRefused  # here, since httpx takes long to import

    url = f"{base_url(page)}/version.json"
    try:
        with Outgoing(max_bytes=MAX_BYTES, seconds=SECONDS, allow_private=_is_ours(url)) as outgoing:
            answer = outgoing.get(url)
    except RequestRefused as refused:
        return Reading(url, at, error=str(refused))
    if answer.status_code != 200:
        return Reading(url, at, error=f"It answers {answer.status_code}")
    try:
        number = json.loads(answer.body)["number"]
    except (ValueError, TypeError, KeyError):
        number = None
    if not isinstance(number, int):
        return Reading(url, at, error="It answers with something else than version.json")
    return Reading(url, at, number)


def _is_ours(url: str) -> bool:
    """Whether whoever runs Allclear named this host in its settings.

    Those may lie in our own network: an intranet's page does, and so does `make run`. A host name that was only typed
    in the console may not, or it could be used to ask around there.
    """
    host = urlsplit(url).hostname
    return host in (urlsplit(settings.SITE_URL).hostname, *settings.ALLOWED_HOSTS)


def confirm(page: Page, at: datetime) -> Reading:
    """Ask the public address, and note every publication that it shows to be live."""
    found = read(page, at)
    if found.number is not None:
        seen = Publication.objects.filter(page=page, error="", seen_at__isnull=True, number__lte=found.number)
        seen.update(seen_at=at)
    cache.set(_key(page), found, FAILURE_KEPT_SECONDS if found.error else KEPT_SECONDS)
    return found


def lately(page: Page, at: datetime) -> Reading:
    """What it answered in the last two seconds, else what it answers now."""
    return cache.get(_key(page)) or confirm(page, at)


def unseen() -> QuerySet[Page]:
    """Pages of which something is published that their public address hasn't been seen to serve."""
    waiting = Publication.objects.filter(error="", seen_at__isnull=True)
    return Page.objects.public().filter(pk__in=waiting.values("page"))


def _key(page: Page) -> str:
    return f"public-reading-{page.code}"
