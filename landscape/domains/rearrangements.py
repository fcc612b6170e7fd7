"""Neighbourhoods of permutations: which moves there are, how one is drawn, and which place each number comes from.

Each is a `Rearrangement` of functions of the number of places and of whether the order is a circle (a tour). In a
circle, moves that give the same tour again are left out, and so are second ways to the same tour, but for a few
short ones of `or_opt`, and of `swap` in circles of up to six places. Circles of two or three places know one tour
only, so their moves stay there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains.base import pair, place

STRETCHES = ((1, 0), (2, 0), (2, 1), (3, 0), (3, 1))  # or_opt: how long, and whether it turns round


class Rearrangement(NamedTuple):
    """One neighbourhood: `count` places, `cyclic` or not; moves are whole numbers (k,)."""

    draws: Callable  # (cyclic) -> how many uniform numbers `propose` takes
    propose: Callable  # (uniform, count, cyclic) -> move (k,), each as likely
    source: Callable  # (move, count, cyclic) -> (count,): the place that each number comes from
    moves: Callable  # (count, cyclic) -> (m, k), NumPy


def _single(cyclic: bool, count: int) -> bool:
    """Whether all orders are the same circle."""
    return cyclic and count < 4


def _pairs(count: int) -> np.ndarray:
    return np.stack(np.triu_indices(count, 1), axis=1)


# two_opt: what stands from place i to place j is reversed. A circle keeps place 0: reversing the rest is the same tour.
def _propose_two_opt(uniform, count: int, cyclic: bool):
    if _single(cyclic, count):
        return jnp.zeros(2, jnp.int32)
    if not cyclic:
        return jnp.stack(pair(uniform, count))
    one = place(uniform[0], count)  # two bonds that do not touch
    other = one + 2 + place(uniform[1], count - 3)
    other = jnp.where(other >= count, other - count, other)
    return jnp.stack([jnp.minimum(one, other) + 1, jnp.maximum(one, other)])


def _source_two_opt(move, count: int, cyclic: bool):
    i, j, at = move[0], move[1], jnp.arange(count, dtype=jnp.int32)
    return jnp.where((at >= i) & (at <= j), i + j - at, at)


def _moves_two_opt(count: int, cyclic: bool) -> np.ndarray:
    if _single(cyclic, count):
        return np.zeros((1, 2), np.int32)
    every = _pairs(count)
    if cyclic:
        every = every[(every[:, 0] > 0) & (every[:, 1] - every[:, 0] < count - 2)]
    return every


# swap: the numbers at places i and j change places.
def _source_swap(move, count: int, cyclic: bool):
    i, j, at = move[0], move[1], jnp.arange(count, dtype=jnp.int32)
    return jnp.where(at == i, j, jnp.where(at == j, i, at))


# insert: the number at place i goes to place j, and those between move up. One place back is the same as the number
# before going one forward, so only the latter is there.
def _propose_insert(uniform, count: int, cyclic: bool):
    if _single(cyclic, count):
        return jnp.zeros(2, jnp.int32)
    if cyclic:
        i = place(uniform[0], count)
        ahead = i + 1 + place(uniform[1], count - 3)
        return jnp.stack([i, jnp.where(ahead < count, ahead, ahead - count + 1)])
    row, column = place(uniform[0], count - 1), place(uniform[1], count - 1)
    first = column == count - 2  # the last column holds the moves of the first number
    return jnp.stack([jnp.where(first, 0, row + 1), jnp.where(first, row + 1, column + 2 * (column >= row))])


def _source_insert(move, count: int, cyclic: bool):
    i, j, at = move[0], move[1], jnp.arange(count, dtype=jnp.int32)
    rest = jnp.where((at >= i) & (at < j), at + 1, jnp.where((at > j) & (at <= i), at - 1, at))
    return jnp.where(at == j, i, rest)


def _moves_insert(count: int, cyclic: bool) -> np.ndarray:
    if _single(cyclic, count):
        return np.zeros((1, 2), np.int32)
    i, j = (each.ravel() for each in np.indices((count, count)))
    if not cyclic:
        return np.stack([i, j], axis=1)[(i != j) & (j != i - 1)]
    ahead = (i + 1 + j)[j < count - 3]
    return np.stack([i[j < count - 3], np.where(ahead < count, ahead, ahead - count + 1)], axis=1)


# or_opt in a circle: (i, length, passed, turned), a stretch from place i on goes past so many numbers.
# Else: (i, length, j, turned), the stretch that begins at place i begins at place j.
def _passes(count: int) -> tuple[int, ...]:
    """How many numbers each kind of stretch may go past in a circle."""
    return tuple(max(count - max(length, 2) - 1, 0) for length, _ in STRETCHES)


def _begins(count: int) -> tuple[int, ...]:
    """At how many places each kind of stretch may begin in a row."""
    return tuple(max(count - length + 1, 0) for length, _ in STRETCHES)


def _weights(count: int) -> np.ndarray:
    """How many moves each kind of stretch has in a row."""
    begins = np.array(_begins(count))
    return np.where(np.array([length for length, _ in STRETCHES]) == 1, (count - 1) ** 2, begins * (begins - 1))


def _propose_or_opt(uniform, count: int, cyclic: bool):
    if _single(cyclic, count):
        return jnp.array([0, 1, 0, 0], jnp.int32)
    kinds = np.array(STRETCHES, np.int32)
    bounds = np.cumsum(_passes(count) if cyclic else _weights(count))
    drawn = place(uniform[0], int(bounds[-1]))
    kind = jnp.sum(drawn >= bounds[:-1])
    length, turned = jnp.asarray(kinds)[kind]
    if cyclic:
        passed = 1 + drawn - jnp.concatenate([jnp.zeros(1, jnp.int32), jnp.asarray(bounds, jnp.int32)])[kind]
        return jnp.stack([place(uniform[1], count), length, passed, turned])
    begins = jnp.asarray(_begins(count), jnp.int32)[kind]
    i, j = place(uniform[1], begins), place(uniform[2], begins - 1)
    one = _propose_insert(uniform[1:], count, cyclic)
    i, j = jnp.where(kind == 0, one, jnp.stack([i, j + (j >= i)]))
    return jnp.stack([i, length, j, turned])


def _source_or_opt(move, count: int, cyclic: bool):
    i, length, target, turned = move[0], move[1], move[2], move[3]
    at = jnp.arange(count, dtype=jnp.int32)
    if cyclic:  # counted from the stretch on, which goes past `target` numbers
        at = jnp.where(at >= i, at - i, at - i + count)
        inside = at - target
        rest = jnp.where(inside < 0, at + length, at)
    else:
        inside = at - target
        rest = jnp.where(inside < 0, at, at - length)
        rest = jnp.where(rest < i, rest, rest + length) - i
    stretch = jnp.where(turned == 1, length - 1 - inside, inside)
    source = i + jnp.where((inside >= 0) & (inside < length), stretch, rest)
    return jnp.where(source >= count, source - count, source) if cyclic else source


def _moves_or_opt(count: int, cyclic: bool) -> np.ndarray:
    if _single(cyclic, count):
        return np.array([[0, 1, 0, 0]])
    rows = []
    for (length, turned), passes, begins in zip(STRETCHES, _passes(count), _begins(count), strict=True):
        if cyclic:
            i, end = (each.ravel() for each in np.indices((count, passes)))
            end = end + 1
        elif length == 1:
            i, end = _moves_insert(count, cyclic).T
        else:
            i, end = (each.ravel() for each in np.indices((begins, begins)))
        rows.append(np.stack([i, np.full_like(i, length), end, np.full_like(i, turned)], axis=1)[(i != end) | cyclic])
    return np.concatenate(rows)


NEIGHBORHOODS = {
    "two_opt": Rearrangement(lambda cyclic: 2, _propose_two_opt, _source_two_opt, _moves_two_opt),
    "swap": Rearrangement(
        lambda cyclic: 2, lambda u, count, _: jnp.stack(pair(u, count)), _source_swap, lambda count, _: _pairs(count)
    ),
    "insert": Rearrangement(lambda cyclic: 2, _propose_insert, _source_insert, _moves_insert),
    "or_opt": Rearrangement(lambda cyclic: 2 if cyclic else 3, _propose_or_opt, _source_or_opt, _moves_or_opt),
}
