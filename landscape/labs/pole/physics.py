"""The cart and its pole: Barto, Sutton and Anderson (1983), with the constants and the Euler steps of Gym's version 1.

A state is position (m), speed (m/s), angle from upright (rad) and angular speed (rad/s). A policy pushes left or right
by the sign of a weighted sum, so a reward, which counts steps, is a step function of the weights.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

GRAVITY, CART, POLE, HALF, FORCE, TAU = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02  # m/s², kg, kg, m, N, s
TRACK, UPRIGHT = 2.4, 12 * np.pi / 180  # m from the middle to an end; rad within which a pole counts as up
STEPS = 500  # of an episode: 10 s
JITTER = 0.05  # starts are uniform within ± this, in each part of the state
LANES = 1280  # episodes that one call runs side by side


class Task(NamedTuple):
    """What is to be learned: where the pole starts, what the ends of the track do, and the policy's weights."""

    name: str
    hangs: bool  # it starts hanging, and the track ends in buffers; else leaving track or angle ends the episode
    weights: tuple[str, ...]
    shown: tuple[int, int]  # the two weights of the reward surface
    solved: float  # mean reward of 100 fresh episodes that counts as solved


PARTS = ("position", "speed", "angle", "angular speed")
TASKS = {
    "balance": Task("balance", False, (*PARTS, "bias"), (2, 3), 475.0),
    "swing-up": Task("swing-up", True, (*(f"{part}, above" for part in PARTS), *(f"{part}, below" for part in PARTS)),
                     (2, 7), 400.0),
}  # fmt: skip


def moved(state, force, xp=jnp):
    """The state 0.02 s later."""
    x, speed, angle, turning = state
    sine, cosine = xp.sin(angle), xp.cos(angle)
    pushed = (force + POLE * HALF * turning * turning * sine) / (CART + POLE)
    bent = (GRAVITY * sine - cosine * pushed) / (HALF * (4.0 / 3.0 - POLE * cosine * cosine / (CART + POLE)))
    pulled = pushed - POLE * HALF * bent * cosine / (CART + POLE)
    return x + TAU * speed, speed + TAU * pulled, angle + TAU * turning, turning + TAU * bent


def push(weights, state, task: Task, xp=jnp):
    """What the policy does: ±10 N, by the sign of a sum weighted by `weights` (d, …).

    Where the pole hangs, there are two sets of weights: for the pole above the height of the cart, and below.
    """
    x, speed, angle, turning = state
    if not task.hangs:
        total = weights[0] * x + weights[1] * speed + weights[2] * angle + weights[3] * turning + weights[4]
    else:
        above, seen = xp.cos(angle) > 0, (x, speed, xp.sin(angle), turning)
        total = sum(xp.where(above, weights[k], weights[k + 4]) * part for k, part in enumerate(seen))
    return xp.where(total > 0, FORCE, -FORCE)


def lived(state, task: Task, xp=jnp):
    """The state after the ends of the track had their say, whether the episode goes on, and whether the pole is up."""
    x, speed, angle, turning = state
    within, up = xp.abs(x) <= TRACK, xp.cos(angle) >= np.cos(UPRIGHT)
    if not task.hangs:
        return state, within & (xp.abs(angle) <= UPRIGHT), up
    return (xp.clip(x, -TRACK, TRACK), xp.where(within, speed, 0.0), angle, turning), within | True, up


def episode(weights, start, task: Task):
    """The rewards (n,) of n episodes side by side: weights (d, n), start (4, n).

    Balancing earns 1 a step until it is over, that step included; swinging up earns 1 for each step that is up.
    """

    def step(_, carry):
        state, alive, reward = carry
        state, goes_on, up = lived(moved(state, push(weights, state, task)), task)
        reward = reward + (up if task.hangs else alive)
        return state, alive * goes_on, reward

    none = jnp.zeros(start.shape[1], start.dtype)
    return lax.fori_loop(0, STEPS, step, (tuple(start), none + 1.0, none))[2]


_episodes = partial(jax.jit, static_argnames="task")(episode)


def rewards(weights: np.ndarray, starts: np.ndarray, task: Task) -> np.ndarray:
    """The rewards (n, e) of policies `weights` (n, d) from `starts` (n or 1, e, 4): always the same program."""
    count, episodes = len(weights), starts.shape[1]
    flat = np.repeat(weights.astype(np.float32), episodes, axis=0)
    begin = np.broadcast_to(starts, (count, episodes, 4)).reshape(-1, 4).astype(np.float32)
    found = []
    for low in range(0, len(flat), LANES):
        lanes = np.minimum(np.arange(low, low + LANES), len(flat) - 1)
        found.append(np.asarray(_episodes(flat[lanes].T, begin[lanes].T, task=task)))
    return np.concatenate(found)[: len(flat)].reshape(count, episodes)


def starts(rng: np.random.Generator, shape: tuple[int, ...], task: Task) -> np.ndarray:
    """States to start from (*shape, 4)."""
    return rng.uniform(-JITTER, JITTER, (*shape, 4)) + np.array([0.0, 0.0, np.pi * task.hangs, 0.0])


@partial(jax.jit, static_argnames="task")
def slope(weights, start, task: Task):
    """The gradient (d,) of the mean reward of one policy (d,) over episodes from `start` (4, e)."""
    spread = jnp.ones(start.shape[1], start.dtype)
    return jax.grad(lambda w: episode(w[:, None] * spread, start, task).mean())(weights)


def played(weights: np.ndarray, start: np.ndarray, task: Task) -> tuple[np.ndarray, float]:
    """One episode in NumPy: its states (steps + 1, 4), up to where it is over, and its reward."""
    state, states, reward = tuple(np.asarray(start, np.float64)), [start], 0
    for _ in range(STEPS):
        state, goes_on, up = lived(moved(state, push(weights, state, task, np), np), task, np)
        reward += bool(up) if task.hangs else 1
        states.append(state)
        if not goes_on:
            break
    return np.array(states, np.float64), float(reward)
