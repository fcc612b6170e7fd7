"""Many trainings at once: one for every setting of an optimizer, or from every start, with the losses of every epoch.

rates, shares = (each.ravel() for each in np.meshgrid(np.geomspace(1e-3, 1, 32), np.linspace(0, 0.99, 16)))
found = ls.networks.many(surface, ls.optimizers.momentum(learning_rate=rates, momentum=shares), epochs=200)
found.test_loss[:, -1].reshape(16, 32)
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.networks.training import check_bound, placed, updates, whole_epochs
from landscape.networks.watched import means
from landscape.optimizer import Optimizer, Population
from landscape.parameters import LandscapeError
from landscape.run import MEMORY_LIMIT, _prepare, _seeds
from landscape.simulate import Now, World, _advance, _begin, _plain, _safe
from landscape.surface import Surface

TOGETHER = 64  # settings: so many numbers fill a processor's vectors, and their activations stay in its cache


@dataclass(frozen=True, eq=False)
class Many:
    """What s trainings came to: losses (s, e+1) float64 over all rows after each epoch, the start's first."""

    weights: np.ndarray  # (s, d) at the end
    loss: np.ndarray
    test_loss: np.ndarray  # NaN where there are no rows for testing
    accuracy: np.ndarray | None = None  # (s, e+1) where asked for
    test_accuracy: np.ndarray | None = None

    def __repr__(self) -> str:
        return f"<{len(self.loss)} trainings of {self.loss.shape[1] - 1} epochs>"


def many(
    surface: Surface,
    optimizer: Optimizer,
    start=None,
    *,
    seeds=0,
    epochs: int = 200,
    accuracy: bool = False,
) -> Many:
    """Train once for every setting: parameters given as arrays (s,), starts (s, d), seeds (s,), or several of them.

    What is given once is shared by all. Each is the training that `train` gives, to the last digits of its precision.
    """
    check_bound(surface, optimizer)
    optimizer.check_native()
    epochs = whole_epochs("epochs", epochs)
    starts, seeds, several = placed(surface, start), _seeds(seeds), np.ndim(start) > 1
    numbers = [leaf for leaf in jax.tree.leaves((surface.values, optimizer.values)) if np.ndim(leaf) == 1]
    given = [*numbers, *([starts] if several else []), *([seeds] if seeds.ndim else [])]
    lengths = {len(each) for each in given}
    if len(lengths) != 1 or 0 in lengths:
        raise LandscapeError(f"Many trainings need settings of one length s, not {sorted(lengths) or 'none'}.")
    starts, _ = _prepare(surface, optimizer, starts, epochs * updates(surface), None, many=several)
    _check_memory(len(given[0]), epochs, surface.dim, starts.itemsize)
    leaves, structure = jax.tree.flatten((surface, optimizer, starts, seeds))
    moving = {id(each) for each in (*numbers, *([starts] if several else []), *([seeds] if seeds.ndim else []))}
    axes = tuple(0 if id(leaf) in moving else None for leaf in leaves)
    found = _in_parts(leaves, structure, axes, len(given[0]), epochs=epochs, accuracy=accuracy)
    weights = found.pop("weights")
    found = {name: each.astype(np.float64) for name, each in found.items()}
    return Many(weights, **({"test_loss": np.full(found["loss"].shape, np.nan)} | found))


def _in_parts(leaves: list, structure: Any, axes: tuple, count: int, **options) -> dict[str, np.ndarray]:
    """The settings TOGETHER at a time, one such part on each core; the last one is filled up."""

    def part(first: int) -> dict[str, np.ndarray]:
        cut = [leaf if axis is None else np.resize(leaf[first : first + TOGETHER], (TOGETHER, *leaf.shape[1:]))
               for leaf, axis in zip(leaves, axes, strict=True)]  # fmt: skip
        return jax.tree.map(np.asarray, _part(structure.unflatten(cut), axes=axes, **options))

    parts = list(_threads().map(part, range(0, count, TOGETHER)))
    return {name: np.concatenate([each[name] for each in parts])[:count] for name in parts[0]}


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1)


@partial(jax.jit, static_argnames=("axes", "epochs", "accuracy"))
def _part(arguments, *, axes: tuple, epochs: int, accuracy: bool) -> dict[str, Any]:
    """TOGETHER trainings at once."""
    surface = arguments[0]
    frames = jnp.moveaxis(walked(arguments, axes=axes, epochs=epochs), -1, 0)
    leaves, structure = jax.tree.flatten(surface)
    within = axes[: len(leaves)]
    if any(axis == 0 for axis in within):  # settings of the surface: each knows its own losses only

        def known(frames, *each):
            return _known(structure.unflatten(each), frames, accuracy)

        found = jax.vmap(known, in_axes=(0, *within))(frames, *leaves)
    else:
        flat = _known(surface, frames.reshape(-1, frames.shape[-1]), accuracy)
        found = {name: each.reshape(frames.shape[:2]) for name, each in flat.items()}
    return found | {"weights": frames[:, -1]}


