"""Maps of all bit strings in Gray code order, flat and in space, with local optima and a walk over them."""

from __future__ import annotations

import numpy as np

from landscape.figures.sheet import Dots, Heat, Line, Panel, Relief, Spots, Trail
from landscape.terrain.gray_code import GrayMap, places

ARC, POINTS = 0.25, 9  # how high a jump is drawn, in heights of the map, and by how many points
PINS = 40  # local optima that are pinned in space: the lowest ones
LOWEST = 1  # slot
SEEN, FEW = 0.9, 100  # times the usual are dots on small maps, where they are that few
FIRST = 1.0  # the number of the first place in space, where a 0 would touch the ticks of the heights


def flat(found: GrayMap, title: str, marks=(), small: bool = False) -> Panel:
    """The map from above, with its local optima; a small one in stronger colours, for nothing is drawn over them."""
    rows, columns = np.nonzero(found.optima)
    best = np.argmin(found.heights[rows, columns])
    scale = "shades" if small else "heights"
    heat = Heat(z=found.heights, scale=scale, name="" if small else "loss", limits=contrast(found.heights))
    size = SEEN if small and len(rows) < FEW else 0.55
    dots = [Dots(x=columns, y=rows, size=size, label="" if small else "local optimum", symbol="circle")]
    if not small:
        dots.append(Dots(x=columns[best : best + 1], y=rows[best : best + 1], slot=LOWEST, label="lowest"))
    return Panel(marks=[heat, *dots, *marks], title=title, square=True, bare=True, keyed=not small)


def contrast(heights: np.ndarray) -> tuple[float, float]:
    """What the ends of the colours stand for: all but the outermost hundredths."""
    low, high = np.quantile(heights, [0.01, 0.99])
    return (float(low), float(high)) if low < high else (float(low) - 0.5, float(high) + 0.5)


def relief(found: GrayMap, title: str, marks=()) -> Panel:
    """The map in space; pins stand in its lowest local optima."""
    rows, columns = np.nonzero(found.optima)
    kept = np.argsort(found.heights[rows, columns], kind="stable")[:PINS]
    z = found.heights[rows[kept], columns[kept]]
    rows, columns = rows[kept] + FIRST, columns[kept] + FIRST
    top = np.full(len(z), float(found.heights.max()))
    nothing = np.full(len(z), np.nan)
    ends = ((columns, columns), (rows, rows), (z, top))
    pins = Trail(**{name: np.stack([*pair, nothing], axis=1).ravel() for name, pair in zip("xyz", ends, strict=True)},
                 quiet=True)  # fmt: skip
    heads = [
        Spots(x=columns, y=rows, z=top, size=0.5),
        Spots(x=columns[:1], y=rows[:1], z=top[:1], size=0.9, slot=LOWEST),
    ]
    grid = [np.arange(size) + FIRST for size in found.heights.shape[::-1]]
    return Panel(marks=[Relief(x=grid[0], y=grid[1], z=found.heights), pins, *heads, *marks], title=title)


def walk(found: GrayMap, points: np.ndarray, tail: int, slot: int) -> tuple[list, list]:
    """Marks of a walk through points (m, d), one for each moment: on the flat map and in space, the last `tail` steps.

    In space a step between strings that are not beside each other on the map is an arc.
    """
    x, y = (each.astype(float) for each in places(points.shape[1], points))
    z = found.heights[y.astype(int), x.astype(int)]
    at = np.maximum(np.arange(len(points))[:, None] + np.arange(-tail, 1), 0)
    above = [Line(x=x[at], y=y[at], slot=slot, moving=("x", "y")),
             Dots(x=x[at][:, -1:], y=y[at][:, -1:], slot=slot, moving=("x", "y"))]  # fmt: skip
    arcs = _arcs(x[at], y[at], z[at], float(np.ptp(found.heights)))
    return above, [Trail(x=arcs[0] + FIRST, y=arcs[1] + FIRST, z=arcs[2], slot=slot, moving=("x", "y", "z"))]


def _arcs(x: np.ndarray, y: np.ndarray, z: np.ndarray, height: float) -> tuple[np.ndarray, ...]:
    """Paths (m, k) with POINTS for each step: straight to a neighbour on the map, in an arc to anywhere else."""
    share = np.linspace(0.0, 1.0, POINTS + 1)[1:]
    far = np.hypot(np.diff(x), np.diff(y))
    rise = ARC * height * np.minimum(far - 1.0, 8.0).clip(0.0) / 8.0

    def between(values):
        return values[:, :-1, None] + np.diff(values)[..., None] * share

    lifted = between(z) + rise[..., None] * np.sin(np.pi * share)
    first = (each[:, :1] for each in (x, y, z))
    return tuple(np.concatenate([start, each.reshape(len(x), -1)], axis=1)
                 for start, each in zip(first, (between(x), between(y), lifted), strict=True))  # fmt: skip
