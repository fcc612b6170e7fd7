"""Marks as Plotly's traces, plain dictionaries: one function for each kind of mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.figures.sheet import graphs, maps, settle
from landscape.figures.sheet.marks import Arrows, Bars, Dots, Heat, Line, Mark, Notes
from landscape.figures.sheet.pen import Pen, compact, faint, hover
from landscape.figures.sheet.settle import drawable
from landscape.figures.sheet.words import long
from landscape.theme import marker

DOT, SMALL = 0.62, 0.48  # of a path's end: a dot, and one of many
MANY = 60  # dots, beyond which they are small
CROWD = 0.85  # opacity of one of many
HEAD = 4.2  # times the width of its shaft is the head of an arrow long
SLIM = 11.0  # times the width of its shaft is a usual arrow long at least
HALO = 0.9  # of a curve's width, what its halo is wider
GAP = "\N{NO-BREAK SPACE}"  # between a bar and what is written at its end
LEAST = 0.6  # of the size of type, for what is written at narrow bars
BAR = 0.74  # of the distance of bars, is bar


def traces(mark: Mark, pen: Pen) -> list[dict]:
    """The traces of a mark at one moment; as many at every moment."""
    return DRAW[type(mark)](mark, pen)


def line(mark: Line, pen: Pen) -> list[dict]:
    colour, sizes = pen.colour(mark), pen.sizes
    wide = (0.6 if mark.quiet else 1.0) * mark.width * sizes.curve
    entrant = mark.slot is not None and mark.dash is None
    # Drawings have short lines, as long as Plotly's own dashes, and small circles, which it would make polygons.
    dashed = f"{3 + wide:.3g}px,{3 + wide:.3g}px" if pen.panel.panel.bare else "dash"
    dash = pen.theme.dash(mark.slot) if entrant else dashed if mark.dash else "solid"
    found = []
    if mark.band is not None:
        found.append(_band(mark, pen, colour))
    mapped = any(isinstance(each, Heat) for each in pen.panel.marks)
    if mapped and mark.slot is not None:  # so that it is seen on any colour
        under = {"color": pen.theme.halo, "width": wide + HALO * sizes.curve}
        found.append(pen.trace("scatter", "halo", mode="lines", x=pen.x(mark.x), y=pen.y(mark.y), connectgaps=False,
                               line=under, hoverinfo="skip"))  # fmt: skip
    inside = {"solid": colour, "ground": pen.theme.panel}.get(mark.inside) or faint(colour, pen.theme)
    more = {"fill": "toself", "fillcolor": inside} if mark.filled else {}
    found.append(
        pen.trace("scatter", "line", mode="lines", x=pen.x(mark.x), y=pen.y(mark.y), connectgaps=False,
                  line={"color": colour, "width": wide, "dash": dash, "simplify": not mark.filled}, **more,
                  **hover(mark, pen))
    )  # fmt: skip
    return [*found, *_last(mark, pen)]


def _last(mark: Line, pen: Pen) -> list[dict]:
    """The marker at the end of an entrant's line: the second sign, beside its colour, of which one it is."""
    if mark.slot is None or mark.filled or not mark.label or pen.panel.panel.bare:
        return []
    x, y = pen.x(mark.x), pen.y(mark.y)
    if x.size and np.all(x == x[0]):  # it goes straight up, and has its name at its end
        return []
    end = np.flatnonzero(np.isfinite(x) & np.isfinite(y))[-1:]
    shape = {"symbol": marker(mark.slot), "size": DOT * pen.sizes.end, "color": pen.theme.colour(mark.slot)}
    return [pen.trace("scatter", "end", mode="markers", x=x[end], y=y[end], marker=shape, cliponaxis=False,
                      hoverinfo="skip")]  # fmt: skip


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
                     fillcolor=faint(colour, pen.theme), line={"width": 0}, hoverinfo="skip")  # fmt: skip


def dots(mark: Dots, pen: Pen) -> list[dict]:
    colour, many = pen.colour(mark), np.size(mark.x) > MANY
    mapped = any(isinstance(each, Heat) for each in pen.panel.marks)
    shape = {"symbol": mark.symbol or (marker(mark.slot) if mark.slot is not None else "circle"), "color": colour,
             "size": sized(mark.size, pen.sizes.end * (SMALL if many else DOT)), "opacity": CROWD if many else 1.0,
             "line": {"color": pen.theme.panel, "width": pen.sizes.level * (1.0 if mapped else 0.6)}}  # fmt: skip
    if mark.slots is not None:
        slots = [int(slot) for slot in np.asarray(mark.slots)]
        shape |= {"color": [pen.theme.colour(slot) for slot in slots]}
        shape |= {} if mark.symbol else {"symbol": [marker(slot) for slot in slots]}
    elif mark.values is not None:
        whole = pen.panel.marks[pen.index]
        low, high = maps.span(pen.panel, whole)
        shape |= {"color": compact(maps.shown(mark)), "cmin": low, "cmax": high, "showscale": False,
                  "colorscale": maps.scale(mark, pen.theme)}  # fmt: skip
    error = {} if mark.error is None else {"error_y": _error(mark.error, colour, pen)}
    clicked = {} if not mark.sets else {"customdata": list(np.asarray(mark.keys).tolist())}
    trace = pen.trace("scatter", "dots", mode="markers", x=pen.x(mark.x), y=pen.y(mark.y), marker=shape,
                      cliponaxis=False, **error, **clicked, **hover(mark, pen))  # fmt: skip
    if mark.sets:
        trace["meta"]["sets"] = mark.sets
    return [trace]


