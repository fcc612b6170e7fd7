"""CMA-ES: pycma's constants, one generation by hand, what it is invariant to, and pycma's success rates."""

from functools import partial
from typing import Annotated

import cma
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from evosax.algorithms import CMA_ES
from helpers import bowl, walk
from scipy.stats import fisher_exact

import landscape as ls
from landscape.optimizer import Problem
from landscape.optimizers import cma_es
from landscape.optimizers.evolution import constants, default_size, ranks
from landscape.surfaces import bbob, quadratic

SEEDS = 20
# pycma 4.5.0, CMAEvolutionStrategy(start, 2.0) with its defaults, without bounds: how many of 40 runs come within 1e-8
# of the minimum of instance 1 in 1000 d evaluations; seeds 1 … 40, starts drawn evenly from [-4, 4]^d.
PYCMA = {(5, 1): 40, (5, 2): 40, (5, 8): 36, (5, 10): 40, (5, 12): 30,
         (10, 1): 40, (10, 2): 40, (10, 8): 38, (10, 10): 40, (10, 12): 11}  # fmt: skip


@pytest.mark.parametrize(("dim", "size"), [(2, 6), (5, 8), (10, 10), (10, 40), (40, 15)])
def test_constants_are_those_of_pycma(dim, size):
    strategy = cma.CMAEvolutionStrategy(np.ones(dim), 0.3, {"verbose": -9, "popsize": size, "seed": 1})
    ours, theirs = constants(dim, size), strategy.sp
    np.testing.assert_allclose(ours.weights, theirs.weights, rtol=1e-9)
    expected = [theirs.weights.mueff, theirs.cc, theirs.c1, theirs.cmu]
    np.testing.assert_allclose([ours.mass, ours.path, ours.one, ours.many], expected, rtol=1e-9)
    assert ours.weights[ours.weights > 0].sum() == pytest.approx(1.0)


def test_rates_of_the_step_size_are_those_of_evosax():
    # pycma has newer ones of its own.
    theirs = CMA_ES(population_size=10, solution=jnp.zeros(10)).default_params
    ours = constants(10, 10)
    np.testing.assert_allclose([ours.sigma, ours.damping], [theirs.c_std, theirs.d_std], rtol=1e-6)


@pytest.mark.parametrize("dim", [2, 3, 5, 10, 40])
def test_default_number_of_points_is_that_of_pycma(dim):
    assert default_size(dim) == cma.CMAEvolutionStrategy(np.ones(dim), 0.3, {"verbose": -9, "seed": 1}).popsize
    assert cma_es().members(dim) == default_size(dim)


def test_ranks_count_who_is_lower_and_nan_is_last():
    np.testing.assert_array_equal(ranks(jnp.array([3.0, jnp.nan, -1.0, jnp.inf])), [1, 3, 0, 2])


def generation(values):
    """The distribution after one generation of four given points on a plane, by the tutorial's formulas."""
    known, dim, sigma = constants(2, 4), 2, 0.1
    points = np.array([[1.0, 0.5], [-0.5, 0.2], [0.3, -0.8], [-0.2, -0.4]])
    start = points.mean(axis=0)
    y = (points - start) / (8.0 * sigma)  # the box is 8 wide
    order = np.argsort(np.argsort(values))
    weights = known.weights[order]
    shift = np.maximum(weights, 0) @ y
    sigma_path = np.sqrt(known.sigma * (2 - known.sigma) * known.mass) * shift
    path = np.sqrt(known.path * (2 - known.path) * known.mass) * shift
    chi = np.sqrt(2) * (1 - 1 / 8 + 1 / 84)
    length = np.linalg.norm(sigma_path)
    size = sigma * np.exp(known.sigma / known.damping * (length / chi - 1))
    assert length / np.sqrt(1 - (1 - known.sigma) ** 2) < (1.4 + 2 / 3) * chi  # so the path moves
    each = np.where(weights < 0, weights * dim / (y**2).sum(axis=1), weights)
    covariance = (1 - known.one - known.many * known.weights.sum()) * np.eye(2)
    covariance += known.one * np.outer(path, path) + known.many * sum(
        w * np.outer(a, a) for w, a in zip(each, y, strict=True)
    )
    return points, start + 8 * sigma * shift, size, covariance


