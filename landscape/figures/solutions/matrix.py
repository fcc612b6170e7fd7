"""Facilities at locations: with places as a map with flows between, else as the matrix of what pairs of places cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Heat, Line, Mark
from landscape.figures.solutions import strokes

WIDTHS = (0.25, 0.6, 1.1, 1.8)  # of lines, by quarters of the largest flow
NUMBERED = 30  # rows of a matrix that have room for numbers


def arrays(shown: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Flows (n, n) and distances (n, n)."""
    return np.asarray(shown["flows"], np.float64), np.asarray(shown["distances"], np.float64)


def costs(shown: Mapping[str, Any], x: np.ndarray) -> np.ndarray:
    """What each pair of locations costs (n, n); x[i] is where facility i is."""
    flows, distances = arrays(shown)
    at = np.argsort(x.astype(int))  # the facility at each location
    return distances * flows[np.ix_(at, at)]


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """The assignment of each moment (frames, n)."""
    return _matrix(shown, xs, slot) if shown.get("places") is None else _map(shown, xs, slot)


def _map(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    flows, places = arrays(shown)[0], np.asarray(shown["places"], np.float64)
    pairs = np.argwhere(np.triu(np.maximum(flows, flows.T), 1) > 0)
    share = np.maximum(flows, flows.T)[tuple(pairs.T)] / flows.max()
    found: list[Mark] = []
    for quarter, width in enumerate(WIDTHS):
        some = pairs[np.minimum((4 * share).astype(int), 3) == quarter]
        if len(some):
            found.append(strokes.line([strokes.legs(places[x.astype(int)], some) for x in xs], slot=slot, width=width))
    radius = 0.8 * strokes.radius(places)
    rings = strokes.circles(places, radius)
    names = [str(facility + 1) for facility in range(xs.shape[1])]
    return [*found, Line(x=rings[:, 0], y=rings[:, 1], filled=True, inside="ground", width=0.3),
            strokes.notes([places[x.astype(int)] for x in xs], names, tall=1.1 * radius)]  # fmt: skip


def _matrix(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    each = np.sqrt([costs(shown, x)[::-1] for x in xs])
    moving = {"z": each, "moving": ("z",)} if len(xs) > 1 else {"z": each[0]}
    flows, distances = arrays(shown)
    most = float(np.sqrt(flows.max() * distances.max())) or 1.0
    coloured = {"scale": "binary"} if slot is None else {"slot": slot}
    found: list[Mark] = [Heat(**moving, limits=(0.0, most), **coloured)]
    count = xs.shape[1]
    if count <= NUMBERED:
        at = np.arange(count)
        texts = [[str(facility + 1) for facility in np.argsort(x.astype(int))] for x in xs]
        for places in (np.stack([at, np.full(count, count)], -1), np.stack([np.full(count, -1), at[::-1]], -1)):
            found.append(strokes.notes([places] * len(xs), texts, quiet=True, tall=0.75))
    return found


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    return f"{len(x)} facilities at {len(x)} locations, cost {costs(shown, x).sum():,.0f}"
