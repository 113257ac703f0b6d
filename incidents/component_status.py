"""The status of components at an instant, worked out from what is claimed of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from .choices import ComponentStatus
from .models import Component, StatusClaim
from .severity import worst


def statuses_at(components: Iterable[Component], at: datetime) -> dict[int, ComponentStatus]:
    """The status at `at` of each component, by primary key, in one query.

    The worst of what each open incident last said, each maintenance that runs at `at` by the clock, and the baseline
    set by hand; right even when no worker has recorded a maintenance's start or end.
    """
    ids = [component.pk for component in components]
    claimed: dict[int, list[str]] = defaultdict(list)
    claims = StatusClaim.objects.filter(component_id__in=ids).covering(at).effective()
    for component_id, status in claims.values_list("component_id", "status"):
        claimed[component_id].append(status)
    return {pk: ComponentStatus(worst(claimed[pk])) for pk in ids}


def status_at(component: Component, at: datetime) -> ComponentStatus:
    """The status of one component at `at`."""
    return statuses_at([component], at)[component.pk]
