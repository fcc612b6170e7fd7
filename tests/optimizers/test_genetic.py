"""The genetic algorithm: tournaments, survival of the best, children in the box, one step by hand."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import small, walk
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape.domain import gaussian
from landscape.optimizer import Problem
from landscape.optimizers.genetic import tournament
from landscape.surfaces import rastrigin

RIPPLES = rastrigin()


def test_tournament_takes_the_lower_of_two():
    values = jnp.array([3.0, 1.0, 2.0, 0.5])
    uniform = jnp.array([[0.0, 0.3], [0.3, 0.0], [0.1, 0.6], [0.99, 0.0], [0.6, 0.6]])  # rivals: ⌊4u⌋
    np.testing.assert_array_equal(tournament(uniform, values), [1, 1, 2, 3, 2])


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=9), st.integers(0, 10_000))
def test_tournament_never_takes_the_higher_rival(values, seed):
    uniform = np.random.default_rng(seed).uniform(size=(20, 2))
    values = np.array(values)
    rivals = np.floor(uniform * len(values)).astype(int)
    winners = np.asarray(tournament(jnp.asarray(uniform), jnp.asarray(values)))
    np.testing.assert_array_equal(values[winners], values[rivals].min(axis=1))


def test_a_member_without_a_value_loses_every_tournament():
    values = jnp.array([1.0, jnp.nan])
    np.testing.assert_array_equal(tournament(jnp.array([[0.0, 0.6], [0.6, 0.0]]), values), [0, 0])


@pytest.fixture(scope="module", params=["reflect", "clip", "periodic"])
def evolution(request):
    """Twenty generations of eight with large mutations, everything evaluated recorded."""
    return walk(small("genetic", reach=0.4, bounds=request.param), RIPPLES, record="evaluated")


def test_the_best_never_gets_worse(evolution):
    best = np.asarray(evolution.values).min(axis=1)
    assert np.all(np.diff(best) <= 0)
    np.testing.assert_array_equal(evolution.best_value, best)
    assert best[-1] < best[0]


def test_the_best_of_parents_and_children_survive(evolution):
    _, heights, kept = (np.asarray(part) for part in evolution.metrics["evaluated"])
    for before, after, children, stays in zip(evolution.values, evolution.values[1:], heights, kept, strict=False):
        pool = np.sort(np.concatenate([before, children]))[:8]
        np.testing.assert_array_equal(np.sort(after), pool)
        assert np.isin(children[stays == 1], after).all()
        assert children[stays == 0].min(initial=np.inf) >= after.max()
    np.testing.assert_allclose(evolution.metrics["survival"], (kept == 1).mean(axis=1), rtol=1e-12)


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
    first = {tuple(point) for point in np.asarray(evolution.positions[0])}
    assert {tuple(point) for point in np.asarray(evolution.metrics["evaluated"].points).reshape(-1, 2)} <= first


def test_one_generation_by_hand():
    size, crossover, mutation, reach = 4, 0.5, 0.6, 0.1
    method = ls.optimizers.genetic(size=size, crossover=crossover, mutation=mutation, reach=reach).at(0.0, jnp.float64)
    loss = RIPPLES.at(0.0, jnp.float64).loss
    problem = Problem(loss, loss, RIPPLES.domain)
    population = jax.jit(lambda key: method.init(problem, jnp.zeros((0, 2)), key))(jax.random.key(1))
    draws = method.draw(problem, jax.random.key(2), jnp.float64)
    moved, _ = jax.jit(partial(method.step, problem))(population, draws)

    x, values = np.asarray(population.positions), np.asarray(population.values)
    rivals = np.floor(np.asarray(draws["parents"]).reshape(-1, 2) * size).astype(int)
    winners = np.where(values[rivals[:, 0]] <= values[rivals[:, 1]], rivals[:, 0], rivals[:, 1])
    a, b = x[winners[:size]], x[winners[size:]]
    mix, share = np.asarray(draws["mix"]), np.asarray(draws["mix"]) / crossover
    inner, outer = 2 * share, 0.5 / np.maximum(1 - share, 1e-16)
    spread = np.where(mix < crossover, np.where(share <= 0.5, inner, outer) ** (1 / 16), 1.0)
    children = 0.5 * ((1 + spread) * a + (1 - spread) * b)
    mutate = np.asarray(draws["mutate"])
    noise = np.asarray(gaussian(jnp.asarray(np.minimum(mutate / mutation, 1.0))))
    children = children + np.where(mutate < mutation, reach * 10.24 * noise, 0.0)
    children = np.where(np.abs(children) > 5.12, np.sign(children) * 10.24 - children, children)  # one reflection
    heights = 20 + (children**2 - 10 * np.cos(2 * np.pi * children)).sum(axis=1)
    pool, order = np.vstack([x, children]), np.argsort(np.concatenate([values, heights]), kind="stable")[:size]
    np.testing.assert_allclose(moved.positions, pool[order], rtol=1e-9, atol=1e-12)
    assert int(moved.cost.evaluations) == 2 * size
