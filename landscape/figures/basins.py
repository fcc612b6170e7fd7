"""Which start leads where: every point of the view coloured by the minimum at which a run from there ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.contour import base, framed
from landscape.scene import Scene
from landscape.theme import Sizes, Theme, pair

LAYERS = ("basins",)
ENTRANTS = 1  # basins belong to one optimizer
MOST = 8  # colours


def basins(
    scene: Scene,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
):
    """Basins of attraction of one optimizer: the colour of a point says where a run that starts there ends."""
    scene.flat("basins")
    colours, sizes = parts.look(theme, width, sizes)
    found = scene.layer("basins", "basins")
    slots = _slots(found)
    lines = base(scene, colours, sizes, arrows=False)[0]
    lines["contours"] = lines["contours"] | {"coloring": "none"}
    lines["line"] = {"color": colours.domain, "width": sizes.level * 0.8, "smoothing": 0.6}
    traces = [ground(found, slots, colours), lines, *_dots(found, slots, colours, sizes)]
    notes = parts.rows(_entries(found, slots, colours), colours, sizes, width)
    subtitle = f"{_whose(scene)} · every point is one run of {scene.steps} steps"
    return framed(scene, traces, colours, sizes, (width, height), subtitle, notes)


def _whose(scene: Scene) -> str:
    return next((track.label for track in scene.tracks if track.members is None), "gradient descent")


def _slots(found: Any) -> np.ndarray:
    """The colour of each minimum (k,), largest basin first; with more than eight minima colours return."""
    order = np.argsort(-np.asarray(found.shares), kind="stable")
    slots = np.empty(len(order), int)
    slots[order] = np.arange(len(order)) % MOST
    return slots


def ground(found: Any, slots: np.ndarray, theme: Theme) -> dict[str, Any]:
    """The map: one flat colour a basin, grey where a run did not arrive."""
    labels = np.asarray(found.labels)
    shown = np.where(labels < 0, 0, slots[np.maximum(labels, 0)] + 1 if slots.size else 0)
    hues = [theme.lost, *(theme.basin(slot) for slot in range(MOST))]
    scale = [[(i + side) / len(hues), hue] for i, hue in enumerate(hues) for side in (0, 1)]
    return {"type": "heatmap", "x": found.u, "y": found.v, "z": shown.astype(np.int16), "colorscale": scale,
            "zmin": -0.5, "zmax": len(hues) - 0.5, "zsmooth": False, "showscale": False, "hoverinfo": "skip",
            "zorder": -2, "meta": {"role": "basins"}}  # fmt: skip


def _dots(found: Any, slots: np.ndarray, theme: Theme, sizes: Sizes) -> list[dict]:
    at = np.reshape(found.minima, (-1, 2))
    rim = {"color": theme.panel, "width": sizes.end / 6}
    marker = {"symbol": "circle", "size": sizes.end, "color": [theme.colour(slot) for slot in slots], "line": rim}
    return [{"type": "scatter", "mode": "markers", "x": at[:, 0], "y": at[:, 1], "marker": marker,
             "customdata": 100 * np.asarray(found.shares), "meta": {"role": "minima"},
             "hovertemplate": "(%{x:.5g}, %{y:.5g})<br>%{customdata:.3g} % of the starts<extra></extra>"}]  # fmt: skip


def _entries(found: Any, slots: np.ndarray, theme: Theme) -> list[tuple[str, str, str, str]]:
    """Shares, largest first; minima beyond the first few together; what did not arrive last."""
    shares, minima = np.asarray(found.shares), np.asarray(found.minima)
    order = np.argsort(-shares, kind="stable")
    alone = order if len(order) <= MOST else order[: MOST - 1]
    entries = [("●", theme.colour(slots[i]), _percent(shares[i]), f"to ({pair(minima[i])})") for i in alone]
    if len(order) > MOST:
        rest = order[MOST - 1 :]
        entries.append(("…", theme.dim, _percent(shares[rest].sum()), f"to {len(rest)} others; colours return"))
    missing = float((np.asarray(found.labels) < 0).mean())
    return entries + ([("■", theme.lost, _percent(missing), "does not arrive")] if missing > 0 else [])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.1 %"
