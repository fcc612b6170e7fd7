"""Runs: where they start, what they record, when a budget ends them, and how many of them pair up."""

import importlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import POPULATIONS, STEPS, bowl, small, walk

import landscape as ls
from landscape.optimizer import cost
from landscape.optimizers import adam, sgd, simulated_annealing
from landscape.schedules import linear
from landscape.surfaces import himmelblau, quadratic

HARDENING = quadratic(condition=linear(start=1.0, end=20.0))


def named(optimizer) -> str:
    return optimizer.name


def test_time_zero_is_the_start_with_its_value():
    trajectory = walk(adam(), start=[1.0, 2.0])
    np.testing.assert_array_equal(trajectory.positions[0], [[1.0, 2.0]])
    assert float(trajectory.values[0, 0]) == pytest.approx(float(quadratic()([1.0, 2.0])))
    assert (int(trajectory.evaluations[0]), int(trajectory.gradients[0])) == (1, 1)


def test_a_single_walker_starts_where_the_surface_says():
    np.testing.assert_array_equal(walk(adam()).positions[0, 0], quadratic().start)


@pytest.mark.parametrize("name", POPULATIONS)
def test_a_population_starts_all_over_the_domain(name):
    first, other = (np.asarray(walk(small(name), seed=seed).positions[0]) for seed in (1, 2))
    assert np.abs(first).max() <= 4.0
    assert np.ptp(first, axis=0).min() > 2.0
    assert not np.allclose(first, other)


def test_given_points_come_first_and_the_rest_is_sampled():
    swarm = small("particle_swarm")
    point = walk(swarm, start=[1.0, 2.0], steps=2).positions[0]
    np.testing.assert_array_equal(point[0], [1.0, 2.0])
    assert len(np.unique(point, axis=0)) == 8
    points = np.arange(16.0).reshape(8, 2) / 8
    np.testing.assert_array_equal(walk(swarm, start=points, steps=2).positions[0], points)


@pytest.mark.parametrize(
    ("start", "dtype"),
    [
        ([1, 2], np.float64),
        (np.array([1, 2]), np.float64),
        (np.array([1, 2], np.float32), np.float32),
        (jnp.array([1, 2], jnp.float32), np.float32),
        (np.array([1.0, 2.0]), np.float64),
    ],
)
def test_the_start_decides_the_precision(start, dtype):
    trajectory = walk(sgd(noise=0.1), HARDENING, start)
    for values in (trajectory.positions, trajectory.values, trajectory.best_value, *trajectory.metrics.values()):
        assert values.dtype == dtype


def test_a_longer_run_begins_like_a_shorter_one():
    long, short = (walk(sgd(noise=1.0), seed=4, steps=steps) for steps in (STEPS, 7))
    np.testing.assert_allclose(short.positions, long.positions[:8], rtol=1e-9)


def test_progress_reaches_one_at_the_last_step_whatever_the_length():
    for steps, expected in ((1, [1.0]), (2, [1.0, 3.0]), (5, [1.0, 1.5, 2.0, 2.5, 3.0])):
        run = walk(sgd(noise=linear(start=1.0, end=3.0)), steps=steps)
        np.testing.assert_allclose(run.metrics["noise"], expected, rtol=1e-12)


def test_divergence_stays_in_the_record():
    trajectory = walk(sgd(learning_rate=1.0), himmelblau(), steps=60)
    assert np.isfinite(trajectory.positions[0]).all()
    assert not np.isfinite(trajectory.positions[-1]).any()
    assert np.isfinite(trajectory.best_value[-1])
    assert float(trajectory.best_value[-1]) == np.nanmin(trajectory.values)


@pytest.mark.parametrize(
    ("optimizer", "surface"),
    [(adam(), HARDENING), (simulated_annealing(), quadratic()), (small("genetic"), quadratic())],
)
def test_a_budget_is_never_exceeded_and_used_up(optimizer, surface):
    free = walk(optimizer, surface)
    budget = int(free.evaluations[13]) - 1  # one short of the thirteenth step
    bounded = walk(optimizer, surface, budget=budget)
    np.testing.assert_allclose(bounded.positions[:13], free.positions[:13], rtol=1e-9)
    np.testing.assert_array_equal(bounded.evaluations[:13], free.evaluations[:13])
    for still in (bounded.positions, bounded.evaluations, bounded.gradients):
        assert np.all(still[12:] == still[12])


