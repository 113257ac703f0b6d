"""Bringing what is published up to the journal: at once after a change, and again for whatever was left stale."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from django.conf import settings
from django.utils import timezone

from incidents.models import Page, PageHost
from status.break_glass import bringing_in, records, standby
from status.document import Document
from status.journal import go_on_after, last_number
from status.models import JournalEntry, Publication
from status.sharing import shared_work

from . import messages, registry
from .assets import assets, check_collected, layout
from .due import is_due, next_due, turned
from .reading import consistent_reads
from .store import ANY_HOST, FolderStore, Version

logger = logging.getLogger(__name__)

BATCH = 50
"""Archived documents that are replaced in one step when all of them are made again."""

AT_ONCE = 200
"""Changes beyond which a page that fell behind is made again as a whole, rather than change by change."""


def store() -> FolderStore:
    """The store that the web processes of this machine serve from."""
    return FolderStore(settings.PUBLISH_ROOT)


def publish(page: Page, number: int = 0) -> Version:
    """Make the page's changes live, unless change `number` already is; raises what rendering or storing raised.

    Only the documents that the changes touch are made. Where a change touches all (a component's name is everywhere),
    the heads go live here and `publish_archive` has to make the rest. Every attempt leaves a Publication.

    What break glass published is brought into the database first, so that nothing of it is taken back.
    """
    target = store()
    if bringing_in.is_under_way():
        return target.version(page.code)
    while True:
        brought_in = bringing_in.bring_in_pending(page)
        with target.lock(page.code):
            if records.pending(page.code) != brought_in:
                continue
            if brought_in:
                version = make_live(page, number, target, since=standby.number(page.code))
            elif _was_restored(page, target):
                version = make_live(page, 0, target, remakes_all=True)
            else:
                version = make_live(page, number, target)
            records.settle(brought_in)
            return version


def make_live(
    page: Page,
    number: int,
    target: FolderStore,
    *,
    since: int | None = None,
    remakes_all: bool = False,
    from_standby: bool = False,
) -> Version:
    """Render and store what change `number` and others before it touch, with the page's lock held.

    `since` is the last change of the database's own that is live, where break glass made others live after it. With
    `remakes_all` nothing that is live counts.
    """
    check_collected()
    at, began = timezone.now(), time.monotonic()
    live = target.version(page.code)
    if since is not None:
        live = replace(live, number=min(live.number, since))
    if remakes_all:
        live = replace(live, archive_number=-1)
    if number and number <= live.number <= last_number(page) and live.layout == layout():
        return live
    try:
        version, heads, others = _rendered(page, live, at, keep_copy=not from_standby)
        if not from_standby:
            _offer(target, live)
        target.put(page.code, heads, others, version)
    except Exception as error:
        _note(page, max(number, live.number, 0), began, 0, error=_reason(error))
        raise
    _note(page, version.number, began, len(heads) + len(others))
    if not from_standby:
        messages.announce(page.code)
    return version


def _was_restored(page: Page, target: FolderStore) -> bool:
    """Whether more is live than the database knows of; its numbers then go on after the last that was published."""
    live = target.version(page.code)
    if live.number <= last_number(page):
        return False
    known = go_on_after(page, live.number, datetime.fromisoformat(live.made_at))
    if known is None:
        return False
    logger.warning(
        "The database of %s was restored from before what is published: %s of %s changes.",
        page.code,
        known,
        live.number,
    )
    return True


def publish_archive(page: Page, progress: Callable[[int], None] = lambda count: None) -> int:
    """Make all documents besides the heads again, in steps that let changes through; how many there were."""
    target, at = store(), timezone.now()
    wanted = last_number(page)
    rendered = registry.everything(page, at)
    names: set[str] = set()
    while batch := list(islice(rendered, BATCH)):
        with _nothing_waiting(page, target):
            # A change that came meanwhile made its own documents; what was read before it must not replace them.
            newer = {document.path for document in registry.touched(page, _entries(page, wanted), at)}
            fresh = [document for document in batch if document.path not in newer]
            target.put(page.code, None, fresh, target.version(page.code))
            names |= {target.name_of(document) for document in batch}
        progress(len(names))
    with _nothing_waiting(page, target):
        live, later = target.version(page.code), _entries(page, wanted)
        done = wanted if _outdates_all(later) else live.number
        today = at.astimezone(page.zone).date().isoformat()
        target.put(page.code, None, [], replace(live, archive_number=done, archive_day=today))
        if not later:
            target.keep_only(page.code, names)
    _take_copy(page)
    messages.announce(page.code)
    return len(names)


@contextmanager
def _nothing_waiting(page: Page, target: FolderStore) -> Iterator[None]:
    """The page's lock, with all that break glass published in the database.

    Documents that were read before it was, and those of incidents that it opened, would be taken back else.
    """
    while True:
        if records.pending(page.code):
            publish(page)
        with target.lock(page.code):
            if not records.pending(page.code):
                yield
                return


def publish_stale(at: datetime | None = None) -> list[Page]:
    """Publish what a crash, a full disk or the clock left stale, on every page; the pages that were published."""
    at = at or timezone.now()
    published = []
    for page in Page.objects.public():
        try:
            if bring_up_to_date(page, at):
                published.append(page)
            else:
                with store().lock(page.code):  # or it could say the number that was live before a change just now
                    store().confirm(page.code)
        except Exception:
            logger.exception("The page %s could not be published.", page.code)
    return published


def bring_up_to_date(page: Page, at: datetime) -> bool:
    """Publish one page if anything of it is stale; whether it was."""
    live = store().version(page.code)
    today = at.astimezone(page.zone).date()
    heads_are_stale = (
        live.number != last_number(page)
        or live.layout != layout()
        or live.day != today.isoformat()
        or is_due(live, at)
        or bool(records.pending(page.code))
    )
    if heads_are_stale:
        live = publish(page)
    archive_is_stale = live.archive_number < live.number or _month(live.archive_day) != (today.year, today.month)
    if archive_is_stale:
        publish_archive(page)
    elif standby.number(page.code) < live.number:
        _take_copy(page)
    elif not standby.knows_places(page):
        with store().lock(page.code):
            standby.note_places(page)
    return heads_are_stale or archive_is_stale


def _take_copy(page: Page) -> None:
    """Take a new standby copy; a page without one is public all the same."""
    try:
        draft = standby.take(page)
        with store().lock(page.code):
            standby.catch_up(draft, page)
    except Exception:
        logger.exception("No standby copy of %s could be taken.", page.code)


def _keep_copy(page: Page) -> None:
    """Bring the standby copy up to what is about to go live; a copy that can't follow holds nothing up."""
    try:
        standby.follow(page)
    except Exception:
        logger.exception("The standby copy of %s could not follow.", page.code)


def _rendered(
    page: Page, live: Version, at: datetime, *, keep_copy: bool
) -> tuple[Version, list[Document], list[Document]]:
    """The next version, all heads, and what else the changes since the live version touch."""
    with consistent_reads(), shared_work():
        page = Page.objects.get(pk=page.pk)
        number = last_number(page)
        entries = _entries(page, live.number)
        makes_all = (
            live.layout != layout()
            or live.archive_number < live.number
            or live.number > number
            or _outdates_all(entries)
        )
        told = entries + _turned(page, live, at)
        others = [] if len(entries) > AT_ONCE else list(registry.touched(page, told, at))
        heads = list(registry.heads(page, at))
        if keep_copy:
            _keep_copy(page)
    version = replace(
        live,
        number=number,
        archive_number=min(live.archive_number, number - 1) if makes_all else number,
        made_at=at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        day=at.astimezone(page.zone).date().isoformat(),
        layout=layout(),
        due_at=next_due(page, at).isoformat(),
        copy_of="",
    )
    return version, heads, others


def _outdates_all(entries: list[JournalEntry]) -> bool:
    """Whether these changes call for all documents to be made again, rather than the ones that each touches."""
    return len(entries) > AT_ONCE or any(entry.touches_all for entry in entries)


def _turned(page: Page, live: Version, at: datetime) -> list[JournalEntry]:
    """What the clock changed since the live version was made, as changes that nobody wrote down yet."""
    since = datetime.fromisoformat(live.made_at) if live.made_at else at
    return [JournalEntry(page=page, number=live.number, incident=each) for each in turned(page, since, at)]


def _entries(page: Page, after: int) -> list[JournalEntry]:
    newer = page.journal_entries.filter(number__gt=after).select_related("incident")
    return list(newer.prefetch_related("incident__listings__component")[: AT_ONCE + 1])


def _offer(target: FolderStore, live: Version) -> None:
    """What all pages share: which host name leads to which page, and the files that documents link to."""
    hosts = dict(PageHost.objects.filter(page__drill_for__isnull=True).values_list("host", "page__code"))
    default = Page.objects.public().filter(is_default=True).values_list("code", flat=True).first()
    target.answer_on(hosts | ({ANY_HOST: default} if default else {}))
    target.put_assets(assets())


def _note(page: Page, number: int, began: float, documents: int, error: str = "") -> None:
    """Leave a Publication; what is live is live even when the database can't be told so."""
    try:
        Publication.objects.create(
            page=page,
            number=number,
            at=timezone.now(),
            documents=documents,
            seconds=time.monotonic() - began,
            error=error,
        )
    except Exception:
        logger.exception("The publication of %s could not be noted.", page.code)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}"[:500]


def _month(day: str) -> tuple[int, int]:
    found = date.fromisoformat(day) if day else date.min
    return found.year, found.month
