"""Carrying what break glass published into the database, once, with its true time."""

import logging
from threading import local

from django.db import InterfaceError, OperationalError, transaction

from incidents.errors import AlreadyDone, IncidentChanged
from incidents.lifecycle import bring_in
from incidents.models import Page
from status.journal import tell_again

from . import records
from .records import Record

logger = logging.getLogger(__name__)

TRIES = 5

_state = local()


def is_under_way() -> bool:
    """Whether this thread is bringing records in right now; what it changes is published at its end."""
    return getattr(_state, "under_way", False)


def bring_in_pending(page: Page) -> list[Record]:
    """Bring in what was published of a page, oldest first; all that are in the timeline now and not settled yet.

    It is done again without harm: an update that is there already, by its code, is left alone. So are two processes at
    once, and a crash at any point.
    """
    if not records.pending(page.code):
        return []
    with records.lock():
        records.put_refused_aside()
        _state.under_way = True
        try:
            return [record for record in records.pending(page.code) if _bring_in(page, record)]
        finally:
            _state.under_way = False


def _bring_in(page: Page, record: Record) -> bool:
    """Whether it is in the timeline now. A record that never will be is put aside: nothing may wait for it."""
    for attempt in range(TRIES):
        page.refresh_from_db()
        try:
            with transaction.atomic():
                update = bring_in(page=page, published=record.published)
                # A change that nobody had published yet may have this number: who follows them read ours in its place.
                tell_again(page, record.number, instead_of=update.code)
            logger.warning("Break glass: brought in update %s of %s.", update.code, record.published.incident)
            return True
        except AlreadyDone:
            return True
        except IncidentChanged:
            if attempt == TRIES - 1:
                raise
        except (OperationalError, InterfaceError):
            raise  # of the database, not of the record: beat tries again
        except Exception as error:
            records.put_aside(record, str(error))
            return False
    return False
