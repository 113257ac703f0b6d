"""Where things are drawn."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.reporting.charts.columns import HIGHEST, columns
from incidents.reporting.charts.dot_plot import MOST_ARROWS, MOST_DOTS, dot_plot, drawn
from incidents.reporting.charts.log_axis import BETWEEN_LABELS, LEFT, RIGHT, axis_over

seconds = st.lists(st.integers(-5_000, 10**9), max_size=80)


@given(seconds)
@settings(max_examples=150)
def test_longer_is_never_further_left_and_nothing_leaves_the_drawing(values):
    axis = axis_over(values)
    places = [axis.place(value) for value in sorted(values)]

    assert places == sorted(places)
    assert all(LEFT <= place <= RIGHT for place in places)
    assert all(after.x - before.x >= BETWEEN_LABELS - 0.01 for before, after in pairwise(axis.ticks()))


def test_axis_is_logarithmic_between_round_durations():
    axis = axis_over([70, 3_000])

    assert (axis.first, axis.last) == (60, 3_600)
    assert [tick.label for tick in axis.ticks()] == ["1 min", "2 min", "5 min", "15 min", "30 min", "1 h"]
    assert axis.place((60 * 3_600) ** 0.5) == pytest.approx((LEFT + RIGHT) / 2, abs=0.01)


def test_nought_has_a_place_of_its_own():
    axis = axis_over([0, 60, 3_600])

    assert axis.place(0) == axis.place(-300) == LEFT
    assert axis.place(60) > LEFT + 10
    assert axis.ticks()[0].label == "0"


@given(seconds, seconds)
@settings(max_examples=100)
def test_each_is_drawn_once_within_the_height(known, running):
    known, running = sorted(known), sorted(running)
    plot = dot_plot(known, running, median=None, p90=None)

    assert [dot.index for dot in plot.dots] == list(range(len(known)))
    assert [dot.index for dot in plot.running] == list(range(len(running)))
    assert all(0 < dot.y < plot.axis_y for dot in plot.dots)
    assert all(plot.axis_y < dot.y < plot.height for dot in plot.running)


def test_equal_durations_are_stacked_and_not_hidden():
    plot = dot_plot([60] * 5, [], median=60, p90=None)

    assert len({(dot.x, dot.y) for dot in plot.dots}) == 5
    assert plot.p90 is None
    assert plot.lane_y is None


@given(st.integers(MOST_ARROWS + 1, 20_000), st.sampled_from([MOST_ARROWS, 100, MOST_DOTS]))
@settings(max_examples=60)
def test_too_many_are_thinned_evenly_from_the_shortest_to_the_longest(count, most):
    chosen = drawn(range(count), most)

    assert len(chosen) == len(set(chosen)) == min(count, most)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    steps = [after - before for before, after in pairwise(chosen)]
    assert max(steps) - min(steps) <= 1


def test_columns_are_all_on_one_scale():
    months = [date(2024, month, 1) for month in (1, 2, 3)]
    chart = columns(months, {"critical": [0, 1, 0], "minor": [4, 2, 0]})
    critical, minor = chart.rows

    assert minor.columns[0].height == HIGHEST
    assert critical.columns[1].height == HIGHEST / 4
    assert [column.is_labelled for column in minor.columns] == [True, True, False]
    assert minor.total == 6
    assert [label.text for label in chart.labels] == ["Jan", "Feb", "Mar"]
    assert [label.year for label in chart.labels] == ["2024", "", ""]


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_columns_stay_within_the_drawing(count):
    months = [date(2020 + index // 12, index % 12 + 1, 1) for index in range(count)]
    chart = columns(months, {"major": list(range(count))})

    assert len(chart.labels) <= 7
    assert all(c.x >= 0 and c.x + c.width <= 100 and c.y > 0 for row in chart.rows for c in row.columns)
