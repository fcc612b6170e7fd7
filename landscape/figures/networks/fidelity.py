"""How true a plane is to a path: the loss of the weights beside the plane's where the path is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.study.picture import End, Plot
from landscape.theme import Sizes, Theme, percent

GAP = 0.16  # of the height, between the panels
HIGH = 0.56  # of it, the panel of losses


def fidelity(
    found: Any,
    theme: Theme,
    sizes: Sizes,
    *,
    epochs: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
    slots: Sequence[int] | None = None,
    of: str = "",
) -> Plot:
    """How true a plane is to paths: losses of the weights and of the plane above, the distance between them below.

    Takes one or several `landscape.networks.honesty.Fidelity`; `epochs` (t,) for all or for each, `of` tells the plane.
    """
    found = found if isinstance(found, (list, tuple)) else [found]
    names = labels or [f"path {k + 1}" for k in range(len(found))]
    slots = range(len(found)) if slots is None else slots
    times = [np.arange(len(each.true)) for each in found] if epochs is None else epochs
    times = [times] * len(found) if np.ndim(times[0]) == 0 else times
    far = max((_most(each.distance) for each in found), default=0.0) or 1.0
    traces, ends = [], []
    for each, name, slot, at in zip(found, names, slots, times, strict=True):
        look = (theme.colour(slot), sizes)
        traces += [_line(at, each.true, "solid", *look, ""), _line(at, each.on_plane, "dot", *look, "")]
        traces.append(_line(at, each.distance, "solid", *look, "2"))
        share = f"{percent(each.explained)} in the plane" if np.isfinite(each.explained) else ""
        finite = each.distance[np.isfinite(each.distance)]
        height = (1 - HIGH - GAP) * (finite[-1] / (1.08 * far) if finite.size else 0.0)
        ends.append(End(float(height), name, share, slot))
    last = max(float(each[-1]) for each in times)
    across = findings.axis(theme, sizes, "frames" if epochs is None else "epochs", 0.0, last, False)
    loss = findings.axis(theme, sizes, "loss", *_losses(found), True) | {"showgrid": True, "domain": [1 - HIGH, 1.0]}
    off = findings.axis(theme, sizes, "distance", 0.0, 1.08 * far, False)
    axes = {
        "xaxis": across | {"anchor": "y2"},
        "yaxis": loss,
        "yaxis2": off | {"domain": [0.0, 1 - HIGH - GAP], "showgrid": True, "nticks": 4},
    }
    return Plot(
        title="How true the plane is to the paths" if len(found) > 1 else "How true the plane is to the path",
        subtitle="loss of the weights solid, of the nearest point of the plane dotted · below, how far apart they are",
        notes=(of,) if of else (),
        traces=traces,
        axes=axes,
        ends=tuple(ends),
    )


def _most(values: np.ndarray) -> float:
    return float(np.max(values, initial=0.0, where=np.isfinite(values)))


def _losses(found: Sequence[Any]) -> tuple[float, float]:
    """The ends of the axis of losses."""
    values = np.concatenate([np.concatenate([each.true, each.on_plane]) for each in found])
    values = values[np.isfinite(values) & (values > 0)]
    return (float(values.min()) / 1.3, float(values.max()) * 1.3) if values.size else (0.1, 1.0)


def _line(x, y: np.ndarray, dash: str, colour: str, sizes: Sizes, axis: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": np.where(np.isfinite(y), y, np.nan), "yaxis": f"y{axis}",
            "line": {"color": colour, "width": sizes.curve, "dash": dash}, "connectgaps": False,
            "hovertemplate": "%{x:g}: %{y:.4g}<extra></extra>"}  # fmt: skip