def test_one_generation_by_hand():
    values = np.array([3.0, 1.0, 4.0, 2.0])
    points, mean, size, covariance = generation(values)
    method, loss = cma_es(size=4, sigma=0.1).at(0.0, jnp.float64), bowl().at(0.0, jnp.float64).loss
    problem = Problem(loss, loss, bowl().domain)
    population = jax.jit(partial(method.init, problem))(jnp.asarray(points), jax.random.key(0))
    np.testing.assert_array_equal(population.positions, points)
    normal = np.random.default_rng(0).normal(size=(4, 2))
    step = jax.jit(partial(method.step, problem))
    moved, metrics = step(population._replace(values=jnp.asarray(values)), jnp.asarray(normal))
    np.testing.assert_allclose(metrics["mean"], mean, rtol=1e-9)
    np.testing.assert_allclose(metrics["step_size"], size, rtol=1e-9)
    np.testing.assert_allclose(metrics["covariance"], (8 * size) ** 2 * covariance, rtol=1e-9)
    squares, basis = np.linalg.eigh(covariance)
    np.testing.assert_allclose(metrics["condition"], np.sqrt(squares[1] / squares[0]), rtol=1e-9)
    root = basis @ np.diag(np.sqrt(squares)) @ basis.T
    np.testing.assert_allclose(moved.positions, mean + 8 * size * normal @ root, rtol=1e-9)


def test_the_given_start_is_the_first_member_and_the_rest_lie_about_it():
    method, loss = cma_es(size=2000, sigma=0.05).at(0.0, jnp.float64), bowl().at(0.0, jnp.float64).loss
    init = jax.jit(partial(method.init, Problem(loss, loss, bowl().domain)))
    population = init(jnp.array([[1.0, -2.0]]), jax.random.key(0))
    np.testing.assert_array_equal(population.positions[0], [1.0, -2.0])
    np.testing.assert_allclose(population.positions.mean(axis=0), [1.0, -2.0], atol=0.05)
    np.testing.assert_allclose(population.positions.std(axis=0), 0.4, rtol=0.1)


def test_only_the_order_of_values_counts():
    plain = ls.Surface.from_function(lambda x: jnp.sum(x**2), domain=ls.Box.square(4.0))
    bent = ls.Surface.from_function(lambda x: jnp.log(jnp.sum(x**2) + 1e-3), domain=ls.Box.square(4.0))
    one, other = (walk(cma_es(), surface, np.array([3.0, 2.0])) for surface in (plain, bent))
    np.testing.assert_allclose(one.positions, other.positions, rtol=1e-9)


def test_it_learns_the_shape_of_a_bowl():
    found = walk(cma_es(), quadratic(condition=1e4), steps=200, record="evaluated")
    assert float(found.best_value[-1]) < 1e-12
    covariance = np.asarray(found.metrics["covariance"][-100:])
    axes = np.sqrt(np.linalg.cond(covariance))
    assert 30 < np.median(axes) < 300  # the level sets' axes are as 1 : 100
    np.testing.assert_allclose(found.metrics["condition"][-100:], axes, rtol=1e-6)  # computed anew every generation


def test_points_without_a_value_push_the_mean_away():
    half = ls.Surface.from_function(lambda x: jnp.where(x[0] < 0, jnp.nan, jnp.sum(x**2)), domain=ls.Box.square(4.0))
    found = walk(cma_es(), half, np.array([2.0, 2.0]), steps=60)
    assert np.isfinite(found.best_value).all()
    assert float(found.best_value[-1]) < 1e-4


FUNCTIONS = (1, 2, 8, 10, 12)


@ls.surface(domain=lambda dim, **_: ls.Box.cube(5.0, dim), start=lambda dim, **_: np.zeros(dim), source="bbob")
def one_of_bbob(*, dim: Annotated[int, ls.Range(2, 40)] = 5, place: Annotated[float, ls.Range(0, 4)] = 0.0):
    """One of FUNCTIONS, by its place: a number, so that one program serves all."""
    losses = [bbob(function=function, dim=dim, instance=1).at(0.0, jnp.float64).loss for function in FUNCTIONS]
    return lambda x: jax.lax.switch(place.astype(int), losses, x)


@pytest.mark.parametrize(("dim", "function"), PYCMA)
def test_success_on_bbob_is_that_of_pycma(dim, function):
    surface, minimum = one_of_bbob(dim=dim, place=FUNCTIONS.index(function)), bbob(function=function, dim=dim).minimum
    starts = np.random.default_rng(7).uniform(-4, 4, (SEEDS, dim))
    runs = ls.run_many(surface, cma_es(bounds="none"), starts, seeds=SEEDS, budget=1000 * dim, record="last")
    ours = int(np.sum(runs.best_value[:, -1] - minimum <= 1e-8))
    theirs = PYCMA[dim, function]
    # Were both equally likely to succeed, a shortfall like this would be rarer than one in a hundred.
    assert fisher_exact([[ours, SEEDS - ours], [theirs, 40 - theirs]], alternative="less").pvalue > 0.01
