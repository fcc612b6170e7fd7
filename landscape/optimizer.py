"""Optimizers: methods that move a population of points, n = 1 for a single walker.

A method is three pure functions, `init`, `step` and `refresh`, and the numbers they draw.  `descend` turns any
optax transformation into one; annealing, genetic methods and swarms are written against the same types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from landscape import observe
from landscape.entry import Bound, Entry
from landscape.parameters import LandscapeError

FAMILIES = ("gradient", "second-order", "zeroth-order", "discrete")
SLOPES = FAMILIES[:2]  # which of them follow gradients
NONE, REJECTED, ACCEPTED, LINE_SEARCH, GENERATION, PROBE = -1, 0, 1, 2, 3, 4
KINDS = {
    REJECTED: "rejected",
    ACCEPTED: "accepted",
    LINE_SEARCH: "line search",
    GENERATION: "generation",
    PROBE: "slope taken elsewhere",
}


class Problem(NamedTuple):
    """What a method is given at one step."""

    loss: Callable  # (d,) -> (): the full loss
    search: Callable  # (d,) -> (): what methods evaluate; the loss itself unless they see less or other than that
    domain: Any  # sample, confine, neighbor, recombine
    settle: Callable = lambda x: x  # (d,) -> (d,): where a gradient method's moved point is put
    changes: Mapping[str, Callable] = MappingProxyType({})  # by neighbourhood, (x (d,), move) -> (): added to the loss
    appeal: Any = None  # (d, k): what each number seems to cost in each place, or after each other number; low is good


class Cost(NamedTuple):
    """What a method has consumed so far; value_and_grad is one of each."""

    evaluations: Any
    gradients: Any

    def plus(self, evaluations, gradients=0) -> Cost:
        return Cost(self.evaluations + evaluations, self.gradients + gradients)


def cost(evaluations: int, gradients: int = 0) -> Cost:
    return Cost(jnp.asarray(evaluations, jnp.int32), jnp.asarray(gradients, jnp.int32))


class Population(NamedTuple):
    """The points an optimizer holds, their values on the surface of this moment, and what it remembers."""

    positions: jax.Array  # (n, d)
    values: jax.Array  # (n,)
    memory: Any
    cost: Cost


class Evaluated(NamedTuple):
    """The points a step evaluated, `record="evaluated"`: m a step, always as many; unused places hold NaN."""

    points: jax.Array  # (m, d)
    values: jax.Array  # (m,)
    kind: jax.Array  # (m,) int8: one of KINDS, NONE where the place is unused


class Method(NamedTuple):
    """One moment's optimizer: the numbers in these closures are those of one step.

    `draw(problem, key, dtype)` gives the random numbers of one step; `run` calls it in blocks outside the inner
    loop, so it may depend on shapes alone, not on hyperparameters.
    """

    init: Callable  # (problem, start (k, d), key) -> Population; k = 0, 1 or n points are given
    step: Callable  # (problem, population, draws) -> (Population, metrics: dict of fixed-shape arrays)
    refresh: Callable  # (problem, population) -> Population with every remembered value evaluated anew
    draw: Callable | None = None


class Optimizer(Bound):
    """An optimizer with its hyperparameters bound."""

    foreign = False  # whether it runs outside JAX, as those of other packages do (landscape.bridges)

    @property
    def needs_gradient(self) -> bool:
        return self.entry.family in SLOPES

    @property
    def alone(self) -> bool:
        """Whether it holds one point, wherever it walks."""
        return self.members(2) == 1

    def check_native(self) -> None:
        """Raise for optimizers of other packages where many runs become one program."""
        if self.foreign:
            raise LandscapeError(
                f"{self.label} runs outside JAX, one setting after the other; give it to run, run_many or a Study, or "
                "take an optimizer of Landscape."
            )

    def members(self, dim: int) -> int:
        """How many points it holds in `dim` dimensions: n."""
        return self.entry.members(dim, self.values)

    def spends(self, domain) -> int:
        """How many evaluations a usual step takes on that domain."""
        return self.entry.spends(domain, self.values)

    def at(self, progress, dtype) -> Method:
        """The method with this moment's numbers, in the precision in which it keeps its points."""
        return self.call(progress, observe.stored(self.values, dtype))


class OptimizerEntry(Entry):
    kind = "optimizer"
    family: str = ""
    members: Callable  # (dim, values) -> n
    spends: Callable  # (domain, values) -> evaluations of a usual step

    @property
    def group(self) -> str:
        """The file that it stands in, as words: a heading for menus."""
        return self.factory.__module__.rpartition(".")[2].replace("_", " ")


def optimizer(
    *,
    family: str,
    source: str = "",
    size: Callable[[int], int] | None = None,
    spends: Callable[[Any, dict[str, Any]], int] | None = None,
):
    """Decorator: a factory of Methods becomes an optimizer of the catalog; `family` is one of FAMILIES.

    `size` gives the number of points by dimension, where no parameter of that name does or it is 0. `spends` gives
    the evaluations of a usual step by domain and values, where it is not one of each member. Families that use slopes
    get the parameters of `landscape.observe`: noise, precision and bounds.
    """
    if family not in FAMILIES:
        raise ValueError(f"family {family!r} is not one of {', '.join(FAMILIES)}")
    shared = observe.SHARED if family in SLOPES else {}

    def decorate(factory) -> OptimizerEntry:
        entry = OptimizerEntry(factory, bound=Optimizer, source=source, shared=shared)
        entry.family = family
        entry.members = lambda dim, values: values.get("size") or (size(dim) if size else 1)
        entry.spends = spends or (lambda domain, values: entry.members(domain.dim, values))
        return entry

    return decorate


def descend(transformation: optax.GradientTransformation) -> Method:
    """The single adaptor for optax: a population of one that follows its updates.

    The gradient at the point it stands on is remembered, so every recorded value is true and costs nothing extra.
    """
    update = optax.with_extra_args_support(transformation).update

    def init(problem: Problem, start, key) -> Population:
        x = start[0]
        value, gradient = jax.value_and_grad(problem.search)(x)
        return Population(x[None], value[None], (transformation.init(x), gradient), cost(1, 1))

    def step(problem: Problem, population: Population, draws):
        x, (state, gradient) = population.positions[0], population.memory
        updates, state = update(gradient, state, x, value=population.values[0], grad=gradient, value_fn=problem.search)
        moved = problem.settle(optax.apply_updates(x, updates))
        value, new_gradient = jax.value_and_grad(problem.search)(moved)
        metrics = {
            "gradient_norm": jnp.linalg.norm(gradient),
            "step_length": jnp.linalg.norm(moved - x),
            "evaluated": Evaluated(moved[None], value[None], jnp.full(1, ACCEPTED, jnp.int8)),
        }
        return Population(moved[None], value[None], (state, new_gradient), population.cost.plus(1, 1)), metrics

    def refresh(problem: Problem, population: Population) -> Population:
        value, gradient = jax.value_and_grad(problem.search)(population.positions[0])
        memory = (population.memory[0], gradient)
        return population._replace(values=value[None], memory=memory, cost=population.cost.plus(1, 1))

    return Method(init, step, refresh)


def fill(problem: Problem, start, size: int, key) -> jax.Array:
    """`size` points: the given ones (k, d) first, the rest sampled from the domain."""
    rest = problem.domain.sample(key, size - start.shape[0], start.dtype)
    return jnp.concatenate([start, rest])


def spread(positions: jax.Array) -> jax.Array:
    """Root mean squared distance of the members from their centre."""
    return jnp.sqrt(jnp.mean(jnp.sum((positions - positions.mean(axis=0)) ** 2, axis=-1)))
