"""Colourings of graphs: whole numbers with moves along Kempe's chains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import lax

from landscape.domains.integers import Integers
from landscape.parameters import LandscapeError


@dataclass(frozen=True)
class Colorings(Integers):
    """`count` colours on the vertices of a graph. Beside the moves of whole numbers,

    kempe  a move is (vertex, shift): its colour and the one so many further are exchanged along Kempe's chain, all
           that can be reached from the vertex over edges that join the one colour to the other

    No such move adds a conflict, so a proper colouring stays proper (Kempe 1879, doi:10.2307/2369235), and none leads
    back from one that took a conflict away.

    `beside` (n, q) holds the neighbours of each vertex, filled up with the vertex itself. It may be traced, so it takes
    no part in comparisons: what follows from shapes alone is the same for all graphs of as many vertices.
    """

    neighborhoods: ClassVar[tuple[str, ...]] = ("assign", "swap", "kempe")
    told: ClassVar[str] = "Colourings"
    beside: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self):
        super().__post_init__()
        if self.beside is None or self.beside.shape[0] != self.length:
            raise LandscapeError(f"Colourings of {self.length} vertices need the neighbours of each, as rows.")

    def apply(self, x, move) -> jax.Array:
        if self.neighborhood != "kempe":
            return super().apply(x, move)
        mine = x[move[0]]
        other = self._shifted(x, move[1])[move[0]]
        return jnp.where(self.chain(x, move), mine + other - x, x)

    def chain(self, x, move) -> jax.Array:
        """The vertices (n,) of Kempe's chain through the vertex of the move, as truth values."""
        mine = x[move[0]]
        either = (x == mine) | (x == self._shifted(x, move[1])[move[0]])
        around = jnp.asarray(self.beside)
        joined = either[:, None] & either[around] & (x[around] != x[:, None])
        first = jnp.arange(self.length) == move[0]

        def grow(state):
            reached, _ = state
            more = reached | jnp.any(joined & reached[around], axis=1)
            return more, jnp.any(more != reached)

        return lax.while_loop(lambda state: state[1], grow, (first, jnp.array(True)))[0]
