"""Divergence by name: which update broke a run, in which layer, and why; and what is wrong with runs that stay finite.

The epoch in which it happened is run again update by update from the start's random numbers on, so that a record of
epochs suffices.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random

from landscape.mlp import model as models
from landscape.networks import lanczos
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.simulate import _advance, _begin, _refreshed
from landscape.stability import factor
from landscape.surface import Surface
from landscape.trajectory import Trajectory

if TYPE_CHECKING:
    from landscape.networks.training import Training

GROWN = 1e6  # a weight so large is lost, finite or not
FULL = 0.999  # an output of tanh so near to ±1 answers no change
MOST = 20_000  # weights up to which the curvature is asked for


class Diverged(NamedTuple):
    """The update that broke a run."""

    step: int  # its number, 1 for the first
    epoch: int  # in which it stands, 1 for the first
    layer: str  # the array that broke first, as in "layer 2 weights"
    why: str  # a sentence
    frame: int  # the last recorded frame before it


def lost(array) -> np.ndarray:
    """Whether anything along the last axis is not finite, or has grown beyond what can come back."""
    with np.errstate(invalid="ignore"):
        return ~(np.abs(np.asarray(array, np.float64)) < GROWN).all(axis=-1)


def diverged(training: Training) -> Diverged | None:
    """Where and why a run left the finite numbers, or its weights grew beyond 1e6; None where they did not."""
    bad = lost(training.weights) | ~np.isfinite(training.loss)
    if not bad.any():
        return None
    first = int(bad.argmax())
    if training.parent is not None and first <= training.since and training.parent.diverged:
        return training.parent.diverged
    frame = max(first - 1, 0)
    count = training.updates
    begin, end = (int(training.epochs[each]) * count for each in (frame, max(first, 1)))
    if first == 0:  # there is no update before the start
        step, before, after = 0, training.weights[0], training.weights[0]
    else:
        step, before, after = _broken(training.trajectory, begin, end)
    layer, how = _layer(training.surface, before, after)
    why = f"{how} {_why(training, step, frame)}".strip()
    return Diverged(step, max(1, -(-step // count)), layer, why, frame)


def _broken(trajectory: Trajectory, begin: int, end: int) -> tuple[int, np.ndarray, np.ndarray]:
    """The first update in (begin, end] after which all points are lost, and the best weights before and after it."""
    given = (trajectory.surface, trajectory.optimizer, trajectory.start, np.uint32(trajectory.seed))
    found = _again(*given, np.int32(begin), np.int32(trajectory.since), steps=trajectory.steps, count=end - begin)
    positions = np.asarray(found)  # (end − begin + 1, n, d)
    gone = lost(positions).all(axis=-1)
    k = int(gone.argmax()) if gone.any() else len(gone) - 1  # the loss alone has left the finite numbers: the last one
    k = max(k, 1)
    member = int(np.abs(np.nan_to_num(positions[k - 1], nan=np.inf)).max(axis=-1).argmin())
    return begin + k, positions[k - 1, member], positions[k, member]


@partial(jax.jit, static_argnames=("steps", "count"))
def _again(surface: Surface, optimizer: Optimizer, start, seed, begin, since, *, steps: int, count: int):
    """The points after `begin` updates of a run and after each of the `count` next: (count + 1, n, d)."""
    world, _, first, (draw, key), _ = _begin(surface, optimizer, start, seed, steps)
    times = world.times(steps, steps)

    def move(step, population):
        now = jax.tree.map(lambda leaf: leaf[step], times)
        if draw is not None:
            now = now._replace(drawn=draw(random.fold_in(key, now.step)))
        problem = world.problem(now)
        moved, _ = _advance(world, problem, population, now)
        moved = jax.tree.map(partial(jnp.where, step >= since), moved, population)
        if not world.batched:
            return moved
        return lax.cond(step == since - 1, partial(_refreshed, world, now, problem), lambda same: same, moved)

    def note(population, step):
        moved = move(step, population)
        return moved, moved.positions

    population = lax.fori_loop(0, begin, move, first)
    _, then = lax.scan(note, population, begin + jnp.arange(count))
    return jnp.concatenate([population.positions[None], then])


def _layer(surface: Surface, before: np.ndarray, after: np.ndarray) -> tuple[str, str]:
    """The array that broke first and how: the first one alone, else the one whose weights had been the largest."""
    broken = [block for block in surface.blocks if lost(after[block.slice])]
    if not broken:
        return surface.blocks[-1].path, "The loss left the finite numbers while the weights were still finite."
    if len(broken) < len(surface.blocks):
        worst = broken[0]
    else:
        worst = max(broken, key=lambda block: float(np.nan_to_num(np.abs(before[block.slice]).max(), nan=np.inf)))
    largest = float(np.abs(before[worst.slice]).max())
    ended = after[worst.slice]
    to = f"{np.abs(ended).max():.3g}" if np.isfinite(ended).all() else "no number"
    return worst.path, f"In {worst.path} one update took a weight from {largest:.3g} at most to {to}."


def _why(training: Training, step: int, frame: int) -> str:
    """The learning rate against the largest that is stable at the last good frame, where both are known."""
    optimizer, x = training.optimizer, training.weights[frame]
    rate, surface = _rate(training, step), training.surface
    times = factor(optimizer)  # no closed form: no claim
    if rate is None or times is None or not surface.has_gradient or x.size > MOST or lost(x):
        return ""
    try:
        curved = float(lanczos.top(surface, x, 1).values[0])
    except (LandscapeError, np.linalg.LinAlgError):
        return ""
    if not np.isfinite(curved) or curved <= 0:
        return ""
    most = float(times) / curved
    at = f"epoch {training.epochs[frame]}, where the largest curvature was {curved:.3g}"
    if rate > most:
        return f"The learning rate {rate:.3g} is above {most:.3g}, the largest stable one at {at}."
    return f"The learning rate {rate:.3g} was below {most:.3g}, the largest stable one at {at}; it rose later."


def _rate(training: Training, step: int) -> float | None:
    """The learning rate of that update, where the optimizer has one number of that name."""
    optimizer = training.optimizer
    if "learning_rate" not in optimizer.values:
        return None
    if "learning_rate" in optimizer.scheduled:
        progress = (step - 1) / max(training.trajectory.steps - 1, 1)
        return float(optimizer.driven("learning_rate", progress, jnp.float32))
    value = optimizer.values["learning_rate"]
    return float(value) if value is not None and np.ndim(value) == 0 else None


def told(training: Training) -> tuple[str, ...]:
    """Sentences on the last finite frame of a network: outputs at their ends, hidden neurons that never answer."""
    surface = training.surface
    good = np.flatnonzero(~lost(training.weights))
    if not hasattr(surface, "model") or not hasattr(surface, "rows") or not good.size:
        return ()
    x = jnp.asarray(training.weights[good[-1]])
    inputs, beside = surface.rows(x.dtype)["inputs"].T, models.turned(surface.reference(x.dtype))
    found = [np.asarray(each) for each in models.neurons(surface.model, surface.unravel(x), inputs, reference=beside)]
    lines, epoch = [], training.epochs[good[-1]]
    if surface.output == "tanh" and (np.abs(found[-1]) > FULL).all() and training.loss[good[-1]] > 0.01:
        lines.append(
            f"At epoch {epoch} every output is at its end, −1 or +1, wrong ones too, where its slope is nearly 0: "
            "lower the learning rate, or take cross_entropy."
        )
    for k, each in enumerate(found[1:-1], start=1):
        dead = int((each == 0).all(axis=1).sum()) if surface.model.activation == "relu" else 0
        if dead:
            lines.append(f"At epoch {epoch} {dead} of {len(each)} neurons of layer {k} give 0 for every row.")
    return tuple(lines)
