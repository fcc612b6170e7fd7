"""The n queens (Bezzel 1848): as many queens as the board has rows, none of which attacks another."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Integers, Permutations
from landscape.parameters import Choice, Range
from landscape.problems.entry import problem
from landscape.schedules import exponential
from landscape.surface import Minibatch

Side = Annotated[int, Range(4, 50, legal=(2, 1000)), "rows, columns and queens"]


class Board(NamedTuple):
    rows: np.ndarray  # (n,): 0 … n − 1


def read(*, dim: Side = 8) -> Board:
    return Board(np.arange(dim, dtype=np.int32))


def place(data: Board, neighborhood: str, **_) -> Any:
    """One queen in each row; in each column too where queens only change places."""
    count = len(data.rows)
    if neighborhood == "assign":
        return Integers(length=count, count=count)
    return Permutations(length=count, recombination="position")


def fewest(data: Board, **_) -> float:
    """Boards of 2 and 3 have no solution; one attack is the least there, as a look at all of them shows."""
    return 1.0 if len(data.rows) in (2, 3) else 0.0


def told(data: Board, x, value: float, **_) -> str:
    if value == 0:
        return "no queen attacks another"
    attacks = f"{value:,.0f} {'pairs attack' if value > 1 else 'pair attacks'} each other"
    return f"{attacks}, the fewest there can be" if value == fewest(data) else attacks


@problem(
    family="assignments",
    picture="board",
    domain=place,
    start=lambda data, **_: np.arange(len(data.rows)),
    minimum=fewest,
    describe=told,
    shown=lambda data, **_: {"queens": len(data.rows)},
    source="doi:10.1016/j.disc.2007.12.043",
    formula=r"\#\{i < j : x_i = x_j \;\text{or}\; |x_i - x_j| = j - i\}",
    note="With 2 or 3 queens there is no solution: one pair attacks each other at least.",
    tuned={"simulated_annealing": {"temperature": exponential(start=1.0, end=0.1)}},
    data=read,
)
def n_queens(
    data,
    *,
    neighborhood: Annotated[str, Choice("swap", "assign"), "two queens trade columns, or one takes another"] = "swap",
):
    """N queens: how many pairs of them attack each other, the one in row i standing in column x_i."""
    rows = data.rows
    count = len(rows)

    def pairs(lines):
        """Pairs on the same line, by the number of each queen's line."""
        many = jnp.zeros(2 * count, jnp.int32).at[lines].add(1)
        return jnp.sum(many * (many - 1)) // 2

    def loss(x):
        at = x.astype(jnp.int32)
        return (pairs(at) + pairs(at + rows) + pairs(at - rows + count)).astype(x.dtype)

    def attacked(at, row, column, others):
        """How many of the other queens attack this place."""
        return jnp.sum(others & ((at == column) | (jnp.abs(at - column) == jnp.abs(rows - row))))

    def assign(x, move):
        at, row = x.astype(jnp.int32), move[0]
        fresh = (at[row] + move[1]) % count
        others = rows != row
        return (attacked(at, row, fresh, others) - attacked(at, row, at[row], others)).astype(x.dtype)

    def swap(x, move):
        """The two attack each other after it where they did before, since both of their lines stay."""
        at, i, j = x.astype(jnp.int32), move[0], move[1]
        others = (rows != i) & (rows != j)
        after = attacked(at, i, at[j], others) + attacked(at, j, at[i], others)
        return (after - attacked(at, i, at[i], others) - attacked(at, j, at[j], others)).astype(x.dtype)

    return Minibatch(loss, changes={"swap": swap, "assign": assign})
