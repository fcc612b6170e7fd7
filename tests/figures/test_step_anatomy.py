"""The anatomy of a step: its parts, the local quadratic, and the exact boundary of stability."""

from functools import cache

import numpy as np
import pytest
from drawing import by_role, draw, points, words
from helpers import STEPS, walk

import landscape as ls
from landscape.figures.step_anatomy import moment
from landscape.geometry.anatomy import RULES, anatomy, bound_of, factor
from landscape.schedules import linear
from landscape.surfaces import himmelblau, quadratic

BOWL = quadratic(condition=25.0, rotation=0.3)
LONG = 400


def run(name: str, **values) -> ls.Trajectory:
    return walk(ls.catalog.find("optimizer", name)(**values), BOWL, np.array([1.0, -0.5]))


@cache
def downhill(learning_rate: float) -> ls.Trajectory:
    """On Himmelblau's function; with a rate of 0.035 it diverges."""
    return walk(ls.optimizers.sgd(learning_rate=learning_rate), himmelblau(), np.array([0.2, 4.4]))


def staged(*runs, **options):
    return ls.scene(runs[0].surface, *runs, layers=["anatomy"], resolution=41, **options)


@pytest.mark.parametrize("rule", RULES.values())
@pytest.mark.parametrize("carry", [0.0, 0.5, 0.9])
def test_at_the_limit_a_component_neither_grows_nor_shrinks(rule, carry):
    carry = 0.0 if rule == "gradient descent" else carry
    limit = bound_of(rule, carry)
    assert factor(rule, limit, carry) == pytest.approx(1.0)
    assert factor(rule, 0.999 * limit, carry) < 1.0 < factor(rule, 1.001 * limit, carry)


@pytest.mark.parametrize("name", RULES)
def test_runs_on_either_side_of_the_limit_do_what_it_says(name):
    carried = {} if name == "sgd" else {"momentum": 0.6}
    limit = bound_of(RULES[name], carried.get("momentum", 0.0)) / 25.0
    ends = []
    for share in (0.99, 1.01):
        optimizer = ls.catalog.find("optimizer", name)(learning_rate=share * limit, **carried)
        trajectory = ls.run(BOWL, optimizer, np.array([0.1, 0.1]), steps=LONG)
        found = anatomy(trajectory)
        np.testing.assert_allclose(found.ratio, share, rtol=1e-6)
        values = np.asarray(trajectory.values[:, 0])
        ends.append(values[-1] / values[0])
        if share > 1:  # the steep component alone is left: it grows by the factor told
            grown = (values[-1] / values[-101]) ** (1 / 200)
            assert grown == pytest.approx(float(found.growth[-1]), rel=1e-2)
    assert ends[0] < 1e-3
    assert ends[1] > 10.0


def test_a_quadratic_has_its_curvature_everywhere():
    found = anatomy(run("sgd", learning_rate=0.03))
    np.testing.assert_allclose(found.sharpness, 25.0, rtol=1e-9)
    np.testing.assert_allclose(found.limit, 2 / 25, rtol=1e-9)
    np.testing.assert_allclose(found.growth, abs(1 - 0.03 * 25), rtol=1e-9)


def test_a_step_of_gradient_descent_is_its_gradient_and_one_of_momentum_carries_on_a_share_of_the_last():
    plain, heavy = anatomy(run("sgd", learning_rate=0.03)), anatomy(run("momentum", learning_rate=0.01, momentum=0.8))
    np.testing.assert_allclose(plain.pushed, plain.steps, atol=1e-12)
    carried = heavy.steps - heavy.pushed
    np.testing.assert_allclose(carried[0], 0.0, atol=1e-12)
    np.testing.assert_allclose(carried[1:], 0.8 * heavy.steps[:-1], atol=1e-12)


def test_scheduled_numbers_are_those_of_the_moment():
    rates = linear(start=0.01, end=0.05)
    found = anatomy(run("momentum", learning_rate=rates, momentum=linear(start=0.5, end=0.9)))
    np.testing.assert_allclose(found.rate, np.linspace(0.01, 0.05, STEPS))
    np.testing.assert_allclose(found.carry, np.linspace(0.5, 0.9, STEPS))


def test_of_adam_only_the_effective_step_sizes_are_known():
    trajectory = run("adam", learning_rate=0.1)
    found = anatomy(trajectory)
    gradient = found.gradients[0]
    np.testing.assert_allclose(found.effective[0], 0.1 / np.abs(gradient), rtol=1e-5)  # its first step has length 0.1
    scaled = np.diag(0.1 / np.abs(gradient)) @ found.hessians[0]
    assert found.ratio[0] == pytest.approx(np.linalg.eigvals(scaled).real.max() / 2, rel=1e-5)
    assert np.isnan(found.limit).all()
    uphill = (found.effective < 0).any(axis=1)
    assert uphill.any()
    assert np.isnan(found.ratio[uphill]).all()
    figure = draw("step_anatomy", staged(trajectory), step=int(np.flatnonzero(uphill)[0]))
    assert "on what it remembers; no step size describes that" in words(figure)
    assert "curvature times effective step sizes" in words(draw("step_anatomy", staged(trajectory), step=0))


def test_the_step_at_fault_for_a_divergence_is_named_with_its_reason():
    trajectory = downhill(0.035)
    found = anatomy(trajectory)
    k = found.diverging
    assert trajectory.diverged is not None
    assert found.ratio[k] > 1.0
    assert found.values[k + 1] > found.values[: k + 1].min()
    text = words(draw("step_anatomy", staged(trajectory)))
    assert f"step {k}, where it diverges: learning rate 0.035 > 2/L = {ls.theme.written(float(found.limit[k]))}" in text
    assert f"grows by {ls.theme.written(float(found.growth[k]))} per step" in text
    assert f"at step {trajectory.diverged}" in text