def test_nothing_is_measured_of_steps_that_a_budget_forbids():
    bounded = walk(simulated_annealing(temperature=100.0), budget=8)
    moved = np.linalg.norm(np.diff(bounded.positions[:, 0], axis=0), axis=-1)
    np.testing.assert_allclose(np.nan_to_num(bounded.metrics["step_length"]), moved, atol=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "surface", "budget", "steps"),
    [
        (sgd(), quadratic(), 21, 20),  # one to begin with, one a step
        (sgd(), HARDENING, 21, 10),  # and one refreshed
        (small("particle_swarm"), quadratic(), 50, 5),
        (sgd(), quadratic(), 1, 1),
    ],
)
def test_steps_follow_from_the_budget(optimizer, surface, budget, steps):
    trajectory = ls.run(surface, optimizer, budget=budget)
    assert trajectory.steps == steps
    assert int(trajectory.evaluations[-1]) <= budget


def test_three_hundred_steps_are_the_default():
    assert ls.run(bowl(), sgd()).steps == 300


@pytest.mark.parametrize(
    ("optimizer", "surface"),
    [(sgd(learning_rate=0.15), quadratic()), *((small("particle_swarm"), each) for each in (quadratic(), HARDENING))],
)
def test_all_ways_to_record_agree(optimizer, surface):
    every, evaluated, best, last = (
        walk(optimizer, surface, record=record) for record in ("all", "evaluated", "best", "last")
    )
    for other in (evaluated, best, last):
        np.testing.assert_allclose(other.best_value, every.best_value, rtol=1e-9)
        np.testing.assert_array_equal(other.evaluations, every.evaluations)
        np.testing.assert_array_equal(other.gradients, every.gradients)
    np.testing.assert_allclose(evaluated.positions, every.positions, rtol=1e-9)
    np.testing.assert_allclose(last.positions, every.positions[-1:], rtol=1e-9)
    np.testing.assert_allclose(last.values, every.values[-1:], rtol=1e-9)
    at = best_so_far(every, forget=bool(surface.scheduled))
    np.testing.assert_allclose(best.positions[:, 0], [every.positions[t, n] for t, n in at], rtol=1e-9)
    np.testing.assert_allclose(best.values[:, 0], [every.values[t, n] for t, n in at], rtol=1e-9)


def best_so_far(trajectory, forget: bool) -> list[tuple[int, int]]:
    """Step and member of the best point until each step, or at each step: t + 1 pairs."""
    pairs, lowest = [], np.inf
    for t, values in enumerate(np.asarray(trajectory.values)):
        if forget or values.min() < lowest:
            lowest, at = values.min(), (t, int(values.argmin()))
        pairs.append(at)
    return pairs


def test_the_best_of_a_run_that_starts_without_a_value_is_a_point_it_visited():
    @ls.surface(domain=ls.Box.square(4.0), start=(3.0, -2.0), source="a bottomless pit")
    def pit():
        """Nowhere a value."""
        return lambda x: jnp.nan * x[0]

    best = walk(simulated_annealing(), pit(), record="best")
    np.testing.assert_array_equal(best.positions[0, 0], [3.0, -2.0])


@ls.optimizer(family="zeroth-order")
def drawer():
    """Stands still and shows the numbers it draws."""

    def init(problem, start, key):
        return ls.Population(start[:1], problem.search(start[0])[None], (), cost(1))

    def step(problem, population, draws):
        return population, {"drawn": draws}

    def refresh(problem, population):
        return population

    def draw(problem, key, dtype):
        return jax.random.uniform(key, (3,), dtype)

    return ls.Method(init, step, refresh, draw)


