"""The import as a whole: read everything, then write everything in one transaction or nothing at all."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents.changes import PageImported
from incidents.lifecycle.claims import rebuild_all
from incidents.models import Component
from incidents.signals import announce

from .components import write_components
from .gathering import Gathered, gather
from .incidents import write_incidents
from .pages import write_page
from .reading import read_document
from .refusal import ImportRefused
from .sources import pieces_of
from .statuses import reconcile
from .tally import Tally

LONGEST_NAME = 255


def import_source(
    source: str,
    *,
    name: str | None = None,
    allow_private: bool = False,
    at: datetime | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> list[Tally]:
    """Import a file, a folder or a site; what was done, page by page.

    `name` is given to the page, of which there must be one only. `report` hears one line for each step. Raises
    ImportRefused, with nothing written, when any document is damaged or can't be had.
    """
    at = at or timezone.now()
    if name is not None and not 0 < len(name.strip()) <= LONGEST_NAME:
        raise ImportRefused("--page", f"A page's name has 1 to {LONGEST_NAME} characters")
    documents = []
    for piece in pieces_of(source, allow_private=allow_private):
        report(f"Reading {piece.source}")
        documents.append(read_document(piece.source, piece.content))
    lots = gather(documents)
    if name and len(lots) > 1:
        pages = ", ".join(lot.page.id for lot in lots)
        raise ImportRefused(source, f"One name can't be given to {len(lots)} pages ({pages})")
    with transaction.atomic():
        return [_import_page(source, lot, name=name, at=at, report=report) for lot in lots]


def _import_page(source: str, lot: Gathered, *, name: str | None, at: datetime, report: Callable[[str], None]) -> Tally:
    report(f"Writing {name or lot.page.name or lot.page.id}: {_how_many(lot)}")
    tally = Tally()
    try:
        page = write_page(lot, tally, name=name, at=at)
        components, touched = write_components(lot, page, tally)
        write_incidents(lot, page, components, tally, at=at)
        settled = reconcile(lot, components, at=at)
    except IntegrityError as error:
        raise ImportRefused(source, f"It contradicts what is stored here: {error}") from error
    tally.settled = len(settled)
    touched |= settled
    rebuild_all(Component.objects.filter(pk__in=touched).select_related("page"), at=at)
    if tally.has_changes:
        announce(PageImported(page=page, at=at, actor=None))
    return tally


def _how_many(lot: Gathered) -> str:
    maintenances = sum(told.incident.is_maintenance for told in lot.incidents.values())
    counts = ((len(lot.incidents) - maintenances, "incident"), (maintenances, "maintenance"))
    return " and ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
