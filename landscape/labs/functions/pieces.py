"""The pieces of a ReLU net of one input, found exactly: between two neighbours of its breakpoints it is straight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Layers = Sequence[tuple[np.ndarray, np.ndarray]]  # weights (in, out) and biases (out,), ReLU between layers


def forward(layers: Layers, x: np.ndarray) -> np.ndarray:
    """What the net gives (n, out) at x (n, in)."""
    for weights, bias in layers[:-1]:
        x = np.maximum(x @ weights + bias, 0.0)
    weights, bias = layers[-1]
    return x @ weights + bias


def breakpoints(layers: Layers, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Places (k,) in low … high where a hidden unit of a net with one input turns on or off, ends included.

    Layer by layer: on each piece so far a unit's input is straight, so it crosses zero at most once there.
    """
    places = np.array([low, high])
    for depth in range(1, len(layers)):
        inputs = forward(layers[:depth], places[:, None])  # what this layer's units get
        left, right = inputs[:-1], inputs[1:]
        with np.errstate(all="ignore"):
            share = left / (left - right)
        new = places[:-1, None] + share * np.diff(places)[:, None]
        places = np.unique(np.concatenate([places, new[left * right < 0]]))
    return places


def pieces(layers: Layers, low: float = 0.0, high: float = 1.0, tolerance: float = 1e-6) -> int:
    """How many straight pieces the net (one input, one output) has on low … high.

    Neighbours whose slopes agree to `tolerance` times the largest slope are one piece.
    """
    places = breakpoints(layers, low, high)
    places = places[np.append(True, np.diff(places) > 1e-12 * (high - low))]
    slopes = np.diff(forward(layers, places[:, None])[:, 0]) / np.diff(places)
    return 1 + int(np.sum(np.abs(np.diff(slopes)) > tolerance * np.abs(slopes).max(initial=1e-300)))
