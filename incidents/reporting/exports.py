"""Every figure of the metrics page as tables, for CSV and JSON."""

from datetime import UTC, datetime

from incidents.instants import rfc3339
from incidents.spreadsheets import Cell, Table

from .measure_view import MeasureView
from .measures import MEASURES
from .overview import Overview
from .records import IncidentRecord

TABLES = {
    "figures": "All figures",
    "incidents": "The incidents behind them",
    "months": "Incidents per month",
    "action-items": "Action items",
    "action-items-by-kind": "Action items by kind",
}

FIGURES = (
    *("metric", "name", "starts", "ends", "of", "known", "running", "unbounded", "before_impact", "unknown"),
    *("median_seconds", "p90_seconds", "min_seconds", "max_seconds", "mean_seconds"),
    *("known_before", "median_before_seconds", "ratio_low", "ratio_high", "verdict"),
)
INCIDENTS = (
    *("code", "name", "impact", "components", "started_at", "resolved_at", "open", "detected_before_impact"),
    *(f"{measure.key}_seconds" for measure in MEASURES),
)
ITEMS = (
    *("opened", "closed", "done", "wont_do", "done_with_due_date", "done_in_time"),
    *("open_now", "open_age_median_seconds", "open_age_p90_seconds"),
)


def table_of(name: str, overview: Overview, components: dict[int, str]) -> Table:
    """One of TABLES. Raises KeyError for another name."""
    return {
        "figures": lambda: Table("figures", FIGURES, [_figures(view) for view in overview.measures]),
        "incidents": lambda: Table(
            "incidents", INCIDENTS, [_incident(record, components) for record in overview.incidents]
        ),
        "months": lambda: _months(overview),
        "action-items": lambda: _items(overview),
        "action-items-by-kind": lambda: _kinds(overview),
    }[name]()


def about(overview: Overview) -> dict[str, Cell]:
    """What the figures are of: page, zone, days (half-open), filters, and as of when."""
    asked = overview.asked
    return {
        "page": asked.page.name,
        "time_zone": asked.page.time_zone,
        "since": asked.span.since.isoformat() if asked.span.since else None,
        "until": asked.span.until.isoformat() if asked.span.until else None,
        "impact": asked.impact or None,
        "component": asked.component.code if asked.component else None,
        "as_of": rfc3339(overview.as_of) if overview.as_of else None,
    }


def _figures(view: MeasureView) -> list[Cell]:
    summary, before, found = view.summary, view.before, view.comparison
    measure = view.measure
    return [
        *(measure.key, measure.name, measure.starts, measure.ends, summary.of, len(summary.known)),
        *(len(summary.running), len(summary.unbounded), len(summary.early), len(summary.unknown)),
        *(summary.median, summary.p90, summary.shortest, summary.longest, summary.mean),
        *((len(before.known), before.median) if before else (None, None)),
        *((found.low, found.high, found.verdict.value) if found else (None, None, None)),
    ]


def _incident(record: IncidentRecord, components: dict[int, str]) -> list[Cell]:
    return [
        *(record.code, record.name, record.impact),
        "; ".join(components[key] for key in record.components if key in components),
        *(_instant(record.started), _instant(record.resolved), record.is_open, record.detected_before_impact),
        *(getattr(record, measure.key) for measure in MEASURES),
    ]


def _months(overview: Overview) -> Table:
    months = overview.months
    rows = [[f"{month:%Y-%m}", *counts.values(), total] for month, counts, total in months.rows()]
    return Table("months", ("month", *months.counts, "incidents"), rows)


def _items(overview: Overview) -> Table:
    items, ages = overview.items, overview.ages
    return Table(
        "action_items",
        ITEMS,
        [
            [
                *(items.opened, items.closed, items.done, items.given_up, items.timed, items.in_time),
                *(ages.count, ages.median, ages.p90),
            ]
        ],
    )


def _kinds(overview: Overview) -> Table:
    rows = [[k.kind, k.opened, k.done, k.given_up, k.still_open] for k in overview.items.kinds]
    return Table("action_items_by_kind", ("kind", "opened", "done", "wont_do", "open"), rows)


def _instant(epoch: int | None) -> str | None:
    return None if epoch is None else rfc3339(datetime.fromtimestamp(epoch, UTC))
