"""Methods of the catalog as trainers: all of them ask for policies, one program runs the episodes, all are told.

A method evaluates inside its step. So the step is traced twice, which XLA makes one again: with a loss that knows
nothing, to see which points it asks for, and with one that looks their values up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from landscape import optimizers
from landscape.domain import Box
from landscape.labs.pole.physics import Task, rewards, starts
from landscape.optimizer import Problem

# Rewards stay as noisy as they are, so the samples of the evolution strategy stay as wide.
METHODS = {"genetic": {}, "particle_swarm": {}, "cma_es": {}, "evolution_strategy": {"sigma": 0.15}}
NAMES = ("genetic", "particle swarm", "CMA-ES", "evolution strategy", "random search")  # in the order of their slots


class Generation(NamedTuple):
    """What every method tried and what it earned."""

    points: np.ndarray  # (methods, seeds, members, d)
    earned: np.ndarray  # (methods, seeds, members): means over the generation's episodes


def _blind(x):
    return 0.0 * x[0]


class Trainers:
    """The four methods and random search, side by side over seeds, in compiled programs that know no episode."""

    def __init__(self, dim: int, size: int):
        self.box, self.size = Box.cube(1.0, dim), size
        self.methods = [getattr(optimizers, name)(size=size, **given) for name, given in METHODS.items()]
        self.first = jax.jit(jax.vmap(self._first))
        self.told_first = jax.jit(jax.vmap(self._told_first))
        self.asked = jax.jit(jax.vmap(self._asked, (0, 0, None)))
        self.told = jax.jit(jax.vmap(self._told, (0, 0, None, 0, 0)))

    def problem(self, loss) -> Problem:
        return Problem(loss, loss, self.box)

    def known(self, points, losses) -> Problem:
        """A problem whose points have these losses."""
        return self.problem(lambda x: losses[jnp.argmax(jnp.all(points == x, axis=1))])

    def _keys(self, key) -> list:
        return [random.fold_in(key, place) for place in range(len(self.methods) + 1)]

    def _begin(self, key, problems) -> list:
        none = jnp.zeros((1, self.box.dim), jnp.float32)  # all set out from the policy with weights 0
        each = zip(self.methods, problems, self._keys(key), strict=False)
        return [method.at(0.0, jnp.float32).init(problem, none, own) for method, problem, own in each]

    def _first(self, key):
        begun = self._begin(key, [self.problem(_blind)] * len(self.methods))
        return jnp.stack([*(each.positions for each in begun), self._sampled(key)])

    def _told_first(self, key, points, losses):
        return self._begin(key, [self.known(*each) for each in zip(points, losses, strict=True)])

    def _sampled(self, key):
        return self.box.sample(self._keys(key)[-1], self.size, jnp.float32)

    def _stepped(self, key, populations, progress, problems):
        each = zip(self.methods, populations, problems, self._keys(key), strict=False)
        for method, population, problem, own in each:
            now = method.at(progress, jnp.float32)
            yield population, now.step(problem, population, now.draw(problem, own, jnp.float32))

    def _asked(self, key, populations, progress):
        steps = self._stepped(key, populations, progress, [self.problem(_blind)] * len(self.methods))
        return jnp.stack([*(metrics["evaluated"].points for _, (_, metrics) in steps), self._sampled(key)])

    def _told(self, key, populations, progress, points, losses):
        problems = [self.known(*each) for each in zip(points, losses, strict=True)]
        steps = self._stepped(key, populations, progress, problems)
        return [jax.tree.map(lambda new, old: new.astype(old.dtype), moved, old) for old, (moved, _) in steps]


@cache
def trainers(dim: int, size: int) -> Trainers:
    """The same trainers for the same shapes, so that their programs are compiled once."""
    return Trainers(dim, size)


def train(task: Task, *, size: int, episodes: int, generations: int, seeds: int, seed: int) -> Iterator[Generation]:
    """Generation after generation of all methods, `seeds` runs each; the starts are the same for all of them."""
    made = trainers(len(task.weights), size)
    keys = jax.vmap(random.key)(np.arange(seed, seed + seeds, dtype=np.uint32))
    rng = np.random.default_rng(seed)
    populations = None
    for generation in range(generations):
        now = jax.vmap(partial(random.fold_in, data=generation))(keys)
        progress = np.float32(generation / max(generations - 1, 1))
        points = made.first(now) if populations is None else made.asked(now, populations, progress)
        begin = starts(rng, (seeds, 1, episodes), task)
        earned = _earned(np.asarray(points), begin, task)
        losses = -earned.astype(np.float32)
        if populations is None:
            populations = made.told_first(now, points, losses)
        else:
            populations = made.told(now, populations, progress, points, losses)
        yield Generation(np.asarray(points).swapaxes(0, 1), earned.swapaxes(0, 1))


def _earned(points: np.ndarray, begin: np.ndarray, task: Task) -> np.ndarray:
    """The mean rewards of points (seeds, methods, members, d) from starts (seeds, 1, e, 4)."""
    seeds, methods, members, dim = points.shape
    each = np.repeat(begin, methods * members, axis=1).reshape(-1, *begin.shape[2:])
    return rewards(points.reshape(-1, dim), each, task).mean(axis=1).reshape(seeds, methods, members)
