"""Loss between two solutions: along the straight line, and along a trained curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures import findings, parts
from landscape.figures.study.picture import BOTTOM, Plot
from landscape.parameters import LandscapeError
from landscape.theme import Sizes, Theme, written

RIGHT = 420  # margin of a slide
GLYPHS = {"solid": "━", "dash": "╍", "dot": "┅"}


def interpolation(
    lines: Any,
    theme: Theme,
    sizes: Sizes,
    *,
    measure: str = "loss",
    labels: Sequence[str] | None = None,
    between: tuple[str, str] = ("one solution", "another"),
    page: tuple[float, float] = (1920, 1080),
) -> Plot:
    """Loss or accuracy between two solutions, along the straight line and along a trained curve, with barriers.

    Takes one or several `landscape.networks.interpolation` Lines; of a Curve give (curve.straight, curve.along).
    """
    lines = list(lines) if isinstance(lines, (list, tuple)) else [lines]
    names = labels or (
        ["straight", "trained curve"] if len(lines) == 2 else [f"line {k + 1}" for k in range(len(lines))]
    )
    for line in lines:
        if measure not in line.values:
            raise LandscapeError(f"This line has no '{measure}'; it has {', '.join(line.values)}.")
    curves = [np.where(np.isfinite(line.values[measure]), line.values[measure], np.nan) for line in lines]
    seen = np.concatenate([curve[np.isfinite(curve)] for curve in curves])
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    room = 0.08 * (high - low) or 0.05
    first, last = (float(end(line.t[k] for line in lines)) for end, k in ((min, 0), (max, -1)))
    axes = {
        "xaxis": findings.axis(theme, sizes, f"t, from {between[0]} (0) to {between[1]} (1)", first, last, False),
        "yaxis": findings.axis(theme, sizes, measure, low - room, high + room, False) | {"showgrid": True},
        "shapes": [_solution(at, theme, sizes) for at in (0.0, 1.0)],
    }
    looks = [_look(theme, k, len(lines)) for k in range(len(lines))]
    entries = [
        (GLYPHS[dash], colour, name, f"barrier {written(line.barriers[measure])}")
        for (colour, dash), name, line in zip(looks, names, lines, strict=True)
    ]
    return Plot(
        title=f"{measure.capitalize()} from {between[0]} to {between[1]}",
        subtitle="barrier: how much worse than the straight line between the values at both ends",
        traces=[_line(line.t, *each, sizes) for line, *each in zip(lines, curves, looks, strict=True)],
        axes=axes,
        words=parts.rows(entries, theme, sizes, int(page[0] * sizes.unit)),
        right=parts.NARROW_RIGHT if sizes.narrow else RIGHT,
        bottom=parts.AXIS + parts.ROWS if sizes.narrow else BOTTOM,
    )


def _look(theme: Theme, place: int, count: int) -> tuple[str, str]:
    """Colour and dash of a line: no entrant's colours; the last one, which was trained for, stands out."""
    return (theme.ink, "solid") if place == count - 1 else (theme.dim, ("dash", "dot")[place % 2])


def _line(t: np.ndarray, values: np.ndarray, look: tuple[str, str], sizes: Sizes) -> dict[str, Any]:
    colour, dash = look
    return {"type": "scatter", "mode": "lines", "x": t, "y": values, "connectgaps": False,
            "line": {"color": colour, "width": sizes.curve, "dash": dash},
            "hovertemplate": "t = %{x:.3g}: %{y:.4g}<extra></extra>"}  # fmt: skip


def _solution(at: float, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    """A line where a solution is."""
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
            "line": {"color": theme.axis, "width": 2 * sizes.unit, "dash": "dot"}}  # fmt: skip
