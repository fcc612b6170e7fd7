"""Curvature over a plane: an eigenvalue of the Hessian at every point, zero in the middle of the colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.networks import maps
from landscape.figures.study.picture import Plot
from landscape.parameters import LandscapeError
from landscape.theme import Sizes, Theme, percent, written

NAMES = {
    "max_eigenvalue": "the largest curvature within the plane",
    "min_eigenvalue": "the smallest curvature within the plane",
    "max_curvature": "the largest eigenvalue of the Hessian",
    "min_curvature": "the smallest eigenvalue of the Hessian",
}
CLIPPED = 0.98  # quantile of the sizes at which colours end


def curvature_map(
    slice: Any,
    theme: Theme,
    sizes: Sizes,
    *,
    quantity: str = "max_eigenvalue",
    names: tuple[str, str] | None = None,
    page: tuple[float, float] = (1920, 1080),
) -> Plot:
    """An eigenvalue of the Hessian all over a plane of weights, zero in the middle of the colours.

    Takes a `landscape.networks.Slice` with that quantity among its `wants`; `names` are those of the axes.
    """
    if quantity not in NAMES:
        raise LandscapeError(f"quantity='{quantity}' is not one of {', '.join(NAMES)}.")
    if quantity not in slice.values:
        raise LandscapeError(f"This slice has no {quantity}; compute it with wants=('loss', '{quantity}').")
    values = slice.values[quantity]
    finite = values[np.isfinite(values)]
    most = float(np.quantile(np.abs(finite), CLIPPED)) if finite.size and finite.any() else 1.0
    half = [float(axis[1] - axis[0]) / 2 for axis in (slice.u, slice.v)]
    ends = [(float(axis[0]) - h, float(axis[-1]) + h) for axis, h in zip((slice.u, slice.v), half, strict=True)]
    texts = [written(most * share) for share in maps.TICKS]
    bar = maps.bar("curvature", theme, sizes, page, below=0, ticktext=texts)
    heat = maps.signed(values / most, *ends, showscale=True, colorbar=bar, meta={"role": "curvature"})
    quiet = parts.axis(theme, sizes, showgrid=False, ticks="outside", nticks=7, automargin=False)
    across, up = (maps.named(name, theme, sizes) for name in names or slice.plane.names)
    axes = {
        "xaxis": quiet | {"range": list(ends[0]), "constrain": "domain", "title": across},
        "yaxis": quiet | {"range": list(ends[1]), "constrain": "domain", "scaleanchor": "x", "title": up},
    }
    falling = float(np.mean(finite < 0)) if finite.size else 0.0
    lost = f" · {values.size - finite.size:,} points not finite, left blank" if finite.size < values.size else ""
    return Plot(
        title=f"{NAMES[quantity][0].upper()}{NAMES[quantity][1:]}",
        subtitle=f"negative on {percent(falling)} of the plane (blue) · colours end at ±{written(most)},"
        f" the {CLIPPED:.0%} quantile{lost}",
        traces=[heat],
        axes=axes,
        left=maps.LEFT,
        right=maps.right(sizes),
        bottom=maps.bottom(sizes),
    )
