"""Local-optima networks: optima as nodes, ways from one to another as edges, and the funnels that these make."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import draw_uniform
from landscape.domains import Bits
from landscape.parameters import LandscapeError
from landscape.terrain import basins
from landscape.terrain.descent import given, stepper
from landscape.terrain.optima import distinct
from landscape.terrain.walks import domain

ALL = 14  # bits, of whose strings there are few enough for all optima


class Chains(NamedTuple):
    """Chained searches: the local optima that r runs came to after k kicks each, the first from their starts."""

    points: np.ndarray  # (r, k + 1, d)
    values: np.ndarray  # (r, k + 1)


class Funnels(NamedTuple):
    """Where sequences of edges that go down lead."""

    bottoms: np.ndarray  # (b,) a node of each funnel's bottom, the lowest first
    of: np.ndarray  # (n,) the lowest funnel that each node leads to; −1 where no search has set out from it
    shared: np.ndarray  # (n,) bool: it leads to others as well


class Network(NamedTuple):
    """A local-optima network; nodes are numbered from the best one on."""

    points: np.ndarray  # (n, d) in canonical form
    values: np.ndarray  # (n,) losses
    visits: np.ndarray  # (n,) how often a search came there; of an exhaustive network, the size of its basin
    edges: np.ndarray  # (m, 2) from which node to which, never to itself
    counts: np.ndarray  # (m,) how often that was seen
    funnels: Funnels
    ends: np.ndarray  # (r,) the node at which each run ended

    @property
    def success(self) -> float:
        """The share of runs that ended at the lowest loss seen; NaN where there were no runs."""
        if not len(self.ends):
            return float("nan")
        return float(np.mean(self.values[self.ends] <= self.values[0]))

    @property
    def incoming(self) -> np.ndarray:
        """How often edges led to each node (n,)."""
        return np.bincount(self.edges[:, 1], self.counts, len(self.values))


def chains(surface, starts, kicks: int, *, strength: int = 1, seed: int = 0, first: int = 0) -> Chains:
    """Chained search from each of `starts` (r, d): kick, descend, accept what is not worse, `kicks` times.

    Kicks are numbered from `first` on, and draw their numbers by that: to go on with a search, give the optima where
    it was and the number of kicks it had made.
    """
    for what, number in (("kicks", kicks), ("strength", strength)):
        if number < 1:
            raise LandscapeError(f"A chained search needs {what} of 1 or more, not {number}.")
    starts, moves = given(surface, starts)
    found = _chained(surface, jnp.asarray(starts, jnp.result_type(float)), moves, jax.random.key(seed), first,
                     kicks=kicks, strength=strength)  # fmt: skip
    return Chains(*(np.asarray(each) for each in found))


def growing(
    surface, starts, kicks: int, *, strength: int = 1, seed: int = 0, pieces: int = 5
) -> Iterator[tuple[Chains, float]]:
    """The same search in pieces: what there is after each, and the share of the kicks that are done."""
    each = -(-kicks // pieces)
    found = chains(surface, starts, each, strength=strength, seed=seed)
    yield _cut(found, kicks), min(each / kicks, 1.0)
    for first in range(each, kicks, each):
        row = np.arange(len(found.values)), homes(found.values)[:, -1]
        more = chains(surface, found.points[row], each, strength=strength, seed=seed, first=first)
        found = Chains(*(np.concatenate([a, b[:, 1:]], axis=1) for a, b in zip(found, more, strict=True)))
        yield _cut(found, kicks), min((first + each) / kicks, 1.0)


def _cut(found: Chains, kicks: int) -> Chains:
    return Chains(found.points[:, : kicks + 1], found.values[:, : kicks + 1])


def homes(values) -> np.ndarray:
    """Where searches are after each kick (r, k + 1), as the number of the kick that led there, from `Chains.values`."""
    found = np.zeros(np.shape(values), int)
    row = np.arange(len(found))
    for k in range(1, found.shape[1]):
        before = found[:, k - 1]
        found[:, k] = np.where(values[:, k] <= values[row, before], k, before)
    return found


@partial(jax.jit, static_argnames=("kicks", "strength"))
def _chained(surface, starts, moves, key, first, *, kicks: int, strength: int):
    """Every walker goes on by itself: down where there is a way down, else it notes where it is and is kicked."""
    place, dtype, (runs, dim) = surface.domain, starts.dtype, starts.shape
    loss, step = stepper(surface, moves, dtype, False)
    row = jnp.arange(runs)

    def kicked(run, number, x):
        own = jax.random.fold_in(jax.random.fold_in(key, run), number)
        return place.kick(draw_uniform(own, (place.kick_draws,), dtype), x, strength)

    def body(state):
        x, value, home, height, made, points, values = state
        x, value, lower = step(x, value)
        arrived = ~lower & (made <= kicks)
        value = jnp.where(arrived, loss(x), value)  # sums of changes are rounded: equal optima would differ
        at = jnp.where(arrived, made, kicks + 1)
        points, values = points.at[row, at].set(x, mode="drop"), values.at[row, at].set(value, mode="drop")
        better = arrived & ((made == 0) | (value <= height))
        home, height = jnp.where(better[:, None], x, home), jnp.where(better, value, height)
        afresh = jax.vmap(kicked)(row, first + made, home)
        x, value = jnp.where(arrived[:, None], afresh, x), jnp.where(arrived, loss(afresh), value)
        return x, value, home, height, made + arrived, points, values

    nothing = jnp.zeros((runs, kicks + 1, dim), dtype), jnp.zeros((runs, kicks + 1), dtype)
    value = loss(starts)
    begin = (starts, value, starts, value, jnp.zeros(runs, jnp.int32), *nothing)
    *_, points, values = jax.lax.while_loop(lambda state: (state[4] <= kicks).any(), body, begin)
    return points, values


def network(surface, found: Chains) -> Network:
    """The network that chained searches have seen: an edge for each kick and the descent after it, accepted or not.

    Searches accept what is not worse, so the optimum that was kicked follows from the values.
    """
    runs, count = found.values.shape
    optima = distinct(domain(surface), found.points.reshape(runs * count, -1), found.values.reshape(-1))
    which = optima.which.reshape(runs, count)
    at = np.take_along_axis(which, homes(optima.values[which]), axis=1)  # (r, k + 1): where each run is
    ways = np.stack([at[:, :-1].reshape(-1), which[:, 1:].reshape(-1)], axis=1)
    edges, counts = np.unique(ways[ways[:, 0] != ways[:, 1]], axis=0, return_counts=True)
    visits = np.bincount(which.reshape(-1), minlength=len(optima.values))
    left = np.bincount(at.reshape(-1), minlength=len(optima.values)) > 0
    ways = funnels(optima.values, edges, left)
    return Network(optima.points, optima.values, visits, edges, counts, ways, at[:, -1])


def sample(surface, starts, kicks: int, *, strength: int = 1, seed: int = 0) -> Network:
    """The network of `chains` and `network` in one call."""
    return network(surface, chains(surface, starts, kicks, strength=strength, seed=seed))


def exhaustive(surface) -> Network:
    """All local optima of bit strings of up to 14 bits, with an edge wherever a flip leads to another basin.

    Counts are the flips; divided by n and by the basin's size they are the chance that a flip of a random member of
    one basin ends in the other (Ochoa and others 2008, doi:10.1145/1389095.1389204).
    """
    if isinstance(domain(surface), Bits) and surface.dim > ALL:
        raise LandscapeError(
            f"All of 2^{surface.dim} strings are too many for their network; take {ALL} bits or fewer."
        )
    whole = basins.exact(surface)
    numbers = np.arange(len(whole.of))
    ways = np.concatenate([np.stack([whole.of, whole.of[numbers ^ (1 << bit)]], axis=1) for bit in range(surface.dim)])
    edges, counts = np.unique(ways[ways[:, 0] != ways[:, 1]], axis=0, return_counts=True)
    return Network(whole.points, whole.values, whole.sizes, edges, counts,
                   funnels(whole.values, edges), np.zeros(0, int))  # fmt: skip


def funnels(values, edges, left=None) -> Funnels:
    """Follow the edges (m, 2) that go down from each node, with values (n,), to where none does.

    Nodes of one value with an edge between them are one place: none is the other's way down. Where `left` (n,) is
    False, no search has set out, so what leads down from there is not known, and it is no bottom.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    values, edges = np.asarray(values), np.asarray(edges, int).reshape(-1, 2)
    drop = values[edges[:, 1]] - values[edges[:, 0]]
    even = edges[drop == 0]
    shape = (len(values), len(values))
    _, flat = connected_components(coo_array((np.ones(len(even)), even.T), shape=shape), directed=False)
    below: dict[int, set] = {}
    for one, other in flat[edges[drop < 0]]:
        below.setdefault(int(one), set()).add(int(other))
    bottoms, funnel, shared = [], {}, {}
    known = np.ones(len(values), bool) if left is None else np.asarray(left, bool)
    for node in np.argsort(values, kind="stable"):  # what lies below is known before
        here = int(flat[node])
        if here in funnel or not known[node]:
            continue
        if here not in below:
            funnel[here], shared[here] = len(bottoms), False
            bottoms.append(int(node))
            continue
        reached = {funnel[each] for each in below[here]}
        funnel[here] = min(reached)
        shared[here] = len(reached) > 1 or any(shared[each] for each in below[here])
    return Funnels(np.array(bottoms, int), np.array([funnel.get(int(each), -1) for each in flat], int),
                   np.array([shared.get(int(each), False) for each in flat], bool))  # fmt: skip
