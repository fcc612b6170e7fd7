"""Clauses that hold and those that do not, below the variables: the heavier a clause the larger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Line, Mark, Notes
from landscape.figures.solutions import strokes

WIDE = 1.25  # width of the grid ÷ its height
HALF = 0.43  # of a cell's side
LEAST = 0.4  # side of the lightest clauses ÷ that of the heaviest


def holds(shown: Mapping[str, Any], x: np.ndarray) -> np.ndarray:
    """Which clauses (m,) hold; literal k says that variable k − 1 is true, −k that it is not, 0 nothing."""
    return np.array([any(k and (x[abs(k) - 1] > 0) == (k > 0) for k in clause) for clause in shown["clauses"]], bool)


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """Variables and clauses of each moment (frames, n)."""
    count, across = xs.shape[1], int(np.ceil(np.sqrt(WIDE * len(shown["clauses"]))))
    cells = np.stack(np.divmod(np.arange(len(shown["clauses"])), across)[::-1], axis=-1) * [1.0, -1.0]
    each = across / count  # width of a variable
    middles = -0.5 + each * (np.arange(count) + 0.5)
    wide = min(0.46 * each, HALF)
    on = [strokes.boxes(middles[x > 0] - wide, 1.7, middles[x > 0] + wide, 2.5) for x in xs]
    frame = strokes.boxes(middles - wide, 1.7, middles + wide, 2.5)
    sizes, below = HALF * sides(shown), "clauses, larger: heavier" if "weights" in shown else "clauses"
    grid = _squares(cells, sizes)
    solid = {"filled": True, "inside": "solid", "width": 0.2}
    found = [_squares(cells[open_], sizes[open_]) for open_ in (~holds(shown, x) for x in xs)]
    return [Line(x=frame[:, 0], y=frame[:, 1], quiet=True, width=0.2, filled=True),
            strokes.line(on, slot=slot, **solid),
            Line(x=grid[:, 0], y=grid[:, 1], slot=slot, filled=True, width=0.2),
            strokes.line(found, alarm=True, **solid),
            Notes(x=[-0.5] * 2, y=[3.1, 0.95], texts=["variables, filled where true", below], quiet=True,
                  anchor="middle left", tall=0.8)]  # fmt: skip


def sides(shown: Mapping[str, Any]) -> np.ndarray:
    """Of each clause's square (m,) ÷ the largest: the areas are as the weights.

    What must hold weighs more than all else together, and would leave nothing of that: it is as large as the heaviest.
    """
    if "weights" not in shown:
        return np.ones(len(shown["clauses"]))
    weights, hard = np.asarray(shown["weights"], np.float64), np.asarray(shown["hard"], bool)
    return np.clip(np.sqrt(weights / weights[~hard].max(initial=1e-12)), LEAST, 1.0)


def _squares(cells: np.ndarray, half: np.ndarray) -> np.ndarray:
    return strokes.boxes(cells[:, 0] - half, cells[:, 1] - half, cells[:, 0] + half, cells[:, 1] + half)


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    found = holds(shown, x)
    open_ = int((~found).sum())
    return f"{open_} of {len(found)} clauses not satisfied" if open_ else f"all {len(found)} clauses satisfied"
