"""Evolution strategy and cross-entropy: estimators against closed forms, one step by hand, points without a value."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, walk

import landscape as ls
from landscape.optimizer import Problem
from landscape.optimizers import cma_es, cross_entropy, evolution_strategy
from landscape.optimizers.search_distributions import elites, mirrored, slope, utilities

SLOPE = np.array([3.0, -2.0, 0.5])
NOISE = np.random.default_rng(0).normal(size=(40_000, 3))


def test_pairs_cancel_whatever_is_even():
    steps = mirrored(jnp.asarray(NOISE[:5]))
    even, odd = 7.0 + jnp.sum(steps**2, axis=1), steps @ SLOPE
    np.testing.assert_allclose(slope(even, steps), np.zeros(3), atol=1e-12)
    np.testing.assert_allclose(slope(even + odd, steps), slope(odd, steps), rtol=1e-9)


def test_pairs_along_every_axis_give_the_slope_of_a_plane_exactly():
    steps = mirrored(jnp.sqrt(3.0) * jnp.linalg.qr(jnp.asarray(NOISE[:3]))[0])  # their mean outer product is one
    np.testing.assert_allclose(slope(100.0 + steps @ SLOPE, steps), SLOPE, rtol=1e-12)


def test_the_estimated_slope_of_a_plane_is_unbiased():
    each = (NOISE @ SLOPE)[:, None] * NOISE  # what one pair gives
    error = each.std(axis=0) / np.sqrt(len(each))
    steps = mirrored(jnp.asarray(NOISE))
    assert np.all(np.abs(slope(steps @ SLOPE, steps) - SLOPE) < 4 * error)


def test_the_estimated_slope_of_a_bowl_is_that_of_its_centre():
    centre = np.array([1.0, -2.0, 0.5])  # smoothing by a normal distribution only lifts a bowl
    steps = mirrored(jnp.asarray(NOISE))
    estimate = slope(jnp.sum((centre + steps) ** 2, axis=1), steps)
    np.testing.assert_allclose(estimate, 2 * centre, atol=0.1)


@pytest.mark.parametrize("shaping", ["ranks", "values"])
def test_utilities_are_standard_scores_and_the_lowest_counts_most(shaping):
    values = jnp.array([3.0, 1.0, jnp.nan, 2.5, 9.0])
    scores = utilities(values, shaping)
    assert float(scores.mean()) == pytest.approx(0.0, abs=1e-12)
    assert float(jnp.std(scores)) == pytest.approx(1.0)
    assert list(np.argsort(-scores))[:3] == [1, 3, 0]
    assert float(scores[2]) == float(scores.min())
    bent = utilities(jnp.exp(values), shaping)
    assert np.allclose(bent, scores) == (shaping == "ranks")


@pytest.mark.parametrize("values", [[1.0, 1.0, 1.0], [np.nan] * 3, [np.inf] * 3])
def test_equal_values_count_nothing(values):
    np.testing.assert_array_equal(utilities(jnp.array(values), "values"), np.zeros(3))


def test_elites_are_the_best_and_never_nan():
    values = np.array([5.0, 1.0, np.nan, 2.0, 4.0, 3.0, 7.0, 6.0])
    steps = NOISE[:8]
    for share, chosen in ((0.25, [1, 3]), (0.5, [1, 3, 4, 5]), (0.0, [1])):
        mean, deviation = elites(jnp.asarray(values), share, jnp.asarray(steps))
        np.testing.assert_allclose(mean, steps[chosen].mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(deviation, steps[chosen].std(axis=0), rtol=1e-12, atol=1e-15)


def stepped(optimizer, draws):
    """One step of `optimizer` from four given places on a bowl eight wide: the population and the metrics."""
    method, loss = optimizer.at(0.0, jnp.float64), bowl().at(0.0, jnp.float64).loss
    problem = Problem(loss, loss, bowl().domain)

    @jax.jit
    def both(places, draws):
        return method.step(problem, method.init(problem, places, jax.random.key(0)), draws)

    return both(jnp.asarray(PLACES), jnp.asarray(draws))


PLACES = np.array([[1.0, 0.5], [-0.5, 0.2], [0.3, -0.8], [-0.2, -0.4]])
ORDER = np.argsort(np.argsort((PLACES**2).sum(axis=1)))


def test_one_step_of_the_evolution_strategy_by_hand():
    draws = NOISE[:2, :2]
    moved, metrics = stepped(evolution_strategy(size=4, learning_rate=0.5, sigma=0.1), draws)
    scores = (1.5 - ORDER) / np.sqrt(1.25)
    centre = PLACES.mean(axis=0)
    mean = centre + 0.5 * scores @ (PLACES - centre) / 4
    np.testing.assert_allclose(metrics["mean"], mean, rtol=1e-12)
    np.testing.assert_allclose(moved.positions, mean + 0.8 * np.concatenate([draws, -draws]), rtol=1e-12)
    np.testing.assert_allclose(metrics["covariance"], 0.64 * np.eye(2), rtol=1e-12)


def test_one_step_of_cross_entropy_by_hand():
    draws = NOISE[:4, :2]
    moved, metrics = stepped(cross_entropy(size=4, elite=0.5, smoothing=0.7, sigma=0.1), draws)
    best = PLACES[ORDER < 2]
    mean = 0.3 * PLACES.mean(axis=0) + 0.7 * best.mean(axis=0)
    deviation = 0.3 * 0.8 + 0.7 * best.std(axis=0)
    np.testing.assert_allclose(metrics["mean"], mean, rtol=1e-12)
    np.testing.assert_allclose(metrics["covariance"], np.diag(deviation**2), rtol=1e-12)
    np.testing.assert_allclose(moved.positions, mean + deviation * draws, rtol=1e-12)


@pytest.mark.parametrize("optimizer", [evolution_strategy(size=16), cross_entropy(size=16)], ids=lambda o: o.name)
def test_finds_the_bottom_beside_a_half_plane_without_values(optimizer):
    half = ls.Surface.from_function(
        lambda x: jnp.where(x[0] < 0, jnp.nan, jnp.sum((x - 1) ** 2)), domain=ls.Box.square(4.0)
    )
    found = walk(optimizer, half, np.array([3.0, 2.0]), steps=100)
    assert float(found.best_value[-1]) < 1e-3
    assert np.isfinite(found.best_value).all()


def test_pairs_lie_opposite_about_the_mean():
    found = walk(evolution_strategy(size=8, bounds="none"), record="evaluated")
    points, mean = np.asarray(found.metrics["evaluated"].points), np.asarray(found.metrics["mean"])
    np.testing.assert_allclose((points[:, :4] + points[:, 4:]) / 2, np.repeat(mean[:, None], 4, axis=1), atol=1e-12)


BOX = ls.Box(np.array([-5.0, -5.0]), np.array([5.0, 5.0]), whole=np.array([True, False]))


@ls.surface(domain=BOX, start=(-4.0, 4.0), source="a bowl of which one coordinate is whole")
def shelves():
    """Lowest at (2, 0.3)."""
    return lambda x: (x[0] - 2.0) ** 2 + (x[1] - 0.3) ** 2


@pytest.mark.parametrize(
    "optimizer", [cma_es(), evolution_strategy(size=16), cross_entropy(size=16)], ids=lambda o: o.name
)
def test_whole_coordinates_stay_whole(optimizer):
    found = walk(optimizer, shelves(), np.array([-4.0, 4.0]), steps=100)
    np.testing.assert_array_equal(found.positions[..., 0], np.round(found.positions[..., 0]))
    assert float(found.best_value[-1]) < 1e-2
