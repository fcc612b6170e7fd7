"""Marks as Plotly's traces, plain dictionaries: one function for each kind of mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures import findings
from landscape.figures.sheet import settle
from landscape.figures.sheet.marks import Arrows, Bars, Dots, Heat, Line, Mark, Notes
from landscape.figures.sheet.settle import Settled, drawable
from landscape.theme import SIGNED, Sizes, Theme, log_ticks, marker, mixed, power, ramp, written

DOT, SMALL = 0.62, 0.42  # of a path's end: a dot, and one of many
MANY = 60  # dots, beyond which they are small
CROWD = 0.85  # opacity of one of many
BAR = 0.74  # of the distance of bars, is bar


@dataclass(frozen=True)
class Pen:
    """What every mark of a panel is drawn with."""

    theme: Theme
    sizes: Sizes
    panel: Settled
    place: str = ""  # of its axes: "", "2", …
    cell: tuple[float, float] = (60.0, 60.0)  # pixels of a cell of its map
    index: int = 0  # of the mark in its panel

    def colour(self, mark: Any) -> str:
        if mark.slot is not None:
            return self.theme.colour(mark.slot)
        return self.theme.dim if mark.quiet else self.theme.ink

    def trace(self, kind: str, role: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "xaxis": f"x{self.place}", "yaxis": f"y{self.place}", "meta": {"role": role}} | more

    def x(self, values: Any) -> np.ndarray:
        return compact(drawable(values, self.panel.x.log))

    def y(self, values: Any) -> np.ndarray:
        return compact(drawable(values, self.panel.y.log))


def compact(values: Any) -> np.ndarray:
    """Numbers in 32 bits where those hold them."""
    values = np.asarray(values, np.float64)
    size = np.abs(values[np.isfinite(values) & (values != 0)])
    if size.size and not (size.max() < 1e30 and size.min() > 1e-30):
        return values
    small = values.astype(np.float32)
    close = np.abs(small - values) <= 1e-6 * (np.nanmax(values) - np.nanmin(values)) if size.size else True
    return small if np.all(close | ~np.isfinite(values)) else values


def traces(mark: Mark, pen: Pen) -> list[dict]:
    """The traces of a mark at one moment; as many at every moment."""
    return DRAW[type(mark)](mark, pen)


def line(mark: Line, pen: Pen) -> list[dict]:
    colour, sizes = pen.colour(mark), pen.sizes
    wide = (0.6 if mark.quiet else 1.0) * mark.width * sizes.curve
    dash = "dash" if mark.dash else pen.theme.dash(mark.slot) if mark.slot is not None else "solid"
    found = []
    if mark.band is not None:
        found.append(_band(mark, pen, colour))
    more = {"fill": "toself", "fillcolor": faint(colour, pen.theme)} if mark.filled else {}
    found.append(
        pen.trace("scatter", "line", mode="lines", x=pen.x(mark.x), y=pen.y(mark.y), connectgaps=False,
                  line={"color": colour, "width": wide, "dash": dash}, **more, **_hover(mark, pen))
    )  # fmt: skip
    return found


def _band(mark: Line, pen: Pen, colour: str) -> dict[str, Any]:
    """What is between the lower and the upper edge, a closed shape for each piece without a gap."""
    x, (low, high) = np.asarray(mark.x, float), (np.asarray(each, float) for each in mark.band)
    if pen.panel.y.log:  # a lower edge at zero or below ends with the axis
        low = np.where((low <= 0) & (high > 0), pen.panel.y.low, low)
    x, low, high = (drawable(each, log) for each, log in ((x, pen.panel.x.log), (low, pen.panel.y.log),
                                                          (high, pen.panel.y.log)))  # fmt: skip
    whole = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    across, up = [], []
    for piece in np.split(np.arange(x.size), np.flatnonzero(np.diff(whole.astype(int))) + 1):
        if piece.size and whole[piece[0]]:
            across += [*x[piece], *x[piece][::-1], np.nan]
            up += [*low[piece], *high[piece][::-1], np.nan]
    return pen.trace("scatter", "band", mode="lines", x=compact(across), y=compact(up), fill="toself",
                     fillcolor=faint(colour, pen.theme), line={"width": 0, "color": colour}, hoverinfo="skip")  # fmt: skip


def faint(colour: str, theme: Theme) -> str:
    """A colour to fill with: what is below shows through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.26 if theme.dark else 0.17})"


