"""What a run measures of itself: gradient norm, learning rate, temperature, spread, …, each on its own axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.scene import Scene
from landscape.theme import Sizes, Theme, log_ticks, power

# The most telling first; others follow in the order in which entrants record them.
ORDER = ("gradient_norm", "learning_rate", "temperature", "spread", "acceptance", "step_length")
NOT_CURVES = ("accepted", "survival")
LEFT, RIGHT, BOTTOM = 150, 90, 96  # margins of a slide
TITLE, BETWEEN = 0.09, 0.11  # share of the height for a panel's name, and between rows


def metrics(
    scene: Scene,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
    most: int = 4,
):
    """Up to `most` recorded metrics against the step, in two columns, strong up to `scene.frame`."""
    colours, sizes = parts.look(theme, width, sizes)
    margin = parts.margins(width, left=LEFT, right=RIGHT, bottom=BOTTOM)
    layout = parts.page(colours, sizes, width, height, margin)
    panels, annotations = axes(scene, colours, sizes, most)
    words = parts.headline(scene, colours, sizes, width, "by step" + parts.losses(scene))
    words += parts.row_key(scene, sizes, colours, width)
    layout |= panels | {"annotations": annotations + words}
    return parts.finish(curves(scene, colours, sizes, most), layout)


def chosen(scene: Scene, most: int = 4) -> list[str]:
    """The names of the metrics that are drawn."""
    recorded = list(dict.fromkeys(name for track in scene.shown for name in track.metrics))
    names = [name for name in ORDER if name in recorded]
    names += [name for name in recorded if name not in ORDER and name not in NOT_CURVES]
    return names[:most]


def curves(scene: Scene, theme: Theme, sizes: Sizes, most: int = 4) -> list[dict]:
    traces = []
    for panel, name in enumerate(chosen(scene, most)):
        for track in scene.shown:
            values = track.metrics.get(name)
            if values is None:
                continue
            values = np.where(np.isfinite(values), values, np.nan)[: track.diverged]
            now = min(scene.frame, track.at(scene.frame)) + 1
            meta = {"slot": track.slot, "metric": name}
            if scene.frame < scene.steps:
                pale = parts.stroke(track, theme, sizes.rest * 0.8)
                traces.append(_curve(values, panel, pale, meta | {"role": "whole"}, opacity=0.32))
            traces.append(
                _curve(values[:now], panel, parts.stroke(track, theme, sizes.curve * 0.8), meta | {"role": "now"})
            )
    return traces


def _curve(values, panel: int, line: dict, meta: dict, **more: Any) -> dict[str, Any]:
    suffix = "" if panel == 0 else str(panel + 1)
    return {"type": "scatter", "mode": "lines", "x": np.arange(len(values)), "y": values, "line": line,
            "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "hoverinfo": "skip", "meta": meta} | more  # fmt: skip


def axes(scene: Scene, theme: Theme, sizes: Sizes, most: int = 4) -> tuple[dict[str, Any], list[dict]]:
    """Axes in two columns, and the name of each metric above its own."""
    names = chosen(scene, most)
    rows = max(1, -(-len(names) // 2))
    layout, titles = {}, []
    for panel, name in enumerate(names):
        suffix = "" if panel == 0 else str(panel + 1)
        column, row = panel % 2, panel // 2
        alone = len(names) == 1
        across = [0.0, 1.0] if alone else [0.0, 0.43] if column == 0 else [0.57, 1.0]
        tall = (1.0 - TITLE * rows - BETWEEN * (rows - 1)) / rows
        top = 1.0 - TITLE - row * (tall + TITLE + BETWEEN)
        up = [max(0.0, top - tall), top]
        layout[f"xaxis{suffix}"] = parts.axis(theme, sizes, domain=across, anchor=f"y{suffix}", showgrid=False,
                                              nticks=5, range=[0, max(scene.steps - 1, 1)])  # fmt: skip
        layout[f"yaxis{suffix}"] = parts.axis(theme, sizes, domain=up, anchor=f"x{suffix}", **_vertical(scene, name))
        titles.append({"text": name.replace("_", " "), "x": across[0], "y": up[1], "xref": "paper", "yref": "paper",
                       "xanchor": "left", "yanchor": "bottom", "showarrow": False, "yshift": 0.25 * sizes.label,
                       "font": {"size": sizes.label, "color": theme.ink}})  # fmt: skip
    return layout, titles


def _vertical(scene: Scene, name: str) -> dict[str, Any]:
    """A logarithmic axis for positive values that span two decades, else a plain one."""
    # A run that diverges would push every other curve to the floor: its last steps leave the axis.
    tracks = [track for track in scene.shown if name in track.metrics]
    values = np.concatenate([track.metrics[name][: scene.left(track)] for track in tracks])
    values = values[np.isfinite(values)]
    positive = values[values > 0]
    if positive.size > 0.9 * values.size > 0 and positive.max() > 100 * np.quantile(positive, 0.1):
        low, high = np.log10([max(positive.min(), positive.max() * 1e-12), positive.max()])
        room = 0.1 * (high - low)
        ticks = log_ticks(low - room, high + room, most=3)
        return {"type": "log", "range": [low - room, high + room],
                "tickvals": ticks, "ticktext": [power(tick) for tick in ticks]}  # fmt: skip
    low, high = (min(0.0, values.min()), values.max()) if values.size else (0.0, 1.0)
    return {"range": [low, high + 0.1 * (high - low) + 1e-12 * (high == low)], "nticks": 4}
