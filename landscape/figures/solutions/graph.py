"""A graph: its colouring with edges within a colour marked, or a cut with the edges between the sides.

The heavier an edge of a cut the wider, and dashed where cutting it costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Line, Mark
from landscape.figures.solutions import strokes

BEND = 1.2  # times the distance of near nodes stands the middle of a bow from its edge
LEVELS = 4  # widths of edges by weight
NUMBERED = 60  # nodes that have room for the numbers of their colours


def marked(shown: Mapping[str, Any], x: np.ndarray) -> np.ndarray:
    """Which edges (m,) a solution is about: conflicts of a colouring, or those that a cut crosses."""
    edges = np.asarray(shown["edges"], int).reshape(-1, 2)
    return (x[edges[:, 0]] != x[edges[:, 1]]) == bool(shown.get("cut"))


def passing(places: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Which edges (m,) go through another node: they are bent, so as not to be taken for two."""
    found = np.zeros(len(edges), bool)
    within = 0.3 * strokes.near(places)
    for index, (a, b) in enumerate(edges):
        way = places[b] - places[a]
        length = np.hypot(*way) or 1.0
        apart = np.delete(places, [a, b], axis=0) - places[a]
        along, beside = apart @ way / length**2, np.abs(apart @ [way[1], -way[0]]) / length
        found[index] = np.any((along > 0) & (along < 1) & (beside < within))
    return found


def _bowed(places: np.ndarray, edges: np.ndarray, bent: np.ndarray) -> np.ndarray:
    """Edges as one line with gaps; those that are bent as bows, between their neighbours' nodes."""
    lines = [strokes.legs(places, edges[~bent])]
    turn, centre = np.linspace(0, 1, 13)[:, None], (places.min(axis=0) + places.max(axis=0)) / 2
    for a, b in places[edges[bent]]:
        way = b - a
        across = np.array([-way[1], way[0]]) / (np.hypot(*way) or 1.0)
        inwards = -1.0 if across @ (centre - (a + b) / 2) < 0 else 1.0  # so that it stays inside the picture
        bow = inwards * BEND * strokes.near(places) * across
        lines.append(np.vstack([a + turn * way + 2 * turn * (1 - turn) * bow, strokes.GAP]))
    return np.vstack(lines)


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """Edges, marked edges, and nodes of each moment (frames, n)."""
    places, edges = np.asarray(shown["places"], np.float64), np.asarray(shown["edges"], int).reshape(-1, 2)
    all_edges = strokes.legs(places, edges)
    found: list[Mark] = [Line(x=all_edges[:, 0], y=all_edges[:, 1], quiet=True, width=0.2)]
    bent, radius = passing(places, edges), strokes.radius(places)
    strong = np.array([marked(shown, x) for x in xs]).reshape(len(xs), len(edges))

    def lines(alike: np.ndarray, **look: Any) -> Line:
        """Those of the marked edges that are `alike` (m,)."""
        return strokes.line([_bowed(places, edges[on], bent[on]) for on in strong & alike], **look)

    if shown.get("cut"):
        found += [lines(alike, slot=slot, **look) for alike, look in _kinds(_weights(shown))]
        return [*found, *_sides(places, xs, slot, radius)]
    found.append(lines(np.ones(len(edges), bool), alarm=True, width=0.9))
    for colour in np.unique(xs).astype(int):
        found += _nodes(places, xs == colour, int(colour), radius)
    return found


def _kinds(weights: np.ndarray) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    """Edges (m,) that look alike, by the width of their weights and whether cutting them costs, and that look."""
    heavy, costs = np.abs(weights), weights < 0
    wide = np.maximum(LEVELS / 2, np.ceil(LEVELS * heavy / max(heavy.max(initial=0.0), 1e-12))) / LEVELS
    widest = 0.45 if np.all(heavy == heavy[:1]) else 0.9
    key = "negative weight"
    for width, dash in sorted({*zip(wide.tolist(), costs.tolist(), strict=True)}):
        yield (wide == width) & (costs == dash), {"width": widest * width, "dash": dash, "label": key if dash else ""}
        key = "" if dash else key  # it is told once


def _weights(shown: Mapping[str, Any]) -> np.ndarray:
    """Of each edge (m,)."""
    return np.asarray(shown.get("weights", np.ones(len(shown["edges"]))), np.float64)


def _sides(places: np.ndarray, xs: np.ndarray, slot: int | None, radius: float) -> list[Mark]:
    """Nodes of both sides, apart by shape too."""
    one = [strokes.circles(places[x > 0], 0.85 * radius, corners=4) for x in xs]
    other = [strokes.circles(places[~(x > 0)], radius) for x in xs]
    return [strokes.line(one, slot=slot, filled=True, inside="solid", width=0.1),
            strokes.line(other, quiet=True, filled=True, inside="ground", width=0.5)]  # fmt: skip


def _nodes(places: np.ndarray, here: np.ndarray, colour: int, radius: float) -> list[Mark]:
    """The nodes of one colour, (frames, n) of which are `here`, with its number."""
    rings = [strokes.circles(places[row], radius) for row in here]
    found: list[Mark] = [strokes.line(rings, kind=colour, filled=True, inside="solid", width=0.1)]
    if len(places) <= NUMBERED:
        found.append(strokes.notes([np.where(row[:, None], places, np.nan) for row in here],
                                   [str(colour + 1)] * len(places), kind=colour, tall=1.3 * radius))  # fmt: skip
    return found


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    found, of = marked(shown, x), len(shown["edges"])
    count = int(found.sum())
    if shown.get("cut"):
        weighing = f" of weight {_weights(shown)[found].sum():,.10g}" if "weights" in shown else ""
        return f"{count} of {of} edges cut{weighing}".replace("-", "−")
    colours = len(np.unique(x))
    return (f"{count or 'no'} conflicting edge{'s' * (count != 1)} of {of}, "
            f"{colours} colour{'s' * (colours != 1)} used")  # fmt: skip