def dots(mark: Dots, pen: Pen) -> list[dict]:
    colour, many = pen.colour(mark), np.size(mark.x) > MANY
    shape = {"symbol": mark.symbol or (marker(mark.slot) if mark.slot is not None else "circle"), "color": colour,
             "size": mark.size * pen.sizes.end * (SMALL if many else DOT), "opacity": CROWD if many else 1.0,
             "line": {"color": pen.theme.panel, "width": pen.sizes.level * 0.6}}  # fmt: skip
    if mark.slots is not None:
        slots = [int(slot) for slot in np.asarray(mark.slots)]
        shape |= {"color": [pen.theme.colour(slot) for slot in slots]}
        shape |= {} if mark.symbol else {"symbol": [marker(slot) for slot in slots]}
    elif mark.values is not None:
        shape |= _coloured(mark, pen)
    error = {} if mark.error is None else {"error_y": _error(mark.error, colour, pen)}
    clicked = {} if not mark.sets else {"customdata": list(np.asarray(mark.keys).tolist())}
    trace = pen.trace("scatter", "dots", mode="markers", x=pen.x(mark.x), y=pen.y(mark.y), marker=shape,
                      cliponaxis=False, **error, **clicked, **_hover(mark, pen))  # fmt: skip
    if mark.sets:
        trace["meta"]["sets"] = mark.sets
    return [trace]


def _coloured(mark: Dots, pen: Pen) -> dict[str, Any]:
    values = np.asarray(mark.values, float)
    low, high = limits(values)
    return {"color": compact(values), "colorscale": findings.shades(pen.theme), "cmin": low, "cmax": high,
            "showscale": False}  # fmt: skip


def _error(error: Any, colour: str, pen: Pen) -> dict[str, Any]:
    return {"type": "data", "array": compact(np.nan_to_num(np.asarray(error, float))), "color": colour,
            "thickness": max(1.0, 0.4 * pen.sizes.curve), "width": 0.25 * pen.sizes.end}  # fmt: skip


def bars(mark: Bars, pen: Pen) -> list[dict]:
    members = [i for i, each in enumerate(pen.panel.marks) if isinstance(each, Bars) and each.across == mark.across]
    group, number = [pen.panel.marks[i] for i in members], members.index(pen.index)
    along = pen.panel.y if mark.across else pen.panel.x
    part = BAR if along.names or len(group) > 1 else 0.92
    wide = part * settle.pitch(group) / len(group)
    colours = pen.colour(mark)
    if mark.slots is not None:
        colours = [pen.theme.colour(int(slot)) for slot in np.asarray(mark.slots)]
    place, height = (pen.y(mark.x), pen.x(mark.y)) if mark.across else (pen.x(mark.x), pen.y(mark.y))
    trace = pen.trace("bar", "bars", width=wide, offset=wide * (number - len(group) / 2),
                      marker={"color": colours, "line": {"width": 0}}, **_hover(mark, pen))  # fmt: skip
    if along.log:
        trace = trace | {"width": place * (10.0**0.45 - 10.0**-0.45) * settle.pitch(group, True), "offset": None}
    trace |= {"x": height, "y": place, "orientation": "h"} if mark.across else {"x": place, "y": height}
    if mark.error is not None:
        trace["error_x" if mark.across else "error_y"] = _error(mark.error, pen.theme.dim, pen)
    if mark.written is not None:
        trace |= {"text": [f" {text} " for text in mark.written], "textposition": "outside", "constraintext": "none",
                  "textangle": 0, "cliponaxis": False,
                  "textfont": {"size": pen.sizes.tick, "color": pen.theme.ink}}  # fmt: skip
    return [trace]


def heat(mark: Heat, pen: Pen) -> list[dict]:
    x, y = (settle.cells(mark, side, getattr(pen.panel, side).log) for side in "xy")
    values = np.asarray(mark.z, float)
    drawn = compact(values if not mark.log else _log10(values))
    ends = span(pen.panel, mark)
    trace = pen.trace("heatmap", "heat", x=compact(x), y=compact(y), z=drawn, zmin=ends[0], zmax=ends[1], zorder=-2,
                      colorscale=scale(mark, pen.theme), showscale=False, **_over(mark, values, pen))  # fmt: skip
    if mark.numbers:
        texts = np.array([[written(v) if np.isfinite(v) else "–" for v in row] for row in values], dtype=object)
        longest = max((len(text) for text in texts.ravel()), default=1)
        size = min(pen.sizes.tick, 0.92 * pen.cell[0] / (0.62 * longest), 0.7 * pen.cell[1])
        trace |= {"text": texts.tolist(), "texttemplate": "%{text}", "textfont": {"size": max(size, 4.0)}}
    if mark.sets:
        trace["meta"]["sets"] = mark.sets
        trace["customdata"] = np.asarray(mark.keys).tolist()
    return [trace, *([_levels(mark, drawn, ends, pen)] if mark.levels else [])]


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
                     zorder=-1, line={"color": colour, "width": pen.sizes.level}, hoverinfo="skip")  # fmt: skip


