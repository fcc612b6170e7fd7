"""Which way is down: arrows on a grid, or streamlines that follow the negative gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.contour import base, framed, overlay, quiver
from landscape.parameters import LandscapeError, nearest
from landscape.scene import Scene
from landscape.theme import Sizes, Theme

LAYERS = ("streamlines",)
STYLES = ("streamlines", "arrows")


def gradient_field(
    scene: Scene,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
    style: str = "streamlines",
):
    """The downhill direction everywhere; `style` is streamlines or arrows."""
    scene.flat("gradient_field")
    if style not in STYLES:
        raise LandscapeError(f"style='{style}' is not one of {', '.join(STYLES)}. {nearest(style, STYLES)}")
    colours, sizes = parts.look(theme, width, sizes)
    traces = base(scene, colours, sizes, arrows=False)
    if style == "arrows":
        traces += [quiver(scene, colours, sizes)]
    else:
        traces += streamlines(scene.layer("streamlines", "gradient_field"), colours, sizes)
    traces += overlay(scene, colours, sizes)
    notes = parts.key(scene, colours, sizes, x=1.0, width=width)
    subtitle = f"{style} of the negative gradient, perpendicular to the level sets"
    return framed(scene, traces, colours, sizes, (width, height), subtitle, notes)


def streamlines(lines, theme: Theme, sizes: Sizes) -> list[dict]:
    """The lines, and an arrow head in the middle of each."""
    gap = np.full((1, 2), np.nan)
    long = [line for line in lines if len(line) > 2]
    joined = np.concatenate([part for line in long for part in (line, gap)]) if long else gap
    drawn = {"type": "scatter", "mode": "lines", "x": joined[:, 0], "y": joined[:, 1], "hoverinfo": "skip",
             "line": {"color": theme.dim, "width": sizes.arrow * 0.9}, "meta": {"role": "streamlines"}}  # fmt: skip
    return [drawn, _heads(long, theme, sizes)] if long else [drawn]


def _heads(lines, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    """A triangle in the middle of every line that points the way it goes."""
    feet = np.array([line[len(line) // 2] for line in lines])
    ways = np.array([line[len(line) // 2 + 1] - line[len(line) // 2 - 1] for line in lines])
    angles = np.degrees(np.arctan2(ways[:, 0], ways[:, 1]))  # clockwise from straight up
    shape = {"symbol": "triangle-up", "size": sizes.member, "angle": angles, "color": theme.dim}
    return {"type": "scatter", "mode": "markers", "x": feet[:, 0], "y": feet[:, 1], "marker": shape,
            "hoverinfo": "skip", "meta": {"role": "heads"}}  # fmt: skip
