"""Making the statuses that follow from updates agree with what the documents say that components are."""

from collections.abc import Mapping
from datetime import datetime

from incidents.choices import ClaimBasis, ComponentStatus
from incidents.models import Component, StatusClaim
from incidents.severity import rank, worst

from .gathering import Gathered


def reconcile(lot: Gathered, components: Mapping[str, Component], *, at: datetime) -> set[int]:
    """Bring claims in line with the documents' component statuses; the ids of components whose claims changed.

    A component that is worse than its incidents say gets a claim by hand; one that is better ends what they still say.
    Both from when the document's row was changed; what was claimed here since then stands.
    """
    changed: set[int] = set()
    for code, told in lot.components.items():
        component = components[code]
        since = min(told.updated_at, at)
        open_claims = list(StatusClaim.objects.filter(component=component).covering(at).effective())
        derived = worst(claim.status for claim in open_claims)
        if rank(told.status) > rank(derived):
            if _claim_by_hand(component, told.status, since):
                changed.add(component.pk)
        elif rank(told.status) < rank(derived) and _end(open_claims, since):
            changed.add(component.pk)
    return changed


def _claim_by_hand(component: Component, status: ComponentStatus, since: datetime) -> bool:
    by_hand = StatusClaim.objects.filter(component=component, incident=None)
    if by_hand.filter(started_at__gte=since).exists() or by_hand.filter(ended_at__gt=since).exists():
        return False  # It was imported before, or a responder has had a say since.
    by_hand.filter(ended_at=None).update(ended_at=since)
    StatusClaim.objects.create(component=component, incident=None, status=status, started_at=since)
    return True


def _end(open_claims: list[StatusClaim], since: datetime) -> bool:
    """End what was said before `since`; whether anything was."""
    ended = [
        claim.pk
        for claim in open_claims
        if claim.ended_at is None and claim.basis == ClaimBasis.AS_TOLD and claim.started_at < since
    ]
    StatusClaim.objects.filter(pk__in=ended).update(ended_at=since)
    return bool(ended)