def sized(size: Any, usual: float) -> Any:
    """The sizes of points in pixels: one number, or one for each."""
    return size * usual if np.ndim(size) == 0 else compact(np.asarray(size, float) * usual)


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
                      marker={"color": colours, "line": {"width": 0}}, **hover(mark, pen))  # fmt: skip
    if along.log:
        trace = trace | {"width": place * (10.0**0.45 - 10.0**-0.45) * settle.pitch(group, True), "offset": None}
    trace |= {"x": height, "y": place, "orientation": "h"} if mark.across else {"x": place, "y": height}
    if mark.error is not None:
        trace["error_x" if mark.across else "error_y"] = _error(mark.error, pen.theme.dim, pen)
    return [trace, *([] if mark.written is None else [_at_ends(mark, place, height, wide, trace["offset"], pen)])]


def _at_ends(mark: Bars, place, height, wide: float, offset: float | None, pen: Pen) -> dict[str, Any]:
    """What is written at the ends of bars, beyond their errors."""
    middle = place if offset is None else place + offset + wide / 2
    below = np.nan_to_num(height) < 0
    error = 0.0 if mark.error is None else np.nan_to_num(np.asarray(mark.error, float))
    end = compact(np.where(below, height - error, height + error))
    sides = ("middle left", "middle right") if mark.across else ("bottom center", "top center")
    x, y = (end, middle) if mark.across else (middle, end)
    texts = [f"{GAP}{text}{GAP}" for text in mark.written]
    room = pen.plot[0] * settle.pitch([mark]) / (pen.panel.x.high - pen.panel.x.low)
    longest = max((long(text, 1.0) for text in texts), default=1.0)
    size = pen.sizes.tick if mark.across else min(pen.sizes.tick, max(room / longest, LEAST * pen.sizes.tick))
    return pen.trace("scatter", "written", mode="text", x=x, y=y, text=texts, cliponaxis=False, hoverinfo="skip",
                     textposition=[sides[0] if down else sides[1] for down in below],
                     textfont={"size": size, "color": pen.theme.ink})  # fmt: skip


def arrows(mark: Arrows, pen: Pen) -> list[dict]:
    """Shafts and heads as one outline: Plotly's own arrows lie below maps, and know no logarithms."""
    usual = pen.sizes.arrow * (1.0 if mark.quiet else 1.8)
    wide = max(min(usual, graphs.length(pen.panel.marks[pen.index], pen) / SLIM), 1.0)  # of short ones a slim shaft
    colour = pen.theme.arrow if mark.quiet else pen.colour(mark)
    x, y = graphs.outlines(mark, pen, HEAD * wide)
    said = {"customdata": np.repeat(list(mark.hover or ()), graphs.CORNERS).tolist(),
            "hovertemplate": "%{customdata}<extra></extra>"}  # fmt: skip
    return [pen.trace("scatter", "arrows", mode="lines", x=compact(x), y=compact(y), fill="toself", fillcolor=colour,
                      line={"color": colour, "width": wide}, connectgaps=False, hoveron="points",
                      **({"hoverinfo": "skip"} if mark.hover is None else said))]  # fmt: skip


def notes(mark: Notes, pen: Pen) -> list[dict]:
    """Words as a trace; those in boxes are annotations."""
    if mark.boxed:
        return []
    size = pen.sizes.tick
    if mark.tall is not None:
        size = min(size, max(1.0, mark.tall * pen.plot[1] / (pen.panel.y.high - pen.panel.y.low)))
    return [pen.trace("scatter", "notes", mode="text", x=pen.x(mark.x), y=pen.y(mark.y), text=list(mark.texts),
                      textposition=_beside(mark.anchor), cliponaxis=False, hoverinfo="skip",
                      textfont={"size": size, "color": pen.colour(mark)})]  # fmt: skip


def _beside(anchor: str) -> str:
    """Plotly says on which side of the point the words are, not which part of them is there."""
    up, across = anchor.split()
    turned = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
    return f"{turned.get(up, up)} {turned.get(across, across)}"


DRAW: dict[type, Callable[[Any, Pen], list[dict]]] = {
    Line: line, Dots: dots, Bars: bars, Heat: maps.heat, Arrows: arrows, Notes: notes,
}  # fmt: skip
