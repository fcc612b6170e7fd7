"""Forks: a training that follows another one up to a frame, and goes on in its own way from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from landscape.branch import alike, spliced
from landscape.networks import training as trainings
from landscape.networks.training import Training
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.trajectory import Trajectory

JOINED = ("weights", "loss", "test_loss", "accuracy", "test_accuracy")


def forked(parent: Training, frame: int, optimizer: Optimizer, edits: Mapping, seed: int | None) -> Training:
    """The training that leaves `parent` at `frame`; see `Training.fork`."""
    if not isinstance(optimizer, Optimizer):
        raise LandscapeError("A fork needs a bound optimizer, such as ls.optimizers.adam().")
    while parent.parent is not None and frame < parent.since:
        parent = parent.parent
    seed = parent.seed if seed is None else seed
    weights = edited(parent.weights[frame], edits)
    epochs, every = int(parent.epochs[-1]), int(parent.epochs[1] - parent.epochs[0])
    step = int(parent.epochs[frame]) * parent.updates
    options: dict[str, Any] = {"epochs": epochs, "every": every, "seed": seed}
    own = parent.trajectory
    if alike(own.optimizer, optimizer) and not edits and seed == parent.seed:
        made = spliced(own.optimizer, optimizer, step, own.steps)
        walked = trainings.walked(parent.surface, made, own.start, since=own.since, **options)
    else:
        if not np.isfinite(weights).all():
            raise LandscapeError(f"The weights at frame {frame} are not finite; fork before the run diverges.")
        start = _points(parent, frame, optimizer, weights, bool(edits))
        walked = trainings.walked(parent.surface, optimizer, start, since=step, **options)
    return _joined(parent, trainings.recorded(walked, every), frame, optimizer, weights)


def edited(weights: np.ndarray, edits: Mapping[int, float]) -> np.ndarray:
    """A copy of `weights` (d,) with other numbers at some places."""
    if not isinstance(edits, Mapping):
        raise LandscapeError("Edited weights are given by their index, as in {3: 0.5}.")
    changed = weights.copy()
    for index, value in edits.items():
        if isinstance(index, bool) or not isinstance(index, (int, np.integer)) or not 0 <= index < len(weights):
            raise LandscapeError(f"There is no weight {index}; this network has the weights 0 … {len(weights) - 1}.")
        if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
            raise LandscapeError(f"The weight {index} cannot be {str(value)[:40]}; give a finite number.")
        changed[index] = value
    return changed


def _points(parent: Training, frame: int, optimizer: Optimizer, weights: np.ndarray, edits: bool) -> np.ndarray:
    """Where a run of its own sets out: all the parent's points where both hold as many, else the best of them."""
    members = optimizer.members(parent.surface.dim)
    own: Trajectory = parent.trajectory
    if edits or members == 1:
        return weights
    points = np.asarray(own.positions)[int(parent.epochs[frame]) * parent.updates // own.thin]
    return points if len(points) == members and np.isfinite(points).all() else weights


def _joined(parent: Training, own: Training, frame: int, optimizer: Optimizer, weights: np.ndarray) -> Training:
    """`own` with the parent's record before `frame`, and what it was asked to be from there on."""
    found = {}
    for name in JOINED:
        array = getattr(own, name).copy()
        array[:frame] = getattr(parent, name)[:frame]
        found[name] = array
    return replace(own, optimizer=optimizer, since=frame, parent=parent, **found)
