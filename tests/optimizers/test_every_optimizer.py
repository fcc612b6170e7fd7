"""What every optimizer of the catalog keeps: counts, true values, same bits, any schedule, one compiled program."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import OPTIMIZERS, SCHEDULES, STEPS, between, counting, driven_all, moving, small, walk

import landscape as ls
from landscape.optimizer import Problem
from landscape.run import _single
from landscape.schedules import linear
from landscape.surfaces import quadratic

VARIED = [name for name in OPTIMIZERS if moving(ls.catalog.optimizers()[name])]
STOCHASTIC = [small(name) for name in OPTIMIZERS if not small(name).needs_gradient] + [ls.optimizers.sgd(noise=1.0)]
NEAR = np.array([0.3, -0.2])  # the minimum: what is accepted here depends on the temperature
GROWING = quadratic(condition=linear(start=1.0, end=20.0))


@functools.cache
def growing(name: str):
    """A run on a surface that changes under way."""
    return walk(small(name), GROWING, record="evaluated")


def numbers(trajectory) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(trajectory.recorded)]


@pytest.mark.parametrize("optimizer", STOCHASTIC, ids=lambda optimizer: optimizer.name)
def test_same_seed_same_bits_and_another_seed_another_path(optimizer):
    first, again, other = (walk(optimizer, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(numbers(first), numbers(again), strict=True))
    assert not np.allclose(first.positions[-1], other.positions[-1])


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if small(name).needs_gradient])
def test_gradient_methods_without_noise_draw_nothing(name):
    np.testing.assert_array_equal(walk(small(name), seed=1).positions, walk(small(name), seed=2).positions)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_batched_runs_equal_single_ones(name):
    starts, seeds = np.array([[1.0, 2.0], [-3.0, 0.5], [2.0, -2.0]]), [3, 1, 4]
    many = ls.run_many(quadratic(), small(name), starts, seeds=seeds, steps=STEPS)
    for index, (start, seed) in enumerate(zip(starts, seeds, strict=True)):
        one = walk(small(name), start=start, seed=seed)
        for batched, single in zip(numbers(many), numbers(one), strict=True):
            np.testing.assert_allclose(batched[index], single, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_compiled_steps_equal_eager_ones(name):
    loss = quadratic().at(0.0, jnp.float64).loss
    problem, method = Problem(loss, loss, quadratic().domain), small(name).at(0.0, jnp.float64)
    start = jnp.asarray(quadratic().start)[None]
    population = jax.jit(lambda key: method.init(problem, start, key))(jax.random.key(0))
    draws = None if method.draw is None else method.draw(problem, jax.random.key(1), jnp.float64)
    eager = method.step(problem, population, draws)
    compiled = jax.jit(lambda *arguments: method.step(problem, *arguments))(population, draws)
    for one, other in zip(jax.tree.leaves(eager), jax.tree.leaves(compiled), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("depth", [1.0, linear(start=1.0, end=2.0)], ids=["fixed", "scheduled"])
def test_evaluations_and_gradients_are_those_computed(name, depth):
    counted, calls = counting()
    trajectory = walk(small(name), counted(depth=depth), steps=5)
    jax.effects_barrier()
    assert calls["evaluations"] == int(trajectory.evaluations[-1])
    assert calls["gradients"] == int(trajectory.gradients[-1])
    assert np.all(np.diff(trajectory.evaluations) > 0)
    assert small(name).needs_gradient == (calls["gradients"] > 0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_recorded_values_are_those_of_the_recorded_positions(name):
    trajectory = walk(small(name))
    np.testing.assert_allclose(jax.vmap(jax.vmap(quadratic()))(trajectory.positions), trajectory.values, rtol=1e-9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_values_on_a_changing_surface_are_those_of_the_moment(name):
    trajectory = growing(name)
    moments = np.concatenate([[0.0], np.arange(STEPS) / (STEPS - 1)])  # t = 0 and the first step share a surface
    for moment, positions, values in zip(moments, trajectory.positions, trajectory.values, strict=True):
        true = jax.vmap(GROWING.at(moment, jnp.float64).loss)(positions)
        np.testing.assert_allclose(values, true, rtol=1e-9)
    np.testing.assert_allclose(trajectory.best_value, np.min(trajectory.values, axis=1), rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_point_evaluated_is_recorded_with_its_value(name):
    trajectory = growing(name)
    points, values, kind = trajectory.metrics["evaluated"]
    assert points.shape == (STEPS, small(name).size, 2)
    assert values.shape == kind.shape == points.shape[:2]
    for step in (0, STEPS - 1):
        true = jax.vmap(GROWING.at(step / (STEPS - 1), jnp.float64).loss)(points[step])
        np.testing.assert_allclose(values[step], true, rtol=1e-9)
    assert set(np.unique(kind)) <= {0, 1}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_step_length_is_that_of_the_path(name):
    trajectory = walk(small(name))
    if "step_length" in trajectory.metrics:
        lengths = np.linalg.norm(np.diff(trajectory.positions, axis=0), axis=-1).mean(axis=-1)
        np.testing.assert_allclose(trajectory.metrics["step_length"], lengths, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_metrics_are_finite_numbers_one_a_step(name):
    trajectory = walk(small(name))
    assert trajectory.metrics
    for metric, values in trajectory.metrics.items():
        assert values.shape == (STEPS,), metric
        assert np.all(np.isfinite(values)), metric


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", VARIED)
def test_every_schedule_of_every_number_changes_the_path(name, schedule):
    entry = ls.catalog.optimizers()[name]
    static = {"size": 8} if "size" in entry.parameters else {}
    resting = walk(driven_all(entry, schedule, **static), start=NEAR)
    if not any(isinstance(parameter.default, ls.Schedule) for parameter in moving(entry).values()):
        plain = walk(small(name), start=NEAR)
        np.testing.assert_allclose(resting.positions, plain.positions, rtol=1e-9, atol=1e-12)
    for parameter in moving(entry):
        optimizer = driven_all(entry, schedule, parameter, **static)
        changed = walk(optimizer, start=NEAR)
        assert np.abs(changed.positions - resting.positions).max() > 1e-6, parameter
        expected = optimizer.values[parameter](np.arange(STEPS) / (STEPS - 1))
        np.testing.assert_allclose(changed.metrics[parameter], expected, rtol=1e-9)


@pytest.mark.parametrize("name", VARIED)
def test_changing_any_number_compiles_nothing(name):
    random, start = np.random.default_rng(3), np.ones(2)
    walk(small(name), start=start)
    programs = _single._cache_size()
    entry = ls.catalog.optimizers()[name]
    kinds = {n: p.kind for n, p in moving(entry).items() if not isinstance(p.default, ls.Schedule)}
    for seed in range(100):
        values = {n: between(kind, random.uniform()) for n, kind in kinds.items()}
        walk(small(name, **values), quadratic(condition=random.uniform(1, 9)), random.uniform(-1, 1, 2), seed=seed)
    assert _single._cache_size() == programs


@pytest.mark.parametrize("name", VARIED)
def test_changing_a_number_of_a_schedule_compiles_nothing(name):
    entry = ls.catalog.optimizers()[name]
    static = {"size": 8} if "size" in entry.parameters else {}
    walk(driven_all(entry, "linear", **static))
    programs = _single._cache_size()
    for parameter in moving(entry):
        walk(driven_all(entry, "linear", parameter, **static))
    assert _single._cache_size() == programs
