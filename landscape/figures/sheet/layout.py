"""The layout of a sheet: axes, titles, keys and words, as Plotly's dictionaries."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.sheet import graphs, keys, maps, reliefs, settle, traces
from landscape.figures.sheet.boxes import BAR, WIDER, Box, Place, bar_labels
from landscape.figures.sheet.head import Head
from landscape.figures.sheet.marks import Arrows, Heat, Notes, Relief, Spots, Trail
from landscape.figures.sheet.pen import Pen
from landscape.figures.sheet.settle import Axis, Settled
from landscape.figures.sheet.ticks import Ticks
from landscape.figures.sheet.words import LINE, long, within
from landscape.theme import Sizes, Theme

NOTHING = "no finite values here"


def page(head: Head, theme: Theme, sizes: Sizes, size: tuple[int, int]) -> dict[str, Any]:
    """The whole page, with the words around the panels."""
    width, height = size
    found = parts.page(theme, sizes, width, height, {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0})
    left, at = head.body.left, _words(size)
    words = []
    if head.title:
        bold = "<br>".join(f"<b>{line}</b>" for line in head.title)
        words.append(at(bold, left, head.top, head.title_size, theme.ink))
    if head.said:
        words.append(at("<br>".join(head.said), left, head.said_at, head.said_size, theme.dim))
    if head.key:
        words.append(at("<br>".join(head.key), left, head.key_at, 0.85 * sizes.label, theme.ink) | {"name": "key"})
    if head.notes:
        high = height - LINE * head.notes_size * len(head.notes) - 0.3 * left
        words.append(at("<br>".join(head.notes), left, high, head.notes_size, theme.dim))
    return found | {"annotations": words, "shapes": [], "barmode": "overlay"}


def _words(size: tuple[int, int]):
    """A function that puts words at pixels of the page."""
    width, height = size

    def at(text: str, left: float, top: float, size: float, colour: str, **more: Any) -> dict[str, Any]:
        return {"text": text, "x": left / width, "y": 1 - top / height, "xref": "paper", "yref": "paper",
                "xanchor": "left", "yanchor": "top", "align": "left", "showarrow": False,
                "font": {"size": size, "color": colour}} | more  # fmt: skip

    return at


def panel(
    found: Settled, place: Place, number: int, frame: int, theme: Theme, size: tuple[int, int], page: dict[str, Any]
) -> list[dict]:
    """The traces of a panel at a moment; its axes and words go into the page."""
    name, at = "" if number == 1 else str(number), _words(size)
    page["annotations"] += found.once("above", lambda: _above(found, place, theme, at))
    if found.relief:
        return _relief(found, place, name, frame, theme, size, page)
    page |= found.once("axes", lambda: _axes(found, place, name, theme, size))
    pen = Pen(theme, place.sizes, found, name, (place.plot.wide, place.plot.tall))
    drawn, barred = [], maps.barred(found)
    boxed = [mark for mark in found.marks if isinstance(mark, Notes) and mark.boxed]
    for index, mark in enumerate(found.marks):
        pen, now = replace(pen, index=index), settle.at(mark, frame)
        moves = bool(mark.moving)
        if isinstance(mark, Arrows) and boxed:
            now = graphs.trimmed(now, [settle.at(each, frame) for each in boxed], pen)
            moves = moves or any(each.moving for each in boxed)
        made = traces.traces(now, pen) if moves else found.once(index, partial(traces.traces, now, pen))
        if mark is barred:
            own = made[0] if isinstance(mark, Heat) else made[0]["marker"]
            own |= {"showscale": True, "colorbar": _bar(found, mark, place, theme, size)}
            page["annotations"].append(_bar_name(found, mark, place, theme, at))
        if isinstance(mark, Notes) and mark.boxed:
            page["annotations"] += graphs.boxes(now, pen)
        drawn += made
    if found.panel.cursor is not None:
        drawn.append(_cursor(found, frame, pen))
    page["annotations"] += found.once("around", lambda: _ends(place, theme, size) + _uprights(place, theme, size))
    if found.empty:
        page["annotations"].append(_nothing(place, theme, size))
    return drawn or [pen.trace("scatter", "nothing", x=[None], y=[None], hoverinfo="skip")]


def _above(found: Settled, place: Place, theme: Theme, at) -> list[dict]:
    """Title and key of a panel, on the plot's left edge."""
    sizes, words, left, top = place.sizes, [], place.cell.left, place.cell.top
    if place.title:
        bold = "<br>".join(f"<b>{line}</b>" for line in place.title)
        words.append(at(bold, left, top, sizes.axis_title, theme.ink, name="title"))
    if place.key:
        below = top + LINE * sizes.axis_title * len(place.title)
        words.append(at("<br>".join(place.key), left, below, sizes.tick, theme.ink, name="key"))
    return words


