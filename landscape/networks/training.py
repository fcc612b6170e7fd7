"""Training: an optimizer's run over a network's weights, epoch by epoch, with what is known of every frame.

trained = ls.networks.train(surface, ls.optimizers.adam(learning_rate=0.01), epochs=200)
trained.test_loss[-1], trained.stopped(patience=20), trained.diverged
trained.fork(frame=100, optimizer=ls.optimizers.sgd(), edits={3: 0.0})
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from landscape.networks import divergence, stopping, watched
from landscape.networks.stopping import Stopped
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError, number
from landscape.run import run
from landscape.surface import Surface
from landscape.trajectory import Trajectory

EPOCHS = 200
FRAMES, MEMORY = 500, 2 * 2**30  # frames and bytes that are recorded at most, unless told otherwise


@dataclass(frozen=True, eq=False)
class Training:
    """A run over a network's weights: frame 0 is the start, frame k the end of epoch `epochs[k]`.

    weights (t+1, d) in the run's precision: of a population those of the member whose loss over all rows for training
    is lowest at that frame. loss, test_loss, accuracy, test_accuracy (t+1,) float64 over all rows for training or for
    testing, penalties and dropout apart; NaN where not defined. Of a fork the record holds the parent's up to `since`,
    the frame at which it leaves; `trajectory` is its own.
    """

    surface: Surface
    optimizer: Optimizer
    seed: int
    trajectory: Trajectory = field(repr=False)
    epochs: np.ndarray
    weights: np.ndarray
    loss: np.ndarray
    test_loss: np.ndarray
    accuracy: np.ndarray
    test_accuracy: np.ndarray
    since: int = 0
    parent: Training | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        end = f"loss {number(self.loss[-1])}"
        return f"<{self.optimizer.name} on {self.surface.name}: {self.epochs[-1]} epochs, {end}>"

    @property
    def updates(self) -> int:
        """Updates per epoch."""
        return updates(self.surface)

    @cached_property
    def diverged(self) -> divergence.Diverged | None:
        """Which update broke the run, in which layer and why; None for a run that did not diverge."""
        return divergence.diverged(self)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What is wrong with the last finite frame, a sentence each: saturated outputs, neurons that never answer."""
        return divergence.told(self)

    def stopped(self, *, patience: int = stopping.PATIENCE, min_delta: float = 0.0) -> Stopped:
        """Where early stopping ends this run, by the loss on the rows for testing (for training, if there are none)."""
        loss = self.loss if np.isnan(self.test_loss[0]) else self.test_loss
        return stopping.stopped(self.epochs, loss, patience=patience, min_delta=min_delta)

    def restored(self, *, patience: int = stopping.PATIENCE, min_delta: float = 0.0) -> np.ndarray:
        """The weights (d,) that early stopping gives back: those of the best frame before it stopped."""
        return self.weights[self.stopped(patience=patience, min_delta=min_delta).best_frame]

    def confusion(self, frame: int = -1, *, test: bool = False) -> np.ndarray:
        """(C, C): how many rows of each class (rows) got each answer (columns) at that frame."""
        return watched.confusion(self.surface, self.weights[self.place(frame)], test)

    def fork(
        self,
        frame: int,
        optimizer: Optimizer | None = None,
        edits: Mapping[int, float] | None = None,
        seed: int | None = None,
    ) -> Training:
        """The run that leaves this one at `frame`, with another optimizer, other numbers, edited weights or a seed.

        It ends at the same epoch and sees the batches that this one sees. The same method with other numbers keeps
        its memory; another method, edited weights ({index: weight}) or another seed set out afresh from these weights.
        """
        from landscape.networks.forks import forked

        return forked(self, self.place(frame), optimizer or self.optimizer, edits or {}, seed)

    def place(self, frame: int) -> int:
        """The frame counted from the start; LandscapeError where there is none of that number."""
        count = len(self.epochs)
        if isinstance(frame, bool) or not isinstance(frame, (int, np.integer)) or not -count <= frame < count:
            raise LandscapeError(f"frame={frame} is not recorded; this run has the frames 0 … {count - 1}.")
        return int(frame) % count


def updates(surface: Surface) -> int:
    """Updates per epoch: 1 where the surface does not say."""
    return int(getattr(surface, "updates", 1))


