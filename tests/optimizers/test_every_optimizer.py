"""What every optimizer of the catalog keeps: counts, true values, same bits, any schedule, one compiled program.

Methods of optax differ in their updates alone: what `descend` does for all of them is asked of a few.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import OPTIMIZERS, OWN, SCHEDULES, STEPS, between, counting, driven_all, moving, small, walk

import landscape as ls
from landscape.optimizer import KINDS, NONE, PROBE, Problem
from landscape.run import _single
from landscape.schedules import linear
from landscape.surfaces import quadratic

SLOPES = [name for name in OPTIMIZERS if small(name).needs_gradient]
VARIED = [name for name in OPTIMIZERS if moving(ls.catalog.optimizers()[name])]
NEAR = np.array([0.3, -0.2])  # the minimum: what is accepted here depends on the temperature
counted, CALLS = counting()
GROWING = counted(depth=linear(start=1.0, end=9.0))
ROWS = 512  # points that one compiled program evaluates


@jax.jit
def _heights(points):
    return jax.vmap(quadratic())(points)


def heights(points) -> np.ndarray:
    """Values (…) of the bowl at points (…, 2): always by one program."""
    points = np.asarray(points)
    flat = points.reshape(-1, 2)
    blocks = np.pad(flat, ((0, -len(flat) % ROWS), (0, 0))).reshape(-1, ROWS, 2)
    return np.concatenate([_heights(block) for block in blocks])[: len(flat)].reshape(points.shape[:-1])


@functools.cache
def growing(name: str):
    """A run on a surface that changes under way, and what was computed in it.

    Where numbers of the method may change too, schedules at rest drive them.
    """
    CALLS.clear()
    trajectory = walk(driven(name) if name in VARIED else small(name), GROWING, NEAR, record="evaluated")
    jax.effects_barrier()
    return trajectory, dict(CALLS)


@functools.cache
def resting(name: str, seed: int = 1):
    """A run on a surface that stays."""
    return walk(small(name), record="evaluated", seed=seed)


def numbers(trajectory) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(trajectory.recorded)]


def same(one, other) -> bool:
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(one, other, strict=True))


def driven_by(name: str) -> str:
    """Every schedule has its turn with some optimizer."""
    return SCHEDULES[VARIED.index(name) % len(SCHEDULES)]


def driven(name: str, moved: str | None = None):
    """The optimizer with all numbers on its schedule, all of them at rest but one."""
    entry = ls.catalog.optimizers()[name]
    return driven_all(entry, driven_by(name), moved, **({"size": 8} if "size" in entry.parameters else {}))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_same_seed_same_bits(name):
    assert same(numbers(resting(name)), numbers(walk(small(name), record="evaluated", seed=1)))


@pytest.mark.parametrize("name", OWN)
def test_another_seed_is_another_path_where_numbers_are_drawn(name):
    drawn = small(name).at(0.0, jnp.float64).draw is not None or not small(name).alone
    assert drawn != same(numbers(resting(name)), numbers(resting(name, seed=2)))


@pytest.mark.parametrize("law", ["gaussian", "heavy_tailed", "minibatch"])
def test_noise_makes_other_paths(law):
    first, other = (walk(ls.optimizers.sgd(noise=1.0, noise_law=law), seed=seed).positions for seed in (1, 2))
    assert not np.allclose(first[-1], other[-1])


@pytest.mark.parametrize("name", OWN)
def test_batched_runs_equal_single_ones(name):
    """From many starts, or samples of the domain: one population stands for all that are given a first member."""
    starts, seeds = np.array([[1.0, 2.0], [-3.0, 0.5], [2.0, -2.0]]), [3, 1, 4]
    starts = starts if small(name).alone or name == "genetic" else None
    many = ls.run_many(quadratic(), small(name), starts, seeds=seeds, steps=STEPS, record="evaluated")
    for index, seed in enumerate(seeds):
        one = walk(small(name), start=None if starts is None else starts[index], seed=seed, record="evaluated")
        for batched, single in zip(numbers(many), numbers(one), strict=True):
            np.testing.assert_allclose(batched[index], single, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", ["adam", "simulated_annealing", "particle_swarm"])
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


def told_truly(trajectory, calls) -> None:
    """Checks that a run counts what was computed in it."""
    assert calls["evaluations"] == int(trajectory.evaluations[-1])
    assert calls.get("gradients", 0) == int(trajectory.gradients[-1])
    assert np.all(np.diff(trajectory.evaluations) > 0)
    assert trajectory.optimizer.needs_gradient == (int(trajectory.gradients[-1]) > 0)


@pytest.mark.parametrize("name", OWN)
def test_evaluations_and_gradients_are_those_computed(name):
    told_truly(*growing(name))


@pytest.mark.parametrize("name", ["sgd", "lbfgs", "nelder_mead", "simulated_annealing"])
def test_they_are_where_nothing_changes_and_less_is_recorded(name):
    surface, calls = counting()
    trajectory = walk(small(name), surface(), steps=5)
    jax.effects_barrier()
    told_truly(trajectory, calls)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_recorded_values_are_those_of_the_recorded_positions(name):
    trajectory = resting(name)
    np.testing.assert_allclose(heights(trajectory.positions), trajectory.values, rtol=1e-9)


@pytest.mark.parametrize("name", OWN)
def test_values_on_a_changing_surface_are_those_of_the_moment(name):
    trajectory, _ = growing(name)
    moments = np.concatenate([[0.0], np.arange(STEPS) / (STEPS - 1)])  # t = 0 and the first step share a surface
    true = (1.0 + 8.0 * moments[:, None]) * np.sum(np.square(trajectory.positions), axis=-1)
    np.testing.assert_allclose(trajectory.values, true, rtol=1e-9)
    np.testing.assert_allclose(trajectory.best_value, np.min(trajectory.values, axis=1), rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_point_evaluated_is_recorded_with_its_value(name):
    trajectory = resting(name)
    visits = trajectory.evaluated
    assert len(visits.kind) == int(trajectory.evaluations[-1])
    assert set(np.unique(visits.kind)) <= set(KINDS)
    seen = visits.kind != PROBE  # there only the slope is asked for
    np.testing.assert_allclose(heights(visits.points[seen]), visits.values[seen], rtol=1e-9, atol=1e-300)
    unused = np.asarray(trajectory.metrics["evaluated"].kind) == NONE
    assert np.isnan(np.asarray(trajectory.metrics["evaluated"].values)[unused]).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_step_length_is_that_of_the_path(name):
    trajectory = resting(name)
    if "step_length" in trajectory.metrics:
        lengths = np.linalg.norm(np.diff(trajectory.positions, axis=0), axis=-1).mean(axis=-1)
        np.testing.assert_allclose(trajectory.metrics["step_length"], lengths, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_metrics_are_finite_numbers_one_a_step(name):
    scalars = {n: v for n, v in resting(name).metrics.items() if n != "evaluated" and v.ndim == 1}
    assert scalars
    for metric, values in scalars.items():
        assert values.shape == (STEPS,), metric
        assert np.all(np.isfinite(values)), metric


@pytest.mark.parametrize("name", [name for name in VARIED if name in OWN])
def test_a_schedule_of_any_number_changes_the_path_and_compiles_nothing(name):
    still, _ = growing(name)
    programs = _single._cache_size()
    for parameter in moving(ls.catalog.optimizers()[name]):
        optimizer = driven(name, parameter)
        changed = walk(optimizer, GROWING, NEAR, record="evaluated")
        assert np.abs(changed.positions - still.positions).max() > 1e-9, parameter
        expected = optimizer.values[parameter](np.arange(STEPS) / (STEPS - 1))
        np.testing.assert_allclose(changed.metrics[parameter], expected, rtol=1e-9)
    assert _single._cache_size() == programs


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_at_rest_is_the_plain_number(schedule):
    entry = ls.catalog.optimizers()["momentum"]
    plain = walk(entry(**{name: parameter.default for name, parameter in moving(entry).items()}), start=NEAR)
    still = walk(driven_all(entry, schedule), start=NEAR)
    np.testing.assert_allclose(still.positions, plain.positions, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [name for name in VARIED if name not in OWN])
def test_any_number_changes_the_path_and_compiles_nothing(name):
    kinds = {n: p.kind for n, p in moving(ls.catalog.optimizers()[name]).items()}
    resting(name)
    programs = _single._cache_size()
    for parameter, kind in kinds.items():
        if kind.off is None:  # on and off are two programs
            bound = [small(name, **{parameter: between(kind, share)}) for share in (0.5, 0.9)]
            moved = [
                np.abs(np.subtract(*(walk(each, start=start, record="evaluated").positions for each in bound))).max()
                for start in (None, NEAR)  # far away some averages and signs are all the same
            ]
            assert max(moved) > 1e-9, parameter
    assert _single._cache_size() == programs


@pytest.mark.parametrize("name", [name for name in VARIED if name in OWN])
def test_changing_any_number_compiles_nothing(name):
    random, start = np.random.default_rng(3), np.ones(2)
    entry = ls.catalog.optimizers()[name]
    kinds = {n: p.kind for n, p in moving(entry).items() if not isinstance(p.default, ls.Schedule)}
    on = {n: between(kind, 0.5) for n, kind in kinds.items() if kind.off is not None}  # off and on are two structures
    walk(small(name, **on), start=start, record="evaluated")
    programs = _single._cache_size()
    for seed in range(40):
        values = {n: between(kind, random.uniform(0.01, 1.0)) for n, kind in kinds.items()}
        surface, place = quadratic(condition=random.uniform(1, 9)), random.uniform(-1, 1, 2)
        walk(small(name, **values), surface, place, seed=seed, record="evaluated")
    assert _single._cache_size() == programs


@pytest.mark.parametrize("name", [name for name in SLOPES if name in OWN])
def test_every_rule_at_the_edge_keeps_gradient_methods_where_it_says(name):
    lower, upper = quadratic().domain.lower, quadratic().domain.upper
    path = walk(small(name, bounds="clip"), start=upper).positions
    finite = path[np.isfinite(path).all(axis=-1)]
    assert np.all((finite >= lower) & (finite <= upper))
