"""Gray codes and maps of all bit strings, against their definitions and a slow enumeration."""

import numpy as np
import pytest
from small_problems import ring, rugged

import landscape as ls
from landscape.terrain.gray_code import gray_code, height_map, local_optima, places, position, strings


@pytest.mark.parametrize("bits", [1, 2, 5, 8])
def test_neighbours_differ_by_one_bit_also_around_the_edge(bits):
    code = gray_code(bits)
    assert sorted(code) == list(range(2**bits))
    changed = code ^ np.roll(code, -1)
    assert all(int(each).bit_count() == 1 for each in changed)
    np.testing.assert_array_equal(position(code), np.arange(2**bits))


def test_the_map_holds_every_string_where_places_says():
    bits = 7
    surface = rugged(bits=bits, epistasis=2, seed=3)
    found = height_map(surface)
    assert found.heights.shape == (2 ** (bits // 2), 2 ** (bits - bits // 2))
    points = strings(bits)
    assert len(np.unique(points, axis=0)) == 2**bits
    columns, rows = places(bits, points)
    for point, column, row in zip(points, columns, rows, strict=True):
        assert found.heights[row, column] == pytest.approx(float(surface(point)), rel=1e-6)
    for axis in (0, 1):  # one step on the map, around its edges too, is one flip
        values = {(int(r), int(c)): point for point, c, r in zip(points, columns, rows, strict=True)}
        moved = np.array([[values[r, c] for c in range(found.heights.shape[1])] for r in range(found.heights.shape[0])])
        assert np.all(np.abs(moved - np.roll(moved, 1, axis=axis)).sum(axis=-1) == 1)


def test_optima_are_those_of_a_slow_enumeration():
    surface = rugged(bits=6, epistasis=3, seed=1)
    points = strings(6)
    values = np.array([float(surface(point)) for point in points])
    number = {tuple(point): k for k, point in enumerate(points.tolist())}
    expected = []
    for point, value in zip(points, values, strict=True):
        flipped = [np.where(np.arange(6) == k, 1 - point, point) for k in range(6)]
        expected.append(all(value <= values[number[tuple(each)]] for each in flipped))
    np.testing.assert_array_equal(local_optima(values), expected)
    assert height_map(surface).optima.sum() == sum(expected)


def test_what_has_no_map_is_said():
    with pytest.raises(ls.LandscapeError, match="has no bits to make a map of"):
        height_map(ring())
    with pytest.raises(ls.LandscapeError, match="takes 2 to 16 bits"):
        height_map(ls.problems.one_max(dim=17))
