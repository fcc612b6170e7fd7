"""Descents end at local optima, by the way that a loop in plain NumPy takes."""

import numpy as np
import pytest
from small_problems import ring, rugged

from landscape import problems, surfaces
from landscape.domains import Integers
from landscape.parameters import LandscapeError
from landscape.surface import Surface
from landscape.terrain.descent import descend
from landscape.terrain.optima import drawn


def plain(surface, x, first=False):
    """The descent of one point in plain Python: its end, its value and its moves."""
    domain, moves, count = surface.domain, surface.domain.moves(), 0
    value = float(surface(x))
    while True:
        around = [np.asarray(domain.apply(x, move)) for move in moves]
        values = np.array([float(surface(each)) for each in around])
        lower = values < value - 1e-12
        if not lower.any():
            return x, value, count
        chosen = int(np.argmax(lower)) if first else int(np.argmin(values))
        x, value, count = around[chosen], values[chosen], count + 1


@pytest.mark.parametrize("first", [False, True])
def test_bits_descend_as_in_a_plain_loop(first):
    surface = rugged(bits=8, epistasis=3)
    starts = drawn(surface, 24, 1)
    found = descend(surface, starts, first=first)
    for i, start in enumerate(starts[:6]):
        x, value, count = plain(surface, start, first)
        np.testing.assert_array_equal(found.points[i], x)
        assert found.values[i] == pytest.approx(value, abs=1e-12)
        assert found.moves[i] == count
    assert not first or found.moves.sum() > descend(surface, starts).moves.sum()  # smaller steps, more of them


def test_tours_end_where_no_reversal_is_shorter():
    """The distances of berlin52 in NumPy; descents use what a move changes."""
    surface = problems.tsp()
    apart, moves = np.asarray(surface.data.distances), surface.domain.moves()
    found = descend(surface, drawn(surface, 40))
    for x, value in zip(found.points[:20].astype(int), found.values, strict=False):
        assert sorted(x) == list(range(52))
        assert value == apart[x, np.roll(x, -1)].sum()
        a, b, c, d = x[moves[:, 0] - 1], x[moves[:, 0]], x[moves[:, 1]], x[(moves[:, 1] + 1) % 52]
        gain = apart[a, c] + apart[b, d] - apart[a, b] - apart[c, d]
        assert gain[(moves[:, 0] > 0) | (moves[:, 1] < 51)].min() >= 0
    assert found.values.mean() == pytest.approx(1.078 * 7542, rel=0.02)  # measured with another program: 7.8 %


def test_any_discrete_surface_will_do_and_starts_may_be_one_or_none():
    valley = Surface.from_function(lambda x: ((x - 2.0) ** 2).sum(), domain=Integers(length=3, count=5))
    found = descend(valley, np.zeros(3))
    np.testing.assert_array_equal(found.points, [[2, 2, 2]])
    assert found.moves.tolist() == [3]
    assert descend(ring(), np.zeros((0, 8))).values.shape == (0,)


def test_what_has_no_neighbours_is_refused():
    with pytest.raises(LandscapeError, match="no neighbourhood"):
        descend(surfaces.himmelblau(), np.zeros((1, 2)))
    with pytest.raises(LandscapeError, match="8 numbers, not starts of shape"):
        descend(ring(), np.zeros((3, 7)))
