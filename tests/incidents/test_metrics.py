"""The figures, as arithmetic over facts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.metrics import (
    broken_promise,
    compute,
    contradictions,
    impact_duration,
    longest_silence,
    open_silence,
    promises,
)
from incidents.timeline import Moments, Pause, Post, Timeline

T = datetime(2022, 10, 4, 7, 17, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return T + timedelta(minutes=minutes)


REFERENCE = Timeline(
    moments=Moments(T, detected_at=after(14), mitigated_at=after(55), resolved_at=after(82)),
    posts=(Post(after(19)), Post(after(57)), Post(after(59)), Post(after(82), is_open=False)),
    postmortem_published_at=datetime(2022, 10, 13, 1, 35, tzinfo=UTC),
)


def test_reference_incident_gives_its_published_figures():
    figures = compute(REFERENCE)

    assert figures.ttd_seconds == 840
    assert figures.ttr_seconds == 3300
    assert figures.impact_seconds == 3300
    assert figures.time_to_first_update_seconds == 1140
    assert figures.time_to_close_seconds == 4920
    assert figures.longest_silence_seconds == 2280
    assert figures.time_to_postmortem_seconds == 752160
    assert figures.tta_seconds is None


def test_missing_moments_stay_missing():
    figures = compute(Timeline(Moments(T)))

    assert (figures.ttd_seconds, figures.ttr_seconds, figures.time_to_close_seconds) == (None, None, None)
    assert (figures.time_to_first_update_seconds, figures.longest_silence_seconds) == (None, None)


def test_detection_before_impact_is_kept_signed_and_flagged():
    figures = compute(Timeline(Moments(T, detected_at=after(-6))))

    assert figures.ttd_seconds == -360
    assert figures.detected_before_impact


def test_first_update_before_impact_is_kept_signed():
    assert compute(Timeline(Moments(T), (Post(after(-30)), Post(after(5))))).time_to_first_update_seconds == -1800


def test_backfilled_incident_has_no_time_to_first_update():
    assert compute(Timeline(Moments(T), (Post(after(5)),), is_backfilled=True)).time_to_first_update_seconds is None


def test_relapse_counts_in_ttr_but_not_in_impact():
    timeline = Timeline(Moments(T, mitigated_at=after(120)), pauses=(Pause(after(30), after(90)),))

    assert compute(timeline).ttr_seconds == 120 * 60
    assert impact_duration(timeline) == timedelta(minutes=60)


def test_impact_is_unknown_when_a_recovery_was_never_recorded():
    assert impact_duration(Timeline(Moments(T, mitigated_at=after(9)), pauses=(Pause(None, after(5)),))) is None


def test_silence_does_not_run_while_resolved():
    posts = (Post(after(0)), Post(after(10), is_open=False), Post(after(500)), Post(after(520)))

    assert longest_silence(Timeline(Moments(T), posts)) == timedelta(minutes=20)


def test_open_silence_ends_with_the_incident():
    assert open_silence(Timeline(Moments(T), (Post(after(0)),)), after(7)) == timedelta(minutes=7)
    assert open_silence(REFERENCE, after(500)) is None


@pytest.mark.parametrize(
    ("next_at", "expected"), [(30, (1, 1)), (31, (1, 0)), (None, (0, 0))], ids=["on time", "late", "none yet"]
)
def test_promises_count_once_they_are_put_to_the_test(next_at, expected):
    posts = [Post(after(0), next_update_by=after(30))]
    if next_at is not None:
        posts.append(Post(after(next_at)))

    assert promises(Timeline(Moments(T), tuple(posts))) == expected


def test_promise_is_broken_once_its_time_has_come():
    timeline = Timeline(Moments(T), (Post(after(0), next_update_by=after(30)),))

    assert broken_promise(timeline, after(29)) is None
    assert broken_promise(timeline, after(30)) == after(30)


@pytest.mark.parametrize(
    ("moments", "named"),
    [
        (Moments(T, mitigated_at=after(-1)), ("mitigated", "started")),
        (Moments(T, resolved_at=after(-1)), ("resolved", "started")),
        (Moments(T, mitigated_at=after(9), resolved_at=after(8)), ("resolved", "mitigated")),
        (Moments(T, detected_at=after(5), acknowledged_at=after(4)), ("acknowledged", "detected")),
    ],
)
def test_contradictions_name_both_moments(moments, named):
    ((later, earlier, sentence),) = contradictions(moments)

    assert (later, earlier) == named
    assert named[0] in sentence.lower()
    assert named[1] in sentence


def test_detection_before_impact_contradicts_nothing():
    assert contradictions(Moments(T, detected_at=after(-5))) == []


minutes = st.integers(0, 100_000)


@given(st.lists(minutes, min_size=2, max_size=20))
def test_longest_silence_never_exceeds_the_whole(gaps):
    times = sorted(gaps)
    timeline = Timeline(Moments(T), tuple(Post(after(minute)) for minute in times))

    silence = longest_silence(timeline)

    assert timedelta() <= silence <= timedelta(minutes=times[-1] - times[0])


@given(st.lists(minutes, min_size=2, max_size=9))
def test_impact_and_pauses_add_up_to_ttr(points):
    ordered = sorted(points)
    pairs = list(zip(ordered[:-1:2], ordered[1::2], strict=False))
    end = ordered[-1]
    pauses = tuple(Pause(after(start), after(stop)) for start, stop in pairs)
    timeline = Timeline(Moments(T, mitigated_at=after(end)), pauses=pauses)

    paused = sum((timedelta(minutes=stop - start) for start, stop in pairs), timedelta())

    assert impact_duration(timeline) + paused == timedelta(minutes=end)
