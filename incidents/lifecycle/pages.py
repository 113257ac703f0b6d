"""Pages: creating one and changing its names, host names, zone, branding and uptime weights."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from incidents.changes import PageEdited
from incidents.errors import LifecycleError
from incidents.models import Page, PageHost, User
from incidents.signals import announce

EDITABLE = (
    "name",
    "organisation_name",
    "time_zone",
    "about",
    "support_url",
    "accent_color",
    "logo",
    "partial_outage_weight",
    "degraded_weight",
)


def create_page(
    *, name: str, by: User | None, hosts: Iterable[str] = (), at: datetime | None = None, **fields: object
) -> Page:
    """Create a page; the first one becomes the default that answers on every host name."""
    at = at or timezone.now()
    page = Page(name=name.strip(), created_at=at, updated_at=at, **fields)
    with transaction.atomic():
        page.is_default = not Page.objects.filter(is_default=True).exists()
        _clean(page)
        page.save(force_insert=True)
        _set_hosts(page, hosts)
        announce(PageEdited(page=page, at=at, actor=by))
    return page


def update_page(
    *,
    page: Page,
    by: User | None,
    hosts: Iterable[str] | None = None,
    at: datetime | None = None,
    **fields: object,
) -> Page:
    """Change what is written of a page; with `hosts`, the host names that it answers on become exactly those."""
    at = at or timezone.now()
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise LifecycleError(f"A page has no editable field {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(page, name, value)
    page.updated_at = at
    with transaction.atomic():
        _clean(page)
        page.save()
        if hosts is not None:
            _set_hosts(page, hosts)
        announce(PageEdited(page=page, at=at, actor=by))
    return page


def _set_hosts(page: Page, hosts: Iterable[str]) -> None:
    wanted = {host.strip().lower().rstrip(".") for host in hosts if host.strip()}
    page.hosts.exclude(host__in=wanted).delete()
    for host in sorted(wanted - set(page.hosts.values_list("host", flat=True))):
        row = PageHost(page=page, host=host)
        try:
            row.full_clean()
        except ValidationError as error:
            raise LifecycleError(f"{host}: {' '.join(error.messages)}", field="hosts") from error
        row.save()


def _clean(page: Page) -> None:
    try:
        page.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise LifecycleError(" ".join(messages), field=None if field == "__all__" else field) from error
