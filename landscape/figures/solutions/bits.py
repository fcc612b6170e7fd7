"""Strings of bits, the past below the present; and sacks: items by value per weight, and those chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Heat, Line, Mark, Notes
from landscape.figures.solutions import strokes

ROWS = 40  # of the past
SHOWN = 5  # times as high as one of them is the present
WIDEST = 2.0  # times the capacity are drawn
STEEP = 4.0  # times as dense as the last that fits may be the first, on a plain scale
PAST = "Above the string of this moment, below it those before, the latest on top."
LONG = 400  # bits, beyond which they fill rows of a grid


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """Bits (frames, n) or the sacks of each moment."""
    if "capacity" in shown:
        return _sacks(shown, xs, slot)
    return _strips(xs, slot) if striped(shown, xs) else _grid(xs, slot)


def striped(shown: Mapping[str, Any], xs: np.ndarray) -> bool:
    """Whether the past of strings (frames, n) is drawn below the present."""
    return "capacity" not in shown and len(xs) > 1 and xs.shape[1] <= LONG


def square(shown: Mapping[str, Any], xs: np.ndarray) -> bool:
    """Whether its cells are squares."""
    return "capacity" not in shown and not striped(shown, xs)


def _coloured(slot: int | None) -> dict[str, Any]:
    return {"scale": "binary", "limits": (0.0, 1.0)} | ({} if slot is None else {"slot": slot})


def _grid(xs: np.ndarray, slot: int | None) -> list[Mark]:
    """Bits in rows of a grid, from the upper left; few enough of them with edges, so that they can be counted."""
    count = xs.shape[1]
    across = int(np.ceil(np.sqrt(1.6 * count)))
    rows = -(-count // across)
    cells = np.full((len(xs), across * rows), np.nan)
    cells[:, :count] = xs
    cells = cells.reshape(len(xs), rows, across)[:, ::-1]
    moving = {"z": cells, "moving": ("z",)} if len(xs) > 1 else {"z": cells[0]}
    row, column = np.divmod(np.arange(count), across)
    edges = strokes.boxes(column - 0.5, rows - 1.5 - row, column + 0.5, rows - 0.5 - row)
    seen = [Line(x=edges[:, 0], y=edges[:, 1], quiet=True, width=0.2)] if count <= LONG else []
    return [Heat(**moving, **_coloured(slot)), *seen]


def _strips(xs: np.ndarray, slot: int | None) -> list[Mark]:
    """The present as a strip, and below it the moments before, the latest on top."""
    past = np.full((len(xs), ROWS, xs.shape[1]), np.nan)
    for now in range(len(xs)):
        before = xs[max(0, now - ROWS) : now][::-1]
        past[now, : len(before)] = 0.6 * before
    rows = -2.0 - np.arange(ROWS)
    present = np.stack([xs, xs], axis=1)
    return [Heat(z=present, y=np.array([SHOWN - 0.5 - SHOWN / 4, SHOWN / 4 - 0.5]), moving=("z",), **_coloured(slot)),
            Heat(z=past, y=rows, moving=("z",), **_coloured(slot))]  # fmt: skip


def sacked(shown: Mapping[str, Any], x: np.ndarray) -> tuple[float, float]:
    """Weight and value of what is chosen."""
    chosen = x > 0
    return tuple(float(np.asarray(shown[name], float)[chosen].sum()) for name in ("weights", "values"))


def _sacks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """The densest items, as wide as they are heavy and as high as their value per weight; above, those chosen."""
    values, weights = (np.asarray(shown[name], np.float64) for name in ("values", "weights"))
    full = float(shown["capacity"])
    order = np.argsort(-values / weights, kind="stable")
    ends, wide = np.cumsum(weights[order]), 0.93 * weights[order]
    here = slice(max(1, int(np.searchsorted(ends, WIDEST * full, "right"))))  # what never fits is not drawn
    high, said = heights((values / weights)[order], int(np.searchsorted(ends, full)))
    left, ends, high, edge = (ends - wide)[here], ends[here], high[here], WIDEST * full
    chosen, filled, beyond = [], [], []
    for x in xs:
        on = x[order] > 0
        chosen.append(strokes.boxes(left[on[here]], 0, ends[on[here]], high[on[here]]))
        stacked = np.cumsum(weights[order][on])
        starts = stacked - wide[on]
        filled.append(strokes.boxes(starts[starts < edge], 1.2, np.minimum(stacked, edge)[starts < edge], 1.4))
        over = min(stacked[-1], edge) if stacked.size and stacked[-1] > full else np.nan
        beyond.append(strokes.boxes(full, 1.43, over, 1.47))
    solid = {"filled": True, "inside": "solid", "width": 0.1}
    outline, more = strokes.boxes(left, 0, ends, high), len(order) - len(ends)
    said = f"width: weight, height: {said}" + (f"; {more} more" if more else "")
    return [Line(x=outline[:, 0], y=outline[:, 1], quiet=True, width=0.4, filled=True),
            strokes.line(chosen, slot=slot, **solid), strokes.line(filled, slot=slot, **solid),
            strokes.line(beyond, alarm=True, **solid),
            Line(x=[full, full], y=[0, 1.5], dash=True, width=0.5),
            Notes(x=[full], y=[1.58], texts=[f"capacity {full:.4g}"], tall=0.11),
            Notes(x=[0.0], y=[-0.1], texts=[said], anchor="middle left", quiet=True, tall=0.1)]  # fmt: skip


def heights(density: np.ndarray, last: int) -> tuple[np.ndarray, str]:
    """Heights of items up to 1 and what they say; by the root where the densest dwarfs the `last` that fits."""
    if density[0] > STEEP * density[min(last, len(density) - 1)]:
        return np.sqrt(density / density[0]), "√(value/weight)"
    return density / density[0], "value/weight"


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    if "capacity" not in shown:
        ones = int((x > 0).sum())
        return f"{ones} of {len(x)} bits are one"
    weight, value = sacked(shown, x)
    full = float(shown["capacity"])
    state = "overfull, weight" if weight > full else "weight"
    return f"{int((x > 0).sum())} of {len(x)} items, {state} {weight:.4g} of {full:.4g}, value {value:.4g}"
