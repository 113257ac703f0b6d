"""Publishing an update from the standby copy: the ordinary functions, on a database that is a file of our own.

Everything is made with the copy as this process's database, and taken back from it at the end: what was published
without the database is in the signed records alone, and every run begins with those.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from incidents.choices import ComponentStatus, IncidentStatus
from incidents.codes import new_code
from incidents.errors import AlreadyDone
from incidents.lifecycle import Published, bring_in
from incidents.models import Incident, Page
from status.addresses import base_url
from status.journal import last_number
from status.publishing.publisher import make_live, store

from . import records, standby
from .records import Record

PATIENCE = 45.0
"""Seconds to wait for another publication: one that hangs on a database that is gone gives up before."""


class CopyIsBehind(Exception):
    """What is public is newer than the standby copy, so that publishing from the copy would take something back."""


class NotPublic(Exception):
    """An update is written down, and `publish_again` will publish it; says why it could not be done yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to tell the public. `incident` is a code, or empty to open one called `name`.

    `components` pairs what a component was called (its code or name) with its status.
    """

    status: IncidentStatus
    body: str
    author: str
    incident: str = ""
    name: str = ""
    components: tuple[tuple[str, ComponentStatus], ...] = ()
    notify: bool = True
    next_update_by: datetime | None = None


class Unknown(Exception):
    """A name that the published page doesn't know; `option` is where it was given."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


@dataclass(frozen=True, slots=True)
class Told:
    """What became public, or would: plain values, since the copy is closed by then."""

    address: str
    incident: str
    name: str
    status: str
    impact: str
    posted_at: datetime
    components: tuple[tuple[str, str], ...]
    record: Path | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """How a page stands in what is published: what can be posted to, and what waits for the database."""

    page: str
    name: str
    made_at: str
    open: tuple[tuple[str, str, str], ...]
    components: tuple[tuple[str, str], ...]
    pending: tuple[Record, ...]


def overview(page_code: str) -> Overview:
    """The open incidents, running and planned maintenances, and components, with all records told."""
    with told_page(page_code, maybe_behind=True) as page:
        at = timezone.now()
        found = [*page.incidents.unresolved(), *page.incidents.in_progress(at), *page.incidents.upcoming(at)]
        return Overview(
            page=page.code,
            name=page.name,
            made_at=store().version(page.code).made_at,
            open=tuple((each.code, each.status_at(at).label, each.name) for each in found),
            components=tuple((each.code, each.full_name) for each in page.components.living().in_page_order()),
            pending=tuple(records.pending(page.code)),
        )


def preview(page_code: str, asked: Asked) -> Told:
    """What posting it would make public. Raises as `post` does; nothing is written."""
    with told_page(page_code) as page:
        published = _published(page, asked)
        return _told(bring_in(page=page, published=published, strictly=True).incident, published)


def post(page_code: str, asked: Asked) -> Told:
    """Write one update down, signed, and publish it.

    Raises Unknown and LifecycleError for what can't be posted; NoCopy, CopyIsBehind and TimeoutError where it can't be
    done here and now: nothing is written then. Raises NotPublic when it is written down but could not be published.
    """
    target = store()
    with target.lock(page_code, patience=PATIENCE), told_page(page_code) as page:
        published = _published(page, asked)
        update = bring_in(page=page, published=published, strictly=True)
        path = records.write(Record(records.next_serial(), page.code, last_number(page), published))
        try:
            make_live(page, 0, target, since=standby.number(page_code), from_standby=True)
        except Exception as error:
            raise NotPublic(f"It is written down in {path}, but it is not public: {error}") from error
        return replace(_told(update.incident, published), record=path)


def publish_again(page_code: str) -> list[Record]:
    """Publish what is written down once more, where an attempt failed; the records."""
    target = store()
    with target.lock(page_code, patience=PATIENCE), told_page(page_code) as page:
        make_live(page, 0, target, since=standby.number(page_code), from_standby=True)
        return records.pending(page_code)


@contextmanager
def told_page(page_code: str, *, maybe_behind: bool = False) -> Iterator[Page]:
    """The page as the public knows it, in the copy: with all that break glass published and the database lacks."""
    with standby.as_database(page_code) as page:
        for record in records.pending(page_code):
            try:
                bring_in(page=page, published=record.published)
            except AlreadyDone:
                continue
        # A record that was altered or can't be read is missing here too; that must not keep others from going out.
        is_behind = last_number(page) < store().version(page_code).number and not records.refused()
        if is_behind and not maybe_behind:
            raise CopyIsBehind(
                "What is public is newer than this machine's standby copy, and would be taken back. "
                "Break the glass on the machine that published last."
            )
        yield page


def _published(page: Page, asked: Asked) -> Published:
    statuses = dict(_component(page, name, status) for name, status in asked.components)
    if not asked.incident:
        incident, name = new_code(), asked.name
    else:
        found = page.incidents.filter(code=asked.incident).first()
        if found is None:
            known = ", ".join(page.incidents.unresolved().values_list("code", flat=True)) or "none is open"
            raise Unknown("--incident", f"The page knows no incident {asked.incident} ({known}); see --list.")
        incident, name = found.code, found.name
    return Published(
        code=new_code(),
        incident=incident,
        name=name,
        opens=not asked.incident,
        status=asked.status,
        body=asked.body,
        posted_at=timezone.now(),
        author=asked.author,
        component_statuses=statuses,
        notify=asked.notify,
        next_update_by=asked.next_update_by,
    )


def _component(page: Page, name: str, status: ComponentStatus) -> tuple[str, ComponentStatus]:
    living = list(page.components.living().in_page_order())
    wanted = name.casefold()
    exact = [each for each in living if each.code == name]
    called = [each for each in living if wanted in (each.name.casefold(), each.full_name.casefold())]
    found = exact or called
    if not found:
        raise Unknown("--component", f"The page has no component “{name}”; --list shows their codes and names.")
    if len(found) > 1:
        codes = ", ".join(f"{each.code} ({each.full_name})" for each in found)
        raise Unknown("--component", f"Several components are called “{name}”; give the code of one: {codes}.")
    return found[0].code, status


def _told(incident: Incident, published: Published) -> Told:
    update = incident.updates.get(code=published.code)
    return Told(
        address=f"{base_url(incident.page)}/incidents/{incident.code}",
        incident=incident.code,
        name=incident.name,
        status=IncidentStatus(incident.status).label,
        impact=incident.get_impact_display(),
        posted_at=update.posted_at,
        components=tuple(
            (change.component_name, change.get_new_status_display()) for change in update.component_changes.all()
        ),
    )
