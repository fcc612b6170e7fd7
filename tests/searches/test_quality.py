"""How near searches come to the shortest tour through berlin52 with their defaults, and what they say on the way."""

import numpy as np
import pytest
from grounds import BERLIN, legs, valid

import landscape as ls

# Seeds, steps, which are kept, and by how many per cent the median may be longer than 7542: twice what was measured.
ENOUGH = {
    "tabu_search": (4, 260, 5, 14.0),
    "iterated_local_search": (8, 3_100, 50, 4.0),
    "late_acceptance": (4, 80_000, 500, 14.0),
    "ant_colony": (2, 200, 5, 4.0),
}


@pytest.mark.parametrize("name", ENOUGH)
def test_gap_on_berlin52(name):
    seeds, steps, thin, gap = ENOUGH[name]
    orders = np.random.default_rng(5).permuted(np.tile(np.arange(52.0), (seeds, 1)), axis=1)
    search = ls.searches.ENTRIES[name]()
    starts = orders if search.alone else None
    many = ls.run_many(BERLIN, search, starts, seeds=seeds, steps=steps, thin=thin)
    points, values = np.asarray(many.positions), np.asarray(many.values)
    assert valid(BERLIN.domain, points)
    np.testing.assert_array_equal(values, legs(points))  # however many changes were added up
    found = np.asarray(many.best_value)[:, -1]
    assert found.min() >= 7542
    assert np.median(found) <= 7542 * (1.0 + gap / 100)
    if name == "iterated_local_search":
        assert found.min() == 7542
