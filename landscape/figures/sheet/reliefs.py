"""Panels in space: reliefs with paths on them, and points with links among them."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures.sheet import settle
from landscape.figures.sheet.marks import Relief, Spots, Trail
from landscape.figures.sheet.pen import compact
from landscape.figures.sheet.settle import Settled
from landscape.figures.surface_3d import LIFT, LIGHT, MARKERS_3D, TOP, space, surface
from landscape.scene import Heights, Scale, scale_of
from landscape.theme import Sizes, Theme, mixed

EYE = {"x": 1.0, "y": -1.18, "z": 1.04}  # of the camera, for a plot of this width ÷ height; nearer in wider ones
USUAL, NEARER = 1.3, (1.0, 1.4)
THIN, FAINT, CLEAR = 2.0, 0.45, 0.9  # of links: their width, and opacities without and with a slot
LOW = {"x": 1.06, "y": -1.26, "z": 0.55}  # the camera's eye for points alone, whose box is taller: from the side
UPRIGHT, MIDDLE = 0.74, -0.12  # height of that box, and where the camera looks
ASIDE = 1.12  # times as far is the eye in narrow plots, whose edge would cut the numbers of that box
ROOM = 0.06  # of an axis beyond its points
PALER, BRIGHT = (0.08, 0.5), 0.8  # shares of ink in the lowest and highest ground of dark pages; light from all sides


def scale(panel: Settled) -> Scale:
    """How the heights of a panel are drawn, at all moments: a peak of a relief may be cut off, a point is not."""
    grounds = _grounds(panel)
    height = np.concatenate([np.ravel(settle.drawable(mark.z, False)) for mark in grounds])
    found = scale_of(height, np.nan, log=getattr(grounds[0], "log", False))
    if isinstance(grounds[0], Relief) or not np.isfinite(height).any():
        return found
    return found._replace(top=max(found.top, float(found.draw(np.nanmax(height)))))


def _grounds(panel: Settled) -> list:
    """The marks that say where a panel's axes end: its reliefs, or its points where there are none."""
    reliefs = [mark for mark in panel.marks if isinstance(mark, Relief)]
    return reliefs or [mark for mark in panel.marks if isinstance(mark, Spots)]


def traces(
    mark: Relief | Trail | Spots, panel: Settled, heights: Scale, theme: Theme, sizes: Sizes, scene: str
) -> list[dict]:
    """A relief, a path and its end, links, or points."""
    if isinstance(mark, Relief):
        ground = Heights(mark.x, mark.y, settle.drawable(mark.z, False), heights)
        return [surface(ground, theme, sizes) | {"scene": scene} | _lit(theme)]
    points = _lifted(mark, heights, LIFT if isinstance(_grounds(panel)[0], Relief) else 0.0)
    colour = theme.colour(mark.slot) if mark.slot is not None else theme.dim if mark.quiet else theme.ink
    if isinstance(mark, Spots):
        return [_spots(mark, points, colour, theme, sizes, scene)]
    if mark.quiet:
        return [_scatter(points, "links", scene, {"line": {"color": colour, "width": THIN}, "mode": "lines",
                                                  "opacity": FAINT if mark.slot is None else CLEAR})]  # fmt: skip
    symbol = MARKERS_3D[(mark.slot or 0) % len(MARKERS_3D)]
    whole = points[np.isfinite(points).all(axis=1)][-1:]
    end = {"symbol": symbol, "size": sizes.end * 0.55, "color": colour}
    look = {"line": {"color": colour, "width": sizes.path * 1.5}, "mode": "lines"}
    return [_scatter(points, "trail", scene, look), _scatter(whole, "end", scene, {"marker": end, "mode": "markers"})]


def _lit(theme: Theme) -> dict[str, Any]:
    """Lighter ground on dark pages, where the shadows of a rough relief would leave nothing to see."""
    if not theme.dark:
        return {}
    colours = [[at, mixed(colour, theme.ink, PALER[0] + at * (PALER[1] - PALER[0]))] for at, colour in theme.heights]
    return {"colorscale": colours, "lighting": LIGHT | {"ambient": BRIGHT}}


def _lifted(mark: Trail | Spots, heights: Scale, above: float) -> np.ndarray:
    """Points (n, 3) as they are drawn, above a relief where there is one."""
    height = np.asarray(mark.z, float)
    drawn = np.minimum(heights.draw(height) + above * heights.top, heights.top * TOP)
    return np.column_stack([mark.x, mark.y, np.where(np.isfinite(height), drawn, np.nan)]).astype(float)


def _spots(mark: Spots, points: np.ndarray, colour: str, theme: Theme, sizes: Sizes, scene: str) -> dict[str, Any]:
    size = np.broadcast_to(np.asarray(mark.size, float) * 0.45 * sizes.end, len(points))
    symbol = "circle" if mark.slot is None else MARKERS_3D[mark.slot % len(MARKERS_3D)]
    shape = {"symbol": symbol, "size": compact(size), "color": colour, "opacity": 1.0,
             "line": {"color": theme.panel, "width": 1}}  # fmt: skip
    said = {} if mark.hover is None else {"hovertext": list(mark.hover), "hoverinfo": "text"}
    return _scatter(points, "spots", scene, {"marker": shape, "mode": "markers", **said})


def _scatter(points: np.ndarray, role: str, scene: str, look: dict) -> dict[str, Any]:
    x, y, z = points.T
    return {"type": "scatter3d", "x": x, "y": y, "z": z, "connectgaps": False, "hoverinfo": "skip", "scene": scene,
            "meta": {"role": role}} | look  # fmt: skip


def axes(panel: Settled, heights: Scale, theme: Theme, sizes: Sizes, ratio: float) -> dict[str, Any]:
    """The scene of a panel whose plot has that width ÷ height."""
    ground = Heights(_extent(panel, "x"), _extent(panel, "y"), np.zeros((1, 1)), heights)
    named, alone = 1.06 if panel.panel.x or panel.panel.y else 1.0, isinstance(_grounds(panel)[0], Spots)
    away = float(np.clip(USUAL / ratio, *NEARER)) * named * (ASIDE if alone and ratio < USUAL else 1.0)
    eye = {side: at * away for side, at in (LOW if alone else EYE).items()}
    found = space(None, ground, theme, sizes, {"eye": eye, "center": {"x": 0, "y": 0, "z": MIDDLE if alone else -0.16}})
    for side in "xy":
        name = {"text": getattr(panel.panel, side), "font": {"size": 1.2 * sizes.tick_3d, "color": theme.ink}}
        found[f"{side}axis"] |= {"title": name, "nticks": 5, "showticklabels": not panel.panel.bare}
    found["aspectratio"] |= {"z": UPRIGHT} if alone else {}
    upright = found["zaxis"]
    every = 1 + (len(upright["tickvals"]) - 1) // 4  # more than a few would touch
    thin = {key: list(upright[key])[::every] for key in ("tickvals", "ticktext")}
    return found | {"zaxis": upright | thin}


def _extent(panel: Settled, side: str) -> np.ndarray:
    """Where an axis begins and ends: with the relief, or a little beyond all points."""
    grounds = _grounds(panel)
    if isinstance(grounds[0], Relief):
        return np.asarray(getattr(grounds[0], side), float)
    seen = np.concatenate([np.ravel(settle.drawable(getattr(mark, side), False)) for mark in grounds])
    seen = seen[np.isfinite(seen)] if np.isfinite(seen).any() else np.zeros(1)
    room = ROOM * np.ptp(seen) or 0.5
    return np.array([seen.min() - room, seen.max() + room])