def train(
    surface: Surface,
    optimizer: Optimizer,
    start=None,
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    every: int | None = None,
) -> Training:
    """Train a network, or walk any surface, for so many epochs.

    start  weights (d,), or of a population (n, d); None: the surface's. Without a precision of its own (a list, None)
           the run is in float32.
    every  record each so many epochs, and the last; None: each, or as few as keep 500 frames and 2 GiB of weights.

    An update of a zeroth-order method is a generation: all its points see the same batch.
    """
    check_bound(surface, optimizer)
    epochs = whole_epochs("epochs", epochs)
    every = _sparse(surface, optimizer, epochs) if every is None else min(whole_epochs("every", every), epochs)
    return recorded(walked(surface, optimizer, placed(surface, start), epochs, every, seed), every)


def check_bound(surface: Any, optimizer: Any) -> None:
    if not isinstance(surface, Surface) or not isinstance(optimizer, Optimizer):
        raise LandscapeError("Training takes a bound surface and a bound optimizer: train(network(), adam()).")


def _sparse(surface: Surface, optimizer: Optimizer, epochs: int) -> int:
    """Every how manieth epoch is recorded unless it is said: a divisor of all of them, if one is near."""
    frame = 4 * surface.dim * optimizer.members(surface.dim)  # bytes
    least = -(-epochs // max(1, min(FRAMES, MEMORY // frame)))
    return next((each for each in range(least, 2 * least) if epochs % each == 0), least)


def placed(surface: Surface, start) -> np.ndarray:
    """The weights to start from, as runs take them."""
    if start is None:
        return surface.start.astype(np.float32)
    try:
        return start if hasattr(start, "dtype") else np.asarray(start, np.float32)
    except (TypeError, ValueError):
        raise LandscapeError(f"This start is no point of {surface.name}; give {surface.dim} numbers.") from None


def walked(surface, optimizer, start, epochs: int, every: int, seed: int, since: int = 0) -> Trajectory:
    """The run; it records each epoch whose number has all that `every` and `epochs` have in common.

    Where a single point moves, its losses are computed afterwards, all frames together.
    """
    count, kept = updates(surface), math.gcd(epochs, every)
    thin = kept * count
    later = optimizer.members(surface.dim) == 1 and not surface.scheduled
    options: dict[str, Any] = {"steps": epochs * count, "seed": seed, "thin": thin, "since": since}
    return run(surface, optimizer, start, every=0 if later else thin, **options)


def recorded(trajectory: Trajectory, every: int) -> Training:
    """What is known of a run at each `every`-th epoch and at the last."""
    surface = trajectory.surface
    each = trajectory.thin // updates(surface)
    last = trajectory.steps // trajectory.thin
    places = sorted({*range(0, last, every // each), last})
    weights = leading(trajectory)
    if trajectory.every:
        seen = watched.watched(surface, weights[places])
    else:  # the losses of all its frames are still missing
        known = watched.watched(surface, weights)
        trajectory = _valued(trajectory, known.loss)
        seen = watched.Watched(*(each[places] for each in known))
    tested = watched.watched(surface, weights[places], test=True)
    return Training(
        surface,
        trajectory.optimizer,
        int(trajectory.seed),
        trajectory,
        each * np.array(places),
        weights[places],
        seen.loss,
        tested.loss,
        seen.accuracy,
        tested.accuracy,
    )


def _valued(trajectory: Trajectory, loss: np.ndarray) -> Trajectory:
    """The record of a single point with its losses (t+1,), where it has none of its own."""
    known = trajectory.recorded
    values = np.asarray(known["values"])
    if np.isnan(values).all():
        values = loss.astype(values.dtype)[:, None]
        lowest = np.minimum.accumulate(np.where(np.isnan(values[:, 0]), np.inf, values[:, 0]))
        known = known | {"values": values, "best_value": lowest}
    return replace(trajectory, recorded=known, every=trajectory.thin)


def leading(trajectory: Trajectory) -> np.ndarray:
    """The member with the lowest recorded loss at each frame (t+1, d)."""
    positions = np.asarray(trajectory.positions)
    if positions.shape[1] == 1:
        return positions[:, 0]
    values = np.asarray(trajectory.values)
    best = np.where(np.isnan(values), np.inf, values).argmin(axis=1)
    return positions[np.arange(len(values)), best]


def whole_epochs(name: str, value: Any) -> int:
    """`value` as a number of epochs; LandscapeError where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 1 <= value <= 1_000_000:
        raise LandscapeError(f"{name}={value} is not a whole number of epochs in 1 … 1000000.")
    return int(value)
