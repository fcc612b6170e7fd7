"""Networks of local optima as marks of sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from landscape.figures.sheet import Dots, Line, Mark, Spots, Trail
from landscape.labs.terrain_pictures.grounds import number
from landscape.terrain.networks import Network

COLOURED = 4  # funnels with a colour, the lowest ones
SMALLEST, LARGEST = 0.45, 2.6  # of dots, times the usual


class Group(NamedTuple):
    """Nodes that are drawn alike."""

    nodes: np.ndarray  # (n,) numbers
    label: str
    slot: int | None


def groups(found: Network, nodes: np.ndarray) -> list[Group]:
    """The nodes by funnel, what is least said first: so that it lies below."""
    of = found.funnels.of[nodes]
    rows = [Group(nodes[of < 0], "never kept", None), Group(nodes[of >= COLOURED], "other funnels", None)]
    for slot in range(min(COLOURED, len(found.funnels.bottoms)) - 1, -1, -1):
        value = number(found.values[found.funnels.bottoms[slot]])
        rows.append(Group(nodes[of == slot], f"leads to {value}", slot))
    return [row for row in rows if row.nodes.size]


def sizes(counts: np.ndarray, most: float) -> np.ndarray:
    """Sizes of dots whose areas grow with counts."""
    return SMALLEST + (LARGEST - SMALLEST) * np.sqrt(np.asarray(counts) / max(most, 1))


def links(found: Network, nodes: np.ndarray, places: np.ndarray) -> Iterator[tuple[np.ndarray, int | None]]:
    """Edges among `nodes` at `places` (n, c) as broken lines (3 m, c): the usual ones, then those that lead down in
    each coloured funnel, by slot."""
    index = np.full(len(found.values), -1)
    index[nodes] = np.arange(len(nodes))
    edges = found.edges[(index[found.edges] >= 0).all(axis=1)]
    down = found.values[edges[:, 1]] < found.values[edges[:, 0]]
    funnel = np.where(down, found.funnels.of[edges[:, 0]], -1)
    for slot in (None, *range(min(COLOURED, len(found.funnels.bottoms)) - 1, -1, -1)):
        chosen = edges[(funnel < 0) | (funnel >= COLOURED) if slot is None else funnel == slot]
        if len(chosen):
            ends = places[index[chosen]]  # (m, 2, c)
            yield np.concatenate([ends, np.full_like(ends[:, :1], np.nan)], axis=1).reshape(-1, places.shape[1]), slot


def plane(found: Network, nodes: np.ndarray, places: np.ndarray) -> list[Mark]:
    """The network in the plane: places (n, 2)."""
    marks: list[Mark] = [
        Line(x=way[:, 0], y=way[:, 1], slot=slot, quiet=True, width=0.35 if slot is None else 0.7)
        for way, slot in links(found, nodes, places)
    ]
    return marks + list(_points(found, nodes, lambda at, **look: Dots(x=places[at, 0], y=places[at, 1], **look)))


def space(found: Network, nodes: np.ndarray, places: np.ndarray) -> list[Mark]:
    """The network over its plane: the height of a node is its value."""
    points = np.column_stack([places, found.values[nodes]])
    ways = ((*way.T, slot) for way, slot in links(found, nodes, points))
    marks: list[Mark] = [Trail(x=x, y=y, z=z, slot=slot, quiet=True) for x, y, z, slot in ways]

    def spots(at, **look):
        return Spots(x=points[at, 0], y=points[at, 1], z=points[at, 2], **look)

    return marks + list(_points(found, nodes, spots))


def _points(found: Network, nodes: np.ndarray, draw: Callable[..., Mark]) -> Iterator[Mark]:
    index = np.full(len(found.values), -1)
    index[nodes] = np.arange(len(nodes))
    bottoms = found.funnels.bottoms
    most = found.visits.max()
    for group in groups(found, nodes):
        hover = [f"{number(found.values[node])}<br>visits {found.visits[node]}"
                 + ("<br>bottom of a funnel" if node in bottoms else "") for node in group.nodes]  # fmt: skip
        yield draw(index[group.nodes], slot=group.slot, quiet=group.slot is None, label=group.label, hover=hover,
                   size=sizes(found.visits[group.nodes], most))  # fmt: skip