def scale(mark: Heat, theme: Theme) -> list[list[Any]]:
    """The colours of a map."""
    return {"heights": ramp(theme), "shades": findings.shades(theme), "signed": [list(pair) for pair in SIGNED],
            "binary": [[0.0, mixed(theme.panel, theme.ink, 0.08)], [1.0, theme.ink]]}[mark.scale]  # fmt: skip


def limits(values: np.ndarray, scale: str = "") -> tuple[float, float]:
    """What the ends of the colours stand for."""
    finite = values[np.isfinite(values) & (np.abs(values) < settle.HUGE)]
    if scale == "binary" or not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if scale == "signed":
        high = max(-low, high)
        low = -high
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def span(panel: Settled, mark: Heat) -> tuple[float, float]:
    """The ends of a map's colours, at all moments: those of its kind in its panel have the same name."""
    if mark.limits is not None:
        ends = np.log10(mark.limits) if mark.log else mark.limits
        return float(ends[0]), float(ends[1])
    whole = next((each for each in panel.marks if isinstance(each, Heat) and each.name == mark.name
                  and each.scale == mark.scale), mark)  # fmt: skip
    values = np.asarray(whole.z, float)
    return limits(_log10(values) if mark.log else values, mark.scale)


def bar_ticks(ends: tuple[float, float], log: bool, most: int) -> tuple[list[float], list[str]]:
    """Ticks of a colour bar, as it is drawn."""
    from landscape.figures.sheet.words import ticks

    if not log:
        return ticks(*ends, False, most)
    found = log_ticks(*ends, most=most)
    return [float(np.log10(tick)) for tick in found], [power(tick) for tick in found]


def arrows(mark: Arrows, pen: Pen) -> list[dict]:
    drawn = [drawable(each, False) for each in (mark.x, mark.y, mark.u, mark.v)]
    whole = np.all(np.isfinite(drawn), axis=0)
    x, y, u, v = (compact(np.where(whole, each, 0.0)) for each in drawn)
    head = {"color": pen.theme.arrow if mark.quiet else pen.colour(mark), "arrowsize": 0.9,
            "line": {"width": max(pen.sizes.arrow * (1.0 if mark.quiet else 1.8), 1.0)}}  # fmt: skip
    hover = {} if mark.hover is None else {"hovertext": list(mark.hover), "hoverinfo": "text"}
    return [pen.trace("quiver", "arrows", x=x, y=y, u=u, v=v, anchor="tail", arrowref="data", lengthmode="raw",
                      marker=head, **({"hoverinfo": "skip"} | hover))]  # fmt: skip


def notes(mark: Notes, pen: Pen) -> list[dict]:
    """Words as a trace; those in boxes are annotations."""
    if mark.boxed:
        return []
    return [pen.trace("scatter", "notes", mode="text", x=pen.x(mark.x), y=pen.y(mark.y), text=list(mark.texts),
                      textposition=_beside(mark.anchor), cliponaxis=False, hoverinfo="skip",
                      textfont={"size": pen.sizes.tick, "color": pen.colour(mark)})]  # fmt: skip


def _beside(anchor: str) -> str:
    """Plotly says on which side of the point the words are, not which part of them is there."""
    up, across = anchor.split()
    return f"{({'top': 'bottom', 'bottom': 'top'}.get(up, up))} {({'left': 'right', 'right': 'left'}.get(across, across))}"


def _hover(mark: Any, pen: Pen) -> dict[str, Any]:
    if mark.hover is not None:
        return {"hovertext": list(mark.hover), "hoverinfo": "text"}
    if mark.quiet or pen.panel.panel.bare:
        return {"hoverinfo": "skip"}
    name = f"{mark.label}<br>" if mark.label else ""
    x, y = ("%{" + side + ":.4g}" for side in "xy")
    x = f"{pen.panel.panel.x} {x}" if pen.panel.panel.x and len(pen.panel.panel.x) < 24 else x
    return {"hovertemplate": f"{name}{x}: {y}<extra></extra>"}


DRAW: dict[type, Callable[[Any, Pen], list[dict]]] = {
    Line: line, Dots: dots, Bars: bars, Heat: heat, Arrows: arrows, Notes: notes,
}  # fmt: skip
