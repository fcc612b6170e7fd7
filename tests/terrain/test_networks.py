"""Networks of local optima, against the same kicks in plain loops and against networkx."""

import networkx as nx
import numpy as np
import pytest
from small_problems import ring, rugged

from landscape.parameters import LandscapeError
from landscape.terrain import networks
from landscape.terrain.basins import exact
from landscape.terrain.descent import descend
from landscape.terrain.fitness_distance import losses
from landscape.terrain.gray_code import local_optima, strings
from landscape.terrain.optima import distinct, drawn

TOUR = ring(cities=9, seed=3)
BITS = rugged(bits=8, epistasis=4, seed=2)


@pytest.fixture(scope="module")
def chained():
    return networks.chains(TOUR, drawn(TOUR, 5), 12, seed=4)


def test_chains_note_local_optima_with_their_values(chained):
    assert chained.points.shape == (5, 13, 9)
    flat = chained.points.reshape(-1, 9)
    np.testing.assert_allclose(chained.values.reshape(-1), losses(TOUR, flat), atol=1e-12)
    assert (descend(TOUR, flat).moves == 0).all()
    np.testing.assert_array_equal(chained.points[:, 0], descend(TOUR, drawn(TOUR, 5)).points)


def test_nodes_edges_and_visits_are_those_of_a_walk_by_hand(chained):
    found = networks.network(TOUR, chained)
    number = {tuple(row): i for i, row in enumerate(TOUR.domain.canonical(found.points).tolist())}
    assert len(number) == len(found.values)
    edges, visits, ends = {}, np.zeros(len(number), int), []
    for points in TOUR.domain.canonical(chained.points).tolist():
        nodes = [number[tuple(point)] for point in points]
        home = nodes[0]
        for node in nodes[1:]:
            if node != home:
                edges[home, node] = edges.get((home, node), 0) + 1
            home = node if found.values[node] <= found.values[home] else home
        np.add.at(visits, nodes, 1)
        ends.append(home)
    assert {
        tuple(edge): count for edge, count in zip(found.edges.tolist(), found.counts.tolist(), strict=True)
    } == edges
    np.testing.assert_array_equal(found.visits, visits)
    np.testing.assert_array_equal(found.ends, ends)
    assert (np.diff(found.values) >= 0).all()
    assert found.incoming.sum() == found.counts.sum()
    assert found.success == np.mean(found.values[ends] == found.values[0])


def test_a_search_in_two_pieces_is_the_whole_one(chained):
    """Kicks draw their numbers by number and run; a search goes on from the optimum that it last accepted."""
    pieces = list(networks.growing(TOUR, drawn(TOUR, 5), 12, seed=4, pieces=3))
    assert [share for _, share in pieces] == pytest.approx([1 / 3, 2 / 3, 1.0])
    for found, share in pieces:
        np.testing.assert_allclose(found.values, chained.values[:, : round(12 * share) + 1], atol=1e-12)
    np.testing.assert_array_equal(pieces[-1][0].points, chained.points)


def test_a_tour_is_one_node_however_it_is_written():
    tours = np.array([[0, 3, 1, 2, 4], [1, 2, 4, 0, 3], [4, 2, 1, 3, 0], [0, 1, 2, 3, 4]])
    place = ring(cities=5).domain
    found = distinct(place, tours, [2.0, 2.0, 2.0, 1.0])
    np.testing.assert_array_equal(found.points, [[0, 1, 2, 3, 4], [0, 3, 1, 2, 4]])
    np.testing.assert_array_equal(found.which, [1, 1, 1, 0])
    assert place.distance(tours[0], tours[2]) == 0


def test_funnels_are_those_that_networkx_finds():
    """Random networks with equal values: bottoms are parts of the graph of edges that do not go up with no way out."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        values = np.sort(rng.integers(0, 12, 25)).astype(float)
        edges = rng.integers(0, 25, (32, 2))
        edges = edges[edges[:, 0] != edges[:, 1]]
        found = networks.funnels(values, edges)
        graph = nx.DiGraph()
        graph.add_nodes_from(range(25))
        for one, other in edges.tolist():
            if values[other] <= values[one]:
                graph.add_edge(one, other)
            if values[other] == values[one]:
                graph.add_edge(other, one)
        parts = nx.condensation(graph)
        exits = {part: min(parts.nodes[part]["members"]) for part in parts if parts.out_degree(part) == 0}
        ranks = {part: i for i, part in enumerate(sorted(exits, key=lambda part: (values[exits[part]], exits[part])))}
        assert [exits[part] for part in ranks] == found.bottoms.tolist()
        for node, part in parts.graph["mapping"].items():
            reached = [ranks[each] for each in {part} | nx.descendants(parts, part) if each in ranks]
            assert found.of[node] == min(reached)
            assert found.shared[node] == (len(reached) > 1)


def test_where_no_search_has_set_out_no_funnel_is_known():
    found = networks.funnels([0.0, 1.0, 2.0], [[0, 1], [2, 0]], left=[True, False, True])
    np.testing.assert_array_equal(found.of, [0, -1, 0])
    np.testing.assert_array_equal(found.bottoms, [0])


def test_the_exhaustive_network_counts_flips_between_basins():
    found, whole = networks.exhaustive(BITS), exact(BITS)
    points = strings(8)
    expected = {}
    for number in range(256):
        for bit in range(8):
            other = points[number].copy()
            other[bit] = 1 - other[bit]
            one, two = whole.of[number], whole.of[int("".join(str(int(b)) for b in other), 2)]
            if one != two:
                expected[one, two] = expected.get((one, two), 0) + 1
    assert {
        tuple(edge): count for edge, count in zip(found.edges.tolist(), found.counts.tolist(), strict=True)
    } == expected
    assert len(found.values) == local_optima(losses(BITS, points)).sum()
    np.testing.assert_array_equal(found.visits, whole.sizes)
    assert np.isnan(found.success)
    sampled = networks.sample(BITS, drawn(BITS, 8), 100, seed=1)
    known = {tuple(row) for row in found.points.tolist()}
    assert {tuple(row) for row in sampled.points.tolist()} <= known
    assert sampled.values[0] == pytest.approx(found.values[0], abs=1e-12)


def test_what_cannot_be_done_is_refused():
    with pytest.raises(LandscapeError, match="kicks of 1 or more"):
        networks.chains(TOUR, drawn(TOUR, 1), 0)
    with pytest.raises(LandscapeError, match="strength of 1 or more"):
        networks.chains(TOUR, drawn(TOUR, 1), 1, strength=0)
    with pytest.raises(LandscapeError, match="14 bits or fewer"):
        networks.exhaustive(rugged(bits=15, epistasis=2))
    with pytest.raises(LandscapeError, match="whose neighborhood is flip"):
        networks.exhaustive(ring(cities=20))
