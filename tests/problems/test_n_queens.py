"""Queens: how many solutions there are, the boards without any, and what moves change."""

import itertools

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape.parameters import LandscapeError


def values(surface, points) -> np.ndarray:
    return np.asarray(jax.jit(jax.vmap(lambda x: surface.at(1.0, x.dtype).loss(x)))(np.array(list(points), float)))


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


CHANGES = {
    name: jax.jit(lambda surface, x, move, name=name: surface.at(1.0, x.dtype).changes[name](x, move))
    for name in ("swap", "assign")
}


def attacks(x) -> int:
    pairs = itertools.combinations(enumerate(np.asarray(x, int)), 2)
    return sum(a == b or abs(a - b) == j - i for (i, a), (j, b) in pairs)


@given(st.lists(st.integers(0, 6), min_size=7, max_size=7), st.permutations(range(7)), st.data())
def test_changes_are_what_recomputing_gives(board, order, data):
    for name, x in (("assign", np.array(board, float)), ("swap", np.array(order, float))):
        surface = ls.problems.n_queens(dim=7, neighborhood=name)
        move = np.array(data.draw(st.sampled_from(surface.domain.moves().tolist())), np.int32)
        assert float(surface(x)) == attacks(x)
        reached = surface.domain.apply(x, move)
        assert float(CHANGES[name](surface, x, move)) == attacks(reached) - attacks(x)


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