def test_steps_beyond_what_can_be_drawn_are_refused_and_never_shown():
    trajectory = downhill(0.035)
    scene, named = staged(trajectory), f"step {anatomy(trajectory).diverging}, where"
    with pytest.raises(ls.LandscapeError, match=r"step=19 lies beyond what can be drawn; the run has diverged"):
        draw("step_anatomy", scene, step=19)
    for frame in range(STEPS + 1):
        text = words(draw("step_anatomy", scene.at(frame)))
        assert f"step {frame}" in text or named in text


def test_arrows_are_the_parts_of_the_step_end_to_end():
    trajectory = run("momentum", learning_rate=0.01, momentum=0.8)
    figure = draw("step_anatomy", staged(trajectory), step=3)
    push, carried, whole = (by_role(figure, role)[0] for role in ("gradient", "carried", "step"))
    here, there = np.asarray(trajectory.positions[3, 0]), np.asarray(trajectory.positions[4, 0])
    np.testing.assert_allclose(points(whole)[0], here)
    np.testing.assert_allclose(points(whole)[0] + [whole.u[0], whole.v[0]], there)
    np.testing.assert_allclose(points(carried)[0], here + np.array([push.u[0], push.v[0]]))
    np.testing.assert_allclose(points(carried)[0] + [carried.u[0], carried.v[0]], there)
    np.testing.assert_array_equal(points(by_role(figure, "ends")[0]), [here, there])


def test_the_mark_of_two_over_l_is_as_high_on_the_other_side():
    trajectory = run("sgd", learning_rate=0.03)
    mark = points(by_role(draw("step_anatomy", staged(trajectory), step=0), "mirror")[0])
    assert float(BOWL(mark[1])) == pytest.approx(float(BOWL(mark[0])))
    np.testing.assert_allclose(mark[3:].mean(axis=0), mark[1])


def test_heights_are_true_and_the_model_of_a_quadratic_is_the_surface():
    figure = draw("step_anatomy", staged(run("sgd", learning_rate=0.03)), step=2)
    heights, model = by_role(figure, "heights")[0], by_role(figure, "model")[0]
    np.testing.assert_allclose(np.asarray(model.z), np.asarray(heights.z), atol=1e-6 * np.ptp(np.asarray(heights.z)))
    for i, j in ((0, 0), (10, 40), (-1, -1)):
        true = float(BOWL(np.array([heights.x[j], heights.y[i]])))
        assert heights.customdata[i][j] == pytest.approx(true, rel=1e-5)


def test_the_model_has_the_value_and_the_slope_of_the_surface_where_the_step_begins():
    trajectory = downhill(0.005)
    scene = staged(trajectory)
    steps = scene.layers["anatomy"][0]
    at = np.array([0.2, 4.4])
    slope = [4 * at[0] * (at[0] ** 2 + at[1] - 11) + 2 * (at[0] + at[1] ** 2 - 7),
             2 * (at[0] ** 2 + at[1] - 11) + 4 * at[1] * (at[0] + at[1] ** 2 - 7)]  # fmt: skip
    bend = [[12 * at[0] ** 2 + 4 * at[1] - 42, 4 * (at[0] + at[1])],
            [4 * (at[0] + at[1]), 4 * at[0] + 12 * at[1] ** 2 - 26]]  # fmt: skip
    np.testing.assert_allclose(steps.gradients[0], slope)
    np.testing.assert_allclose(steps.hessians[0], bend)


def test_the_window_holds_the_step_and_is_framed_in_the_whole():
    trajectory = run("momentum", learning_rate=0.01, momentum=0.8)
    figure = draw("step_anatomy", staged(trajectory), step=3)
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    box = next(shape for shape in figure.layout.shapes if shape.xref == "x2")
    assert (box.x0, box.x1, box.y0, box.y1) == pytest.approx((left, right, low, high))
    for point in points(by_role(figure, "ends")[0]):
        assert left < point[0] < right
        assert low < point[1] < high
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]


def test_without_a_step_asked_for_the_shown_or_the_riskiest_is_drawn():
    trajectory = downhill(0.005)
    scene = staged(trajectory)
    steps = scene.layers["anatomy"][0]
    assert moment(scene.at(7), steps, None) == 7
    assert moment(scene, steps, "3") == 3
    assert steps.found.ratio[moment(scene, steps, None)] == np.nanmax(steps.found.ratio)


@pytest.mark.parametrize("step", [-1, STEPS, "x"])
def test_a_step_that_is_none_is_refused(step):
    with pytest.raises(ls.LandscapeError, match=f"step={step} is not a whole number in 0 … {STEPS - 1}"):
        draw("step_anatomy", staged(run("sgd", learning_rate=0.03)), step=step)


def test_runs_without_gradients_are_passed_over():
    swarm = walk(ls.optimizers.particle_swarm(size=8), BOWL)
    assert anatomy(swarm) is None
    assert "no run here follows one" in words(draw("step_anatomy", staged(swarm)))
    text = words(draw("step_anatomy", staged(swarm, run("sgd", learning_rate=0.03)), step=1))
    assert "step 1: learning rate 0.03 < 2/L = 0.08" in text
    assert "particle swarm" in text


def test_a_surface_that_changes_is_refused():
    moving = quadratic(condition=linear(start=1.0, end=9.0))
    with pytest.raises(ls.LandscapeError, match="on a surface that stands still"):
        staged(walk(ls.optimizers.sgd(), moving))
