"""The figures worked out again from the raw rows: no model method, no stored figure, no percentile of ours."""

import math
import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.models import ActionItem, Incident, IncidentComponent, Postmortem, Update

OPEN = ("investigating", "identified", "monitoring")
COLUMNS = ("pk", "code", "status", "impact", "kind", "is_backfilled", "started_at", "detected_at", "acknowledged_at")


def floor_seconds(start, end):
    return None if start is None or end is None else math.floor((end - start).total_seconds())


def rows_of(page, since: date, until: date, impact="", component=None):
    """The raw incidents whose impact began on some days of the page's zone."""
    zone = ZoneInfo(page.time_zone)
    drawn = []
    for row in Incident.objects.filter(page=page).values(*COLUMNS, "mitigated_at", "resolved_at"):
        day = row["started_at"].astimezone(zone).date()
        listed = set(IncidentComponent.objects.filter(incident=row["pk"]).values_list("component_id", flat=True))
        if (
            row["kind"] == "incident"
            and not row["is_backfilled"]
            and since <= day < until
            and impact in ("", row["impact"])
            and (component is None or component in listed)
        ):
            drawn.append(row | {"day": day})
    return drawn


def durations(row, now):
    """Measure by measure: ("known", s), ("running", s or None), ("before", s) or None."""
    posts = list(
        Update.objects.filter(incident=row["pk"]).values_list("posted_at", "status").order_by("posted_at", "pk")
    )
    gaps = [
        floor_seconds(earlier, later)
        for (earlier, status), (later, _) in zip(posts, posts[1:], strict=False)
        if status in OPEN
    ]
    published = Postmortem.objects.filter(incident=row["pk"]).values_list("published_at", flat=True).first()
    is_open = row["status"] in OPEN
    start, resolved = row["started_at"], row["resolved_at"]
    found = {
        "ttd": floor_seconds(start, row["detected_at"]),
        "tta": floor_seconds(row["detected_at"], row["acknowledged_at"]),
        "ttr": floor_seconds(start, row["mitigated_at"]),
        "time_to_first_update": floor_seconds(start, posts[0][0]) if posts else None,
        "time_to_close": floor_seconds(start, resolved),
        "longest_silence": max(gaps, default=None),
        "time_to_postmortem": floor_seconds(resolved, published),
    }
    said = {name: None if value is None else ("known", value) for name, value in found.items()}
    for name in ("ttd", "time_to_first_update"):
        if found[name] is not None and found[name] < 0:
            said[name] = ("before", found[name])
    if is_open:
        so_far = int(now.timestamp()) - math.floor(posts[-1][0].timestamp())
        said["longest_silence"] = ("running", max(so_far, found["longest_silence"] or 0))
        for name, bound in (("ttr", start), ("time_to_close", start), ("ttd", None), ("tta", None)):
            if found[name] is None:
                said[name] = ("running", bound and int(now.timestamp()) - math.floor(bound.timestamp()))
        said["time_to_postmortem"] = said["time_to_postmortem"] or ("running", None)
    elif resolved is not None and published is None:
        said["time_to_postmortem"] = ("running", int(now.timestamp()) - math.floor(resolved.timestamp()))
    return said


def ninetieth(values):
    """Of at least two: the ninth of nine cut points, by the standard library."""
    return statistics.quantiles(values, n=10, method="inclusive")[8]


def check(overview, rows, now):
    """Compare everything on the metrics page but the action items with the raw rows."""
    assert sorted(record.code for record in overview.incidents) == sorted(row["code"] for row in rows)
    said = [durations(row, now) for row in rows]
    for view in overview.measures:
        summary, name = view.summary, view.measure.key
        everything = [incident[name] for incident in said]
        known = [value for sort, value in filter(None, everything) if sort == "known"]
        running = [value for sort, value in filter(None, everything) if sort == "running"]
        assert summary.of == len(rows), name
        assert sorted(timed.seconds for timed in summary.running) == sorted(v for v in running if v is not None), name
        assert len(summary.unbounded) == running.count(None), name
        assert len(summary.early) == sum(sort == "before" for sort, _ in filter(None, everything)), name
        assert len(summary.unknown) == everything.count(None), name
        assert summary.median == (statistics.median(known) if known else None), name
        assert summary.mean == (statistics.fmean(known) if known else None), name
        if len(known) >= 10:
            assert math.isclose(summary.p90, ninetieth(known), rel_tol=1e-9, abs_tol=1e-6), name
        else:
            assert summary.p90 is None, name
        of_code = {row["code"]: incident[name] for row, incident in zip(rows, said, strict=True)}
        lines = list(summary.lines())
        assert len(lines) == len(rows), name
        kinds = {"": "known", "at_least": "running"}
        told = [(line.record.code, kinds[line.why], line.seconds) for line in lines if line.why in kinds]
        assert all(of_code[code] == (kind, seconds) for code, kind, seconds in told), name
        assert list(summary.seconds) == sorted(known), name
    expected = Counter((row["day"].replace(day=1), row["impact"]) for row in rows)
    shown = {
        (month, impact): count
        for impact, counts in overview.months.counts.items()
        for month, count in zip(overview.months.months, counts, strict=True)
        if count
    }
    assert shown == expected


def check_items(figures, ages_told, page, since: date, until: date, now):
    """Compare what is said of action items with the raw rows."""
    zone = ZoneInfo(page.time_zone)
    rows = list(ActionItem.objects.filter(incident__page=page).values())

    def within(at: datetime | None) -> bool:
        return at is not None and since <= at.astimezone(zone).date() < until

    opened = [row for row in rows if within(row["created_at"])]
    closed = [row for row in rows if within(row["completed_at"])]
    done = [row for row in closed if row["status"] == "done"]
    due = [row for row in done if row["due_on"]]
    ages = [
        int(now.timestamp()) - math.floor(row["created_at"].timestamp())
        for row in rows
        if row["status"] not in ("done", "wont_do")
    ]
    assert (figures.opened, figures.closed, figures.done) == (len(opened), len(closed), len(done))
    assert figures.timed == len(due)
    assert figures.in_time == sum(
        row["completed_at"].astimezone(zone) < datetime.combine(row["due_on"], datetime.min.time(), zone) + timedelta(1)
        for row in due
    )
    assert ages_told.count == len(ages)
    assert ages_told.median == (statistics.median(ages) if ages else None)
    for share in figures.kinds:
        kind = [row for row in opened if row["kind"] == share.kind]
        assert share.opened == len(kind)
        assert share.done == sum(row["status"] == "done" for row in kind)
        assert share.given_up == sum(row["status"] == "wont_do" for row in kind)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)
