"""Searches that only go down: even samples, neighbours nearby, and polls along the coordinates."""

import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, walk
from scipy import stats

import landscape as ls
from landscape.optimizer import NONE
from landscape.optimizers import hill_climbing, pattern_search, random_search
from landscape.surfaces import mixed_ellipsoid, rastrigin, rosenbrock

LONG = 600


def tried(trajectory):
    """Points (t, m, d), values (t, m) and kinds (t, m) of every evaluation after the first."""
    return (np.asarray(part) for part in trajectory.metrics["evaluated"])


@pytest.fixture(scope="module")
def chance():
    return walk(random_search(), rastrigin(), steps=LONG, record="evaluated")


def test_random_search_looks_evenly_everywhere(chance):
    points, _, _ = tried(chance)
    domain = rastrigin().domain
    share = (points[:, 0] - domain.lower) / domain.width
    for coordinate in share.T:
        assert stats.kstest(coordinate, "uniform").pvalue > 1e-3
    assert abs(stats.spearmanr(*share.T).statistic) < 4 / np.sqrt(LONG)
    assert abs(stats.spearmanr(share[:-1, 0], share[1:, 0]).statistic) < 4 / np.sqrt(LONG)


def test_random_search_keeps_the_best(chance):
    _, values, kind = tried(chance)
    best = np.minimum.accumulate(np.concatenate([chance.values[0], values[:, 0]]))
    np.testing.assert_array_equal(chance.values[:, 0], best)
    np.testing.assert_array_equal(kind[:, 0] == 1, np.diff(best) < 0)


@pytest.mark.parametrize("optimizer", [hill_climbing(), hill_climbing(target=0.0, neighbors=5)],
                         ids=["one neighbour", "five neighbours"])  # fmt: skip
def test_it_never_goes_up_and_takes_the_best_of_what_it_tried(optimizer):
    trajectory = walk(optimizer, rastrigin(), np.array([3.3, -2.2]), steps=100, record="evaluated")
    points, values, kind = tried(trajectory)
    heights, places = np.asarray(trajectory.values[:, 0]), np.asarray(trajectory.positions[:, 0])
    assert heights[-1] < heights[0]
    np.testing.assert_array_equal(heights[1:], np.minimum(heights[:-1], values.min(axis=1)))
    moved = heights[1:] < heights[:-1]
    np.testing.assert_array_equal(kind.sum(axis=1), moved)
    np.testing.assert_array_equal(places[1:][moved], points[kind == 1])
    np.testing.assert_array_equal(places[1:][~moved], places[:-1][~moved])


def test_hill_climbing_steers_its_reach_by_success_and_converges():
    trajectory = walk(hill_climbing(target=0.3), bowl(), steps=LONG)
    success = np.asarray(trajectory.metrics["accepted"], float)
    logarithm = np.cumsum(0.5 * (success - 0.3))  # gain 1 / (1 + d / 2)
    np.testing.assert_allclose(trajectory.metrics["factor"][0], 1.0)
    np.testing.assert_allclose(np.log(trajectory.metrics["factor"][1:50]), logarithm[:49], rtol=1e-9, atol=1e-12)
    assert trajectory.best_value[-1] < 1e-12


def test_hill_climbing_without_steering_keeps_its_reach():
    trajectory = walk(hill_climbing(target=0.0, proposal="ball", reach=0.05), bowl(), steps=LONG, record="evaluated")
    points, _, _ = tried(trajectory)
    assert np.linalg.norm(points[:, 0] - trajectory.positions[:-1, 0], axis=-1).max() <= 0.05 * 8.0 + 1e-12


def hooke_and_jeeves(loss, x, stride: float, steps: int):
    """Their search in plain Python: base points, and how often the loss was asked, after each step."""
    calls = [np.array(x)]

    def asked(point):
        calls.append(point)
        return loss(point)

    base, value, last, seen = np.array(x), loss(np.array(x)), np.zeros(len(x)), []
    for _ in range(steps):
        trial = base + last
        height = asked(trial) if last.any() else value
        for axis in np.eye(len(x)):
            for point in (trial + stride * axis, trial - stride * axis):
                level = asked(point)
                if level < height:
                    trial, height = point, level
                    break
        if height < value:
            base, value, last = trial, height, trial - base
        elif last.any():
            last = np.zeros(len(x))
        else:
            stride /= 2
        seen.append((*base, len(calls)))
    return np.array(seen)


def test_pattern_search_takes_the_steps_of_hooke_and_jeeves():
    surface = rosenbrock()
    trajectory = walk(pattern_search(reach=0.1, bounds="none"), surface, steps=40, record="evaluated")
    width = surface.domain.width[0]
    loss = lambda x: (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2  # noqa: E731
    seen = hooke_and_jeeves(loss, surface.start, 0.1 * width, 40)
    np.testing.assert_allclose(trajectory.positions[1:, 0], seen[:, :2], rtol=1e-9)
    np.testing.assert_array_equal(trajectory.evaluations[1:], seen[:, 2])
    points, values, kind = tried(trajectory)
    used = kind != NONE
    assert used.sum() == trajectory.evaluations[-1] - 1
    assert np.isnan(points[~used]).all()
    np.testing.assert_allclose([loss(point) for point in points[used]], values[used], rtol=1e-9)


def test_pattern_search_follows_a_bent_valley_to_its_end():
    trajectory = walk(pattern_search(), rosenbrock(), steps=LONG)
    assert np.all(np.diff(trajectory.values[:, 0]) <= 0)
    assert trajectory.best_value[-1] < 1e-9


@pytest.mark.parametrize("optimizer", [hill_climbing(reach=0.2), pattern_search()], ids=lambda bound: bound.name)
def test_the_minimum_over_whole_numbers_is_found(optimizer):
    surface = mixed_ellipsoid()
    trajectory = walk(optimizer, surface, steps=LONG)
    whole = np.asarray(trajectory.positions[:, 0, 1])
    assert np.array_equal(whole, np.round(whole))
    assert trajectory.best_value[-1] - surface.minimum < 1e-9


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, 1.0), source="a bowl in an ocean")
def island():
    """No value far from the middle."""
    return lambda x: jnp.where(jnp.sum(x**2) > 9.0, jnp.nan, jnp.sum(x**2))


@pytest.mark.parametrize(
    "optimizer", [random_search(), hill_climbing(target=0.0, reach=0.3), pattern_search()], ids=lambda bound: bound.name
)
def test_any_value_is_better_than_none(optimizer):
    values = np.asarray(walk(optimizer, island(), steps=100).values[:, 0])
    assert np.isnan(values[0])
    found = np.isfinite(values)
    assert found[-1]
    assert np.all(np.diff(found.astype(int)) >= 0)
