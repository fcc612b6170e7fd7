"""Queens: how many solutions there are, the boards without any, and what moves change."""

import itertools
from functools import partial

import jax
import numpy as np
import pytest

import landscape as ls
from landscape.parameters import LandscapeError

LOSSES = jax.jit(lambda surface, points: jax.vmap(surface.at(1.0, points.dtype).loss)(points))


def values(surface, points) -> np.ndarray:
    return np.asarray(LOSSES(surface, np.array(list(points), float)))


def test_boards_have_as_many_solutions_as_are_known():
    """2, 10, 4, 40 for 4, 5, 6, 7 (OEIS A000170); in all columns that queens may stand in, the same ones."""
    for dim, count in {4: 2, 5: 10, 6: 4, 7: 40}.items():
        assert (values(ls.problems.n_queens(dim=dim), itertools.permutations(range(dim))) == 0).sum() == count
    everywhere = itertools.product(range(4), repeat=4)
    assert (values(ls.problems.n_queens(dim=4, neighborhood="assign"), everywhere) == 0).sum() == 2


@pytest.mark.parametrize("dim", [2, 3])
def test_two_and_three_queens_attack_each_other_once_at_least(dim):
    for neighborhood in ("swap", "assign"):
        surface = ls.problems.n_queens(dim=dim, neighborhood=neighborhood)
        boards = itertools.product(range(dim), repeat=dim)
        found = values(surface, boards if neighborhood == "assign" else itertools.permutations(range(dim)))
        assert found.min() == 1 == surface.minimum
    best = [0.0, 2, 1] if dim == 3 else [0.0, 1]
    assert surface.describe(np.array(best)) == "1 pair attacks each other, the fewest there can be"
    assert "no solution" in surface.note


@partial(jax.jit, static_argnums=0)
def changed(domain, surface, x, moves):
    """The loss, and of each of the moves what it changes and where it leads."""
    at = surface.at(1.0, x.dtype)
    each = jax.vmap(lambda move: (at.changes[domain.neighborhood](x, move), domain.apply(x, move)))
    return at.loss(x), *each(moves)


def attacks(x) -> int:
    pairs = itertools.combinations(enumerate(np.asarray(x, int)), 2)
    return sum(a == b or abs(a - b) == j - i for (i, a), (j, b) in pairs)


@pytest.mark.parametrize("name", ["swap", "assign"])
def test_changes_are_what_recomputing_gives(name):
    surface = ls.problems.n_queens(dim=7, neighborhood=name)
    for seed in range(6):
        random = np.random.default_rng(seed)
        x = (random.permutation(7) if name == "swap" else random.integers(0, 7, 7)).astype(float)
        here, changes, reached = changed(surface.domain, surface, x, surface.domain.moves())
        assert float(here) == attacks(x)
        np.testing.assert_array_equal(changes, [attacks(each) - attacks(x) for each in np.asarray(reached)])


def test_what_is_told():
    surface = ls.problems.n_queens(dim=8)
    assert surface.describe(np.array([0, 4, 7, 5, 2, 6, 1, 3.0])) == "no queen attacks another"
    assert surface.describe(surface.start) == "28 pairs attack each other"  # all on one diagonal
    assert surface.shown == {"queens": 8}
    assert surface.minimum == 0
    with pytest.raises(LandscapeError, match="outside 2 … 1000"):
        ls.problems.n_queens(dim=1)
    with pytest.raises(LandscapeError, match="not one of the options: swap, assign"):
        ls.problems.n_queens(neighborhood="two_opt")
