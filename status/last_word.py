"""The order in which the public last heard of incidents: an update or a postmortem, whichever came later."""

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
