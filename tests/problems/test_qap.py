"""Assignments: published optima, and a swap's change."""

import itertools

import jax
import numpy as np
import pytest

import landscape as ls
from landscape.parameters import LandscapeError
from landscape.problems import instances


def by_hand(data, x) -> float:
    at = np.asarray(x, int)
    return sum(data.flows[i, j] * data.distances[at[i], at[j]] for i in range(len(at)) for j in range(len(at)))


def test_published_solutions_have_their_published_values():
    """QAPLIB's permutation of tai12a (which place belongs to a facility there: its inverse here); nug12 and nug15 of
    solutions that reach QAPLIB's proven value."""
    solutions = {
        "tai12a": (224416, np.argsort(np.array([8, 1, 6, 2, 11, 10, 3, 5, 9, 7, 12, 4]))),
        "nug12": (578, [7, 3, 11, 4, 0, 1, 9, 5, 10, 2, 6, 8]),
        "nug15": (1150, [0, 1, 6, 5, 13, 12, 8, 3, 4, 10, 9, 14, 2, 7, 11]),
    }
    for name, (optimum, x) in solutions.items():
        surface = ls.problems.qap(instance=name)
        assert float(surface(np.array(x, float))) == optimum == surface.minimum == by_hand(surface.data, x)
        assert surface.describe(np.array(x, float)) == f"transport of {optimum:,}, the least there is"
        assert "% above the least" in surface.describe(surface.start)
        assert not surface.domain.cyclic


def test_what_is_shown_is_a_grid_for_nugent():
    shown = ls.problems.qap(instance="nug12").shown
    places = np.array(shown["places"])
    assert places.shape == (12, 2)
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    distances = np.array(shown["distances"])
    assert np.corrcoef(apart.ravel(), distances.ravel())[0, 1] > 0.95


@jax.jit
def changes(surface, x, moves):
    return jax.vmap(lambda move: surface.at(1.0, x.dtype).changes["swap"](x, move))(moves)


@pytest.mark.parametrize("seed", range(4))
def test_a_swap_changes_what_recomputing_gives(seed):
    """Neither matrix need be symmetric, nor its diagonal empty."""
    random = np.random.default_rng(seed)
    word = instances.remember(f"6\n{' '.join(map(str, random.integers(0, 9, 72)))}")
    surface = ls.problems.qap(instance=word)
    x = random.permutation(6).astype(float)
    moves = np.array(list(itertools.product(range(6), repeat=2)), np.int32)
    for (i, j), change in zip(moves, np.asarray(changes(surface, x, moves)), strict=True):
        swapped = x.copy()
        swapped[[i, j]] = x[[j, i]]
        assert change == by_hand(surface.data, swapped) - by_hand(surface.data, x)


def test_appeal_is_no_less_than_zero():
    """Its logarithm is taken; flows may be negative."""
    at = ls.problems.qap(instance=instances.remember("2\n0 1 2 0\n0 -3 4 0")).at(0.0, np.float64)
    np.testing.assert_array_equal(at.appeal, [[3, 6], [4, 8]])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is no number in this text; give QAPLIB's number of facilities, and two matrices."),
        ("1\n0\n0", "Line 1: the number of facilities is 1; give a whole number from 2 to 300."),
        ("2.5", "Line 1: the number of facilities is 2.5; give a whole number from 2 to 300."),
        ("2\n0 1 1 0\n0 x 1 0", "Line 3: expected a number up to ±1e12, found 'x'."),
        ("2\n0 1\n1 0\n0 1 1", "After the number 2 this file has 7 numbers, the last on line 4; two matrices of 2 × 2 "
         "need 8."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text, told):
    with pytest.raises(LandscapeError) as error:
        ls.problems.qap(instance=instances.remember(text))
    assert str(error.value) == told


def test_numbers_that_fit_no_instance_are_named():
    with pytest.raises(LandscapeError, match="Did you mean 'nug1"):
        ls.problems.qap(instance="nug13")
    with pytest.raises(LandscapeError, match="not one of the options: swap, insert, two_opt"):
        ls.problems.qap(neighborhood="flip")
