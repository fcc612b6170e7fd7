"""Sensitivity: every cell is its own run, its borders are those of theory, and what is too much is refused."""

import numpy as np
import pytest
from helpers import walk

import landscape as ls
from landscape import LandscapeError, ends
from landscape.geometry import basins
from landscape.optimizers import adam, momentum, nesterov, particle_swarm, sgd, simulated_annealing
from landscape.schedules import cosine
from landscape.sensitivity import sensitivity
from landscape.setting import axis, numbers
from landscape.surfaces import himmelblau, quadratic, rosenbrock, rotate, saddle

STEPS = 400
STEEP = 10.0  # the largest curvature of the quadratics here, whose smallest is 1
AWAY = np.array([0.9, 0.97, 1.03, 1.1])  # shares of a border: two below, two above
SHARES = np.array([0.0, 0.4, 0.8])


def bowl(**values):
    return quadratic(condition=STEEP, rotation=0.0, **values)


def grid(optimizer, surface=None, **options):
    return sensitivity(surface or bowl(), optimizer, **({"steps": STEPS} | options))


def test_gradient_descent_diverges_above_two_over_the_curvature_and_nowhere_below():
    found = grid(sgd(), x=("learning_rate", AWAY * 2.0 / STEEP))
    assert found.diverged.tolist() == [[False, False, True, True]]
    np.testing.assert_allclose(found.margin, AWAY[None], rtol=1e-9)
    rate, start = found.x.values[:2], bowl().start
    scale = (1.0 - rate[:, None] * np.linalg.eigvalsh(np.diag([1.0, STEEP]))) ** (2 * STEPS)
    closed = [0.5 * sum(c * k * s**2 for c, k, s in zip((1.0, STEEP), each, start, strict=True)) for each in scale]
    np.testing.assert_allclose(found.final[0, :2], closed, rtol=1e-6)


@pytest.mark.parametrize(
    ("entry", "border"),
    [(momentum, 2 * (1 + SHARES) / STEEP), (nesterov, 2 * (1 + SHARES) / ((1 + 2 * SHARES) * STEEP))],
    ids=["momentum", "nesterov"],
)
def test_with_momentum_the_border_moves_as_its_closed_form_says(entry, border):
    for share, limit in zip(SHARES, border, strict=True):
        found = grid(entry(momentum=share), x=("learning_rate", AWAY * limit))
        assert found.diverged.tolist() == [[False, False, True, True]]
        np.testing.assert_allclose(found.margin, AWAY[None], rtol=1e-9)


def test_the_best_fixed_rate_of_gradient_descent_lies_between_its_curvatures():
    rates = np.linspace(0.1, 0.199, 34)
    # From here both directions weigh alike.
    best, _ = grid(sgd(), x=("learning_rate", rates), start=np.array([np.sqrt(STEEP), 1.0])).best_cell
    assert abs(rates[best] - 2.0 / (1.0 + STEEP)) <= rates[1] - rates[0]


def test_a_cell_is_the_run_of_its_setting():
    found = grid(momentum(), rosenbrock(), x=("learning_rate", [1e-4, 5e-4, 1e-3]), y=("momentum", [0.0, 0.5, 0.9]))
    assert found.final.shape == found.reached.shape == found.minimum.shape == found.diverged.shape == (3, 3)
    for i, j in ((0, 0), (2, 1), (1, 2)):
        rate, share = found.x.values[i], found.y.values[j]
        alone = walk(momentum(learning_rate=rate, momentum=share), rosenbrock(), steps=STEPS)
        kept = found.trajectory(i, j)
        np.testing.assert_array_equal(kept.positions, alone.positions)
        np.testing.assert_array_equal(found.trajectory(at=(rate, share)).positions, alone.positions)
        np.testing.assert_allclose(found.final[j, i], alone.values[-1, 0], rtol=1e-9)
        np.testing.assert_allclose(found.best[j, i], alone.best_value[-1], rtol=1e-9)
        np.testing.assert_allclose(found.ends.points[j, i], alone.positions[-1, 0], rtol=1e-9)


@pytest.mark.parametrize("make", [simulated_annealing, lambda: particle_swarm(size=8)], ids=["annealing", "swarm"])
def test_methods_that_draw_have_the_same_numbers_in_every_cell(make):
    name = "temperature.start" if make is simulated_annealing else "inertia"
    found = grid(make(), x=(name, [0.2, 0.5, 0.7]), steps=50, seed=3)
    for i in range(3):
        alone = found.trajectory(i)
        np.testing.assert_allclose(found.final[0, i], alone.values[-1].min(), rtol=1e-9)
        np.testing.assert_allclose(found.best[0, i], alone.best_value[-1], rtol=1e-9)


