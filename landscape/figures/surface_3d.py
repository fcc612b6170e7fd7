"""The surface in three dimensions, with level lines and the paths on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.scene import Heights, Scene, Track, interpolate
from landscape.theme import PANEL, Sizes, Theme, ramp, written

LIFT = 0.035  # of the height range: paths float this far above the surface
CAMERA = {"eye": {"x": 0.98, "y": -1.16, "z": 1.22}, "center": {"x": 0, "y": 0, "z": -0.17}}
SLIDE_CAMERA = {"eye": {"x": 0.92, "y": -1.10, "z": 1.06}, "center": {"x": 0, "y": 0, "z": -0.21}}
NARROW_CAMERA = {"eye": {"x": 0.78, "y": -0.93, "z": 0.93}, "center": {"x": 0, "y": 0, "z": -0.17}}
LIGHT = {"ambient": 0.66, "diffuse": 0.42, "specular": 0.04, "roughness": 0.9, "fresnel": 0.02}
TOP = 1.1  # the box ends this far above the colours
MARKERS_3D = ("circle", "square", "diamond")  # WebGL has no triangles
MOST_POINTS = 2500  # of one resampled path


def surface_3d(
    scene: Scene,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
    camera: dict | None = None,
):
    """The surface over its domain, paths up to `scene.frame` on it; heights in log scale where that is said."""
    scene.flat("surface_3d")
    colours, sizes = parts.look(theme, width, sizes)
    ground = ground_of(scene)
    traces = [surface(ground, colours, sizes), *paths(scene, ground, colours, sizes)]
    margin, domain = {"l": 0, "r": 0, "t": 0, "b": 0}, {"x": [0.12, 1.0]}
    if sizes.narrow:
        margin, domain = parts.margins(width, sizes, left=80, right=420, bottom=0), {}
    layout = parts.page(colours, sizes, width, height, margin)
    layout["scene"] = space(
        scene, ground, colours, sizes, camera or looking(scene, NARROW_CAMERA if sizes.narrow else SLIDE_CAMERA)
    ) | {"domain": domain}
    share = sizes.unit
    said = ["height in log scale"] if scene.heights.scale.log else []
    said = said if scene.epochs is None else [scene.subtitle]  # of networks: which plane it is
    said += [f"{scene.moment(scene.frame)} of {scene.moment(scene.steps).split()[1]}"] if scene.shown else []
    words = parts.headline(scene, colours, sizes, width, " · ".join(said))
    keys = parts.key(scene, colours, sizes, x=0.0, width=width)
    # The plot of a wide figure fills the page, so words keep their distance from its edges.
    for word in () if sizes.narrow else words:
        word |= {"xshift": 80 * share, "yshift": word["yshift"] - parts.TOP * share if word["y"] else 40 * share}
        word["yanchor"] = "bottom"
    for row in () if sizes.narrow else keys:
        row |= {"xshift": row["xshift"] + 50 * share, "yshift": row["yshift"] - 220 * share}
    layout["annotations"] = words + keys
    return parts.finish(traces, layout)


def looking(scene: Scene, usual: dict) -> dict:
    """Plotly's camera: the scene's own, else the usual one."""
    if scene.camera is None:
        return usual
    eye, centre = (dict(zip("xyz", scene.camera[i : i + 3], strict=True)) for i in (0, 3))
    return {"eye": eye, "center": centre}


def ground_of(scene: Scene) -> Heights:
    """The heights over the domain alone: the view may be wider."""
    (left, low), (right, high) = scene.domain
    u, v, height, scale = scene.heights
    columns, rows = _covering(u, left, right), _covering(v, low, high)
    return Heights(u[columns], v[rows], height[rows, columns], scale)


def _covering(at: np.ndarray, low: float, high: float) -> slice:
    """The grid lines from the last not above `low` to the first not below `high`."""
    first = max(0, int(np.searchsorted(at, low, side="right")) - 1)
    last = min(at.size - 1, int(np.searchsorted(at, high, side="left")))
    return slice(first, last + 1) if last - first > 0 else slice(None)


def surface(ground: Heights, theme: Theme, sizes: Sizes = PANEL) -> dict[str, Any]:
    scale = ground.scale
    drawn = np.minimum(ground.drawn, scale.top * TOP)
    levels = {"show": True, "start": scale.step, "end": scale.top * TOP, "size": scale.step,
              "color": theme.level_3d, "width": 1.4 * max(1.0, sizes.unit)}  # fmt: skip
    return {
        "type": "surface",
        "x": ground.u,
        "y": ground.v,
        "z": drawn.astype(np.float32),
        "customdata": ground.height.astype(np.float32),
        "colorscale": ramp(theme),
        "cmin": 0.0,
        "cmax": scale.top,
        "showscale": False,
        "lighting": LIGHT,
        "lightposition": {"x": -6000, "y": -9000, "z": 12000},
        "contours": {"z": levels, "x": {"highlight": False}, "y": {"highlight": False}},
        "hovertemplate": "%{x:.3g}, %{y:.3g}<br>value %{customdata:.4g}<extra></extra>",
        "meta": {"role": "heights"},
    }


def paths(scene: Scene, ground: Heights, theme: Theme, sizes: Sizes) -> list[dict]:
    """Paths, members, path ends and start, lifted a little above the surface."""
    traces = []
    for track in scene.shown:
        lifted, upto = lift(track, ground)
        seen = lifted[upto[min(track.since, len(upto) - 1)] : upto[track.at(scene.frame)] + 1]
        meta = {"role": "path", "slot": track.slot}
        wide = (sizes.path if track.members is None else sizes.best) * 1.5  # WebGL draws lines thinner
        traces.append(_scatter(seen, "lines", {"line": parts.stroke(track, theme, wide)}, meta))
        symbol = "x" if scene.lost(track) else MARKERS_3D[track.slot % 3]
        shape = {"symbol": symbol, "size": sizes.end * 0.55, "color": theme.colour(track.slot)}
        point = place(track.path[scene.seen(track)], ground)[: scene.frame >= track.since]
        traces.append(_scatter(point, "markers", {"marker": shape}, {"role": "end", "slot": track.slot}))
        if track.members is not None:
            dots = {"symbol": "circle", "size": sizes.member * 0.55, "color": theme.colour(track.slot)}
            members = place(track.members[min(scene.frame, len(track.members) - 1)], ground)
            traces.append(_scatter(members, "markers", {"marker": dots}, {"role": "members", "slot": track.slot}))
    start = np.full((1, 3), np.nan) if scene.start is None else place(scene.start, ground)
    ring = {"symbol": "circle", "size": sizes.start * 0.55, "color": theme.panel,
            "line": {"color": theme.ink, "width": 2}}  # fmt: skip
    return [*traces, _scatter(start, "markers", {"marker": ring}, {"role": "start"})]


def place(points: np.ndarray, ground: Heights) -> np.ndarray:
    """Points (…, 2) as (k, 3) just above the surface; NaN outside of it."""
    points = np.reshape(points, (-1, 2))
    height = interpolate(ground, np.nan_to_num(points, nan=np.inf, posinf=1e300, neginf=-1e300))
    span = ground.scale.top
    outside = np.isnan(height)[:, None]
    lifted = np.column_stack([points, np.minimum(height + LIFT * span, span * TOP)])
    return np.where(outside, np.nan, lifted)


def lift(track: Track, ground: Heights) -> tuple[np.ndarray, np.ndarray]:
    """A path on the surface (k, 3), long steps resampled so that it does not cut through, and the index in it of
    each recorded step (t+1,)."""
    path = track.path[: track.at(len(track.path)) + 1]
    side = max(ground.u[-1] - ground.u[0], ground.v[-1] - ground.v[0])
    with np.errstate(invalid="ignore", over="ignore"):
        lengths = np.linalg.norm(np.diff(path, axis=0), axis=1) / side
    pieces = np.clip(np.nan_to_num(np.ceil(lengths * 125), nan=1, posinf=125), 1, 125).astype(int)
    if pieces.sum() > MOST_POINTS:
        pieces = np.maximum(1, pieces * MOST_POINTS // pieces.sum())
    upto = np.concatenate([[0], np.cumsum(pieces)])
    index = np.interp(np.arange(upto[-1] + 1), upto, np.arange(len(path)))
    resampled = np.column_stack([np.interp(index, np.arange(len(path)), path[:, axis]) for axis in (0, 1)])
    return place(resampled, ground), np.pad(upto, (0, len(track.path) - len(upto)), mode="edge")


def _scatter(points: np.ndarray, mode: str, style: dict, meta: dict) -> dict[str, Any]:
    return {"type": "scatter3d", "mode": mode, "x": points[:, 0], "y": points[:, 1], "z": points[:, 2],
            "hoverinfo": "skip", "connectgaps": False, "meta": meta} | style  # fmt: skip


def space(scene: Scene, ground: Heights, theme: Theme, sizes: Sizes, camera: dict) -> dict[str, Any]:
    """The three axes: no planes, no spikes, true heights on the vertical one."""
    quiet = {
        "showbackground": False,
        "gridcolor": theme.grid,
        "linecolor": theme.axis,
        "tickfont": {"size": sizes.tick_3d, "color": theme.dim},
        "title": {"text": ""},
        "showspikes": False,
        "zeroline": False,
        "nticks": 6,
    }
    ticks = np.array(ground.scale.ticks())
    drawn = ground.scale.draw(ticks)
    apart = np.concatenate([[True], np.diff(drawn) > 0.06 * ground.scale.top])  # else numbers overlap
    vertical = {"tickvals": drawn[apart], "ticktext": [_tick(t) for t in ticks[apart]],
                "range": [0.0, ground.scale.top * TOP]}  # fmt: skip
    return {
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.52},
        "camera": camera | {"projection": {"type": "perspective"}},
        "xaxis": quiet | {"range": [ground.u[0], ground.u[-1]]},
        "yaxis": quiet | {"range": [ground.v[0], ground.v[-1]]},
        "zaxis": quiet | vertical,
    }


def _tick(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−") if 10 <= abs(value) < 1e6 and value == round(value) else written(value)
