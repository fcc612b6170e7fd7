"""Kempe's chains, against components that networkx finds."""

import jax
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape import LandscapeError
from landscape.domains.colorings import Colorings
from landscape.problems import graphs

SIZE, COLORS = 9, 4
ALL = [(i, j) for i in range(SIZE) for j in range(i)]


@jax.jit
def kempe(beside, x, move):
    """The graph is traced here, as in a run."""
    domain = Colorings(length=SIZE, count=COLORS, neighborhood="kempe", beside=beside)
    return domain.chain(x, move), domain.apply(x, move)


def padded(edges) -> np.ndarray:
    """The neighbours (n, n) of each vertex, filled up with itself: one shape for all graphs."""
    beside = graphs.made(SIZE, edges, places=np.zeros((SIZE, 2))).beside
    return np.column_stack([beside, *[np.arange(SIZE, dtype=np.int32)] * (SIZE - beside.shape[1])])


@given(
    st.sets(st.sampled_from(ALL), min_size=1),
    st.lists(st.integers(0, COLORS - 1), min_size=SIZE, max_size=SIZE),
    st.integers(0, SIZE - 1),
    st.integers(1, COLORS - 1),
    st.booleans(),
)
def test_a_chain_is_a_component_and_no_move_adds_a_conflict(edges, colors, vertex, shift, proper):
    graph = nx.Graph(sorted(edges))
    graph.add_nodes_from(range(SIZE))
    if proper:  # no edge within a colour: as many as are there stay
        graph.remove_edges_from([(i, j) for i, j in edges if colors[i] == colors[j]])
    x, other = np.array(colors, float), (colors[vertex] + shift) % COLORS
    between = [(i, j) for i, j in graph.edges if {colors[i], colors[j]} == {colors[vertex], other}]
    expected = nx.node_connected_component(nx.Graph([*between, (vertex, vertex)]), vertex)
    edges = np.array(sorted(graph.edges)).reshape(-1, 2)
    chain, moved = (np.asarray(each) for each in kempe(padded(edges), x, np.array([vertex, shift])))
    assert set(np.flatnonzero(chain)) == expected
    swapped = {colors[vertex]: other, other: colors[vertex]}
    assert moved.tolist() == [swapped[c] if i in expected else c for i, c in enumerate(colors)]
    conflicts = [(each[edges[:, 0]] == each[edges[:, 1]]).sum() for each in (x, moved)]
    assert conflicts[1] <= conflicts[0]
    assert not proper or conflicts[1] == 0


def test_colourings_need_a_graph():
    with pytest.raises(LandscapeError, match="need the neighbours of each"):
        Colorings(length=3, count=2)
    with pytest.raises(LandscapeError, match=r"Colourings have no neighborhood 'flip'\. Known: assign, swap, kempe"):
        Colorings(length=3, count=2, neighborhood="flip", beside=np.zeros((3, 1), int))
