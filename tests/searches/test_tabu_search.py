"""Tabu search by hand on a cube, and on a colouring."""

import jax.numpy as jnp
import numpy as np

import landscape as ls


def cube(heights):
    """A surface over three bits, by the value of each corner, 000 first."""
    levels = jnp.asarray(heights, float)
    place = jnp.array([4, 2, 1])
    return ls.Surface.from_function(
        lambda x: levels[jnp.sum(x * place).astype(int)], domain=ls.Bits(length=3), minimum=np.nan
    )


def corners(surface, tenure: float, steps: int):
    search = ls.searches.tabu_search(tenure=tenure, variation=0.0, sample=0)
    trajectory = ls.run(surface, search, np.zeros(3), steps=steps)
    names = ["".join(str(int(bit)) for bit in point[0]) for point in np.asarray(trajectory.positions)]
    return names, trajectory


def test_what_was_left_is_shut_for_as_long_as_the_tenure():
    surface = cube([0, 2, 1, 4, 3, 7, 5, 6])  # 000, 001, 010, … 111
    names, trajectory = corners(surface, tenure=2.0, steps=4)
    # At 011 the better corners 010 and 001 would bring back a bit that was flipped one and two steps ago.
    assert names == ["000", "010", "011", "111", "101"]
    np.testing.assert_allclose(trajectory.metrics["tabu"], [0, 1 / 3, 2 / 3, 2 / 3])
    assert corners(surface, tenure=0.0, steps=4)[0] == ["000", "010", "000", "010", "000"]


def test_a_new_best_is_never_tabu():
    names, trajectory = corners(cube([0, 3, 2, -1, 1, 5, 4, 6]), tenure=3.0, steps=4)
    assert names == ["000", "100", "110", "111", "011"]
    np.testing.assert_array_equal(trajectory.metrics["aspired"], [False, False, False, True])


def test_ties_are_broken_by_chance():
    domain = ls.Bits(length=8)
    flat = ls.Surface.from_function(lambda x: jnp.max(x), domain=domain, minimum=0.0)  # from 0 all moves are alike
    search = ls.searches.tabu_search(sample=0)
    firsts = np.asarray(ls.run_many(flat, search, np.zeros(8)[None], seeds=400, steps=1).positions)[:, 1, 0]
    shares = firsts.mean(axis=0)
    assert np.all(firsts.sum(axis=1) == 1)
    assert np.all(np.abs(shares - 1 / 8) < 4 * np.sqrt(1 / 8 * 7 / 8 / 400))


def test_it_colours_queens():
    surface = ls.problems.coloring(instance="queen6_6", colors=7)
    many = ls.run_many(surface, ls.searches.tabu_search(), seeds=6, steps=800, record="best", thin=50)
    assert np.min(np.asarray(many.best_value)) == 0
    edges = surface.data.edges
    best = np.argmin(np.asarray(many.best_value)[:, -1])
    found = np.asarray(many.positions)[best, -1, 0]
    assert np.all(found[edges[:, 0]] != found[edges[:, 1]])
    assert found.max() < 7
