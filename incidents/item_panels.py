"""What the console shows of action items: an incident's own, and those of earlier incidents that it asks about."""

from dataclasses import dataclass

from .choices import ActionItemKind, IncidentKind, Verdict
from .marked_lines import MarkedLine, unlinked_lines
from .models import ActionItem, Incident, ItemVerdict, Postmortem
from .querysets import ActionItemQuerySet

ASKED = 10
"""Earlier items that a room asks about at most; the list has them all."""

COMPARED = 20
"""Incidents before, and after, an item that its page lists at most."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An unfinished item of an earlier incident, and what was said of it here."""

    item: ActionItem
    verdict: ItemVerdict | None


@dataclass(frozen=True, slots=True)
class ItemPanel:
    """The action items of one incident, and what it asks of earlier ones."""

    items: tuple[ActionItem, ...]
    lines: tuple[MarkedLine, ...]
    earlier: tuple[Earlier, ...]
    earlier_count: int

    @property
    def done_count(self) -> int:
        """How many are done."""
        return sum(item.status == "done" for item in self.items)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The incidents on an item's components before it was added, while it was open, and after it was finished."""

    metric: str
    before: tuple[Incident, ...]
    meanwhile: tuple[Incident, ...]
    after: tuple[Incident, ...]


def panel_of(incident: Incident) -> ItemPanel:
    """The panel of an incident, from a bounded number of queries."""
    items = tuple(incident.action_items.select_related("owner", "verified_by").with_recurrences())
    asked = earlier_items(incident)
    shown = list(asked.select_related("owner", "incident").in_due_order()[:ASKED])
    given = {verdict.item_id: verdict for verdict in incident.item_verdicts.select_related("given_by")}
    return ItemPanel(
        items=items,
        lines=tuple(lines_of(incident, items)),
        earlier=tuple(Earlier(item, given.get(item.pk)) for item in shown),
        earlier_count=asked.count() if len(shown) == ASKED else len(shown),
    )


def earlier_items(incident: Incident) -> ActionItemQuerySet:
    """Unfinished items of earlier incidents that share a component or the cause; none for a maintenance."""
    if incident.is_maintenance:
        return ActionItem.objects.none()
    return ActionItem.objects.unfinished().sharing_with(incident).with_recurrences()


def lines_of(incident: Incident, items: tuple[ActionItem, ...] | None = None) -> list[MarkedLine]:
    """The marked lines of the postmortem's draft that no item was made of yet."""
    draft = Postmortem.objects.filter(incident=incident).values_list("draft", flat=True).first()
    return lines_in(draft, incident, items) if draft else []


def lines_in(draft: str, incident: Incident, items: tuple[ActionItem, ...] | None = None) -> list[MarkedLine]:
    """The same of a draft that may not be saved yet."""
    present = incident.action_items.all() if items is None else items
    return unlinked_lines(draft, [text for item in present for text in (item.from_line, item.title) if text])


def comparison_of(item: ActionItem) -> Comparison | None:
    """For an item that should find trouble faster, or end it faster: the incidents to look at it by.

    Only incidents on the same components, and no claim: a handful of incidents proves nothing.
    """
    metric = {ActionItemKind.DETECT: "ttd", ActionItemKind.MITIGATE: "ttr"}.get(item.kind) or item.metric
    if not metric:
        return None
    listed = item.incident.listings.values("component")
    on_them = (
        Incident.objects.filter(page=item.incident.page_id, kind=IncidentKind.INCIDENT, listings__component__in=listed)
        .exclude(is_backfilled=True)
        .select_related("metrics")
        .order_by("-started_at", "-pk")
        .distinct()
    )
    ended = item.completed_at if item.status == "done" else None
    later = on_them.filter(started_at__gt=item.created_at)
    return Comparison(
        metric=metric,
        before=tuple(on_them.filter(started_at__lte=item.created_at)[:COMPARED]),
        meanwhile=tuple((later.filter(started_at__lt=ended) if ended else later)[:COMPARED]),
        after=tuple(on_them.filter(started_at__gte=ended)[:COMPARED]) if ended else (),
    )


def recurrences_of(item: ActionItem) -> list[ItemVerdict]:
    """The later incidents that it would have prevented or shortened, the newest first."""
    hit = item.verdicts.exclude(verdict=Verdict.UNRELATED)
    return list(hit.select_related("incident", "given_by").order_by("-incident__started_at", "-pk"))
