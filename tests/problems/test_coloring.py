"""Colouring graphs: published sizes and chromatic numbers, moves, pictures, and what is refused."""

import itertools

import jax
import jax.numpy as jnp
import networkx as nx
import numpy as np
import pytest

import landscape as ls
from landscape.problems import graphs
from landscape.problems.coloring import CHROMATIC
from landscape.problems.instances import remember

coloring = ls.problems.coloring
SIZES = {"myciel3": (11, 20), "myciel4": (23, 71), "queen5_5": (25, 160), "queen6_6": (36, 290), "queen8_8": (64, 728)}
HOUSE = "p edge 6 6\ne 1 2\ne 2 3\ne 3 4\ne 4 1\ne 1 5\ne 2 5\n"  # a square, a roof on it, and a vertex alone


@pytest.mark.parametrize("name", SIZES)
def test_shipped_graphs_are_the_published_ones(name):
    data = coloring(instance=name, colors=CHROMATIC[name]).data
    assert (len(data.places), len(data.edges)) == SIZES[name]
    graph = nx.Graph(data.edges.tolist())
    assert nx.is_connected(graph)
    if name.startswith("myciel"):  # without triangles, and yet many colours
        assert not any(nx.triangles(graph).values())
        assert nx.is_isomorphic(graph, nx.mycielski_graph(CHROMATIC[name]))
    assert data.optimum == 0
    assert np.isnan(coloring(instance=name, colors=CHROMATIC[name] - 1).data.optimum)


def test_values_and_changes_at_every_colouring_of_a_small_graph():
    surface = coloring(instance=remember(HOUSE), colors=3)
    points = np.array(list(itertools.product((0.0, 1.0, 2.0), repeat=6)))
    moves = surface.domain.moves()

    @jax.jit
    def everything(surface, points):
        change, number = surface.at(0.0, jnp.float64).changes["assign"], 3.0 ** jnp.arange(6)[::-1]
        each = jax.vmap(lambda x, move: (surface.domain.apply(x, move) @ number, change(x, move)), (None, 0))
        return jax.vmap(surface)(points), *jax.vmap(each, (0, None))(points, moves)

    values, leads, changes = map(np.asarray, everything(surface, points))
    expected = [sum(x[i] == x[j] for i, j in surface.data.edges) for x in points]
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(changes, values[leads.astype(int)] - values[:, None])
    proper = (values == 0).sum()
    chi = nx.chromatic_polynomial(nx.Graph(surface.data.edges.tolist()))
    assert proper == 3 * int(chi.subs("x", 3))  # the vertex alone takes any colour


@pytest.mark.parametrize(("name", "steps"), [("queen6_6", 100_000), ("myciel4", 20_000)])
def test_annealing_finds_the_chromatic_number(name, steps):
    surface = coloring(instance=name, colors=CHROMATIC[name])
    entry = ls.optimizers.simulated_annealing
    run = ls.run_many(surface, entry(**surface.tuned(entry)), seeds=6, steps=steps, record="best", thin=steps)
    best = np.asarray(run.best_value)[:, -1]
    assert best.min() == 0
    x = np.asarray(run.positions)[best.argmin(), -1, 0]
    assert all(x[i] != x[j] for i, j in surface.data.edges)
    assert surface.describe(x) == f"a proper colouring with {CHROMATIC[name]} colours"


def test_where_colours_are_exchanged_there_is_more_than_one():
    start = coloring(instance="myciel3", colors=4, neighborhood="swap").start
    assert np.bincount(start.astype(int)).tolist() == [3, 3, 3, 2]
    assert not coloring(instance="myciel3", colors=4).start.any()


def test_components_are_laid_out_side_by_side():
    triangle = np.array([[0, 1], [1, 2], [0, 2]])
    edges = np.concatenate([triangle, triangle + 3, [[6, 7]]])
    places = graphs.layout(9, edges)
    assert np.isfinite(places).all()
    boxes = [(places[part].min(axis=0), places[part].max(axis=0)) for part in ([0, 1, 2], [3, 4, 5], [6, 7], [8])]
    for (low, high), (other, end) in itertools.combinations(boxes, 2):
        assert ((high < other) | (end < low)).any()
    np.testing.assert_array_equal(places, graphs.layout(9, edges))


def test_what_colourings_are_called_and_shown():
    surface = coloring(instance=remember(HOUSE), colors=4)
    told = surface.entry.about["describe"]
    assert told(surface.data, np.zeros(6), 6.0, colors=4) == "6 conflicts"
    assert told(surface.data, np.array([0, 1, 0, 2, 1, 0]), 1.0, colors=4) == "1 conflict"
    assert told(surface.data, np.array([0, 1, 0, 1, 2, 0]), 0.0, colors=4) == "a proper colouring with 3 colours"
    assert surface.shown["colors"] == 4
    assert surface.shown["edges"][0] == [0, 1]
    assert np.shape(surface.shown["places"]) == (6, 2)
    board = coloring(instance="queen6_6").data.places
    np.testing.assert_array_equal(board[[0, 7]], [[0, 0], [1, -1]])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"instance": "myciel3", "colors": 12}, "12 colours are more than the graph has vertices; give 11 or fewer"),
        ({"instance": "myciel9"}, "no instance 'myciel9'.*Did you mean 'myciel"),
        ({"neighborhood": "two_opt"}, "not one of the options: assign, swap, kempe"),
        ({"instance": "random:20:2"}, "'2' is no density"),
    ],
)
def test_bad_input_gets_a_sentence(options, words):
    with pytest.raises(ls.LandscapeError, match=words):
        coloring(**options)
