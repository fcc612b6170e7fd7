"""Basins: all strings are counted, each leads where its own descent does."""

import numpy as np
import pytest
from small_problems import ring, rugged

from landscape import problems
from landscape.parameters import LandscapeError
from landscape.terrain import basins
from landscape.terrain.descent import descend
from landscape.terrain.gray_code import strings

BITS = rugged(bits=9, epistasis=4, seed=1)


def test_every_string_is_in_the_basin_that_its_descent_ends_in():
    found = basins.exact(BITS)
    assert found.sizes.sum() == 2**9
    assert found.exact
    ends = descend(BITS, strings(9))
    np.testing.assert_array_equal(found.points[found.of], ends.points)
    np.testing.assert_allclose(found.values[found.of], ends.values, atol=1e-12)
    assert (np.diff(found.values) >= 0).all()
    assert found.correlation == pytest.approx(np.corrcoef(found.values, np.log(found.sizes))[0, 1])


def test_equal_neighbours_are_no_way_down():
    flat = basins._ends(np.array([1.0, 1.0, 1.0, 0.0]))
    np.testing.assert_array_equal(flat, [0, 3, 3, 3])


def test_sampled_basins_are_near_the_exact_ones():
    exact, found = basins.exact(BITS), basins.sampled(BITS, 4000, seed=3)
    assert found.sizes.sum() == 4000
    assert not found.exact
    known = {tuple(point): size / 512 for point, size in zip(exact.points.tolist(), exact.sizes, strict=True)}
    for point, size in zip(found.points.tolist(), found.sizes, strict=True):
        share = known[tuple(point)]
        assert abs(size / 4000 - share) < 5 * np.sqrt(share * (1 - share) / 4000)


def test_what_is_too_large_or_moves_otherwise_is_refused():
    with pytest.raises(LandscapeError, match="at most 16 bits"):
        basins.exact(ring())
    with pytest.raises(LandscapeError, match="moves by flip_swap; count them from random starts"):
        basins.exact(problems.knapsack(instance="random:8"))  # its descents swap too
    with pytest.raises(LandscapeError, match="0 starts"):
        basins.sampled(BITS, 0)
