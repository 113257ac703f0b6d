"""What many documents of one publication are made of, made once for all of them.

Most documents tell of the same few incidents. Within `shared_work` (one snapshot of the database at one instant) what
one document needed is kept for the next; outside it everything is made where it is asked for.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

from django.db.models import QuerySet

from incidents.models import Incident

Made = TypeVar("Made")

_kept: ContextVar[dict[Hashable, object] | None] = ContextVar("kept", default=None)


@contextmanager
def shared_work() -> Iterator[None]:
    """Keep what is made until the end of the block. The database must not change under it."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` returns, made once for each key."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return cast(Made, kept[key])


def of_each(
    key: Hashable, incidents: QuerySet[Incident], make: Callable[[QuerySet[Incident]], Iterable[tuple[int, Made]]]
) -> list[Made]:
    """What `make` makes of each incident, in the order asked for; it returns primary keys with what it made.

    Of what was made before under the same key, only the incidents' keys are asked of the database.
    """
    if _kept.get() is None:
        return [made for _, made in make(incidents)]
    known: dict[int, Made] = once(key, dict)
    wanted = list(incidents.values_list("pk", flat=True))
    missing = [pk for pk in wanted if pk not in known]
    if missing:
        known.update(make(Incident.objects.filter(pk__in=missing)))
    return [known[pk] for pk in wanted]
