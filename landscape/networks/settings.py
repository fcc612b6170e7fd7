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
from jax import lax

from landscape.networks.training import placed, updates
from landscape.networks.watched import means
from landscape.optimizer import Optimizer, Population
from landscape.parameters import LandscapeError
from landscape.run import MEMORY_LIMIT, _prepare, _seeds
from landscape.simulate import Now, _advance, _begin, _safe, _scan
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
    optimizer.check_native()
    swept = [leaf for leaf in jax.tree.leaves((surface.values, optimizer.values)) if np.ndim(leaf) == 1]
    starts, seeds = placed(surface, start), _seeds(seeds)
    swept += [each for each, single in ((starts, 1), (seeds, 0)) if np.ndim(each) > single]
    lengths = {len(each) for each in swept}
    if len(lengths) != 1:
        raise LandscapeError(f"Many trainings need settings of one length s, not {sorted(lengths) or 'none'}.")
    count = lengths.pop()
    several = np.ndim(starts) > 1
    starts, steps = _prepare(surface, optimizer, starts, epochs * updates(surface), None, many=several)
    _check_memory(count, epochs, surface.dim, starts.itemsize)
    swept = [starts if each is starts or np.ndim(each) > 1 else each for each in swept]
    leaves, structure = jax.tree.flatten((surface, optimizer, starts, seeds))
    axes = tuple(0 if any(leaf is each for each in swept) else None for leaf in leaves)
    over = any(any(leaf is each for each in swept) for leaf in jax.tree.leaves(surface))

    def part(first: int) -> dict[str, np.ndarray]:
        cut = [leaf if axis is None else np.resize(leaf[first : first + TOGETHER], (TOGETHER, *leaf.shape[1:]))
               for leaf, axis in zip(leaves, axes, strict=True)]  # fmt: skip
        options = {"axes": axes, "epochs": steps // updates(surface), "accuracy": accuracy, "over": over}
        return jax.tree.map(np.asarray, _part(structure.unflatten(cut), **options))

    parts = list(_threads().map(part, range(0, count, TOGETHER)))
    found = {name: np.concatenate([each[name] for each in parts])[:count] for name in parts[0]}
    weights = found.pop("weights")
    found = {name: each.astype(np.float64) for name, each in found.items()}
    return Many(weights, **({"test_loss": np.full(found["loss"].shape, np.nan)} | found))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1)


@partial(jax.jit, static_argnames=("axes", "epochs", "accuracy", "over"))
def _part(arguments, *, axes: tuple, epochs: int, accuracy: bool, over: bool) -> dict[str, Any]:
    """TOGETHER trainings at once; `over`: the surface has settings too, so each knows its own losses only."""
    leaves, structure = jax.tree.flatten(arguments)
    surface = arguments[0]

    def one(*each):
        frames = walk(*structure.unflatten(each), epochs=epochs)
        return frames, _known(structure.unflatten(each)[0], frames, accuracy) if over else {}

    frames, found = jax.vmap(one, in_axes=axes)(*leaves)
    if not over:
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


def walk(surface: Surface, optimizer: Optimizer, start, seed, *, epochs: int):
    """Traced: the weights after each epoch (e+1, d) of a run from `start` (k, d); of a population the best member's."""
    count = updates(surface)
    world, problem, first, drawing, _ = _begin(surface, optimizer, start, seed, epochs * count)
    alone = len(first.positions) == 1

    def lean(population: Population) -> Population:
        """Without the axis of members where there is one: loops over (runs, 1, d) are not vectorized under vmap."""
        return population._replace(positions=population.positions[0], values=population.values[0])

    def leading(population: Population):
        if alone:
            return population.positions
        heights = world.heights(population, problem, 0, 1)
        return population.positions[jnp.argmin(_safe(heights))]

    def update(walker, now: Now):
        if alone:
            walker = walker._replace(positions=walker.positions[None], values=walker.values[None])
        moved, _ = _advance(world, world.problem(now), walker, now)
        return lean(moved) if alone else moved, None

    def epoch(walker, times: Now):
        walker, _ = lax.scan(update, walker, times)
        return walker, leading(walker)

    walker, times = lean(first) if alone else first, world.times(epochs * count, epochs * count)
    _, frames = _scan(epoch, walker, *drawing, times, (1, epochs), count)
    return jnp.concatenate([leading(walker)[None], frames])


def _check_memory(count: int, epochs: int, dim: int, itemsize: int) -> None:
    """Refuse, with the number, what would not fit."""
    threads = os.cpu_count() or 1
    needed = threads * TOGETHER * (epochs + 1) * dim * itemsize * 2 + count * (epochs + 1) * 16
    if needed > MEMORY_LIMIT:
        raise LandscapeError(
            f"These trainings would hold {needed / 2**30:,.1f} GiB, more than {MEMORY_LIMIT / 2**30:.0f}; take fewer "
            f"epochs ({epochs:,}) or settings ({count:,})."
        )
