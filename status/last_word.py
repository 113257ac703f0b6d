"""The order in which the public last heard of incidents: an update or a postmortem, whichever came later."""

from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from incidents.querysets import IncidentQuerySet


def last_heard_first(incidents: IncidentQuerySet) -> IncidentQuerySet:
    """All of them, the newest word first."""
    last_word = Greatest(
        Coalesce("last_told_at", "started_at"), Coalesce("postmortem__published_at", "last_told_at", "started_at")
    )
    return incidents.annotate(last_word_at=last_word).order_by("-last_word_at", "-pk")


def last_heard_of(incidents: IncidentQuerySet, most: int) -> IncidentQuerySet:
    """The first so many of them, at a cost that doesn't grow with the rest.

    Whatever is among the last of both kinds of words is among the last of one.
    """
    updated = incidents.lately_told().values_list("pk", flat=True)[:most]
    reviewed = incidents.filter(postmortem__published_at__isnull=False).order_by("-postmortem__published_at", "-pk")
    candidates = {*updated, *reviewed.values_list("pk", flat=True)[:most]}
    # All are of `incidents`; asked for by nothing but their keys, no database thinks of walking through the others.
    return last_heard_first(incidents.model.objects.filter(pk__in=candidates))[:most]


def last_said_of(incidents: IncidentQuerySet, most: int) -> IncidentQuerySet:
    """The same where the note of a correction is a word too. Statuspage's API has no notes, and keeps its own order."""
    corrected_at = Max("postmortem__corrections__at")
    # Filtered first, so that the few corrections lead to their incidents and not every incident is asked for some.
    corrected = incidents.filter(postmortem__corrections__isnull=False).annotate(corrected_at=corrected_at)
    candidates = {
        *last_heard_of(incidents, most).values_list("pk", flat=True),
        *corrected.order_by("-corrected_at", "-pk").values_list("pk", flat=True)[:most],
    }
    heard = last_heard_first(incidents.model.objects.filter(pk__in=candidates)).annotate(corrected_at=corrected_at)
    return heard.order_by(Greatest("last_word_at", Coalesce("corrected_at", "last_word_at")).desc(), "-pk")[:most]
