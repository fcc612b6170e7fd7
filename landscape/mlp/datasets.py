"""Data sets of two columns: the six of the TensorFlow Playground, as its source makes them, and two with more classes.

Noise means different things: NOISE says of each set what it acts on.
"""

from __future__ import annotations

import numpy as np

from landscape.mlp.data import Data, split
from landscape.parameters import LandscapeError, nearest

EDGE = 6.0  # half the side of the square that is drawn
RADIUS = 5.0  # of the circle, the spirals and the squares of xor
MOST_NOISE, MOST_POINTS = 0.8, 20_000
NUMBERS = ("plane", "multi-gauss")  # labels are numbers to be met, not classes
MORE = {"three-spirals": 3, "four-blobs": 4}  # classes, where there are more than two
POINTS, POINTS_OF_NUMBERS = 500, 1200

NOISE = {
    "circle": "Noise moves the place at which a label is read, never the point: labels near the rings flip.",
    "xor": "Noise moves the place at which a label is read, never the point: labels near the axes flip.",
    "gauss": "Noise widens both clouds: their variance is 0.5 + 7 · noise; every label stays its cloud's.",
    "spiral": "Noise moves the points, by up to ±noise in x and y; every label stays its arm's.",
    "plane": "Noise moves the place at which the number is read, never the point.",
    "multi-gauss": "Noise moves the place at which the number is read, never the point.",
    "three-spirals": "Noise moves the points, by up to ±noise in x and y; every label stays its arm's.",
    "four-blobs": "Noise widens all four clouds: their variance is 0.5 + 7 · noise; every label stays its cloud's.",
}
NAMES = tuple(NOISE)
BUMPS = np.array([(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)])


def made(name: str, noise: float = 0.0, seed: int = 0, share: float = 0.5, points: int | None = None) -> Data:
    """The data set of that name, shuffled, the first ⌊n · share⌋ rows for training; the same for the same seed.

    `noise` is 0 … 0.8 (see NOISE), `points` by default 500, of labels that are numbers 1,200. LandscapeError for what
    is not known or not legal. Source: github.com/tensorflow/playground, dataset.ts.
    """
    name = str(name).replace("_", "-")
    if name not in NOISE:
        raise LandscapeError(f"Unknown data '{name}'. {nearest(name, NAMES)}")
    if not 0.0 <= noise <= MOST_NOISE:
        raise LandscapeError(f"noise={noise:g} is outside 0 … {MOST_NOISE:g}.")
    count = points or (POINTS_OF_NUMBERS if name in NUMBERS else POINTS)
    if not 4 <= count <= MOST_POINTS:
        raise LandscapeError(f"points={count} is outside 4 … {MOST_POINTS:,}.")
    rng = np.random.default_rng(seed)
    x, y = MAKERS[name](rng, count, noise)
    classes = 0 if name in NUMBERS else MORE.get(name, 2)
    labels = ("−1", "+1") if classes == 2 else tuple(map(str, range(classes)))
    return split(Data(x, y, classes, labels=labels, columns=("x", "y")), share, rng)


def _halves(count: int, parts: int = 2) -> list[int]:
    """How many points each class has: as even as whole numbers allow."""
    return [len(each) for each in np.array_split(np.arange(count), parts)]


def _moved(rng, x: np.ndarray, size: float) -> np.ndarray:
    """The places at which labels are read: `x` and uniform numbers of ±`size`."""
    return x + rng.uniform(-1.0, 1.0, x.shape) * size


def circle(rng, count: int, noise: float):
    inner, outer = _halves(count)
    radius = np.concatenate([rng.uniform(0.0, 0.5 * RADIUS, inner), rng.uniform(0.7 * RADIUS, RADIUS, outer)])
    angle = rng.uniform(0.0, 2.0 * np.pi, count)
    x = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    read = np.linalg.norm(_moved(rng, x, RADIUS * noise), axis=1)
    return x, np.where(read < 0.5 * RADIUS, 1.0, -1.0)


def xor(rng, count: int, noise: float):
    x = rng.uniform(-RADIUS, RADIUS, (count, 2))
    x += np.where(x > 0, 0.3, -0.3)
    return x, np.where(_moved(rng, x, RADIUS * noise).prod(axis=1) >= 0, 1.0, -1.0)


def _clouds(rng, centres, counts, noise: float) -> np.ndarray:
    centres = np.repeat(np.asarray(centres, float), counts, axis=0)
    return centres + np.sqrt(0.5 + 7.0 * noise) * rng.normal(size=centres.shape)


def gauss(rng, count: int, noise: float):
    counts = _halves(count)
    return _clouds(rng, [(2, 2), (-2, -2)], counts, noise), np.repeat([1.0, -1.0], counts)


def _arms(rng, counts, noise: float) -> np.ndarray:
    way = np.concatenate([np.arange(each) / each for each in counts])
    turn = 3.5 * np.pi * way + np.repeat(2.0 * np.pi * np.arange(len(counts)) / len(counts), counts)
    return _moved(rng, RADIUS * way[:, None] * np.stack([np.sin(turn), np.cos(turn)], axis=1), noise)


def spiral(rng, count: int, noise: float):
    counts = _halves(count)
    return _arms(rng, counts, noise), np.repeat([1.0, -1.0], counts)


def three_spirals(rng, count: int, noise: float):
    counts = _halves(count, 3)
    return _arms(rng, counts, noise), np.repeat([0.0, 1.0, 2.0], counts)


def four_blobs(rng, count: int, noise: float):
    counts = _halves(count, 4)
    centres = [(2.5, 2.5), (-2.5, 2.5), (-2.5, -2.5), (2.5, -2.5)]
    return _clouds(rng, centres, counts, noise), np.repeat([0.0, 1.0, 2.0, 3.0], counts)


def plane(rng, count: int, noise: float):
    x = rng.uniform(-EDGE, EDGE, (count, 2))
    return x, _moved(rng, x, EDGE * noise).sum(axis=1) / 10.0


def multi_gauss(rng, count: int, noise: float):
    """Six bumps, three up and three down; where two reach, the larger one wins."""
    x = rng.uniform(-EDGE, EDGE, (count, 2))
    distance = np.linalg.norm(_moved(rng, x, EDGE * noise)[:, None] - BUMPS[:, :2], axis=2)
    heights = BUMPS[:, 2] * np.clip(1.0 - distance / 2.0, 0.0, 1.0)
    return x, np.take_along_axis(heights, np.abs(heights).argmax(axis=1)[:, None], axis=1)[:, 0]


MAKERS = {"circle": circle, "xor": xor, "gauss": gauss, "spiral": spiral, "plane": plane, "multi-gauss": multi_gauss,
          "three-spirals": three_spirals, "four-blobs": four_blobs}  # fmt: skip
