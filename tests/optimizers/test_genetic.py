"""The genetic algorithm: the laws of selection, crossover and mutation in closed form, lineage, children in the box."""

import jax.numpy as jnp
import numpy as np
import pytest
from helpers import small, walk

from landscape.optimizers.genetic import crossover_spread, polynomial_mutation, tournament
from landscape.surfaces import mixed_ellipsoid, rastrigin

RIPPLES = rastrigin()


def test_tournament_takes_the_lowest_of_its_rivals():
    values = jnp.array([3.0, 1.0, 2.0, 0.5])
    uniform = jnp.array([[0.0, 0.3], [0.3, 0.0], [0.1, 0.6], [0.99, 0.0], [0.6, 0.6]])  # rivals: ⌊4u⌋
    np.testing.assert_array_equal(tournament(uniform, values), [1, 1, 2, 3, 2])


def test_a_member_without_a_value_loses_every_tournament():
    values = jnp.array([1.0, jnp.nan])
    np.testing.assert_array_equal(tournament(jnp.array([[0.0, 0.6], [0.6, 0.0]]), values), [0, 0])


@pytest.mark.parametrize("rivals", [1, 2, 3])
def test_the_chance_to_win_a_tournament_falls_with_rank(rivals):
    """The i-th best of n wins with probability ((n − i)^k − (n − i − 1)^k) / n^k; every draw of places is tried."""
    size = 5
    places = np.indices((size,) * rivals).reshape(rivals, -1).T
    winners = np.asarray(tournament(jnp.asarray((places + 0.5) / size), jnp.array([4.0, 0.0, 3.0, 1.0, 2.0])))
    left = size - np.array([4, 0, 3, 1, 2])
    np.testing.assert_array_equal(np.bincount(winners, minlength=size), left**rivals - (left - 1) ** rivals)


def test_spread_of_crossover_follows_its_density():
    """P(β ≤ b) = b^(η+1) / 2 up to 1, then 1 − b^−(η+1) / 2 (Deb and Agrawal 1995); half change sides."""
    uniform = (np.arange(200_000) + 0.5) / 200_000
    mixing = np.asarray(crossover_spread(jnp.asarray(uniform), 3.0))
    assert np.mean(mixing < 0) == pytest.approx(0.5, abs=1e-4)
    for b in (0.5, 0.9, 1.0, 1.1, 2.0):
        expected = b**4 / 2 if b <= 1 else 1 - b**-4 / 2
        assert np.mean(np.abs(mixing) <= b) == pytest.approx(expected, abs=1e-4)


def test_polynomial_mutation_follows_its_density():
    """P(δ ≤ −t) = (1 − t)^(η+1) / 2, with index η = 1 / reach − 2, whose mean size is `reach` (Deb and Goyal 1996)."""
    reach, uniform = 0.125, (np.arange(200_000) + 0.5) / 200_000
    moves = np.asarray(polynomial_mutation(jnp.asarray(uniform), reach))
    assert np.abs(moves).mean() == pytest.approx(reach, rel=1e-3)
    for t in (0.05, 0.1, 0.3):
        assert np.mean(moves <= -t) == pytest.approx((1 - t) ** 7 / 2, abs=1e-4)
        assert np.mean(moves >= t) == pytest.approx((1 - t) ** 7 / 2, abs=1e-4)


def test_as_many_numbers_mutate_as_the_rate_says():
    optimizer = small("genetic", crossover=0.0, mutation=0.25, elite=0, bounds="none")
    walked = walk(optimizer, rastrigin(dim=20), record="evaluated")
    before, children = np.asarray(walked.positions[:-1]), np.asarray(walked.metrics["evaluated"].points)
    parents = np.asarray(walked.metrics["parents"])  # (t, n, 2): without crossover a child is one of them, mutated
    mates = np.take_along_axis(before[:, :, None], parents[..., None], axis=1)  # (t, n, 2, d)
    moved = (np.abs(children[:, :, None] - mates) > 1e-9).mean(axis=-1).min(axis=-1)
    assert moved.mean() == pytest.approx(0.25, abs=0.03)  # of 3200 numbers; parents that agree hide none


@pytest.fixture(scope="module", params=["reflect", "clip", "periodic"])
def evolution(request):
    """Twenty generations of eight with large mutations, everything evaluated recorded."""
    return walk(small("genetic", reach=0.4, bounds=request.param), RIPPLES, record="evaluated")


def test_the_best_never_gets_worse(evolution):
    best = np.asarray(evolution.values).min(axis=1)
    assert np.all(np.diff(best) <= 0)
    np.testing.assert_array_equal(evolution.best_value, best)
    assert best[-1] < best[0]


def test_next_members_come_from_where_their_origin_says(evolution):
    points, _, kept = (np.asarray(part) for part in evolution.metrics["evaluated"])
    origin = np.asarray(evolution.metrics["origin"])
    for k, places in enumerate(origin):
        everyone = np.concatenate([evolution.positions[k], points[k]])
        np.testing.assert_array_equal(evolution.positions[k + 1], everyone[places])
        np.testing.assert_array_equal(kept[k], np.isin(np.arange(8) + 8, places))
    np.testing.assert_allclose(evolution.metrics["survival"], kept.mean(axis=1), rtol=1e-12)
    assert (8 - kept.sum(axis=1)).max() <= 2  # the elite


def test_children_stay_in_the_box(evolution):
    points = np.asarray(evolution.metrics["evaluated"].points)
    assert np.abs(points).max() <= 5.12
    assert np.abs(points).max() > 4.0


def test_spread_is_the_root_mean_squared_distance_from_the_centre(evolution):
    members = np.asarray(evolution.positions[1:])
    offsets = members - members.mean(axis=1, keepdims=True)
    expected = np.sqrt((offsets**2).sum(axis=-1).mean(axis=1))
    np.testing.assert_allclose(evolution.metrics["spread"], expected, rtol=1e-9)


def test_without_crossover_and_mutation_children_are_their_parents():
    evolution = walk(small("genetic", crossover=0.0, mutation=0.0), RIPPLES, record="evaluated")
    first, points = np.asarray(evolution.positions[0]), np.asarray(evolution.metrics["evaluated"].points).reshape(-1, 2)
    assert np.abs(points[:, None] - first).max(axis=-1).min(axis=1).max() < 1e-12


def test_two_children_lie_evenly_about_the_middle_of_their_parents():
    evolution = walk(small("genetic", crossover=1.0, mutation=0.0, bounds="none"), RIPPLES, record="evaluated")
    parents, children = np.asarray(evolution.metrics["parents"]), np.asarray(evolution.metrics["evaluated"].points)
    for k in range(len(parents)):
        middles = np.asarray(evolution.positions[k])[parents[k]].mean(axis=1)
        np.testing.assert_allclose(children[k, :4] + children[k, 4:], 2 * middles[:4], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(parents[:, :4], parents[:, 4:])


def test_whole_numbers_stay_whole():
    points = np.asarray(walk(small("genetic"), mixed_ellipsoid(), record="evaluated").metrics["evaluated"].points)
    np.testing.assert_array_equal(points[..., 1], np.round(points[..., 1]))
