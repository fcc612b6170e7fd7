"""Convergence: the running best above the minimum, against whatever was spent on it."""

import hypothesis.strategies as st
import numpy as np
import pytest
from drawing import HALF, TRIO, by_role, draw, points, run_of, runaway, staged, words
from helpers import STEPS, walk
from hypothesis import given

import landscape as ls
from landscape.figures.convergence import COUNTS, FLOOR, spread_apart
from landscape.surfaces import quadratic, saddle, styblinski_tang

RESTING = walk(ls.optimizers.sgd(), start=np.zeros(2))  # starts on the minimum: its gap is zero


def test_curves_are_the_running_best_above_the_minimum():
    figure = draw("convergence", staged())
    for name, curve in zip(TRIO, by_role(figure, "now"), strict=True):
        best = np.minimum.accumulate(run_of(name).values.min(axis=1))
        np.testing.assert_allclose(points(curve)[:, 1], best, rtol=1e-12)
        np.testing.assert_array_equal(curve.x, np.arange(STEPS + 1))
        assert curve.line.shape == "hv"


def test_the_minimum_is_subtracted_where_it_is_not_zero():
    surface = styblinski_tang()
    trajectory = walk(ls.optimizers.sgd(), surface)
    curve = by_role(draw("convergence", ls.scene(surface, trajectory, resolution=21)), "now")[0]
    np.testing.assert_allclose(curve.y, trajectory.best_value + 78.33233140754282, rtol=1e-9)


def test_without_a_known_minimum_values_are_drawn_as_they_are():
    trajectory = walk(ls.optimizers.sgd(), saddle())
    figure = draw("convergence", ls.scene(saddle(), trajectory, resolution=21))
    np.testing.assert_array_equal(by_role(figure, "now")[0].y, trajectory.best_value)
    assert figure.layout.yaxis.type != "log"
    assert figure.layout.yaxis.title.text == "best value so far"


@pytest.mark.parametrize("by", COUNTS)
def test_curves_are_drawn_against_what_was_counted(by):
    figure = draw("convergence", staged(), by=by)
    assert figure.layout.xaxis.title.text == by
    assert by.removesuffix("s") in words(figure)
    ends = [0]
    for name, curve in zip(TRIO, by_role(figure, "now"), strict=True):
        counted = np.arange(STEPS + 1) if by == "steps" else getattr(run_of(name), by)
        np.testing.assert_array_equal(curve.x, counted)
        ends.append(int(counted[-1]))
    assert tuple(figure.layout.xaxis.range) == (0.0, max(ends))


def test_evaluations_tell_a_population_from_a_walker():
    walker, _, swarm = by_role(draw("convergence", staged(), by="evaluations"), "now")
    assert walker.x[-1] == STEPS + 1
    assert swarm.x[-1] == 8 * (STEPS + 1)


def test_an_unknown_count_suggests_the_right_one():
    with pytest.raises(ls.LandscapeError, match=r"'evaluation'\. Did you mean 'evaluations'\?"):
        draw("convergence", staged(), by="evaluation")


def test_gaps_that_rounding_decides_are_drawn_at_a_floor_and_it_is_said():
    figure = draw("convergence", staged(extra=[RESTING]))
    assert np.all(by_role(figure, "now")[3].y == FLOOR)
    assert "10⁻¹⁶" in words(figure)
    assert "10⁻¹⁶" not in words(draw("convergence", staged()))


def test_the_whole_curve_is_pale_and_what_has_happened_is_strong():
    figure = draw("convergence", staged(frame=HALF))
    for whole, now, end in zip(*(by_role(figure, role) for role in ("whole", "now", "end")), strict=True):
        assert (len(whole.x), len(now.x)) == (STEPS + 1, HALF + 1)
        assert whole.opacity < 0.5
        assert now.line.width > whole.line.width
        np.testing.assert_array_equal(points(end), points(now)[-1:])
    assert not by_role(draw("convergence", staged()), "whole")


def test_both_axes_hold_every_curve():
    figure = draw("convergence", staged(frame=HALF, extra=[runaway()]))
    low, high = figure.layout.yaxis.range
    assert figure.layout.yaxis.type == "log"
    for curve in by_role(figure, "whole"):
        levels = np.log10(curve.y[np.isfinite(curve.y)])
        assert low <= levels.min() <= levels.max() <= high
    assert all(low <= np.log10(tick) <= high for tick in figure.layout.yaxis.tickvals)
    assert len(figure.layout.yaxis.tickvals) >= 2


def test_a_run_that_diverged_ends_where_it_was_last_finite():
    step = runaway().diverged
    figure = draw("convergence", staged("momentum", extra=[runaway()]))
    curve, end = by_role(figure, "now")[1], by_role(figure, "end")[1]
    assert len(curve.x) == step
    assert np.all(np.isfinite(curve.y))
    assert end.marker.symbol == "x"
    np.testing.assert_array_equal(points(end), points(curve)[-1:])
    before = draw("convergence", staged("momentum", extra=[runaway()], frame=step - 1))
    assert by_role(before, "end")[1].marker.symbol == "square"


def test_labels_stand_at_the_ends_of_their_curves_in_their_colours():
    figure = draw("convergence", staged())
    notes = {note.text: note for note in figure.layout.annotations}
    low, high = figure.layout.yaxis.range
    for track, curve in zip(staged().tracks, by_role(figure, "now"), strict=True):
        note = notes[f"<b>{track.label}</b>"]
        assert note.font.color == curve.line.color
        assert note.y == pytest.approx((np.log10(curve.y[-1]) - low) / (high - low), abs=0.15)


@given(st.lists(st.floats(0.0, 100.0), max_size=6))
def test_labels_are_pushed_apart_and_stay_below_the_top(heights):
    rows = [[height, name] for name, height in enumerate(heights)]
    spread_apart(rows, 12.0, 100.0)
    after = np.array([row[0] for row in rows])
    assert np.all(np.diff(after) >= 12.0 - 1e-9)
    assert np.all(after <= 100.0)
    assert sorted(row[1] for row in rows) == list(range(len(heights)))
    assert [heights[row[1]] for row in rows] == sorted(heights)


def test_labels_with_room_stay_where_they_are():
    rows = [[50.0, "a"], [10.0, "b"], [80.0, "c"]]
    spread_apart(rows, 12.0, 100.0)
    assert rows == [[10.0, "b"], [50.0, "a"], [80.0, "c"]]


def test_two_runs_with_equal_values_are_both_drawn():
    twins = ls.scene(quadratic(), run_of("sgd"), run_of("sgd"), resolution=21)
    first, second = by_role(draw("convergence", twins), "now")
    np.testing.assert_array_equal(first.y, second.y)
    assert first.line.color != second.line.color
