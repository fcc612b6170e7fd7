"""What pictures of a trained network need at one moment, as NumPy arrays: its maps, weights, data and losses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.mlp.datasets import EDGE
from landscape.networks.divergence import lost
from landscape.networks.training import Training
from landscape.parameters import LandscapeError


class Picture(NamedTuple):
    """A network at one frame of its training."""

    network: str  # what it is called
    label: str  # of what trained it
    inputs: tuple[str, ...]
    maps: list[np.ndarray]  # for each layer, inputs first: (width, m, m) over [−edge, edge]²
    weights: list[tuple[np.ndarray, np.ndarray]]  # for each layer (in, out) and (out,)
    activation: str
    output: str  # "tanh", "linear", "logit", "softmax"
    x: np.ndarray  # (n, 2) the data
    y: np.ndarray  # (n,)
    train: int  # rows that are for training, the first ones
    classes: int
    labels: tuple[str, ...]
    epoch: float
    loss: float
    test_loss: float
    accuracy: float  # of the rows for testing; NaN of regression
    edge: float = EDGE


def moment(training: Training, frame: int | None = None) -> tuple[np.ndarray, float]:
    """The weights (d,) at `frame` and their epoch; None, or a frame beyond the end: the last before it diverged."""
    frame = place(training, frame)
    return training.weights[frame], float(training.epochs[frame])


def place(training: Training, frame: int | None = None) -> int:
    """The frame that is shown: not one after the last that is good."""
    last = int(np.flatnonzero(~lost(training.weights)).max(initial=0))
    return last if frame is None else min(max(int(frame), 0), last)


def picture(training: Training, frame: int | None = None, resolution: int = 100, label: str = "") -> Picture:
    """The network as it stood at `frame` (None: the last good one), with maps of m = `resolution` points a side."""
    surface = training.surface
    if not hasattr(surface, "maps"):
        raise LandscapeError(f"{surface.label} has no neurons to draw; give the training of a ls.networks.network.")
    frame = place(training, frame)
    weights = training.weights[frame]
    layers = [(np.asarray(layer[0]), np.asarray(layer[1])) for layer in surface.unravel(weights)]
    data = surface.data
    return Picture(
        network=surface.label,
        label=label or training.optimizer.label,
        inputs=surface.inputs,
        maps=surface.maps(weights, resolution),
        weights=layers,
        activation=surface.values["activation"].replace("_", " "),
        output=surface.output,
        x=np.asarray(data.x),
        y=np.asarray(data.y),
        train=int(data.train),
        classes=data.classes,
        labels=data.labels,
        epoch=float(training.epochs[frame]),
        loss=float(training.loss[frame]),
        test_loss=float(training.test_loss[frame]),
        accuracy=float(training.test_accuracy[frame]),
    )
