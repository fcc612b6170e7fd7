"""How many eigenvalues of the Hessian lie where: its spectral density, with what probes and data leave open."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.study.picture import Plot
from landscape.theme import Sizes, Theme, mixed, written

LEAST = 1e-5  # of the highest density: below it a Gaussian's foot says nothing


def spectrum(density: Any, theme: Theme, sizes: Sizes, *, of: str = "") -> Plot:
    """How many eigenvalues of the Hessian lie where, on a logarithmic axis, with what probes and data leave open.

    Takes a `landscape.networks.spectrum.Density`; `of` names what it belongs to.
    """
    probes = len(density.nodes)
    top = float(density.density.max())
    low, high = LEAST * top, 3.0 * top
    error = density.spread_probes / np.sqrt(probes)
    traces = [_band(density.grid, density.density, error, low, theme)]
    traces += [_line(density.grid, subset, low, theme.axis, 0.5 * sizes.curve) for subset in density.subsets]
    traces.append(_line(density.grid, density.density, low, theme.ink, sizes.curve))
    axes = {
        "xaxis": findings.axis(theme, sizes, "eigenvalue", *(float(density.grid[k]) for k in (0, -1)), False),
        "yaxis": findings.axis(theme, sizes, "share per unit", low, high, True) | {"showgrid": True},
    }
    ends = tuple(float(find(density.nodes[density.weights > 0])) for find in (np.min, np.max))
    parted = f"; thin lines: {len(density.subsets)} subsets of {density.rows:,} rows" if len(density.subsets) else ""
    return Plot(
        title=f"Spectrum of the Hessian{' of ' + of if of else ''}",
        subtitle=f"eigenvalues from {written(ends[0])} to {written(ends[1])} · band: error over {probes} random"
        f" vectors{parted} · smoothed with a Gaussian of {written(density.width)}",
        traces=traces,
        axes=axes,
        right=90,
    )  # fmt: skip


def _line(grid: np.ndarray, values: np.ndarray, low: float, colour: str, width: float) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": grid, "y": np.where(values < low, np.nan, values),
            "line": {"color": colour, "width": width}, "connectgaps": False,
            "hovertemplate": "eigenvalue %{x:.3g}: %{y:.3g}<extra></extra>"}  # fmt: skip


def _band(grid: np.ndarray, values: np.ndarray, error: np.ndarray, low: float, theme: Theme) -> dict[str, Any]:
    above, below = np.maximum(values + error, low), np.maximum(values - error, low)
    return {"type": "scatter", "mode": "lines", "x": np.concatenate([grid, grid[::-1]]),
            "y": np.concatenate([above, below[::-1]]), "fill": "toself", "line": {"width": 0},
            "fillcolor": mixed(theme.ink, theme.panel, 0.8), "hoverinfo": "skip"}  # fmt: skip
