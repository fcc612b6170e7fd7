"""Children of two permutations (n,), each with uniform numbers and the share `rate` that comes from the second."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import lax


class Crossover(NamedTuple):
    draws: Callable  # (count) -> how many uniform numbers it takes
    child: Callable  # (uniform, a, b, rate) -> (n,)


def fill(taken, a, b):
    """`a` (n,) where `taken` is true; the other places take the other numbers in the order of `b` (n,)."""
    count = a.size
    kept = jnp.zeros(count, bool).at[a.astype(jnp.int32)].set(taken)
    fresh = ~kept[b.astype(jnp.int32)]
    # The k-th number of `b` that is not there goes to the k-th open place.
    order = jnp.zeros(count, b.dtype).at[jnp.where(fresh, jnp.cumsum(fresh) - 1, count)].set(b, mode="drop")
    return jnp.where(taken, a, order[jnp.where(taken, 0, jnp.cumsum(~taken) - 1)])


def order(uniform, a, b, rate):
    """Order crossover (Davis 1985): a stretch of `a` stays, and behind it the rest follows as it stands in `b`."""
    count = a.size
    start = jnp.minimum((uniform[0] * count).astype(jnp.int32), count - 1)
    kept = jnp.floor((1.0 - rate) * count + uniform[1]).astype(jnp.int32)
    at = jnp.arange(count)
    turned = fill(at < kept, a[(at + start) % count], b[(at + start + kept) % count])
    return turned[(at - start) % count]


def position(uniform, a, b, rate):
    """Position-based crossover (Syswerda 1991): places keep the number of `a` or take the next one of `b`."""
    return fill(uniform >= rate, a, b)


def edge(uniform, a, b, rate):
    """Edge recombination (Whitley, Starkweather and Fuquay 1989): nearly all bonds are those of a parent.

    From the present number it goes on to that neighbour in either parent which has the fewest neighbours left, ties
    broken by chance, and anywhere where none is left. `rate` is how often it sets out from the first number of `b`.
    """
    count = a.size
    numbers = jnp.arange(count, dtype=jnp.int32)
    beside = jnp.concatenate([_beside(each.astype(jnp.int32)) for each in (a, b)], axis=1)
    same = (beside[:, 2:, None] == beside[:, None, :2]).any(axis=-1)
    single = jnp.concatenate([beside[:, :1] >= 0, beside[:, :1] != beside[:, 1:2], ~same], axis=1)
    single = single.at[:, 3].set(single[:, 3] & (beside[:, 3] != beside[:, 2]))
    scatter = jnp.asarray([1.0, 7.0, 31.0, 113.0], uniform.dtype)

    def step(k, state):
        child, left, now = state
        near = beside[now]
        lists = (single[near] & left[beside[near]]).sum(axis=1)
        score = jnp.where(single[now] & left[near], lists + (uniform[k] * scatter) % 1.0, jnp.inf)
        rank = jnp.cumsum(left)
        anywhere = jnp.argmax(rank > jnp.floor(uniform[k] * rank[-1]))
        best = jnp.argmin(score)
        now = jnp.where(jnp.isfinite(score[best]), near[best], numbers[anywhere])
        return child.at[k].set(now), left.at[now].set(False), now

    first = jnp.where(uniform[0] < rate, b[0], a[0]).astype(jnp.int32)
    state = jnp.zeros(count, jnp.int32).at[0].set(first), jnp.ones(count, bool).at[first].set(False), first
    return lax.fori_loop(1, count, step, state)[0].astype(a.dtype)


def _beside(tour):
    """The numbers before and after each number in a tour (n,) of int32: (n, 2)."""
    both = jnp.stack([jnp.roll(tour, 1), jnp.roll(tour, -1)], axis=1)
    return jnp.zeros_like(both).at[tour].set(both)


CROSSOVERS = {
    "order": Crossover(lambda count: 2, order),
    "edge": Crossover(lambda count: count, edge),
    "position": Crossover(lambda count: count, position),
}