def _known(surface: Surface, weights, accuracy: bool) -> dict[str, Any]:
    """Losses, and accuracies if asked for, of weights (t, d)."""
    found = means(surface, weights, test=False, accuracy=accuracy)
    tested = hasattr(surface, "test_parts") and surface.test_parts(weights.dtype) is not None
    if tested:
        found |= {f"test_{n}": each for n, each in means(surface, weights, test=True, accuracy=accuracy).items()}
    return found


def walked(arguments, *, axes: tuple, epochs: int):
    """Traced: the weights after each epoch (e+1, d, s) of runs of (surface, optimizer, start (k, d), seed).

    `axes` marks with 0 the leaves that have an axis of settings. As `simulate`, with that axis last in all that is
    carried from update to update, and nothing recorded in between; of a population the best member is kept.
    """
    leaves, structure = jax.tree.flatten(arguments)
    count = updates(arguments[0])
    steps = epochs * count

    def begin(*each):
        world, problem, first, _, _ = _begin(*structure.unflatten(each), steps)
        times = world.times(steps, steps)
        return _lean(first), _leading(world, problem, first), (times.surface, times.optimizer)

    def update(walker, now: Now):
        def one(walker, values, *each):
            return _lean(_moved(*structure.unflatten(each), walker, Now(now.step, *values)))

        given = (walker, (now.surface, now.optimizer))
        return jax.vmap(one, in_axes=(-1, -1, *axes), out_axes=-1)(*given, *leaves), None

    def epoch(walker, times: Now):
        walker, _ = lax.scan(update, walker, times)
        now = Now(times.step[-1], *jax.tree.map(lambda leaf: leaf[-1], (times.surface, times.optimizer)))

        def kept(walker, values, *each):
            setting = structure.unflatten(each)
            world = _world(*setting)
            return _leading(world, _plain(world, Now(now.step, *values)), _full(walker, setting))

        return walker, jax.vmap(kept, in_axes=(-1, -1, *axes), out_axes=-1)(
            walker, (now.surface, now.optimizer), *leaves
        )

    walker, first, values = jax.vmap(begin, in_axes=axes, out_axes=-1)(*leaves)
    times = Now(jnp.arange(steps, dtype=jnp.int32), *values)
    times = jax.tree.map(lambda leaf: leaf.reshape(epochs, count, *leaf.shape[1:]), times)
    _, frames = lax.scan(epoch, walker, times)
    return jnp.concatenate([first[None], frames])


def _world(surface: Surface, optimizer: Optimizer, start, seed) -> World:
    """The world of `_begin`."""
    return World(surface, optimizer, start.dtype, random.split(random.key(seed), 3)[2])


def _moved(surface: Surface, optimizer: Optimizer, start, seed, walker: Population, now: Now) -> Population:
    """The population after the update of this moment."""
    world = _world(surface, optimizer, start, seed)
    draw = world.drawing(world.method(now), _plain(world, now))
    if draw is not None:
        now = now._replace(drawn=draw(random.fold_in(random.split(random.key(seed), 3)[1], now.step)))
    population = _full(walker, (surface, optimizer))
    return _advance(world, world.problem(now), population, now)[0]


def _lean(population: Population) -> Population:
    """Without the axis of members where there is one: loops over (1, d, settings) are not vectorized."""
    if len(population.positions) > 1:
        return population
    return population._replace(positions=population.positions[0], values=population.values[0])


def _full(walker: Population, setting: tuple) -> Population:
    """A population again."""
    if setting[1].members(setting[0].dim) > 1:
        return walker
    return walker._replace(positions=walker.positions[None], values=walker.values[None])


def _leading(world: World, problem, population: Population):
    """The member with the lowest loss over all rows (d,)."""
    positions = population.positions.astype(world.dtype)
    if len(positions) == 1:
        return positions[0]
    return positions[jnp.argmin(_safe(world.heights(population, problem, 0, 1)))]


def _check_memory(count: int, epochs: int, dim: int, itemsize: int) -> None:
    """Refuse, with the number, what would not fit."""
    threads = os.cpu_count() or 1
    needed = threads * TOGETHER * (epochs + 1) * dim * itemsize * 2 + count * (epochs + 1) * 16
    if needed > MEMORY_LIMIT:
        raise LandscapeError(
            f"These trainings would hold {needed / 2**30:,.1f} GiB, more than {MEMORY_LIMIT / 2**30:.0f}; take fewer "
            f"epochs ({epochs:,}) or settings ({count:,})."
        )
