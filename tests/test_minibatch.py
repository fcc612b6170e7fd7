"""Surfaces seen through minibatches: methods search the batches, the record shows the whole loss."""

from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import STEPS, walk

import landscape as ls
from landscape.optimizers import sgd, simulated_annealing
from landscape.run import _single
from landscape.schedules import linear

PLACES = np.array([[1.0, 0.0], [-1.0, 2.0], [0.0, -3.0], [2.0, 1.0]])


def places(*, seed: Annotated[int, ls.Range(0, 9)] = 0):
    """Four data points, the same for every seed but for their order."""
    return np.random.default_rng(seed).permutation(PLACES)


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, 3.0), source="least squares", data=places)
def regression(data, *, weight: Annotated[float, ls.Range(0.1, 10.0)] = 1.0):
    """The mean squared distance from four places; one place at a time is a minibatch."""

    def loss(x):
        return weight * jnp.mean(jnp.sum((x - data.astype(x.dtype)) ** 2, axis=1))

    def batch(step, key):
        place = data[jax.random.randint(key, (), 0, 4)]
        return lambda x: weight * jnp.sum((x - place.astype(x.dtype)) ** 2)

    return ls.Minibatch(loss, batch)


def full(positions) -> np.ndarray:
    """The whole loss at positions (…, d) by hand."""
    return ((np.asarray(positions)[..., None, :] - PLACES) ** 2).sum(axis=-1).mean(axis=-1)


def test_the_whole_loss_is_recorded_each_so_many_steps_and_nothing_between():
    trajectory = walk(sgd(learning_rate=0.1), regression(), every=5)
    shown = np.arange(STEPS + 1) % 5 == 0
    np.testing.assert_allclose(trajectory.values[shown], full(trajectory.positions[shown]), rtol=1e-9)
    assert np.isnan(trajectory.values[~shown]).all()
    lowest = np.minimum.accumulate(np.where(shown, full(trajectory.positions)[:, 0], np.inf))
    np.testing.assert_allclose(trajectory.best_value, lowest, rtol=1e-9)


def test_recording_is_not_counted():
    rare, often = (walk(sgd(learning_rate=0.1), regression(), every=every) for every in (20, 1))
    np.testing.assert_array_equal(rare.evaluations, np.arange(1, STEPS + 2))
    np.testing.assert_array_equal(rare.evaluations, often.evaluations)
    np.testing.assert_allclose(rare.positions, often.positions, rtol=1e-12)


def test_each_step_follows_the_gradient_of_one_batch():
    trajectory = walk(sgd(learning_rate=0.1), regression())
    x, following = np.asarray(trajectory.positions[:-1, 0]), np.asarray(trajectory.positions[1:, 0])
    aimed = x + (following - x) / 0.2  # x − η · 2 (x − place), solved for the place
    distance = np.abs(aimed[:, None] - PLACES).max(axis=-1)
    assert distance.min(axis=1).max() < 1e-9
    assert len(set(distance.argmin(axis=1))) == 4


def test_batches_belong_to_the_seed():
    first, again, other = (walk(sgd(learning_rate=0.1), regression(), seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.positions, again.positions)
    assert not np.allclose(first.positions, other.positions)


@pytest.mark.parametrize("optimizer", [sgd(learning_rate=0.1), simulated_annealing()], ids=lambda o: o.name)
def test_all_ways_to_record_show_the_whole_loss(optimizer):
    every, best, last = (walk(optimizer, regression(), record=record) for record in ("all", "best", "last"))
    np.testing.assert_allclose(every.values, full(every.positions), rtol=1e-9)
    np.testing.assert_allclose(best.values, full(best.positions), rtol=1e-9)
    np.testing.assert_allclose(last.values, full(last.positions), rtol=1e-9)
    np.testing.assert_allclose(last.best_value, every.best_value, rtol=1e-9)


def test_the_whole_loss_of_a_changing_surface_is_recorded_too():
    trajectory = walk(sgd(learning_rate=0.1), regression(weight=linear(start=1.0, end=2.0)))
    weight = np.concatenate([[1.0], np.linspace(1.0, 2.0, STEPS)])[:, None]
    np.testing.assert_allclose(trajectory.values, weight * full(trajectory.positions), rtol=1e-9)


@pytest.mark.parametrize("steps", [STEPS, STEPS - 3])
def test_what_was_not_recorded_has_not_diverged(steps):
    trajectory = walk(sgd(learning_rate=0.1), regression(), every=5, steps=steps)
    assert trajectory.diverged is None


def test_other_data_of_the_same_shape_compile_nothing():
    walk(sgd(learning_rate=0.1), regression())
    programs = _single._cache_size()
    paths = [walk(sgd(learning_rate=0.1), regression(seed=seed)).positions for seed in (1, 2)]
    assert _single._cache_size() == programs
    assert not np.allclose(*paths)


def test_float32_data_stay_float32():
    trajectory = walk(sgd(learning_rate=0.1), regression(), np.array([3.0, 3.0], np.float32))
    assert trajectory.values.dtype == trajectory.positions.dtype == np.float32
    np.testing.assert_allclose(trajectory.values, full(trajectory.positions), rtol=1e-4)


def places_in_turn():
    return PLACES


@ls.surface(domain=ls.Box.square(4.0), start=(3.0, 3.0), source="least squares", data=places_in_turn)
def in_turn(data):
    """The same places, one after the other."""

    def batch(step, key):
        return lambda x: jnp.sum((x - data[step % 4].astype(x.dtype)) ** 2)

    return ls.Minibatch(lambda x: jnp.mean(jnp.sum((x - data.astype(x.dtype)) ** 2, axis=1)), batch)


def test_step_k_follows_the_gradient_of_batch_k():
    positions = walk(sgd(learning_rate=0.1), in_turn()).positions[:, 0]
    by_hand = [np.array([3.0, 3.0])]
    for step in range(STEPS):
        by_hand.append(by_hand[-1] - 0.2 * (by_hand[-1] - PLACES[step % 4]))
    np.testing.assert_allclose(positions, by_hand, rtol=1e-9)


def test_the_whole_loss_can_be_left_out():
    often, never = (walk(sgd(learning_rate=0.1), regression(), every=every) for every in (1, 0))
    np.testing.assert_allclose(never.positions, often.positions, rtol=1e-12)
    assert np.isnan(never.values).all()
    assert never.diverged is None


def test_a_thinned_record_tells_when_it_diverged():
    gone = ls.run(regression(), sgd(learning_rate=1e6), steps=200, thin=5, every=5)
    first = np.flatnonzero(~np.isfinite(np.asarray(gone.values)).all(axis=-1))[0]
    assert gone.diverged == 5 * first < 200


def test_a_run_that_begins_later_follows_its_own_first_batch():
    late = ls.run(in_turn(), sgd(learning_rate=0.1), steps=8, since=3)
    place = PLACES[3]
    np.testing.assert_allclose(late.positions[4, 0], [3.0, 3.0] - 0.2 * ([3.0, 3.0] - place), rtol=1e-9)
    np.testing.assert_array_equal(late.positions[3, 0], [3.0, 3.0])


def test_methods_that_draw_nothing_can_be_thinned():
    run = ls.run(regression(), simulated_annealing(), steps=20, thin=5)
    assert run.positions.shape == (5, 1, 2)
