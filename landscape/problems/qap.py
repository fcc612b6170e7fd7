"""The quadratic assignment problem (Koopmans and Beckmann 1957): who sits where, so that what flows goes short ways."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Permutations
from landscape.parameters import Choice, LandscapeError, Text
from landscape.problems import instances
from landscape.problems.distances import laid_out
from landscape.problems.entry import problem
from landscape.problems.numbers import beside, numbers, whole
from landscape.schedules import exponential
from landscape.surface import Minibatch

FILES = (".dat",)
OPTIMA = {"nug12": 578, "nug15": 1150, "tai12a": 224416}  # QAPLIB (Burkard, Karisch and Rendl 1997)
MOST = 300  # facilities


class Layout(NamedTuple):
    """Facilities and as many places."""

    flows: np.ndarray  # (n, n): how much goes from one facility to another
    distances: np.ndarray  # (n, n): from one place to another
    optimum: np.ndarray  # (): NaN where it is not known


def read(*, instance: Annotated[str, Text(1000), f"{instances.named(*FILES)}; or a QAPLIB file"] = "nug12") -> Layout:
    return _read(instances.content(instance, *FILES), instance)


@lru_cache(maxsize=32)
def _read(text: str, name: str) -> Layout:
    """QAPLIB's format: the number n, then two matrices n × n, distances and flows, however the lines are broken."""
    found = numbers(text, "QAPLIB's number of facilities, and two matrices")
    count = whole(*found[0], "the number of facilities", 2, MOST)
    body = np.array([value for value, _ in found[1:]])
    if body.size != 2 * count**2:
        raise LandscapeError(
            f"After the number {count} this file has {body.size:,} numbers, the last on line {found[-1][1]}; two "
            f"matrices of {count} × {count} need {2 * count**2:,}."
        )
    distances, flows = body.reshape(2, count, count)
    return Layout(flows, distances, np.float64(OPTIMA.get(name, np.nan)))


def cooling(data: Layout, **_) -> dict[str, Any]:
    """From what a typical swap changes to a hundredth of that (n terms, each a flow by a distance)."""
    spread = float(np.sqrt(len(data.flows)) * data.flows.std() * data.distances.std()) or 1.0
    return {"temperature": exponential(start=spread, end=1e-2 * spread)}


def told(data: Layout, x, value: float, **_) -> str:
    return f"transport of {value:,.10g}{beside(value, float(data.optimum), 'the least')}"


def drawn(data: Layout, **_) -> dict[str, Any]:
    places = laid_out((data.distances + data.distances.T) / 2).tolist() if len(data.distances) > 2 else None
    return {"flows": data.flows.tolist(), "distances": data.distances.tolist(), "places": places}


@problem(
    family="assignments",
    picture="matrix",
    domain=lambda data, **_: Permutations(length=len(data.flows)),
    start=lambda data, **_: np.arange(len(data.flows)),
    minimum=lambda data, **_: data.optimum,
    describe=told,
    shown=drawn,
    source="doi:10.1023/A:1008293323270",
    formula=r"\sum_{i,j} f_{ij}\, d_{x_i x_j}",
    tuned={"simulated_annealing": cooling},
    data=read,
    files=FILES,
)
def qap(
    data,
    *,
    neighborhood: Annotated[str, Choice("swap", "insert", "two_opt"), "moves of an assignment"] = "swap",
    recombination: Annotated[str, Choice("position", "order"), "how a genetic method mixes two"] = "position",
):
    """Quadratic assignment: all flows times the distances they go, facility i being at place x_i."""

    def loss(x):
        at = x.astype(jnp.int32)
        return jnp.sum(jnp.asarray(data.flows, x.dtype) * jnp.asarray(data.distances, x.dtype)[at[:, None], at])

    def swap(x, move):
        """Only rows and columns r and s of the sum change: O(n)."""
        flows, distances = jnp.asarray(data.flows, x.dtype), jnp.asarray(data.distances, x.dtype)
        at = x.astype(jnp.int32)
        r, s = move[0], move[1]
        p, q = at[r], at[s]
        others = (jnp.arange(at.size) != r) & (jnp.arange(at.size) != s)
        out = (flows[r] - flows[s]) * (distances[q, at] - distances[p, at])
        back = (flows[:, r] - flows[:, s]) * (distances[at, q] - distances[at, p])
        crossing = (flows[r, s] - flows[s, r]) * (distances[q, p] - distances[p, q])
        own = (flows[r, r] - flows[s, s]) * (distances[q, q] - distances[p, p])
        return jnp.sum(jnp.where(others, out + back, 0.0)) + crossing + own

    # Busy facilities belong to places that are near to the others (Gilmore 1962).
    appeal = jnp.abs(data.flows).sum(axis=1)[:, None] * jnp.abs(data.distances).sum(axis=1)
    return Minibatch(loss, changes={"swap": swap}, appeal=appeal)
