"""Writing one update with all that follows from it: listings, claims, periods and impact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from incidents.changes import UpdatePosted
from incidents.choices import CLOSED_STATUSES, ComponentStatus, IncidentStatus
from incidents.codes import new_code
from incidents.errors import LifecycleError
from incidents.models import Component, Incident, Page, Update, User
from incidents.signals import announce

from .claims import impact_of, record_changes, retell
from .writing import check_not_empty, check_not_future, insert_once


@dataclass(frozen=True, slots=True)
class Post:
    """An update to be written: what the responder gave."""

    status: IncidentStatus
    body: str
    posted_at: datetime
    component_statuses: Mapping[Component, ComponentStatus] = field(default_factory=dict)
    notify: bool = True
    next_update_by: datetime | None = None
    is_automatic: bool = False
    code: str = ""
    """The update's code, where it is known already: a second update with it is refused with AlreadyDone."""
    written_at: datetime | None = None
    """When it was written down, where that was before it came into the database."""

    @property
    def closes(self) -> bool:
        """Whether it ends the incident or maintenance."""
        return self.status in CLOSED_STATUSES


def check_post(incident: Incident, post: Post) -> None:
    """Refuse an update without words, from the future, or with a promise that can't be kept."""
    check_not_empty(post.body, field="body", what="The update")
    check_not_future(post.posted_at, field="posted_at")
    if post.next_update_by is None:
        return
    if post.closes:
        raise LifecycleError("There is no next update to promise once it is closed.", field="next_update_by")
    if post.next_update_by <= post.posted_at:
        raise LifecycleError("The next update must be promised for after this one.", field="next_update_by")


def check_newest_word(incident: Incident, post: Post) -> None:
    """Refuse an update that moves the status and would be shown below a newer one, which says something else."""
    newer = incident.updates.filter(posted_at__gt=post.posted_at).last()
    if newer is not None and post.status != newer.status:
        raise LifecycleError(
            f"A newer update says {newer.get_status_display().lower()}: "
            "give a later time, or post this one with that status.",
            field="posted_at",
        )


def check_components(page: Page, post: Post) -> None:
    """Refuse components of another page, archived ones, and trouble left behind by an update that closes."""
    for component, status in post.component_statuses.items():
        if component.page_id != page.pk or component.archived_at is not None:
            raise LifecycleError(f"“{component.name}” is not a component of this page.", field="component_statuses")
        if post.closes and status != ComponentStatus.OPERATIONAL:
            raise LifecycleError(
                f"A closed incident leaves nothing broken: set “{component.name}” by hand if it still is.",
                field="component_statuses",
            )


def write_post(
    incident: Incident,
    post: Post,
    told_as: type[UpdatePosted],
    *,
    by: User | None,
    now: datetime,
    previous: IncidentStatus | None,
    **details: object,
) -> Update:
    """Write a checked update, bring listings, claims, periods and impact up to it, and signal it as `told_as`.

    Call inside a transaction, last. Closing says of every listed component that it is operational again, as far as this
    incident goes. `previous` is the status before; `details` are what `told_as` carries besides.
    """
    written_at = post.written_at or now
    update = Update(
        incident=incident,
        code=post.code or new_code(),
        status=post.status,
        body=post.body.strip(),
        posted_at=post.posted_at,
        notify=post.notify,
        next_update_by=post.next_update_by,
        author=by,
        is_automatic=post.is_automatic,
        created_at=written_at,
        updated_at=written_at,
    )
    if post.code:
        insert_once(update)
    else:
        update.save(force_insert=True)
    statuses = dict(post.component_statuses)
    if post.closes:
        statuses = _back_to_operational(incident) | statuses
    changes = record_changes(update, statuses)
    retell(incident, at=now)
    follow_impact(incident)
    announce(
        told_as(
            page=incident.page,
            at=written_at,
            actor=by,
            incident=incident,
            update=update,
            previous_status=previous,
            notify=post.notify,
            component_changes=changes,
            **details,
        )
    )
    return update


def follow_impact(incident: Incident) -> None:
    """Store the impact that the incident's listings amount to now."""
    impact = impact_of(incident)
    if impact != incident.impact:
        Incident.objects.filter(pk=incident.pk).update(impact=impact)
        incident.impact = impact


def _back_to_operational(incident: Incident) -> dict[Component, ComponentStatus]:
    return {
        listing.component: ComponentStatus.OPERATIONAL
        for listing in incident.listings.select_related("component__group")
        if listing.status != ComponentStatus.OPERATIONAL
    }