def test_steps_to_the_target_are_those_of_the_whole_record():
    found = grid(sgd(), x=("learning_rate", [1e-6, 0.01, 0.05, 0.15, 0.5]), target=1e-2)
    for i in range(5):
        best = found.trajectory(i).best_value
        there = np.flatnonzero(best <= 1e-2)
        np.testing.assert_equal(found.reached[0, i], there[0] if len(there) else np.nan)
    assert np.isnan(found.reached[0, [0, 4]]).all()
    np.testing.assert_array_equal(grid(sgd(), x=("learning_rate", [0.01, 0.02]), target=1e9).reached, 0.0)


def test_the_step_of_divergence_is_where_the_record_explodes():
    found = grid(sgd(), x=("learning_rate", [0.3, 0.5, 2.0, 1e9]))
    for i in range(4):
        values = found.trajectory(i).values[:, 0]
        with np.errstate(invalid="ignore"):
            exploded = ~(values <= values[0] + ends.EXPLODED * values[0])  # the minimum is zero
        assert found.diverged_at[0, i] == np.flatnonzero(exploded)[0]
    assert np.isnan(grid(sgd(), x=("learning_rate", [0.01, 0.02])).diverged_at).all()


def test_a_run_that_falls_without_end_is_lost_far_outside():
    found = grid(sgd(), saddle(), x=("learning_rate", [1e-6, 0.5]))
    assert found.diverged.tolist() == [[False, True]]
    assert np.isnan(found.gap).all()


def test_the_minimum_that_is_reached_is_that_of_the_basins():
    surface, rate = himmelblau(), 0.005
    known = basins(surface, sgd(learning_rate=rate), resolution=4, steps=STEPS)
    for (row, column), label in np.ndenumerate(known.labels):
        start = np.array([known.u[column], known.v[row]])
        found = grid(sgd(), surface, x=("learning_rate", [rate, 1.0]), start=start)
        reached = found.minimum[0, 0]
        assert (label < 0) == (reached < 0)
        if label >= 0:
            np.testing.assert_allclose(surface.minima[reached], known.minima[label], atol=1e-4)
        assert found.minimum[0, 1] == -1  # diverged


