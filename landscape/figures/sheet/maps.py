"""Maps: values as colours, with their colour bar, level lines and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.sheet import settle
from landscape.figures.sheet.marks import Dots, Heat
from landscape.figures.sheet.pen import Pen, compact
from landscape.figures.sheet.settle import Settled
from landscape.figures.sheet.words import long, ticks
from landscape.theme import KINDS, SIGNED, Theme, log_ticks, mixed, power, ramp, written


def heat(mark: Heat, pen: Pen) -> list[dict]:
    x, y = (settle.cells(mark, side, getattr(pen.panel, side).log) for side in "xy")
    values = np.asarray(mark.z, float)
    drawn = compact(shown(mark))
    ends = span(pen.panel, pen.panel.marks[pen.index])
    trace = pen.trace("heatmap", "heat", x=compact(x), y=compact(y), z=drawn, zmin=ends[0], zmax=ends[1],
                      colorscale=scale(mark, pen.theme), showscale=False, **_over(mark, values, pen))  # fmt: skip
    if mark.numbers:
        texts = in_cells(values)
        longest = max((long(text, 1.0) for row in texts for text in row), default=1.0)
        wide, tall = pen.plot[0] / values.shape[1], pen.plot[1] / values.shape[0]
        size = min(pen.sizes.tick, 0.9 * wide / longest, 0.7 * tall)
        trace |= {"text": texts, "texttemplate": "%{text}", "textfont": {"size": max(size, 4.0)}}
    if mark.sets:
        trace["meta"]["sets"] = mark.sets
        trace["customdata"] = np.asarray(mark.keys).tolist()
    return [trace, *([_levels(mark, drawn, ends, pen)] if mark.levels else [])]


def in_cells(values: np.ndarray) -> list[list[str]]:
    """Numbers as they stand in the cells of a map: short, all with as many decimals."""
    finite = values[np.isfinite(values)]
    most = float(np.abs(finite).max()) if finite.size else 0.0
    whole = bool(np.all(finite == np.round(finite)))
    if most >= 1e4 or (0 < most < 0.02):
        return [[written(float(value)) for value in row] for row in values]
    decimals = 0 if whole or most >= 100 else 1 if most >= 10 else 2
    return [[_short(value, decimals) for value in row] for row in values]


def _short(value: float, decimals: int) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value + 0.0 if round(value, decimals) else 0.0:.{decimals}f}".replace("-", "−")


def _log10(values: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)


def _over(mark: Heat, values: np.ndarray, pen: Pen) -> dict[str, Any]:
    if mark.hover is not None:
        return {"hovertext": np.asarray(mark.hover, dtype=object).tolist(), "hoverinfo": "text"}
    if pen.panel.panel.bare:
        return {"hoverinfo": "skip"}
    said = "10^%{z:.3g}" if mark.log else "%{z:.4g}"
    return {"hovertemplate": f"%{{x:.4g}}, %{{y:.4g}}<br>{mark.name or 'value'} {said}<extra></extra>"}


def _levels(mark: Heat, drawn: np.ndarray, ends: tuple[float, float], pen: Pen) -> dict[str, Any]:
    step = (ends[1] - ends[0]) / (mark.levels + 1) or 1.0
    rows, columns = drawn.shape
    x = np.arange(columns, dtype=float) if mark.x is None else mark.x
    y = np.arange(rows, dtype=float) if mark.y is None else mark.y
    level = {"start": ends[0] + step, "end": ends[1] - step / 2, "size": step, "coloring": "none", "showlines": True}
    dark = mark.scale in ("heights", "signed")
    colour = pen.theme.level if dark and mark.scale == "heights" else "rgba(21,25,31,.45)"
    return pen.trace("contour", "levels", x=compact(x), y=compact(y), z=drawn, contours=level, showscale=False,
                     line={"color": colour, "width": pen.sizes.level}, hoverinfo="skip")  # fmt: skip


def scale(mark: Heat | Dots, theme: Theme) -> list[list[Any]]:
    """The colours of a map."""
    if isinstance(mark, Heat) and mark.slot is not None:
        return [[0.0, mixed(theme.panel, theme.ink, 0.08)], [1.0, theme.colour(mark.slot)]]
    return {"heights": ramp(theme), "kinds": kinds(), "shades": findings.shades(theme),
            "signed": [list(pair) for pair in SIGNED],
            "binary": [[0.0, mixed(theme.panel, theme.ink, 0.08)], [1.0, theme.ink]]}[mark.scale]  # fmt: skip


def kinds() -> list[list[Any]]:
    """A colour for each whole number."""
    edges = np.repeat(np.arange(len(KINDS) + 1) / len(KINDS), 2)[1:-1]
    return [[float(edge), hue] for edge, hue in zip(edges, np.repeat(KINDS, 2).tolist(), strict=True)]


def limits(values: np.ndarray, scale: str = "") -> tuple[float, float]:
    """What the ends of the colours stand for."""
    finite = values[np.isfinite(values) & (np.abs(values) < settle.HUGE)]
    if scale == "kinds":
        return -0.5, len(KINDS) - 0.5
    if scale == "binary" or not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if scale == "signed":
        high = max(-low, high)
        low = -high
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def shown(mark: Heat | Dots) -> np.ndarray:
    """The values that colours stand for: logarithms where that is said."""
    values = np.asarray(mark.z if isinstance(mark, Heat) else mark.values, float)
    values = values % len(KINDS) if mark.scale == "kinds" else values
    return _log10(values) if mark.log else values


def span(panel: Settled, mark: Heat | Dots) -> tuple[float, float]:
    """The ends of a mark's colours, at all moments; one span for all of its panel with its name and scale."""
    if mark.limits is not None:
        ends = np.log10(mark.limits) if mark.log else mark.limits
        return float(ends[0]), float(ends[1])
    return panel.once(("span", mark.name, mark.scale), lambda: _span(panel, mark))


def _span(panel: Settled, mark: Heat | Dots) -> tuple[float, float]:
    alike = [each for each in panel.marks if coloured(each) and (each.name, each.scale) == (mark.name, mark.scale)]
    return limits(np.concatenate([np.ravel(shown(each)) for each in alike]), mark.scale)


def coloured(mark: Any) -> bool:
    """Whether colours of a mark stand for values."""
    return isinstance(mark, Heat) or (isinstance(mark, Dots) and mark.values is not None)


def barred(panel: Settled) -> Heat | Dots | None:
    """The mark of a panel that has a colour bar."""
    return next((mark for mark in panel.marks if coloured(mark) and mark.name), None)


def bar_ticks(ends: tuple[float, float], log: bool, most: int) -> tuple[list[float], list[str]]:
    """Ticks of a colour bar, as it is drawn."""
    if not log:
        return ticks(*ends, False, most)
    found = log_ticks(*ends, most=most)
    return [float(np.log10(tick)) for tick in found], [power(tick) for tick in found]
