"""How true a plane is to a path: the loss of the weights beside the plane's where the path is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.study.picture import End, Plot
from landscape.theme import Sizes, Theme

GAP = 0.16  # of the height, between the panels
HIGH = 0.56  # of it, the panel of losses


def fidelity(
    found: Any,
    theme: Theme,
    sizes: Sizes,
    *,
    epochs: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
) -> Plot:
    """One or several `landscape.networks.honesty.Fidelity`: loss above, distance from the plane below."""
    found = found if isinstance(found, (list, tuple)) else [found]
    names = labels or [f"path {k + 1}" for k in range(len(found))]
    values = np.concatenate([np.concatenate([each.true, each.on_plane]) for each in found])
    values = values[np.isfinite(values) & (values > 0)]
    low, high = (values.min() / 1.3, values.max() * 1.3) if values.size else (0.1, 1.0)
    far = max(float(np.nanmax(np.where(np.isfinite(each.distance), each.distance, np.nan))) for each in found) or 1.0
    frames = [np.arange(len(each.true)) if epochs is None else np.asarray(epochs)[: len(each.true)] for each in found]
    last = max(float(each[-1]) for each in frames)
    traces, ends = [], []
    for slot, (each, name, at) in enumerate(zip(found, names, frames, strict=True)):
        colour = theme.colour(slot)
        traces += [_line(at, each.true, colour, "solid", sizes, ""), _line(at, each.on_plane, colour, "dot", sizes, "")]
        traces.append(_line(at, each.distance, colour, "solid", sizes, "2"))
        share = "" if not np.isfinite(each.explained) else f"{each.explained:.0%} in the plane"
        finite = each.distance[np.isfinite(each.distance)]
        height = (1 - HIGH - GAP) * (finite[-1] / (1.08 * far) if finite.size else 0.0)
        ends.append(End(float(height), name, share, slot))
    across = findings.axis(theme, sizes, "epochs" if epochs is not None else "frames", 0.0, last, False)
    loss = findings.axis(theme, sizes, "loss", low, high, True) | {"showgrid": True, "domain": [1 - HIGH, 1.0]}
    off = findings.axis(theme, sizes, "off the plane", 0.0, 1.08 * far, False)
    axes = {
        "xaxis": across | {"anchor": "y2"},
        "yaxis": loss,
        "yaxis2": off | {"domain": [0.0, 1 - HIGH - GAP], "showgrid": True, "nticks": 4},
    }
    return Plot(
        title="How true the plane is to the path",
        subtitle="loss of the weights solid, of the nearest point of the plane dotted · below, how far apart they are",
        traces=traces,
        axes=axes,
        ends=tuple(ends),
    )


def _line(x, y: np.ndarray, colour: str, dash: str, sizes: Sizes, axis: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": np.where(np.isfinite(y), y, np.nan), "yaxis": f"y{axis}",
            "line": {"color": colour, "width": sizes.curve, "dash": dash}, "connectgaps": False,
            "hovertemplate": "%{x:g}: %{y:.4g}<extra></extra>"}  # fmt: skip