def _domain(plot: Box, size: tuple[int, int]) -> tuple[list[float], list[float]]:
    width, height = size
    return [plot.left / width, plot.right / width], [1 - plot.bottom / height, 1 - plot.top / height]


def _axes(found: Settled, place: Place, name: str, theme: Theme, size: tuple[int, int]) -> dict[str, Any]:
    across, up = _domain(place.plot, size)
    if found.panel.bare:
        quiet = {"visible": False, "showgrid": False, "zeroline": False}
        x, y = quiet | _range(found.x), quiet | _range(found.y, _down(found))
    else:
        lined = any(isinstance(mark, Heat) for mark in found.marks)
        wide = WIDER * place.plot.wide
        x = _axis(found.x, found.panel.x, place.x_ticks, theme, place.sizes, wide, angle=place.x_angle)
        x |= {"showgrid": False}
        y = _axis(found.y, found.panel.y, place.y_ticks, theme, place.sizes, place.plot.tall, _down(found))
        y |= {"showgrid": not (lined or found.y.names)}
        if found.y.names and not found.x.names:
            x |= {"showgrid": True, "ticks": ""}
    x |= {"domain": across, "anchor": f"y{name}", "automargin": False}
    y |= {"domain": up, "anchor": f"x{name}", "automargin": False}
    return {f"xaxis{name}": x, f"yaxis{name}": y}


def _down(found: Settled) -> bool:
    """Whether y grows downwards: names are read from above."""
    return found.panel.downwards or bool(found.y.names)


def _range(axis: Axis, down: bool = False) -> dict[str, Any]:
    low, high = np.log10([axis.low, axis.high]) if axis.log else (axis.low, axis.high)
    ends = [float(low), float(high)]
    return {"type": "log" if axis.log else "linear", "range": ends[::-1] if down else ends}


def _axis(axis: Axis, title: str, ticks: Ticks, theme: Theme, sizes: Sizes, room: float, down: bool = False,
          angle: float | None = None) -> dict[str, Any]:  # fmt: skip
    """An axis whose name has so many pixels."""
    name, size = within(title, sizes.axis_title, room)
    found = parts.axis(theme, sizes, name=name, ticks="outside", showline=True) | _range(axis, down)
    found["title"] = {"text": name, "font": {"size": size, "color": theme.ink}, "standoff": 0.35 * sizes.tick}
    found |= {"tickvals": list(ticks[0]), "ticktext": list(ticks[1]), "ticklen": 0.3 * sizes.tick}
    found |= {"tickangle": angle} if angle is not None else {}
    if axis.names:
        found |= {"ticks": "", "tickfont": {"size": sizes.tick, "color": theme.ink}}
    return found


def _bar(found: Settled, mark: Heat, place: Place, theme: Theme, size: tuple[int, int]) -> dict[str, Any]:
    sizes, plot, (width, height) = place.sizes, place.plot, size
    values, texts = maps.bar_ticks(maps.span(found, mark), mark.log, 5)
    return {
        "x": place.bar / width, "xanchor": "left", "xpad": 0, "y": 1 - (plot.top + plot.bottom) / 2 / height,
        "yanchor": "middle", "ypad": 0, "len": plot.tall, "lenmode": "pixels", "thickness": 0.75 * sizes.tick,
        "thicknessmode": "pixels", "outlinewidth": 0, "ticklen": 0.2 * sizes.tick, "tickcolor": theme.axis,
        "tickvals": values, "ticktext": texts, "tickfont": {"size": sizes.tick, "color": theme.dim},
    }  # fmt: skip


