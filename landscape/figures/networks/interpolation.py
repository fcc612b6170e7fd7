"""Loss between two solutions: along the straight line, and along a trained curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.study.picture import End, Plot
from landscape.parameters import LandscapeError
from landscape.theme import Sizes, Theme, written


def interpolation(
    lines: Any, theme: Theme, sizes: Sizes, *, measure: str = "loss", labels: Sequence[str] | None = None
) -> Plot:
    """One or several `landscape.networks.interpolation` Lines; of a Curve give (curve.straight, curve.along)."""
    lines = lines if isinstance(lines, (list, tuple)) else [lines]
    names = labels or (["straight", "curve"] if len(lines) == 2 else [f"line {k + 1}" for k in range(len(lines))])
    for line in lines:
        if measure not in line.values:
            raise LandscapeError(f"This line has no '{measure}'; it has {', '.join(line.values)}.")
    curves = [np.where(np.isfinite(line.values[measure]), line.values[measure], np.nan) for line in lines]
    seen = np.concatenate([curve[np.isfinite(curve)] for curve in curves])
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    room = 0.08 * (high - low) or 0.05
    low, high = low - room, high + room
    first, last = (float(end(line.t[k] for line in lines)) for end, k in ((min, 0), (max, -1)))
    axes = {
        "xaxis": findings.axis(theme, sizes, "t, from one solution to the other", first, last, False),
        "yaxis": findings.axis(theme, sizes, measure, low, high, False) | {"showgrid": True},
        "shapes": [_solution(at, theme, sizes) for at in (0.0, 1.0)],
    }
    worse = [line.barriers[measure] for line in lines]
    ends = [
        End(float(np.clip((_last(curve) - low) / (high - low), 0, 1)), name, f"barrier {written(barrier)}", slot)
        for slot, (name, curve, barrier) in enumerate(zip(names, curves, worse, strict=True))
    ]
    return Plot(
        title=f"{measure.capitalize()} between two solutions",
        subtitle="barrier: how much worse than the straight line between the values at both ends",
        traces=[_line(line.t, curve, theme.colour(slot), sizes) for slot, (line, curve) in
                enumerate(zip(lines, curves, strict=True))],
        axes=axes,
        ends=tuple(ends),
    )  # fmt: skip


def _last(curve: np.ndarray) -> float:
    finite = curve[np.isfinite(curve)]
    return float(finite[-1]) if finite.size else 0.0


def _line(t: np.ndarray, values: np.ndarray, colour: str, sizes: Sizes) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": t, "y": values, "line": {"color": colour, "width": sizes.curve},
            "connectgaps": False, "hovertemplate": "t = %{x:.3g}: %{y:.4g}<extra></extra>"}  # fmt: skip


def _solution(at: float, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    """A line where a solution is."""
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
            "line": {"color": theme.axis, "width": 2 * sizes.unit, "dash": "dot"}}  # fmt: skip
