"""A learning-rate range test: the loss of one run against its growing learning rate, and what it says of rates."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.findings import axis, finding, frame
from landscape.theme import Sizes, Theme, written

LAYERS = ("range_test",)
ASKS = ("low", "high", "smoothing")  # what its layer is told
USUAL = ("sgd",)  # where none are asked for
RISE = 30.0  # times the first gap: losses above leave the picture


def range_test(
    scene: Any,
    *,
    theme: str = "light",
    width: int = parts.WIDTH,
    height: int = parts.HEIGHT,
    sizes: Sizes | None = None,
):
    """The loss, pale, and its moving average against the learning rate; suggestion, divergence and 2/L marked.

    Takes a scene with that layer, or what `ls.range_test` returned.
    """
    found, words = finding(scene, "range_test")
    colours, sizes = parts.look(theme, width, sizes)
    floor = found.trajectory.surface.freeze().minimum
    losses, smoothed = (_shown(each, floor) for each in (found.losses, found.smoothed))
    low, high, log = _reach(np.concatenate([losses, smoothed]), smoothed, np.isfinite(floor))
    traces = [
        _curve(found.rates, losses, colours.colour(0), sizes.rest, "loss", 0.4),
        _curve(found.rates, smoothed, colours.colour(0), sizes.curve, "smoothed"),
    ]
    marks = _marks(found, colours)
    for _, colour, rate, name, _ in marks:
        if name == "suggested":
            traces.append(_dot(rate, float(smoothed[np.argmin(np.abs(found.rates - rate))]), colour, colours, sizes))
    shapes = [_upright(rate, colour, sizes, dashed) for _, colour, rate, _, dashed in marks]
    rows = [(glyph, colour, written(rate), name) for glyph, colour, rate, name, _ in marks]
    layout = frame(colours, sizes, width, height, bool(words.notes))
    name = "value above the minimum" if np.isfinite(floor) else "loss"
    told = f"{found.trajectory.optimizer.label} · range test of {found.trajectory.steps} steps"
    layout |= {
        "xaxis": axis(colours, sizes, "learning rate", found.rates[0], found.rates[-1], True),
        "yaxis": axis(colours, sizes, name, low, high, log) | {"showgrid": True},
        "annotations": parts.headline(words, colours, sizes, width, told) + parts.rows(rows, colours, sizes, width),
        "shapes": shapes,
    }
    return parts.finish(traces, layout)


def _shown(losses: np.ndarray, floor: float) -> np.ndarray:
    """Gaps where the minimum is known, else losses; NaN where they are not finite."""
    values = np.where(np.isfinite(losses), losses, np.nan)
    return np.maximum(values - floor, 1e-16) if np.isfinite(floor) else values


def _reach(values: np.ndarray, smoothed: np.ndarray, log: bool) -> tuple[float, float, bool]:
    """Both ends of the upright axis; what explodes leaves it."""
    known = values[np.isfinite(values)]
    if not known.size:
        return 0.1, 1.0, log
    first = smoothed[np.isfinite(smoothed)][0] if np.isfinite(smoothed).any() else known[0]
    if log:
        low, high = float(known.min()), float(min(known.max(), RISE * first))
        return low / 1.5, max(high * 1.5, low * 10), True
    low, high = float(known.min()), float(known.max())
    high = min(high, first + RISE * max(first - low, 1e-12))
    low = max(low, first - RISE * max(high - first, 1e-12)) if high > first else low
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room, False


def _marks(found: Any, theme: Theme) -> list[tuple[str, str, float, str, bool]]:
    """(glyph, colour, rate, name, dashed) of the rates that are marked."""
    marks = [
        ("●", theme.colour(2), found.suggested, "suggested", False),
        ("│", theme.error, found.divergence, "diverges", False),
        ("╌", theme.ink, found.limit, "largest stable rate", True),
    ]
    return [mark for mark in marks if mark[2] is not None and np.isfinite(mark[2])]


def _curve(x, y, colour: str, width: float, role: str, opacity: float = 1.0) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": colour, "width": width},
            "opacity": opacity, "connectgaps": False, "meta": {"role": role},
            "hovertemplate": f"rate %{{x:.3g}}<br>{role} %{{y:.4g}}<extra></extra>"}  # fmt: skip


def _dot(x: float, y: float, colour: str, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    dot = {"symbol": "circle", "size": sizes.end, "color": colour, "line": {"color": theme.panel,
           "width": sizes.end / 6}}  # fmt: skip
    return {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "marker": dot, "hoverinfo": "skip",
            "meta": {"role": "suggested"}}  # fmt: skip


def _upright(rate: float, colour: str, sizes: Sizes, dashed: bool) -> dict[str, Any]:
    line = {"color": colour, "width": sizes.curve * 0.6, "dash": "dash" if dashed else "solid"}
    return {"type": "line", "x0": rate, "x1": rate, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "below"}
