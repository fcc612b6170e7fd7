"""Curvature over a plane: an eigenvalue of the Hessian at every point, zero in the middle of the colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.networks import maps
from landscape.figures.study.picture import Plot
from landscape.parameters import LandscapeError
from landscape.theme import Sizes, Theme

NAMES = {
    "max_eigenvalue": "the largest curvature within the plane",
    "min_eigenvalue": "the smallest curvature within the plane",
    "max_curvature": "the largest eigenvalue of the Hessian",
    "min_curvature": "the smallest eigenvalue of the Hessian",
}
LEFT, RIGHT = 150, 420  # margins of a slide
CLIPPED = 0.98  # quantile of the sizes at which colours end


def curvature_map(slice: Any, theme: Theme, sizes: Sizes, *, quantity: str = "max_eigenvalue") -> Plot:
    """A `landscape.networks.Slice` computed with that quantity among its `wants`."""
    if quantity not in NAMES:
        raise LandscapeError(f"quantity='{quantity}' is not one of {', '.join(NAMES)}.")
    if quantity not in slice.values:
        raise LandscapeError(f"This slice has no {quantity}; compute it with wants=('loss', '{quantity}').")
    values = slice.values[quantity]
    finite = np.abs(values[np.isfinite(values)])
    most = float(np.quantile(finite, CLIPPED)) if finite.size and finite.max() > 0 else 1.0
    bar = parts.bar(theme, sizes, parts.WIDTH, parts.HEIGHT, "curvature<br> ")
    half = [float(axis[1] - axis[0]) / 2 for axis in (slice.u, slice.v)]
    ends = [(float(axis[0]) - h, float(axis[-1]) + h) for axis, h in zip((slice.u, slice.v), half, strict=True)]
    heat = maps.signed(values / most, *ends, showscale=True, colorbar=bar | _ticks(most))
    quiet = parts.axis(theme, sizes, showgrid=False, ticks="outside", nticks=7, automargin=False)
    title = {"font": {"size": sizes.axis_title, "color": theme.ink}}
    axes = {
        "xaxis": quiet | {"range": list(ends[0]), "title": title | {"text": slice.plane.names[0]}},
        "yaxis": quiet | {"range": list(ends[1]), "title": title | {"text": slice.plane.names[1]}},
    }
    falling = float(np.mean(values[np.isfinite(values)] < 0)) if finite.size else 0.0
    return Plot(
        title=f"{NAMES[quantity][0].upper()}{NAMES[quantity][1:]}",
        subtitle=f"negative on {falling:.0%} of the plane (blue) · colours end at ±{most:.3g},"
        f" the {CLIPPED:.0%} quantile",
        traces=[heat],
        axes=axes,
        left=LEFT,
        right=RIGHT,
    )


def _ticks(most: float) -> dict[str, Any]:
    places = [-1.0, -0.5, 0.0, 0.5, 1.0]
    return {"tickvals": places, "ticktext": [f"{place * most:.3g}" for place in places]}
