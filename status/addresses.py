"""Absolute addresses on a page, for documents that are read away from it: feeds, the API, previews."""

from urllib.parse import urlsplit

from django.conf import settings

from incidents.models import Page


def base_url(page: Page) -> str:
    """Where a page is read, without a slash at the end: its first host name, else SITE_URL.

    The scheme, and a port other than the usual one, are SITE_URL's.
    """
    host = page.hosts.values_list("host", flat=True).first()
    if host is None:
        return settings.SITE_URL
    site = urlsplit(settings.SITE_URL)
    return f"{site.scheme}://{host}" + (f":{site.port}" if site.port else "")
