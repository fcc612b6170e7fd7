"""Maximum satisfiability: an assignment of truth values under which as few clauses as possible fail."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from landscape.domains import Bits
from landscape.parameters import LandscapeError, Text
from landscape.problems import dimacs, instances
from landscape.problems.entry import problem
from landscape.problems.words import Mixing, Seed, count, drawn
from landscape.schedules import exponential
from landscape.surface import Minibatch

FILES = (".cnf", ".wcnf")
OPTIMA = {"uf20-01": 0, "uf50-01": 0, "uuf50-01": 1}  # the first two as published, the last proved by CP-SAT
LARGEST = 20_000_000  # numbers in one array
FORM = "random:VARIABLES:CLAUSES"


class Clauses(NamedTuple):
    """A formula in conjunctive normal form."""

    literals: np.ndarray  # (m, k) int32: 3 is the third variable, −3 its opposite, 0 fills up
    weights: np.ndarray  # (m,): of a hard clause more than of all others together
    optimum: np.ndarray  # (): the least weight that fails, NaN where it is not known
    hard: np.ndarray  # (m,) bool: the clauses that must hold
    occurs: np.ndarray  # (n, q) int32: the clauses that each variable stands in, filled up with m


def read(
    *,
    instance: Annotated[str, Text(5000), f"{instances.named(*FILES)}; a cnf or wcnf file, or {FORM}"] = "uf50-01",
    seed: Seed = 0,
) -> Clauses:
    parts = drawn(instance, FORM, 2)
    if parts:
        return _drawn(count(parts[0], "variables", 3, 5000), count(parts[1], "clauses", 1, 50_000), seed)
    return _read(instances.content(instance, *FILES), OPTIMA.get(instance))


@lru_cache(maxsize=32)
def _drawn(variables: int, clauses: int, seed: int) -> Clauses:
    """Uniform random 3-SAT: three different variables in each clause, each opposed by chance."""
    chance = np.random.default_rng(seed)
    chosen = np.array([chance.choice(variables, 3, replace=False) + 1 for _ in range(clauses)])
    literals = np.where(chance.random(chosen.shape) < 0.5, -chosen, chosen)
    return arrays(dimacs.Formula(variables, literals.tolist(), [1.0] * clauses, [False] * clauses))


@lru_cache(maxsize=32)
def _read(text: str, optimum: float | None) -> Clauses:
    return arrays(dimacs.formula(text), optimum)


def arrays(formula: dimacs.Formula, optimum: float | None = None) -> Clauses:
    """A formula as arrays; a hard clause weighs 1 more than all soft ones."""
    longest = max(1, max(map(len, formula.clauses)))
    often = np.bincount([abs(literal) for clause in formula.clauses for literal in clause] or [0])
    if max(len(formula.clauses) * longest, formula.variables * int(often.max())) > LARGEST:
        raise LandscapeError(
            f"{len(formula.clauses):,} clauses of up to {longest:,} literals are too many here; give a smaller formula."
        )
    literals = np.zeros((len(formula.clauses), longest), np.int32)
    for row, clause in zip(literals, formula.clauses, strict=True):
        row[: len(clause)] = clause
    hard, weights = np.array(formula.hard, bool), np.array(formula.weights)
    weights[hard] = 1.0 + weights[~hard].sum() if (~hard).any() else 1.0
    return Clauses(literals, weights, np.float64(np.nan if optimum is None else optimum), hard,
                   _occurs(formula.variables, literals))  # fmt: skip


def _occurs(variables: int, literals: np.ndarray) -> np.ndarray:
    clause, place = np.nonzero(literals)
    pairs = np.unique(np.stack([np.abs(literals[clause, place]) - 1, clause], axis=1), axis=0)
    often = np.bincount(pairs[:, 0], minlength=variables)
    column = np.arange(len(pairs)) - np.repeat(np.cumsum(often) - often, often)
    occurs = np.full((variables, max(int(often.max()), 1)), len(literals), np.int32)
    occurs[pairs[:, 0], column] = pairs[:, 1]
    return occurs


def holds(literals, x):
    """Which clauses (…, k) of literals hold at `x` (n,), in NumPy or JAX."""
    return (((literals > 0) == (x[abs(literals) - 1] > 0.5)) & (literals != 0)).any(axis=-1)


def describe(data: Clauses, x, value, **_) -> str:
    fails = ~holds(data.literals, x)
    if not fails.any():
        return f"all {len(fails):,} clauses satisfied"
    told = f"{fails.sum():,} of {len(fails):,} clauses unsatisfied"
    weight = data.weights[fails & ~data.hard].sum()
    if data.hard.any():
        told = f"hard clauses unsatisfied: {(fails & data.hard).sum():,}; weight of the soft ones: {weight:,.10g}"
    elif np.ptp(data.weights):
        told += f", of weight {weight:,.10g}"
    empty = (data.literals == 0).all(axis=1).sum()
    return told + (f"; {empty:,} of them empty, which nothing satisfies" if empty else "")


def shown(data: Clauses, **_) -> dict[str, Any]:
    weighted = {"weights": data.weights.tolist(), "hard": data.hard.tolist()} if np.ptp(data.weights) else {}
    return {"clauses": [[int(each) for each in row if each] for row in data.literals]} | weighted


def cooling(data: Clauses, **_) -> dict[str, Any]:
    """From the weight of a soft clause down to a fifth of it."""
    weight = float(np.median(data.weights[~data.hard] if not data.hard.all() else data.weights))
    return {"temperature": exponential(start=weight, end=0.2 * weight)}


def breeding(data: Clauses, **_) -> dict[str, Any]:
    """Three bits flip in every two children."""
    return {"size": 50, "rivals": 2, "mutation": 1.5 / len(data.occurs)}


@problem(
    family="strings",
    picture="clauses",
    domain=lambda data, **_: Bits(length=len(data.occurs)),
    minimum=lambda data, **_: data.optimum,
    describe=describe,
    shown=shown,
    source="doi:10.1023/A:1006350622830",
    formula=r"\sum_j w_j \prod_{l \in C_j} [l \text{ is false}]",
    tuned={"simulated_annealing": cooling, "genetic": breeding},
    data=read,
    files=FILES,
)
def max_sat(data, *, recombination: Mixing = "uniform"):
    """Maximum satisfiability: the weight of the clauses that fail under the truth values x."""

    def loss(x):
        return jnp.sum(jnp.where(holds(data.literals, x), 0.0, data.weights.astype(x.dtype)))

    def flip(x, move):
        inside = jnp.asarray(data.occurs)[move[0]]
        literals = jnp.asarray(data.literals).at[inside].get(mode="fill", fill_value=0)
        weights = jnp.asarray(data.weights, x.dtype).at[inside].get(mode="fill", fill_value=0)
        before = holds(literals, x)
        after = holds(literals, jnp.where(jnp.arange(x.size) == move[0], 1.0 - x, x))
        return jnp.sum(weights * (before.astype(x.dtype) - after.astype(x.dtype)))

    return Minibatch(loss, changes={"flip": flip})
