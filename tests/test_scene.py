"""Scenes: how heights are scaled, read between grid points, and how tracks that run away are cut."""

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from landscape.scene import BANDS, FAR, Heights, Scale, Scene, Track, cut, interpolate, nice, scale_of

U, V = np.linspace(-2.0, 4.0, 13), np.linspace(1.0, 3.0, 9)
VIEW = np.array([[-4.0, -1.0], [4.0, 1.0]])
HEIGHTS = hnp.arrays(np.float64, (6, 7), elements=st.integers(-(10**12), 10**12).map(lambda count: count / 1000))
COORDINATES = st.sampled_from([0.0, 3.0, -70.0, 79.0, 200.0, -1e4, 1e9, np.nan, np.inf])
OUTSIDE = [(-2.001, 2.0), (4.001, 2.0), (0.0, 0.999), (0.0, 3.001), (np.nan, 2.0), (np.inf, 2.0), (-1e300, 2.0)]
SCALES = (Scale(False, -3.0, 1.0, 50.0, 3.0), Scale(True, -3.0, 0.2, 4.0, 0.2))


def plot(height, scale=SCALES[0]) -> Heights:
    return Heights(U, V, height(*np.meshgrid(U, V)), scale)


def track(path, **more) -> Track:
    path = np.array(path, np.float64)
    counts = np.arange(len(path))
    return Track("a", 0, path, None, **({"best_value": -counts * 1.0} | more), evaluations=counts, gradients=counts)


def scene(*tracks, minimum=0.0) -> Scene:
    heights = Heights(VIEW[:, 0], VIEW[:, 1], np.zeros((2, 2)), SCALES[0])
    return Scene(heights, None, tracks, VIEW, np.zeros((0, 2)), minimum, None, steps=4, frame=4)


def first_digits(value: float) -> float:
    return float(f"{value:.12e}".split("e")[0])


@pytest.mark.parametrize("scale", SCALES)
def test_draw_and_true_are_inverse_and_monotone_above_the_base(scale):
    heights = scale.base + np.concatenate([[0.0], np.logspace(-3, 5, 60)])
    drawn = scale.draw(heights)
    np.testing.assert_allclose(scale.true(drawn), heights, rtol=1e-9)
    assert drawn[0] == 0.0
    assert np.all(np.diff(drawn) > 0)


@pytest.mark.parametrize("scale", SCALES)
def test_what_is_below_the_base_is_drawn_on_it_and_gaps_stay_gaps(scale):
    assert scale.draw(-1e6) == 0.0
    assert scale.draw(-np.inf) == 0.0
    assert np.isnan(scale.draw(np.nan))
    assert scale.draw(np.inf) == np.inf


@pytest.mark.parametrize(("power", "log"), [(1, False), (4, True)])
def test_heights_are_logarithmic_only_when_they_span_decades(power, log):
    heights = np.linspace(1.0, 10.0, 200).reshape(10, 20) ** power
    assert scale_of(heights, 0.0).log is log
    assert scale_of(heights, 0.0, log=not log).log is not log


@given(HEIGHTS, st.sampled_from([None, True, False]))
def test_scale_is_legible_for_any_heights(height, log):
    scale = scale_of(height, np.nan, log)
    assert scale.base == height.min()
    assert scale.top > 0
    assert 0.65 * BANDS <= scale.top / scale.step <= 1.5 * BANDS
    assert scale.unit == 1.0 if not scale.log else any(abs(first_digits(scale.unit) - m) < 1e-9 for m in (1, 2, 5))
    drawn = scale.draw(np.sort(height, axis=None))
    assert np.all(np.isfinite(drawn))
    assert np.all(np.diff(drawn) >= 0)


def test_unit_is_the_tenth_quantile_rounded_down():
    scale = scale_of(7.0 + np.linspace(0.0, 600.0, 601)[None] ** 2, 7.0, log=True)
    assert scale.unit == 2000.0  # a tenth lies below 60² = 3600
    assert (scale.base, scale.log) == (7.0, True)


def test_base_is_the_known_minimum_unless_heights_contradict_it():
    heights = np.array([[2.0, 5.0], [9.0, np.nan]])
    assert scale_of(heights, 1.0).base == 1.0
    for wrong in (3.0, np.nan, -np.inf):
        assert scale_of(heights, wrong).base == 2.0


@pytest.mark.parametrize("height", [np.full((3, 3), 4.0), np.full((3, 3), np.nan), np.array([[0.0, 0.0, 0.0, 1.0]])])
@pytest.mark.parametrize("log", [None, True, False])
def test_plateaus_and_blanks_have_a_scale_too(height, log):
    scale = scale_of(height, np.nan, log)
    assert np.all(np.isfinite(scale))
    assert min(scale.top, scale.step, scale.unit) > 0


@pytest.mark.parametrize("scale", SCALES)
def test_ticks_are_a_few_true_heights_between_base_and_top(scale):
    ticks = np.array(scale.ticks())
    assert np.all((ticks >= scale.base) & (ticks <= scale.true(scale.top)))
    assert np.all(np.diff(ticks) > 0)
    assert 3 <= len(ticks) <= 12


