"""Months put together say what all of their incidents say, whichever of them are asked for."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.reporting.batches import batch_of
from incidents.reporting.measures import MEASURES, BeforeImpact, Known, Running, read
from incidents.reporting.records import IncidentRecord, Selection, pack
from incidents.reporting.summaries import Line, at, sort_by

MONTHS = [date(2024, month, 1) for month in range(1, 8)]
NOW = int(datetime(2024, 9, 1, tzinfo=UTC).timestamp())


def sort_by_each(batches):
    return [sort_by(measure, batches) for measure in MEASURES]


few = st.integers(0, 5)
"""Few different durations, so that many are equal."""
early = st.integers(-2, -1)


@st.composite
def incidents(draw, month, place):
    began = int(datetime(month.year, month.month, 1, tzinfo=UTC).timestamp()) + 3_600 * place
    is_open = draw(st.booleans())
    values = {m.key: draw(st.none() | few | early if m.early else st.none() | few) for m in MEASURES}
    return IncidentRecord(
        code=f"{month:%m}-{place}",
        name="x",
        impact=draw(st.sampled_from(["minor", "critical"])),
        components=tuple(draw(st.sets(st.integers(1, 2)))),
        is_open=is_open,
        started=began,
        resolved=None if is_open else began + draw(few),
        last_told=draw(st.none() | st.just(began)) if is_open else began,
        detected_before_impact=(values["ttd"] or 0) < 0,
        **values,
    )


@st.composite
def histories(draw):
    counts = [(month, draw(st.integers(0, 4))) for month in MONTHS[: draw(st.integers(0, len(MONTHS)))]]
    return {month: [draw(incidents(month, place)) for place in range(count)] for month, count in counts}


selections = st.builds(
    Selection,
    since=st.none() | st.sampled_from([NOW - 86_400 * 150, NOW - 86_400 * 80]),
    until=st.none() | st.sampled_from([NOW - 86_400 * 70, NOW]),
    impact=st.sampled_from(["", "minor"]),
    component=st.none() | st.just(1),
)


def lasting(reading, now):
    return max(reading.so_far, now - reading.since)


@given(histories(), selections)
@settings(max_examples=150)
def test_every_measure_is_of_all_that_are_asked_for(months, selection):
    batches = [batch_of(month, pack(records), selection) for month, records in months.items()]
    asked = selection.begun(record for records in months.values() for record in records)

    for measure, kept in zip(MEASURES, sort_by_each(batches), strict=True):
        summary = at(kept, NOW)
        readings = [(record, read(measure, record)) for record in asked]
        known = [(record, found.seconds) for record, found in readings if isinstance(found, Known)]
        running = [
            (record, lasting(found, NOW))
            for record, found in readings
            if isinstance(found, Running) and found.since is not None
        ]

        assert list(summary.known) == sorted(known, key=lambda each: each[1])
        assert list(summary.seconds) == sorted(seconds for _, seconds in known)
        assert list(summary.running) == sorted(running, key=lambda each: each[1])
        assert summary.unbounded == [
            record for record, found in readings if isinstance(found, Running) and found.since is None
        ]
        assert summary.early == [record for record, found in readings if isinstance(found, BeforeImpact)]
        assert summary.unknown == [record for record, found in readings if found is None]
        assert summary.of == len(asked)


@given(histories())
@settings(max_examples=50)
def test_any_part_of_the_list_is_the_same_as_in_the_whole(months):
    batches = [batch_of(month, pack(records), Selection()) for month, records in months.items()]

    for kept in sort_by_each(batches):
        summary = at(kept, NOW)
        lines = summary.lines()
        whole = [
            *(Line(*timed) for timed in reversed(list(summary.known))),
            *(Line(*timed, "at_least") for timed in reversed(list(summary.running))),
            *(Line(record, None, "open") for record in summary.unbounded),
            *(Line(record, getattr(record, kept.measure.key), "before_impact") for record in summary.early),
            *(Line(record, None, "unknown") for record in summary.unknown),
        ]
        assert list(lines) == whole
        assert len(lines) == len(whole)
        assert [lines[start : start + 3] for start in range(0, len(whole), 3)] == [
            whole[start : start + 3] for start in range(0, len(whole), 3)
        ]
        assert not whole or lines[-1] == whole[-1]


def test_a_month_that_changed_is_put_together_anew_and_the_others_are_not():
    def stored(month, seconds):
        began = int(datetime(month.year, month.month, 2, tzinfo=UTC).timestamp())
        told = dict.fromkeys((measure.key for measure in MEASURES), seconds)
        return pack([IncidentRecord(f"{month}", "x", "minor", (), False, began, began, began, False, **told)])

    def batch(month, seconds):
        return batch_of(month, stored(month, seconds), Selection())

    before = [batch(month, 60) for month in MONTHS]
    changed = [*before[:-1], batch(MONTHS[-1], 5)]

    assert list(at(sort_by_each(before)[0], NOW).seconds) == [60] * 7
    assert list(at(sort_by_each(changed)[0], NOW).seconds) == [5, *[60] * 6]
    assert all(batch(kept.month, 60) is kept for kept in before)
