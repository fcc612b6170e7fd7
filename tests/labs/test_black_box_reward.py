"""The cart and its pole: Gym's steps written anew, the reward as a step function, and who learns what."""

import math
from importlib import import_module

import jax
import numpy as np
import pytest
from lab_contract import Contract

from landscape import labs
from landscape.labs import black_box_reward
from landscape.labs.pole import physics, training
from landscape.parameters import LandscapeError

BALANCE, SWING = physics.TASKS["balance"], physics.TASKS["swing-up"]


def by_gym(state, force):
    """One Euler step of Gym's cart-pole, version 1, from its published equations."""
    x, v, angle, turning = state
    temp = (force + 0.05 * turning**2 * math.sin(angle)) / 1.1
    bent = (9.8 * math.sin(angle) - math.cos(angle) * temp) / (0.5 * (4 / 3 - 0.1 * math.cos(angle) ** 2 / 1.1))
    return x + 0.02 * v, v + 0.02 * (temp - 0.05 * bent * math.cos(angle) / 1.1), angle + 0.02 * turning, (
        turning + 0.02 * bent
    )  # fmt: skip


def test_a_step_is_that_of_gym():
    for state, force in (((0.1, -0.2, 0.05, 0.3), 10.0), ((-1.0, 2.0, 3.0, -4.0), -10.0)):
        np.testing.assert_allclose(physics.moved(state, force, np), by_gym(state, force), rtol=1e-12)


def test_the_reward_counts_steps_until_a_pole_falls_or_a_cart_leaves():
    for weights in (np.zeros(5), np.array([0.0, 0.0, 1.0, 1.0, 0.0]), np.array([-1.0, 0.0, 0.0, 0.0, 0.0])):
        state, steps = (0.01, 0.02, 0.03, 0.04), 0
        while steps < 500:
            total = float(np.dot(weights, [*state, 1.0]))
            state, steps = by_gym(state, 10.0 if total > 0 else -10.0), steps + 1
            if abs(state[0]) > 2.4 or abs(state[2]) > 12 * math.pi / 180:
                break
        start = np.array([0.01, 0.02, 0.03, 0.04])
        states, earned = physics.played(weights, start, BALANCE)
        assert earned == steps == len(states) - 1


def test_the_compiled_episodes_earn_what_those_in_numpy_do():
    rng = np.random.default_rng(0)
    for task in (BALANCE, SWING):
        weights = rng.uniform(-1.0, 1.0, (24, len(task.weights)))
        begin = physics.starts(rng, (1, 1), task)
        fast = physics.rewards(weights, begin, task)[:, 0]
        slow = np.array([physics.played(each, begin[0, 0].astype(np.float32), task)[1] for each in weights])
        assert np.mean(np.abs(fast - slow) <= 1) >= 0.8  # others part where a sum is nearly zero, as in float32


def test_buffers_stop_the_cart_and_nothing_ends():
    state, goes_on, up = physics.lived((2.5, 3.0, np.pi, 1.0), SWING, np)
    assert state[0] == 2.4
    assert state[1] == 0.0
    assert goes_on
    assert not up


@pytest.fixture(scope="module")
def found():
    return black_box_reward(task="balance", size=32, episodes=2, generations=30, seeds=2).run()


@pytest.mark.lab
def test_the_gradient_is_exactly_zero_and_three_methods_always_balance(found):
    assert found.data["gradient"].shape == (5, 5)
    assert (found.data["gradient"] == 0.0).all()
    assert (found.data["solved"][:3] == 2).all()
    assert (found.data["fresh"][:3] >= 475).all()
    assert all(claim.holds for claim in found.claims[:4])
    solved = found.data["solved"][training.NAMES.index("random search")]
    assert found.claims[5].holds == (solved == 0)
    assert black_box_reward.question.right(found) == (0 if solved == 0 else 2 if solved == 2 else 1)


def test_all_methods_try_as_many_policies_in_the_same_episodes(found):
    tried = found.sheets["reward surface"].panels[0].marks[1:6]
    assert {mark.x.shape for mark in tried} == {(30, 32)}
    assert found.data["best"].shape == (30, 5, 2)
    assert (np.diff(found.data["best"], axis=0) >= 0).all()


def test_methods_are_told_the_values_of_the_points_that_they_asked_for():
    """A parabola in place of the episodes: its top is found by the same exchange."""
    made = training.trainers(5, 32)
    keys = jax.vmap(jax.random.key)(np.arange(2, dtype=np.uint32))
    points = made.first(keys)
    populations = made.told_first(keys, points, ((np.asarray(points) - np.float32(0.3)) ** 2).sum(axis=-1))
    for generation in range(40):
        now = jax.vmap(lambda key, k=generation: jax.random.fold_in(key, k))(keys)
        points = np.asarray(made.asked(now, populations, np.float32(0.0)))
        losses = ((points - np.float32(0.3)) ** 2).sum(axis=-1)
        populations = made.told(now, populations, np.float32(0.0), points, losses)
    for population, most in zip(populations, (2e-2, 1e-2, 1e-3, 0.2), strict=True):
        assert float(np.asarray(population.values).min(axis=1).max()) < most


def test_the_harder_task_is_told_and_drawn(monkeypatch):
    """Random policies in place of trained ones: nobody swings the pole up, and slopes are zero all the same."""
    draw = np.random.default_rng(0)

    def train(task, *, size, generations, seeds, **_):
        for _ in range(generations):
            points = draw.uniform(-0.1, 0.1, (5, seeds, size, len(task.weights)))
            yield training.Generation(points, draw.uniform(0.0, 100.0, points.shape[:3]))

    monkeypatch.setattr(import_module("landscape.labs.black_box_reward"), "train", train)
    found = black_box_reward(task="swing-up", size=8, generations=3, seeds=2).run()
    assert (found.data["gradient"] == 0.0).all()
    assert (found.data["solved"] == 0).all()
    assert "swing" in found.sheet().title
    assert not any("Balancing" in claim.sentence for claim in found.claims)
    for name in found.sheets:
        assert len(found.figure(name).data) > 0


def test_what_is_not_legal_is_refused_with_a_sentence():
    for values in ({"size": 7}, {"size": 0}, {"generations": 1}, {"task": "walk"}, {"seeds": 0}):
        with pytest.raises(LandscapeError, match=next(iter(values))):
            labs.black_box_reward(**values)


class TestContract(Contract):
    lab = "black_box_reward"
