"""The facts that a postmortem's draft starts with, from an incident's rows."""

from incidents import durations
from incidents.choices import ComponentStatus, Moment, MomentSource
from incidents.facts import timeline_of
from incidents.instants import format_day, format_instant, format_time
from incidents.markdown import plain
from incidents.metrics import Metrics, compute
from incidents.models import Incident

from .timeline import Entry, assembled

FIGURES = (
    ("TTD, time to detect", "impact began to detected", "ttd_seconds"),
    ("TTA, time to acknowledge", "detected to acknowledged", "tta_seconds"),
    ("TTR, time to recover", "impact began to impact ended", "ttr_seconds"),
    ("Time to first update", "impact began to first update", "time_to_first_update_seconds"),
    ("Time to close", "impact began to resolved", "time_to_close_seconds"),
    ("Longest silence", "between two updates while open", "longest_silence_seconds"),
)


def facts_of(incident: Incident) -> dict[str, str]:
    """What a template's placeholders stand for, as Markdown."""
    figures = figures_of(incident)
    return {
        "between": _between(incident),
        "components": _components(incident),
        "timeline": assembled(entries_of(incident), incident.page.zone),
        "detection": _moment(incident, Moment.DETECTED, "TTD", figures.ttd_seconds),
        "recovery": _moment(incident, Moment.MITIGATED, "TTR", figures.ttr_seconds),
        "moments": _moments(incident),
        "metrics": _metrics(figures),
    }


def figures_of(incident: Incident) -> Metrics:
    """The figures as they follow from the facts now, computed on the spot."""
    return compute(timeline_of(incident))


def entries_of(incident: Incident) -> list[Entry]:
    """What is known to have happened and from where: updates, moments that no update gave, relapses."""
    entries = [
        Entry(
            f"update-{update.code}", update.posted_at, f"{update.get_status_display()}: {plain(update.body)}", "update"
        )
        for update in incident.updates.all()
    ]
    for record in present_beliefs(incident):
        if record.source != MomentSource.UPDATE:
            at_most = ", at the latest" if record.precision == "at_most" else ""
            words = f"{record.get_moment_display()}{at_most}"
            source = f"moment, {record.get_source_display().lower()}"
            entries.append(Entry(f"moment-{record.moment}", record.at, words, source, internal=record.reason))
    entries += [
        Entry(
            f"relapse-{reopening.pk}",
            reopening.impact_resumed_at,
            "Impact resumed",
            "moment",
            internal=reopening.reason,
        )
        for reopening in incident.reopenings.all()
    ]
    return entries


def present_beliefs(incident: Incident) -> list[object]:
    """The newest record of each moment that is held to be known."""
    newest = {record.moment: record for record in incident.moment_records.all()}
    return [record for record in newest.values() if record.at is not None]


def _between(incident: Incident) -> str:
    zone, start, end = incident.page.zone, incident.started_at, incident.mitigated_at or incident.resolved_at
    if end is None:
        return f"Since {format_instant(start, zone)}, "
    if format_day(start, zone) == format_day(end, zone):
        hours = f"{start.astimezone(zone):%H:%M} and {format_time(end, zone)}"
        return f"On {format_day(start, zone)}, between {hours}, "
    return f"Between {format_instant(start, zone)} and {format_instant(end, zone)}, "


def _components(incident: Incident) -> str:
    lines = []
    zone = incident.page.zone
    claims = list(incident.claims.filter(basis="adjudicated").order_by("started_at"))
    for listing in incident.listings.select_related("component__group"):
        measured = [
            f"{ComponentStatus(claim.status).label.lower()} {format_instant(claim.started_at, zone)} to "
            f"{format_instant(claim.ended_at, zone)}"
            for claim in claims
            if claim.component_id == listing.component_id and claim.ended_at is not None
        ]
        told = ComponentStatus(listing.worst_status).label.lower()
        if listing.adjudicated_at is None:
            lines.append(f"- {listing.component.full_name}: told as {told}")
        else:
            lines.append(
                f"- {listing.component.full_name}: told as {told}; measured: {'; '.join(measured) or 'no impact'}"
            )
    return "\n".join(lines) or "- No component is listed."


def _moment(incident: Incident, moment: Moment, short: str, seconds: int | None) -> str:
    at = getattr(incident, f"{moment}_at")
    if at is None:
        return f"{moment.label}: not known."
    figure = f" ({short} {durations.since_impact(seconds)})" if seconds is not None else ""
    return f"{moment.label}: {format_instant(at, incident.page.zone)}{figure}."


def _moments(incident: Incident) -> str:
    rows = ["| Moment | When | Known from |", "| --- | --- | --- |"]
    beliefs = {record.moment: record for record in present_beliefs(incident)}
    for moment in Moment:
        record = beliefs.get(moment)
        when = format_instant(record.at, incident.page.zone) if record else "not known"
        rows.append(f"| {moment.label} | {when} | {record.get_source_display().lower() if record else ''} |")
    return "\n".join(rows)


def _metrics(figures: Metrics) -> str:
    rows = ["| Figure | From, to | |", "| --- | --- | --- |"]
    for name, span, field in FIGURES:
        seconds = getattr(figures, field)
        rows.append(f"| {name} | {span} | {'not known' if seconds is None else durations.since_impact(seconds)} |")
    return "\n".join(rows)
