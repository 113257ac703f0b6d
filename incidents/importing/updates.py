"""Updates with what they said of components, and published postmortems."""

from datetime import datetime

from incidents.choices import IncidentStatus, PostmortemStatus
from incidents.models import (
    Component,
    ComponentChange,
    Incident,
    Postmortem,
    PostmortemRevision,
    Update,
    UpdateRevision,
)

from .documents import UpdateDocument
from .gathering import Told
from .history import stand_in_code
from .rows import bring_up
from .tally import Outcome, Tally


def is_postmortem(update: UpdateDocument) -> bool:
    """Whether an update is really the incident's published review."""
    return update.status == IncidentStatus.POSTMORTEM and bool(update.body.strip())


def write_updates(incident: Incident, told: Told, components: dict[str, Component], tally: Tally) -> bool:
    """Write an incident's updates, oldest first; whether any of them changed."""
    known = {row.code: row for row in incident.updates.prefetch_related("component_changes")}
    stand_in = stand_in_code(incident.code)
    updates = [each for each in told.updates.values() if not is_postmortem(each)]
    if any(code != stand_in for code in known):
        updates = [each for each in updates if each.id != stand_in]
    outcomes = []
    for update in sorted(updates, key=lambda each: each.posted_at):
        outcomes.append(_write_update(incident, known.get(update.id), update, components))
        tally.count("updates", outcomes[-1])
    if stand_in in known and any(update.id != stand_in for update in updates):
        known[stand_in].delete()
    return any(outcome != Outcome.UNCHANGED for outcome in outcomes)


def _write_update(
    incident: Incident, row: Update | None, told: UpdateDocument, components: dict[str, Component]
) -> Outcome:
    facts = {
        "status": told.status,
        "body": told.body,
        "posted_at": told.posted_at,
        "notify": told.deliver_notifications,
        "created_at": told.created_at,
        "updated_at": told.updated_at,
    }
    if row is None:
        row = Update.objects.create(incident=incident, code=told.id, **facts)
        _write_changes(row, told, components)
        return Outcome.CREATED
    if told.updated_at < row.updated_at:
        return Outcome.UNCHANGED
    before = UpdateRevision(update=row, status=row.status, body=row.body, posted_at=row.posted_at)
    outcome = bring_up(row, **facts)
    if (before.status, before.body, before.posted_at) != (row.status, row.body, row.posted_at):
        before.replaced_at = told.updated_at
        before.save()
        bring_up(row, edited_at=told.updated_at)
    return Outcome.UPDATED if _write_changes(row, told, components) else outcome


def _write_changes(update: Update, told: UpdateDocument, components: dict[str, Component]) -> bool:
    """Write what an update says of components, in the document's order; whether that differs from what was stored."""
    # A component named twice counts once, as last said.
    affected = {each.code: each for each in told.affected_components or ()}
    wanted = [
        (components[code].pk, each.name, str(each.old_status), str(each.new_status)) for code, each in affected.items()
    ]
    columns = ("component_id", "component_name", "old_status", "new_status")
    if wanted == list(update.component_changes.values_list(*columns)):
        return False
    update.component_changes.all().delete()
    ComponentChange.objects.bulk_create(
        ComponentChange(update=update, **dict(zip(columns, values, strict=True))) for values in wanted
    )
    return True


def write_postmortem(incident: Incident, told: Told, tally: Tally) -> bool:
    """Write the incident's postmortem, if the documents hold one; whether it changed."""
    code, facts = _postmortem_facts(told)
    if facts is None:
        return False
    row = Postmortem.objects.filter(incident=incident).first()
    if row is None:
        row = Postmortem.objects.create(incident=incident, **({"code": code} if code else {}), **facts)
        outcome = Outcome.CREATED
    elif facts["updated_at"] < row.updated_at:
        outcome = Outcome.UNCHANGED
    else:
        outcome = bring_up(row, **facts)
    tally.count("postmortems", outcome)
    if outcome != Outcome.UNCHANGED:
        PostmortemRevision.objects.create(
            postmortem=row,
            body=row.draft,
            note="Imported",
            is_published=row.is_published,
            created_at=row.updated_at,
        )
    return outcome != Outcome.UNCHANGED


def _postmortem_facts(told: Told) -> tuple[str | None, dict[str, object] | None]:
    posted = max(filter(is_postmortem, told.updates.values()), key=lambda each: each.posted_at, default=None)
    if posted is not None:
        return posted.id, {
            "draft": posted.body,
            "published_body": posted.body,
            "published_at": posted.posted_at,
            "status": PostmortemStatus.PUBLISHED,
            "notify": posted.deliver_notifications,
            "created_at": posted.created_at,
            "updated_at": posted.updated_at,
        }
    incident = told.incident
    body = incident.postmortem_body
    if not body or not body.strip():
        return None, None
    published = incident.postmortem_published_at
    written_at = incident.postmortem_body_last_updated_at or incident.updated_at
    if published is True:
        published = written_at
    return None, {
        "draft": body,
        "published_body": body if isinstance(published, datetime) else "",
        "published_at": published if isinstance(published, datetime) else None,
        "status": PostmortemStatus.PUBLISHED if isinstance(published, datetime) else PostmortemStatus.DRAFT,
        "notify": bool(incident.postmortem_notified_subscribers),
        "created_at": written_at,
        "updated_at": written_at,
    }
