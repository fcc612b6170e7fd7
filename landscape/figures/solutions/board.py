"""Queens on a board, one in each column: those that attack each other, and along which lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Heat, Mark
from landscape.figures.solutions import strokes

CROWN = np.array([(-0.34, -0.32), (0.34, -0.32), (0.42, 0.22), (0.17, -0.06), (0, 0.36), (-0.17, -0.06), (-0.42, 0.22),
                  (-0.34, -0.32)])  # fmt: skip
RING = 0.46 * np.stack([np.cos(np.linspace(0, 2 * np.pi, 33)), np.sin(np.linspace(0, 2 * np.pi, 33))], axis=-1)


def attacks(x: np.ndarray) -> np.ndarray:
    """Pairs (k, 2) of columns whose queens attack each other; x (n,) are their rows."""
    one, other = np.triu_indices(len(x), 1)
    apart = np.abs(x[one] - x[other])
    return np.stack([one, other], axis=-1)[(apart == 0) | (apart == other - one)]


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """The queens of each moment (frames, n)."""
    count = xs.shape[1]
    squares = (np.add.outer(np.arange(count), np.arange(count)) + 1) % 2
    places = [np.stack([np.arange(count), x], axis=-1) for x in xs]
    pairs = [attacks(x) for x in xs]
    lines = [strokes.legs(at, each) for at, each in zip(places, pairs, strict=True)]
    rings = [strokes.pieces([at[i] + RING for i in np.unique(each)]) for at, each in zip(places, pairs, strict=True)]
    crowns = [strokes.pieces([spot + CROWN for spot in at]) for at in places]
    return [Heat(z=squares, scale="binary", limits=(0.0, 9.0)),
            strokes.line(lines, alarm=True, width=0.4), strokes.line(rings, alarm=True, width=0.5),
            strokes.line(crowns, slot=slot, filled=True, inside="solid", width=0.2)]  # fmt: skip


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    count = len(attacks(x))
    told = f"{count} pair{'s' * (count > 1)} attacking" if count else "none attacked"
    return f"{len(x)} queens, {told}"