def test_a_zoomed_map_is_a_direct_one():
    whole = grid(momentum(), rosenbrock(), x=("learning_rate", np.geomspace(1e-4, 1e-1, 4)), y="momentum", resolution=3)
    near = whole.zoom(x=(1e-3, 3e-3), y=(0.8, 0.9))
    axes = {"x": ("learning_rate", np.geomspace(1e-3, 3e-3, 4)), "y": ("momentum", np.linspace(0.8, 0.9, 3))}
    direct = grid(momentum(), rosenbrock(), **axes)
    for mine, theirs in zip(near.ends, direct.ends, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
    assert (near.x.log, near.y.log) == (True, False)
    np.testing.assert_array_equal(whole.zoom(y=(0.1, 0.2)).x.values, whole.x.values)


def test_levels_of_schedules_and_numbers_of_surfaces_are_swept():
    rates, turns = np.array([0.01, 0.05]), np.array([0.2, 0.4, 0.6])
    surface = rotate(quadratic(condition=5.0), angle=0.1)
    axes = {"x": ("learning_rate.peak", rates), "y": ("surface.angle", turns)}
    found = grid(sgd(learning_rate=cosine(peak=0.1)), surface, steps=30, **axes)
    inner = grid(sgd(learning_rate=cosine(peak=0.05)), surface, steps=30, x=("surface.surface.condition", [2.0, 8.0]))
    for j, turn in enumerate(turns):
        for i, rate in enumerate(rates):
            entry, turned = sgd(learning_rate=cosine(peak=rate)), rotate(quadratic(condition=5.0), angle=turn)
            alone = walk(entry, turned, steps=30, start=surface.start)
            np.testing.assert_allclose(found.final[j, i], alone.values[-1, 0], rtol=1e-9)
    turned = rotate(quadratic(condition=8.0), angle=0.1)
    alone = walk(sgd(learning_rate=cosine(peak=0.05)), turned, steps=30, start=surface.start)
    np.testing.assert_allclose(inner.final[0, 1], alone.values[-1, 0], rtol=1e-9)


def test_the_border_follows_the_curvature_of_a_swept_surface():
    conditions = np.array([2.0, 5.0, 20.0])
    found = grid(sgd(), x=("learning_rate", [0.05, 0.2]), y=("surface.condition", conditions))
    np.testing.assert_allclose(found.margin, np.outer(conditions, [0.05, 0.2]) / 2.0, rtol=1e-9)
    np.testing.assert_array_equal(found.diverged, found.margin > 1.001)
    assert grid(adam(), x="learning_rate", resolution=2, steps=5).margin is None


def test_the_precision_is_that_of_the_start():
    found = grid(sgd(), x=("learning_rate", [0.01, 0.02]), start=np.ones(2, np.float32), steps=20)
    assert found.final.dtype == found.ends.points.dtype == np.float32


def test_large_grids_in_parts_give_the_same_cells():
    rates = np.geomspace(1e-3, 0.1, 40)
    found = grid(sgd(), x=("learning_rate", rates), y=("surface.condition", np.linspace(1, 9, 30)), steps=20)
    for i, j in ((0, 0), (39, 29), (25, 13)):
        np.testing.assert_allclose(found.final[j, i], found.trajectory(i, j).values[-1, 0], rtol=1e-9)


def test_other_numbers_compile_nothing():
    grid(momentum(), x=("learning_rate", [0.01, 0.02]), y=("momentum", [0.1, 0.2]), steps=20)
    before = ends._walk._cache_size()
    options = {"steps": 20, "seed": 9, "target": 0.5, "start": np.ones(2)}
    grid(momentum(), bowl(), x=("learning_rate", [0.03, 0.5]), y=("momentum", [0.5, 0.9]), **options)
    grid(momentum(), quadratic(condition=3.0), x=("learning_rate", 1e-3, 1e-2), y="momentum", resolution=2, steps=20)
    assert ends._walk._cache_size() == before


def test_axes_are_spaced_as_sliders_are_unless_told():
    own = numbers(bowl(), momentum())
    rate = axis("learning_rate", bowl(), momentum(), 5)
    np.testing.assert_allclose(rate.values, np.geomspace(own["learning_rate"].low, own["learning_rate"].high, 5))
    assert rate.log
    assert not axis("momentum", bowl(), momentum(), 5).log
    np.testing.assert_allclose(axis("momentum:0.2:0.4", bowl(), momentum(), 3).values, [0.2, 0.3, 0.4])
    assert axis(("momentum", [0.01, 0.1]), bowl(), momentum(), 5).log is False
    assert axis(("momentum", np.geomspace(0.01, 0.9, 6)), bowl(), momentum(), 5).log
    assert {"learning_rate", "momentum", "surface.condition"} <= set(own)
    assert "learning_rate.peak" in numbers(bowl(), sgd(learning_rate=cosine()))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"x": "learning_rat"}, "no number 'learning_rat'. Did you mean 'learning_rate'?"),
        ({"x": "surface.conditon"}, "Did you mean 'surface.condition'?"),
        ({"x": "bounds"}, "bounds of sgd on quadratic is a choice or a whole number"),
        ({"x": ("learning_rate", [0.2, 0.1])}, "should be two finite numbers or more, ascending"),
        ({"x": ("learning_rate", [-1.0, 0.1])}, "is outside"),
        ({"x": ("learning_rate", 0.1, 0.01)}, "is no range; give 0 < low < high"),
        ({"x": ("learning_rate", 1, 2, 3)}, "is no axis"),
        ({"x": "learning_rate:a:b"}, "give two numbers"),
        ({"x": "learning_rate", "y": "learning_rate"}, "x and y are both learning_rate"),
        ({"resolution": 1}, "A resolution of 1"),
        ({"target": "low"}, "target=low is no number"),
        (
            {"x": "learning_rate", "y": "noise", "resolution": 100_000},
            r"100,000 × 100,000 settings .* GiB, more than 4",
        ),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_compiles(options, words):
    before = ends._walk._cache_size()
    with pytest.raises(LandscapeError, match=words.replace("?", r"\?")):
        sensitivity(bowl(), sgd(), **options)
    assert ends._walk._cache_size() == before


def test_a_driven_number_says_what_to_sweep_and_a_missing_y_is_told():
    with pytest.raises(LandscapeError, match=r"follows a schedule; sweep one of its numbers: learning_rate\.peak"):
        sensitivity(bowl(), sgd(learning_rate=cosine()), x="learning_rate")
    found = grid(sgd(), x=("learning_rate", [0.01, 0.02]), steps=20)
    with pytest.raises(LandscapeError, match="no y to zoom into"):
        found.zoom(y=(0.1, 0.2))
    with pytest.raises(LandscapeError, match="should be learning_rate"):
        found.trajectory(at=(0.1, 0.2))


def test_plain_python_functions_are_called_once_for_each_point():
    calls = []

    def height(x):
        calls.append(1)
        return float(x @ x)

    surface = ls.Surface.from_callable(height, domain=ls.Box.square(2.0))
    found = sensitivity(surface, simulated_annealing(), x=("temperature.start", [0.1, 1.0]), steps=5)
    assert found.final.shape == (1, 2)
    # The start and five steps of two runs; the loss at either end may be looked at once more.
    assert len(calls) <= 2 * (6 + 1)
