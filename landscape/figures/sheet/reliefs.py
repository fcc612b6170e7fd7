"""Reliefs: surfaces in space, with paths on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures.sheet import settle
from landscape.figures.sheet.marks import Relief, Trail
from landscape.figures.sheet.settle import Settled
from landscape.figures.surface_3d import LIFT, MARKERS_3D, TOP, space, surface
from landscape.scene import Heights, Scale, scale_of
from landscape.theme import Sizes, Theme

EYE = {"x": 1.0, "y": -1.18, "z": 1.04}  # of the camera, for a plot of this width ÷ height; nearer in wider ones
USUAL, NEARER = 1.3, (1.0, 1.4)


def scale(panel: Settled) -> Scale:
    """How the heights of a panel are drawn, at all moments."""
    reliefs = [mark for mark in panel.marks if isinstance(mark, Relief)]
    height = np.concatenate([np.ravel(settle.drawable(mark.z, False)) for mark in reliefs])
    return scale_of(height, np.nan, log=reliefs[0].log)


def traces(mark: Relief | Trail, panel: Settled, heights: Scale, theme: Theme, sizes: Sizes, scene: str) -> list[dict]:
    """A relief, or a path and its end."""
    if isinstance(mark, Relief):
        ground = Heights(mark.x, mark.y, settle.drawable(mark.z, False), heights)
        return [surface(ground, theme, sizes) | {"scene": scene}]
    lifted = np.minimum(heights.draw(mark.z) + LIFT * heights.top, heights.top * TOP)
    points = np.column_stack([mark.x, mark.y, np.where(np.isfinite(mark.z), lifted, np.nan)]).astype(float)
    colour = theme.ink if mark.slot is None else theme.colour(mark.slot)
    symbol = MARKERS_3D[(mark.slot or 0) % len(MARKERS_3D)]
    whole = points[np.isfinite(points).all(axis=1)][-1:]
    end = {"symbol": symbol, "size": sizes.end * 0.55, "color": colour}
    look = {"line": {"color": colour, "width": sizes.path * 1.5}, "mode": "lines"}
    return [_scatter(points, "trail", scene, look), _scatter(whole, "end", scene, {"marker": end, "mode": "markers"})]


def _scatter(points: np.ndarray, role: str, scene: str, look: dict) -> dict[str, Any]:
    x, y, z = points.T
    return {"type": "scatter3d", "x": x, "y": y, "z": z, "connectgaps": False, "hoverinfo": "skip", "scene": scene,
            "meta": {"role": role}} | look  # fmt: skip


def axes(panel: Settled, heights: Scale, theme: Theme, sizes: Sizes, ratio: float) -> dict[str, Any]:
    """The scene of a panel whose plot has that width ÷ height."""
    relief = next(mark for mark in panel.marks if isinstance(mark, Relief))
    ground = Heights(np.asarray(relief.x, float), np.asarray(relief.y, float), np.zeros((1, 1)), heights)
    named = 1.06 if panel.panel.x or panel.panel.y else 1.0
    away = float(np.clip(USUAL / ratio, *NEARER)) * named
    eye = {side: at * away for side, at in EYE.items()}
    found = space(None, ground, theme, sizes, {"eye": eye, "center": {"x": 0, "y": 0, "z": -0.16}})
    for side in "xy":
        name = {"text": getattr(panel.panel, side), "font": {"size": 1.2 * sizes.tick_3d, "color": theme.ink}}
        found[f"{side}axis"] = found[f"{side}axis"] | {"title": name, "nticks": 5}
    upright = found["zaxis"]
    every = 1 + (len(upright["tickvals"]) - 1) // 4  # more than a few would touch
    thin = {key: list(upright[key])[::every] for key in ("tickvals", "ticktext")}
    return found | {"zaxis": upright | thin}
