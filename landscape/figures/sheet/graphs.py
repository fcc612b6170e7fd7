"""Arrows, and graphs: words in boxes with arrows that end at their edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from landscape.figures.sheet import settle
from landscape.figures.sheet.marks import Arrows, Notes
from landscape.figures.sheet.pen import Pen
from landscape.figures.sheet.settle import Axis
from landscape.figures.sheet.words import long

PAD, LINE = 0.3, 1.3  # times the size of type: inside a box around its words, and from line to line
BROAD = 0.42  # half the width of a head ÷ its length
CORNERS = 8  # of an arrow's outline, the gaps among them
GAP = 0.3  # between a box and the head of an arrow


def outlines(mark: Arrows, pen: Pen, head: float) -> tuple[np.ndarray, np.ndarray]:
    """Arrows as lines x, y (CORNERS n,): a shaft and a triangle each, apart; heads are about `head` pixels long."""
    axes = pen.panel.x, pen.panel.y
    tails = np.stack(np.broadcast_arrays(*(np.asarray(each, float) for each in (mark.x, mark.y))), axis=-1)
    ways = np.stack(np.broadcast_arrays(*(np.asarray(each, float) for each in (mark.u, mark.v))), axis=-1)
    begin, end = (_pixels(points, axes, pen.plot) for points in (tails, tails + ways))
    end = np.where(np.isfinite(begin + end).all(axis=1, keepdims=True), end, np.nan)
    begin = np.where(np.isfinite(end), begin, np.nan)
    long = np.linalg.norm(end - begin, axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        ahead = (end - begin) / np.where(long > 0, long, np.nan)
    size = np.minimum(head, 0.6 * long)
    foot, aside = end - size * ahead, BROAD * size * ahead[:, ::-1] * [-1, 1]
    gap = np.full_like(end, np.nan)
    corners = np.stack([begin, foot, gap, foot + aside, end, foot - aside, foot + aside, gap], axis=1)
    return _units(corners.reshape(-1, 2), axes, pen.plot)


def length(mark: Arrows, pen: Pen) -> float:
    """How many pixels the arrows of a mark usually are long, over all moments."""
    per = (side / (axis.high - axis.low) for axis, side in zip((pen.panel.x, pen.panel.y), pen.plot, strict=True))
    u, v = (np.asarray(each, float) * scale for each, scale in zip((mark.u, mark.v), per, strict=True))
    with np.errstate(all="ignore"):
        long = np.hypot(*np.broadcast_arrays(u, v))
    long = long[np.isfinite(long) & (long > 0)]
    return float(np.median(long)) if long.size and not (pen.panel.x.log or pen.panel.y.log) else np.inf


def _pixels(points: np.ndarray, axes: Sequence[Axis], plot: tuple[float, float]) -> np.ndarray:
    """Points (n, 2) of two axes in pixels from the plot's lower left corner."""
    found = []
    for values, axis, side in zip(points.T, axes, plot, strict=True):
        values, low, high = settle.drawable(values, axis.log), axis.low, axis.high
        if axis.log:
            values, low, high = np.log10(values), np.log10(low), np.log10(high)
        found.append((values - low) / (high - low) * side)
    return np.stack(found, axis=-1)


def _units(points: np.ndarray, axes: Sequence[Axis], plot: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The other way round: x and y."""
    found = []
    for pixels, axis, side in zip(points.T, axes, plot, strict=True):
        low, high = np.log10([axis.low, axis.high]) if axis.log else (axis.low, axis.high)
        values = low + pixels / side * (high - low)
        found.append(10.0**values if axis.log else values)
    return found[0], found[1]


def boxes(mark: Notes, pen: Pen) -> list[dict]:
    """The annotations of words in boxes."""
    up, across = mark.anchor.split()
    sides = (mark.x, pen.panel.x.log), (mark.y, pen.panel.y.log)
    places = [np.log10(settle.drawable(at, log)) if log else settle.drawable(at, log) for at, log in sides]
    edge = pen.theme.axis if mark.quiet else pen.colour(mark) if mark.slot is not None else pen.theme.dim
    look = {"xref": f"x{pen.place}", "yref": f"y{pen.place}", "xanchor": across, "yanchor": up, "showarrow": False,
            "bgcolor": pen.theme.panel, "bordercolor": edge, "borderwidth": max(1.0, 2 * pen.sizes.unit),
            "borderpad": PAD * pen.sizes.tick, "font": {"size": pen.sizes.tick, "color": pen.colour(mark)},
            "name": "box"}  # fmt: skip
    return [
        {"text": text, "x": float(x), "y": float(y), "visible": bool(np.isfinite(x + y))} | look
        for text, x, y in zip(mark.texts, *places, strict=True)
    ]


def trimmed(mark: Arrows, notes: Sequence[Notes], pen: Pen) -> Arrows:
    """Arrows whose ends lie in boxes, cut where they leave them."""
    if pen.panel.x.log or pen.panel.y.log:
        return mark
    tails = np.stack(np.broadcast_arrays(np.asarray(mark.x, float), np.asarray(mark.y, float)), axis=-1)
    ways = np.stack(np.broadcast_arrays(np.asarray(mark.u, float), np.asarray(mark.v, float)), axis=-1)
    starts, ends = np.zeros(len(tails)), np.ones(len(tails))
    for middle, half in _boxes(notes, pen):
        starts = np.maximum(starts, _leaves(tails - middle, ways, half))
        ends = np.minimum(ends, 1 - _leaves(tails + ways - middle, -ways, half))
    whole = starts < ends
    starts, ends = np.where(whole, starts, 0.0)[:, None], np.where(whole, ends, 1.0)[:, None]
    x, y = (tails + starts * ways).T
    u, v = ((ends - starts) * ways).T
    return replace(mark, x=x, y=y, u=u, v=v)


def _boxes(notes: Sequence[Notes], pen: Pen) -> list[tuple[np.ndarray, np.ndarray]]:
    """Middle and half the size of each box, in units of the axes, with room for the head of an arrow."""
    axes = pen.panel.x, pen.panel.y
    unit = np.array([(axis.high - axis.low) / pixels for axis, pixels in zip(axes, pen.plot, strict=True)])
    found, size = [], pen.sizes.tick
    for mark in notes:
        up, across = mark.anchor.split()
        way = np.array([{"left": 1, "right": -1}.get(across, 0), {"bottom": 1, "top": -1}.get(up, 0)])
        for text, x, y in zip(mark.texts, np.ravel(mark.x), np.ravel(mark.y), strict=True):
            pixels = np.array([long(text, size), LINE * size * (text.count("<br>") + 1)]) / 2 + PAD * size
            found.append((np.array([x, y]) + way * pixels * unit, (pixels + GAP * size) * unit))
    return found


def _leaves(begin: np.ndarray, ways: np.ndarray, half: np.ndarray) -> np.ndarray:
    """The share of each way (n, 2) after which it leaves a box around zero; 0 for those that begin outside."""
    with np.errstate(all="ignore"):
        out = np.where(ways != 0, (np.sign(ways) * half - begin) / ways, np.inf).min(axis=1)
    return np.where(np.all(np.abs(begin) < half, axis=1) & np.isfinite(out), out, 0.0)