@pytest.mark.parametrize("base", [-78.33, -3.0, 0.0, 0.7])
def test_ticks_are_round_whatever_the_base(base):
    ticks = Scale(False, base, 1.0, 230.0, 12.8).ticks()
    assert all(tick == base or tick % 50 == 0 for tick in ticks)


@given(st.floats(1e-290, 1e290))
def test_nice_is_the_largest_1_2_5_not_above(step):
    found = nice(step)
    assert found <= step * (1 + 1e-8)
    assert step < found * 2.5 * (1 + 1e-8)
    assert any(abs(first_digits(found) - m) < 1e-9 for m in (1, 2, 5))


@pytest.mark.parametrize("power", range(-12, 13))
@pytest.mark.parametrize("first", [1, 2, 5])
def test_nice_keeps_what_is_nice(power, first):
    assert nice(first * 10.0**power) == pytest.approx(first * 10.0**power)


@pytest.mark.parametrize("step", [0.0, -1.0, np.nan, np.inf])
def test_nice_of_no_positive_number_is_one(step):
    assert nice(step) == 1.0


@given(st.floats(U[0], U[-1]), st.floats(V[0], V[-1]))
def test_interpolation_of_a_bilinear_function_is_exact(u, v):
    heights = plot(lambda x, y: 20.0 + 2.0 * x - 3.0 * y + 0.5 * x * y)
    expected = 20.0 + 2.0 * u - 3.0 * v + 0.5 * u * v - heights.scale.base
    np.testing.assert_allclose(interpolate(heights, np.array([u, v])), expected, rtol=1e-12)


def test_interpolation_returns_drawn_heights_at_grid_points_and_nan_outside():
    heights = plot(lambda x, y: x**2 + y**4, SCALES[1])
    corners = np.stack(np.meshgrid(U, V), axis=-1)
    np.testing.assert_allclose(interpolate(heights, corners), heights.drawn, rtol=1e-12)
    assert np.all(np.isnan(interpolate(heights, np.array(OUTSIDE))))


@given(hnp.arrays(np.float64, (8, 2), elements=COORDINATES))
def test_cut_moves_far_points_along_their_segment_to_the_edge_of_the_vicinity(path):
    half = FAR * (VIEW[1] - VIEW[0])
    near = (np.abs(path) <= half).all(axis=1)
    out = cut(path, VIEW)
    assert out.shape == path.shape
    np.testing.assert_array_equal(out[near], path[near])
    for k in np.flatnonzero(~near):
        beside = [j for j in (k - 1, k + 1) if 0 <= j < len(path) and near[j]]
        if not beside or not np.isfinite(path[k]).all():
            assert np.all(np.isnan(out[k]))
            continue
        assert np.max(np.abs(out[k]) / half) == pytest.approx(1.0)
        share = np.linalg.norm(out[k] - path[beside[0]]) / np.linalg.norm(path[k] - path[beside[0]])
        np.testing.assert_allclose(out[k], path[beside[0]] + share * (path[k] - path[beside[0]]), atol=1e-6)


def test_cut_returns_a_path_that_stays_near_as_it_is():
    path = np.array([[0.0, 0.0], [3.0, 0.5]])
    assert cut(path, VIEW) is path


def test_a_track_diverges_where_its_last_finite_point_ends():
    gone = track([[0, 0], [1, 1], [9, 9], [np.inf, 0], [np.nan, np.nan]])
    assert gone.diverged == 3
    assert [gone.at(frame) for frame in range(6)] == [0, 1, 2, 2, 2, 2]
    assert track([[0, 0], [1, 1]]).diverged is None
    assert track([[0, 0], [1, 1]]).at(9) == 1


def test_a_track_that_comes_back_has_diverged_only_once_it_is_gone_for_good():
    assert track([[0, 0], [np.nan, 0], [1, 1]]).diverged is None
    assert track([[0, 0], [np.nan, 0], [1, 1], [np.nan, 0]]).diverged == 3


def test_left_is_the_step_at_which_a_diverging_track_leaves_the_view_for_good():
    gone = track([[0, 0], [99, 0], [1, 1], [9, 9], [np.nan, np.nan]])
    assert scene().left(gone) == 3
    assert scene().left(track([[99, 0], [np.nan, 0]])) == 0
    assert scene().left(track([[0, 0], [99, 0]])) is None


def test_gap_is_the_best_value_above_the_known_minimum():
    falling = track(np.zeros((4, 2)), best_value=np.array([5.0, 3.0, np.inf, np.nan]))
    np.testing.assert_array_equal(scene(minimum=-2.0).gap(falling), [7.0, 5.0, np.nan, np.nan])
    assert scene(minimum=np.nan).gap(falling) is None
    assert scene(minimum=-np.inf).gap(falling) is None


def test_a_scene_shows_other_moments_and_leaves_hidden_tracks_out():
    both = scene(track(np.zeros((5, 2))), track(np.ones((5, 2)), hidden=True))
    assert both.shown == [both.tracks[0]]
    assert [both.at(frame).frame for frame in (-3, 2, 99)] == [0, 2, 4]
    np.testing.assert_array_equal(both.view, VIEW)
