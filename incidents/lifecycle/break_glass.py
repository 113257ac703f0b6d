"""Bringing into the timeline what was published while the database was away."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from incidents.changes import UpdatePosted
from incidents.choices import CLOSED_STATUSES, OPEN_STATUSES, ComponentStatus, IncidentStatus
from incidents.errors import AlreadyDone, IncidentChanged, LifecycleError
from incidents.models import Component, GlassPost, Incident, Page, Update
from incidents.transitions import FIRST

from .incidents import open_incident
from .posting import Post, check_post, write_post
from .updates import post_update
from .writing import write


@dataclass(frozen=True, slots=True)
class Published:
    """An update as it was published without the database. Components are named by their codes.

    `name` is the incident's, so that even one that the database has lost can be opened again.
    """

    code: str
    incident: str
    name: str
    opens: bool
    status: IncidentStatus
    body: str
    posted_at: datetime
    author: str
    component_statuses: dict[str, ComponentStatus] = field(default_factory=dict)
    notify: bool = True
    next_update_by: datetime | None = None


def bring_in(*, page: Page, published: Published, strictly: bool = False) -> Update:
    """Write a published update, and the incident that it opened, under the codes and times that the public knows.

    Where the incident went on meanwhile, so that the update can't be posted as it was, it goes in as far as it can and
    a note says what was left out; `strictly` raises LifecycleError instead. Raises AlreadyDone when it is in the
    timeline already, and IncidentChanged when somebody changed the incident just now: try again.
    """
    if Update.objects.filter(code=published.code).exists():
        raise AlreadyDone(published.code)
    incident = page.incidents.filter(code=published.incident).select_related("page").first()
    with transaction.atomic():
        if incident is None:
            update, note = _open(page, published, strictly=strictly)
        else:
            update, note = _post(incident, published, strictly=strictly)
        GlassPost.objects.create(
            update=update, author_name=published.author[:150], brought_in_at=timezone.now(), note=note
        )
    return update


def _open(page: Page, published: Published, *, strictly: bool) -> tuple[Update, str]:
    statuses, missing = _components(page, published, strictly=strictly)
    notes = [missing] if missing else []
    status = published.status
    if not published.opens:
        notes.append("The database didn't have this incident any more; it was opened again under its code.")
        status = status if status in FIRST else IncidentStatus.MONITORING
    at = _not_ahead(published.posted_at)
    incident = open_incident(
        page=page,
        name=published.name,
        body=published.body,
        by=None,
        status=status,
        component_statuses=statuses,
        at=at,
        next_update_by=published.next_update_by,
        notify=published.notify,
        backfilled=status == IncidentStatus.RESOLVED and not published.opens,
        code=published.incident,
        update_code=published.code,
        written_at=max(at, page.updated_at),
    )
    return incident.updates.get(), " ".join(notes)


def _post(incident: Incident, published: Published, *, strictly: bool) -> tuple[Update, str]:
    """Post it if it is the newest word and may follow, else put it into the timeline and leave the status alone."""
    statuses, note = _components(incident.page, published, strictly=strictly)
    at = _not_ahead(published.posted_at)
    written_at = max(at, incident.page.updated_at, incident.updated_at)
    newer = incident.updates.filter(posted_at__gt=at).order_by("posted_at", "pk").last()
    try:
        if newer is not None:
            raise LifecycleError(f"A newer update says {newer.get_status_display().lower()}.")
        with transaction.atomic():
            update = post_update(
                incident=incident,
                status=published.status,
                body=published.body,
                by=None,
                at=at,
                component_statuses=statuses,
                notify=published.notify,
                next_update_by=published.next_update_by,
                code=published.code,
                written_at=written_at,
            )
        return update, note
    except (AlreadyDone, IncidentChanged):
        raise
    except LifecycleError as error:
        if strictly:
            raise
        reason = error.message
    incident.refresh_from_db()
    post = Post(
        status=_late_status(incident, published.status, at),
        body=published.body,
        posted_at=at,
        component_statuses=statuses,
        notify=False,
        code=published.code,
        written_at=written_at,
    )
    if post.closes:
        post = replace(post, component_statuses={})
    said = f"It was published as {published.status.label.lower()}. {reason} "
    done = f"It stands here as {post.status.label.lower()}, moved nothing, and nobody was notified."
    return _enter(incident, post), f"{note} {said}{done}".strip()


def _enter(incident: Incident, post: Post) -> Update:
    """Write an update at its place in the timeline, with what it said of components then."""
    check_post(incident, post)
    write(incident, at=post.written_at)
    previous = IncidentStatus(incident.status)
    return write_post(incident, post, UpdatePosted, by=None, now=timezone.now(), previous=previous)


def _late_status(incident: Incident, status: IncidentStatus, at: datetime) -> IncidentStatus:
    """What an update that comes too late is entered as: as it was where that fits, else with the present status."""
    present = IncidentStatus(incident.status)
    is_within = incident.resolved_at is None or at < incident.resolved_at
    if not incident.is_maintenance and status in OPEN_STATUSES and is_within:
        return status
    return IncidentStatus.RESOLVED if present == IncidentStatus.POSTMORTEM else present


def _components(page: Page, published: Published, *, strictly: bool) -> tuple[dict[Component, ComponentStatus], str]:
    """The components that it spoke of, and a note on those that are gone or can't be left as it said."""
    living = page.components.living().select_related("group").filter(code__in=published.component_statuses)
    statuses = {component: published.component_statuses[component.code] for component in living}
    if published.status in CLOSED_STATUSES and not strictly:
        statuses = {each: status for each, status in statuses.items() if status == ComponentStatus.OPERATIONAL}
    left_out = len(published.component_statuses) - len(statuses)
    what = "a component" if left_out == 1 else f"{left_out} components"
    return statuses, f"What it said of {what} no longer fits and was left out." if left_out else ""


def _not_ahead(at: datetime) -> datetime:
    """A time from another machine's clock, never ahead of ours."""
    return min(at, timezone.now())