@pytest.mark.parametrize("block", [9, 1], ids=["three steps a block, the last cut short", "one step a block"])
def test_random_numbers_drawn_in_blocks_have_the_same_bits(block, monkeypatch):
    module = importlib.import_module("landscape.simulate")

    def drawn():
        fresh = jax.jit(lambda *traced: module.simulate(*traced, steps=STEPS, record="evaluated", every=1))
        recorded = fresh(bowl(), drawer(), bowl().start[None], np.uint32(5), None)
        assert recorded["positions"].shape == (STEPS + 1, 1, 2)
        return recorded["metrics"]["drawn"]

    whole = drawn()
    assert whole.shape == (STEPS, 3)
    assert len(np.unique(whole)) == 3 * STEPS
    monkeypatch.setattr(module, "BLOCK", block)
    np.testing.assert_array_equal(drawn(), whole)


@pytest.mark.parametrize("optimizer", [sgd(noise=1.0), small("particle_swarm")], ids=named)
def test_a_run_in_blocks_walks_the_same_path(optimizer, monkeypatch):
    whole = walk(optimizer).positions
    module = importlib.import_module("landscape.simulate")
    monkeypatch.setattr(module, "BLOCK", 100)
    fresh = jax.jit(lambda *traced: module.simulate(*traced, steps=STEPS, record="all", every=1))
    start = quadratic().start[None] if optimizer.alone else np.zeros((0, 2))
    cut = fresh(quadratic(), optimizer, start, np.uint32(0), None)["positions"]
    np.testing.assert_allclose(cut, whole, rtol=1e-9, atol=1e-12)


def test_many_runs_gain_a_leading_axis():
    many = ls.run_many(quadratic(), small("genetic"), seeds=3, steps=STEPS)
    assert many.positions.shape == (3, STEPS + 1, 8, 2)
    assert many.evaluations.shape == many.best_value.shape == (3, STEPS + 1)
    np.testing.assert_array_equal(many.seed, [0, 1, 2])
    assert not np.allclose(many.positions[0], many.positions[1])


@pytest.mark.parametrize(
    ("starts", "seeds", "runs"),
    [
        (None, [7, 9], 2),
        (np.ones((1, 2)), [7, 9], 2),
        (np.ones((3, 2)), [7], 3),
        (np.ones((3, 2), np.float32), (7, 8, 9), 3),
        (np.ones((2, 1, 2)), np.array([7, 8]), 2),
        (None, np.int64(2), 2),
    ],
)
def test_starts_and_seeds_pair_up(starts, seeds, runs):
    many = ls.run_many(bowl(), sgd(noise=1.0), starts, seeds=seeds, steps=2)
    assert many.positions.shape == (runs, 3, 1, 2)
    if starts is not None:
        np.testing.assert_array_equal(many.positions[:, 0, 0], np.ones((runs, 2)))
        assert many.positions.dtype == starts.dtype
    if len(np.unique(many.seed)) == runs:
        assert len(np.unique(many.positions[:, 2, 0], axis=0)) == runs


def test_one_seed_is_shared_by_all_starts():
    starts = np.array([[1.0, 2.0], [-1.0, 0.5]])
    many = ls.run_many(quadratic(), sgd(noise=1.0), starts, seeds=[7], steps=STEPS)
    for index, start in enumerate(starts):
        one = walk(sgd(noise=1.0), start=start, seed=7)
        np.testing.assert_allclose(many.positions[index], one.positions, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(many.seed, [7, 7])


def test_whole_populations_may_be_given_for_each_run():
    starts = np.arange(32.0).reshape(2, 8, 2) / 32
    many = ls.run_many(quadratic(), small("particle_swarm"), starts, seeds=[7, 8], steps=2)
    np.testing.assert_array_equal(many.positions[:, 0], starts)


def test_both_precisions_run_in_one_process():
    start = np.array([3.0, -2.0])
    double, single = walk(adam(), start=start), walk(adam(), start=start.astype(np.float32))
    np.testing.assert_allclose(single.positions, double.positions, rtol=1e-3, atol=1e-4)
    assert np.abs(np.asarray(double.positions) - single.positions).max() > 0