def _bar_name(found: Settled, mark: Heat, place: Place, theme: Theme, at) -> dict[str, Any]:
    """What the colours mean, upright beside the numbers."""
    sizes, plot = place.sizes, place.plot
    left = plot.right + BAR * sizes.tick + bar_labels(found, mark, sizes) + 0.15 * sizes.tick
    return at(mark.name, left, (plot.top + plot.bottom) / 2, sizes.tick, theme.ink, textangle=-90, yanchor="middle",
              name="bar")  # fmt: skip


def _cursor(found: Settled, frame: int, pen: Pen) -> dict[str, Any]:
    at = float(np.asarray(found.panel.cursor, float)[frame])
    line = {"color": pen.theme.ink, "width": max(1.0, 0.35 * pen.sizes.curve)}
    return pen.trace("scatter", "cursor", mode="lines", x=[at, at], y=[found.y.low, found.y.high], line=line,
                     opacity=0.55, hoverinfo="skip")  # fmt: skip


def _ends(place: Place, theme: Theme, size: tuple[int, int]) -> list[dict]:
    """Names at line ends."""
    plot, sizes, at = place.plot, place.sizes, _words(size)
    each = 1.22 * sizes.label
    return [
        at(f"<b>{end.entry.label}</b>", plot.right + 0.45 * sizes.label, plot.bottom - up, sizes.label,
           keys.colour(end.entry, theme), yanchor="middle", name="end")
        for end, up in keys.spread(place.ends, plot.tall, each)
    ]  # fmt: skip


def _uprights(place: Place, theme: Theme, size: tuple[int, int]) -> list[dict]:
    """Names beside the upper ends of lines that go straight up, each a line below the one before."""
    plot, sizes, at = place.plot, place.sizes, _words(size)
    words = []
    for number, end in enumerate(place.uprights):
        left = plot.left + end.at * plot.wide
        back = left + long(end.entry.label, sizes.tick) + sizes.tick > plot.right
        top = plot.top + LINE * sizes.tick * number
        words.append(at(end.entry.label, left + (-0.3 if back else 0.3) * sizes.tick, top, sizes.tick,
                        keys.colour(end.entry, theme), xanchor="right" if back else "left", name="upright",
                        bgcolor=theme.halo, borderpad=0))  # fmt: skip
    return words


def _nothing(place: Place, theme: Theme, size: tuple[int, int]) -> dict[str, Any]:
    plot = place.plot
    middle = (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2
    return _words(size)(NOTHING, *middle, place.sizes.tick, theme.dim, xanchor="center", yanchor="middle",
                        name="nothing")  # fmt: skip


def _relief(found: Settled, place: Place, name: str, frame: int, theme: Theme, size: tuple[int, int],
            page: dict[str, Any]) -> list[dict]:  # fmt: skip
    heights = found.once("heights", lambda: reliefs.scale(found))
    across, up = _domain(place.plot, size)
    page[f"scene{name}"] = reliefs.axes(found, heights, theme, place.sizes, place.plot.wide / place.plot.tall) | {
        "domain": {"x": across, "y": up}
    }
    drawn = []
    for index, mark in enumerate(found.marks):
        if isinstance(mark, Relief | Trail | Spots):
            make = partial(reliefs.traces, settle.at(mark, frame), found, heights, theme, place.sizes, f"scene{name}")
            made = make() if mark.moving else found.once(index, make)
            if isinstance(mark, Relief) and mark.moving:  # true heights of all moments would double what is sent
                made[0] = {key: value for key, value in made[0].items() if key not in ("customdata", "hovertemplate")}
                made[0] |= {"hoverinfo": "skip"}
            drawn += made
    return drawn
