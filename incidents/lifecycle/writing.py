"""What all lifecycle functions share: the compare-and-set on an incident, and guards on times."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.utils import timezone

from incidents.errors import AlreadyDone, IncidentChanged, LifecycleError
from incidents.instants import EARLIEST_YEAR, LATEST_YEAR
from incidents.models import Incident

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of our clock a time may be that somebody typed from theirs."""


def write(incident: Incident, *, at: datetime, **fields: object) -> None:
    """Write columns of an incident and raise its version, or raise IncidentChanged if another write came first.

    A compare-and-set, so it needs no lock and works the same on every database. The instance is only changed when the
    row was.
    """
    matching = Incident.objects.filter(pk=incident.pk, version=incident.version)
    if matching.update(version=F("version") + 1, updated_at=at, **fields) != 1:
        raise IncidentChanged(incident)
    incident.version += 1
    incident.updated_at = at
    for name, value in fields.items():
        setattr(incident, name, value)


def insert_once(row: Model) -> None:
    """Insert a row that has a code, or raise AlreadyDone if that code is taken: the same form was sent before."""
    taken = type(row).objects.filter(code=row.code)
    if taken.exists():
        raise AlreadyDone(row.code)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if taken.exists():
            raise AlreadyDone(row.code) from None
        raise


def check_seen(incident: Incident, seen_version: int | None) -> None:
    """Raise IncidentChanged when the caller decided on an older version than the present one."""
    if seen_version is not None and seen_version != incident.version:
        raise IncidentChanged(incident)


def check_not_future(value: datetime, *, field: str) -> None:
    """Refuse a time that hasn't come yet, allowing for clocks that differ a little."""
    if value > timezone.now() + CLOCK_SKEW:
        raise LifecycleError("This time is in the future.", field=field)


def check_year(day: date, *, field: str, what: str) -> None:
    """Refuse a day whose year nobody can mean: `never` as 9999, or a year of two digits."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise LifecycleError(f"{what} needs a year from {EARLIEST_YEAR} to {LATEST_YEAR}, in four digits.", field=field)


def check_not_empty(text: str, *, field: str, what: str) -> str:
    """The text without the white space around it; refuse an empty one."""
    text = text.strip()
    if not text:
        raise LifecycleError(f"{what} can't be empty.", field=field)
    return text
