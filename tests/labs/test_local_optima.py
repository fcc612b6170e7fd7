"""Local-optima network, basin sizes and the map of optima: their numbers against each other and closed forms."""

from importlib import import_module

import numpy as np
import pytest
from lab_contract import Contract

from landscape.labs import basin_sizes, local_optima, optima_map
from landscape.labs.terrain_pictures import drawings
from landscape.labs.terrain_pictures.grounds import GROUNDS, ground, lowest, number, usual
from landscape.parameters import LandscapeError
from landscape.terrain.fitness_distance import distances
from landscape.terrain.networks import Funnels, Network
from landscape.terrain.optima import drawn


def held(found) -> dict:
    return {claim.sentence: claim.holds for claim in found.claims}


def test_the_network_of_a_small_nk_landscape_is_what_its_claims_say():
    told = []
    found = local_optima(**local_optima.quick).run(told.append)
    data = found.data
    assert not any(each.finding.done for each in told)
    assert [each.finding.data["best"].shape[1] for each in told] == [6, 11, 16]
    assert data["best"].shape == (6, 21)
    assert (np.diff(data["best"], axis=1) <= 0).all()
    np.testing.assert_allclose(data["values"][data["ends"]], data["best"][:, -1], atol=1e-12)
    assert data["visits"].sum() == 6 * 21
    assert held(found)[next(told for told in held(found) if "lowest node" in told)]
    assert data["values"][0] == pytest.approx(lowest("NK", 9, 4, 0), abs=1e-12)


def test_nodes_are_grouped_and_linked_by_funnel():
    """Six nodes: two funnels, one optimum never kept, and an edge to it."""
    values, edges = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), np.array([[2, 0], [3, 1], [4, 1], [2, 5]])
    ways = Funnels(np.array([0, 1]), np.array([0, 1, 0, 1, 1, -1]), np.zeros(6, bool))
    made = Network(np.zeros((6, 2)), values, np.array([9, 4, 1, 1, 1, 1]), edges, np.ones(4, int), ways, np.array([0]))
    rows = {row.label: row.nodes.tolist() for row in drawings.groups(made, np.arange(6))}
    assert rows == {"never kept": [5], "leads to 1": [1, 3, 4], "leads to 0": [0, 2]}
    places = np.column_stack([values, values])
    lines = {slot: way[:, 0] for way, slot in drawings.links(made, np.arange(6), places)}
    np.testing.assert_array_equal(lines[0], [2, 0, np.nan])
    np.testing.assert_array_equal(lines[1], [3, 1, np.nan, 4, 1, np.nan])
    np.testing.assert_array_equal(lines[None], [2, 5, np.nan])
    spots = drawings.space(made, np.arange(6), places)[-1]
    np.testing.assert_array_equal(spots.z, [0, 2])
    assert spots.size[0] == pytest.approx(drawings.LARGEST)


@pytest.mark.parametrize("k", [0, 8])
def test_basins_of_smooth_and_of_random_landscapes_are_as_many_as_closed_forms_say(k):
    found = basin_sizes(size=9, k=k).run()
    assert all(holds for holds in held(found).values() if found.data["sizes"].size > 1)
    assert found.data["sizes"].sum() == 512
    assert found.data["sizes"].size == 1 if k == 0 else 20 < found.data["sizes"].size < 85
    ratio = found.data["sizes"][0] / found.data["sizes"].mean()
    assert basin_sizes.question.right(found) == (0 if ratio < 1 else 1 if ratio < 3 else 2)


def test_a_landscape_with_one_optimum_is_drawn_as_well():
    """K = 0: every bit has its own best value."""
    for lab, more in ((local_optima, {"runs": 6, "kicks": 20}), (optima_map, {"starts": 60})):
        found = lab(problem="NK", size=9, k=0, **more).run()
        assert found.data["values"].shape == (1,)
        assert found.data["values"][0] == pytest.approx(lowest("NK", 9, 0, 0), abs=1e-12)
        for name in found.sheets:
            assert found.figure(name).data


@pytest.mark.lab
def test_descents_on_berlin52_rarely_meet_and_share_most_bonds():
    found = basin_sizes(problem="berlin52", starts=240).run()  # in four pieces: one program for both labs
    assert found.data["sizes"].size > 210
    found = optima_map(starts=60).run()
    assert 0.33 < found.data["spread"] < 0.45  # measured with another program: 0.37 n of 0.96 n
    assert optima_map.question.right(found) == 0
    assert found.data["stress"] < 0.4


def test_random_points_are_as_far_apart_as_the_closed_forms_say():
    assert set(GROUNDS) >= {"berlin52", "max-sat"}
    for name in ("random cities", "NK", "assignment"):
        surface = ground(name, 8, 3, 0)
        apart = distances(surface.domain, drawn(surface, 150, 5))
        assert apart[np.triu_indices(150, 1)].mean() == pytest.approx(usual(surface), rel=0.02)


def test_bad_input_is_refused_and_numbers_are_written_as_they_are():
    assert [number(each) for each in (7542.0, -0.79123, 0.0)] == ["7,542", "−0.791", "0"]
    for lab, values in ((local_optima, {"kicks": 1}), (basin_sizes, {"size": 2}), (optima_map, {"method": "guess"})):
        with pytest.raises(LandscapeError, match=next(iter(values))):
            lab(**values)
    assert import_module("landscape.labs.optima_map").MAPS[0] == optima_map().values["method"]


class TestNetwork(Contract):
    lab = "local_optima"


class TestBasins(Contract):
    lab = "basin_sizes"


class TestMap(Contract):
    lab = "optima_map"
