"""Differential evolution: the trial vector by hand, others that differ, and its way down."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import bowl, small, walk

import landscape as ls
from landscape.draws import coarse
from landscape.optimizer import Problem
from landscape.optimizers import differential_evolution
from landscape.optimizers.differential import others
from landscape.surfaces import mixed_ellipsoid, rastrigin


@pytest.mark.parametrize("size", [4, 300])
def test_the_three_others_differ_from_each_other_and_from_the_member(size):
    uniform = np.random.default_rng(0).random((size, 3))
    rows = np.stack([np.arange(size), *map(np.asarray, others(jnp.asarray(uniform), size))])
    assert all(len(set(column)) == 4 for column in rows.T)
    assert rows.min() >= 0
    assert rows.max() < size


def test_every_ordered_choice_of_others_is_equally_likely():
    chosen = jax.jit(lambda uniform: others(uniform, 5))
    middles = (np.indices((4, 3, 2)).reshape(3, -1).T + 0.5) / [4, 3, 2]  # of the cells that three numbers fall into
    found = {tuple(int(each[1]) for each in chosen(np.tile(row, (5, 1)))) for row in middles}
    assert len(found) == 24


@pytest.mark.parametrize("variant", ["rand/1/bin", "best/1/bin", "current-to-best/1/bin"])
def test_one_generation_by_hand(variant):
    size, weight, dither, crossover = 6, 0.7, 0.2, 0.5
    surface = rastrigin(dim=3)
    method = differential_evolution(
        size=size, weight=weight, dither=dither, crossover=crossover, variant=variant, bounds="none"
    ).at(0.0, jnp.float64)
    loss = surface.at(0.0, jnp.float64).loss
    problem = Problem(loss, loss, surface.domain)
    population = jax.jit(lambda key: method.init(problem, jnp.zeros((0, 3)), key))(jax.random.key(1))
    draws = method.draw(problem, jax.random.key(2), jnp.float64)
    moved, metrics = jax.jit(lambda *given: method.step(problem, *given))(population, draws)
    x, values = np.asarray(population.positions), np.asarray(population.values)
    a, b, c = (np.asarray(each) for each in others(draws["others"], size))
    length, best = weight + dither * (float(draws["dither"]) - 0.5), x[values.argmin()]
    crossed = np.asarray(coarse(draws["crossed"], (0, 1, 2, 3), size, jnp.float64)) < crossover
    height = lambda z: 30 + (z**2 - 10 * np.cos(2 * np.pi * z)).sum()  # noqa: E731
    for i in range(size):
        start = {"rand/1/bin": x[a[i]], "best/1/bin": best, "current-to-best/1/bin": x[i] + length * (best - x[i])}
        trial = start[variant] + length * (x[b[i]] - x[c[i]])
        mask = crossed[i] | (np.arange(3) == int(draws["one"][i] * 3))
        expected = np.where(mask, trial, x[i])
        np.testing.assert_allclose(metrics["evaluated"].points[i], expected, rtol=1e-12)
        kept = expected if height(expected) <= values[i] else x[i]
        np.testing.assert_allclose(moved.positions[i], kept, rtol=1e-12)
    assert int(moved.cost.evaluations) == 2 * size


def test_it_finds_the_bottom_of_a_bowl_and_no_value_ever_rises():
    run = walk(small("differential_evolution", size=16), bowl(), steps=100)
    assert float(run.best_value[-1]) < 1e-6
    assert np.all(np.diff(run.values, axis=0) <= 0)


def test_whole_numbers_stay_whole():
    run = walk(small("differential_evolution"), mixed_ellipsoid(), record="evaluated", steps=60)
    points = np.asarray(run.metrics["evaluated"].points)
    np.testing.assert_array_equal(points[..., 1], np.round(points[..., 1]))


def test_fewer_than_four_members_are_refused():
    with pytest.raises(ls.LandscapeError, match="size"):
        differential_evolution(size=3)
