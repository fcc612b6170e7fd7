"""Surfaces: loss functions (d,) -> () with their domain, known minima, a telling start, and their source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape import own
from landscape.blocks import Block
from landscape.domain import Box
from landscape.domains import Discrete
from landscape.entry import Bound, Entry
from landscape.own import Host, no_slopes, traced
from landscape.parameters import LandscapeError


class Minibatch(NamedTuple):
    """What a factory returns when there is more than the loss: minibatches, or what single moves change."""

    loss: Callable  # (d,) -> (): the full loss, recorded but never searched where there are minibatches
    batch: Callable | None = None  # (step, key) -> loss on minibatch 0, 1, …: what methods search through
    settle: Callable | None = None  # (d,) -> (d,): done to every point that a gradient method moves, as weight decay is
    # Of discrete domains: by neighbourhood, (x (d,), move) -> (): what the move adds to the loss, without the whole.
    changes: Mapping[str, Callable] = MappingProxyType({})
    appeal: Any = None  # (d, k): what it seems to cost to put k in each place, or after each number: for ants


class Parts(NamedTuple):
    """A loss that is a mean over rows of data, so that it may be computed in slices of them."""

    rows: Any  # a pytree of arrays (n, …)
    loss: Callable  # (x (d,), rows) -> (): the mean over these rows
    measures: Mapping[str, Callable] = MappingProxyType({})  # more means over rows, such as accuracy
    separable: bool = True  # not so where rows act on each other, as in batch statistics: then all of them at once


class SurfaceEntry(Entry):
    """A surface of the catalog, with the facts that its decorator states."""

    kind = "surface"
    facts: Facts
    own = False  # a function of the user's, which no link or file can hold
    host: Host | None = None  # where that function is plain Python

    @property
    def family(self) -> str:
        """The file that it stands in, as words: a heading for menus."""
        return self.factory.__module__.rpartition(".")[2].replace("_", " ")

    def _hint(self, name: str) -> str:
        return f"It always has {self().dim} coordinates." if name == "dim" else super()._hint(name)


class Facts(NamedTuple):
    """Each is a value, or a function of the surface's parameters by keyword; `domain` may use static ones only."""

    domain: Any
    start: Any
    minima: Any
    minimum: Any
    differentiable: Any
    formula: Any
    note: Any
    tuned: Mapping[str, Mapping[str, Any]]
    label: Any = ""


class Surface(Bound):
    """A loss surface with its numbers bound: callable, and transparent to jit, vmap and grad."""

    def __call__(self, x) -> jax.Array:
        """The loss at `x` (d,); of a scheduled surface, as it stands at the end of the run."""
        x = jnp.asarray(x)
        if x.shape != (self.dim,):
            raise LandscapeError(f"{self.name} takes a point of shape ({self.dim},), not {x.shape}.")
        x = x if jnp.issubdtype(x.dtype, jnp.floating) else x.astype(jnp.result_type(float))
        if isinstance(x, jax.core.Tracer):
            return self.at(1.0, x.dtype).loss(x)
        return self.watch(lambda: self.at(1.0, x.dtype).loss(x))

    @classmethod
    def from_function(
        cls, function: Callable, *, domain: Box | Discrete, start=None, minima=None, minimum: float = np.nan,
        name: str | None = None, differentiable: bool = True,
    ) -> Surface:  # fmt: skip
        """A surface of your own: `function` (d,) -> () written with jax.numpy, over `domain`.

        `start` (d,) is by default a fifth into the box, or the first point of a discrete domain; `minima` (k, d) and
        `minimum` are what is known. The same function gives the same program. It has no name in the catalog, so no link
        or file can hold it.
        """
        return _own(function, False, domain, start, minima, minimum, name, differentiable)

    @classmethod
    def from_callable(
        cls, function: Callable, *, domain: Box | Discrete, start=None, minima=None, minimum: float = np.nan,
        name: str | None = None,
    ) -> Surface:  # fmt: skip
        """A surface of plain Python or NumPy: `function` takes a float64 array (d,) and gives a number.

        It is called back on the host, once for each point, and has no slopes: for zeroth-order optimizers. Its
        exceptions are raised as LandscapeError with the point. The rest is as in `from_function`.
        """
        return _own(function, True, domain, start, minima, minimum, name, False)

    @cached_property
    def host(self) -> Host | None:
        """The plain Python function at the bottom of it, if there is one."""
        return self.entry.host or next((each.host for each in self.inner.values() if each.host), None)

    @property
    def has_gradient(self) -> bool:
        """Whether methods may ask for slopes at all."""
        return self.host is None and self.domain.whole is None

    def no_slopes(self, who: str) -> str:
        """Why gradients are refused here, and what to do."""
        if self.host is not None:
            return no_slopes(self.host.name, who)
        return (
            f"{who} needs slopes, and {self.name} has coordinates of whole numbers; take a zeroth-order optimizer such "
            "as simulated_annealing or differential_evolution."
        )

    def watch(self, compute: Callable[[], Any]) -> Any:
        """What `compute()` gives; where a plain Python function fails in it, the sentence that says so."""
        return compute() if self.host is None else self.host.watch(compute)

    def at(self, progress, dtype) -> Minibatch:
        """The loss (and its minibatches, if any) at this moment of a run, with numbers cast to `dtype`."""
        made = self.call(progress, dtype)
        return made if isinstance(made, Minibatch) else Minibatch(made)

    def freeze(self, progress: float = 1.0) -> Surface:
        """The unscheduled surface that this one is at `progress` in [0, 1]."""
        moment: dict[str, Any] = {name: each.freeze(progress) for name, each in self.inner.items() if each.scheduled}
        for name in self.scheduled:
            if "." in name:  # a wrapped surface's own
                continue
            value = float(self.driven(name, progress, jnp.result_type(float)))
            moment[name] = float(np.clip(value, *self.parameters[name].kind.legal))  # float32 rounds once more
        return self.replace(**moment) if moment else self

    def parts(self, dtype) -> Parts | None:
        """The loss as a mean over rows of data, computed in `dtype`; None where it is no such mean."""
        return None

    @property
    def measures(self) -> tuple[str, ...]:
        """What else than the loss can be measured at a point, by name."""
        return ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The arrays that the coordinates belong to: one, unless it is a model."""
        return (Block("x", (self.dim,), 0),)

    @property
    def dim(self) -> int:
        return self.domain.dim

    @cached_property
    def domain(self) -> Box | Discrete:
        static = {n: v for n, v in self.values.items() if self.parameters[n].static}
        fact = self.entry.facts.domain
        return fact(**static) if callable(fact) else fact

    @cached_property
    def start(self) -> np.ndarray:
        """A telling place to start from: (d,), read-only."""
        start = np.array(self._fact("start"), np.float64)
        start.setflags(write=False)
        return start

    @property
    def minima(self) -> np.ndarray:
        """The known global minima (k, d); k = 0 where there is none, or no single points."""
        fact = self._fact("minima")
        return np.zeros((0, self.dim)) if fact is None else np.asarray(fact, np.float64).reshape(-1, self.dim)

    @property
    def minimum(self) -> float:
        """The lowest value; −inf where the surface falls without end."""
        return float(self._fact("minimum"))

    @property
    def differentiable(self) -> bool:
        return bool(self._fact("differentiable"))

    @property
    def formula(self) -> str:
        """The loss in LaTeX."""
        return self._fact("formula")

    @property
    def gradient_formula(self) -> str | None:
        """The gradient in LaTeX, where it is known in symbols."""
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """What the coordinates are called: (d,)."""
        if self.dim <= 2:
            return ("x", "y")[: self.dim]
        return tuple(f"x{i + 1}" for i in range(self.dim))

    @property
    def note(self) -> str:
        """What else one should know of it."""
        return self._fact("note")

    @property
    def label(self) -> str:
        """What pictures call it."""
        return self._fact("label") or super().label

    def tuned(self, optimizer: Entry) -> dict[str, Any]:
        """Values at which `optimizer` shows its best here; empty where its common defaults do."""
        return dict(self.entry.facts.tuned.get(optimizer.name, {}))

    def _fact(self, name: str) -> Any:
        fact = getattr(self.entry.facts, name)
        return fact(**self.freeze(1.0).values) if callable(fact) else fact


def surface(
    *,
    domain,
    start,
    minima=None,
    minimum: float | Callable = 0.0,
    source: str,
    formula: str | Callable = "",
    differentiable: bool | Callable = True,
    note: str | Callable = "",
    label: str | Callable = "",
    tuned: Mapping[str, Mapping[str, Any]] | None = None,
    data: Callable | None = None,
    entry: type[SurfaceEntry] = SurfaceEntry,
    bound: type[Surface] = Surface,
):
    """Decorator: a factory of functions (d,) -> () becomes a surface of the catalog.

    `data`, when given, runs once on the host as the surface is bound; the arrays it returns travel as leaves and
    reach the factory as its first argument. `entry` and `bound` are the types of surfaces with ways of their own.
    """

    def decorate(factory) -> SurfaceEntry:
        made = entry(factory, bound=bound, source=source, prepare=data)
        made.facts = Facts(domain, start, minima, minimum, differentiable, formula, note, tuned or {}, label)
        return made

    return decorate


def _own(function, plain: bool, domain, start, minima, minimum, name, differentiable) -> Surface:
    """The surface of a function: its entry is made once for the same function and facts."""
    if not callable(function):
        raise LandscapeError(f"A surface of your own needs a function (d,) -> (), not {type(function).__name__}.")
    if not isinstance(domain, (Box, Discrete)):
        raise LandscapeError(
            "A surface of your own needs a domain such as ls.Box.square(2.0), ls.Box(lower, upper) or "
            "ls.Permutations(length=9)."
        )
    name = name or getattr(function, "__name__", type(function).__name__).replace("<lambda>", "function")
    start = own.row(own.first_place(domain) if start is None else start, (domain.dim,), name, "start")
    if isinstance(domain, Discrete):
        domain.check(start, name)
    minima = None if minima is None else own.row(minima, (-1, domain.dim), name, "minima")
    known = None if np.isnan(minimum) else float(minimum)  # no NaN: it equals nothing, so no cache finds it
    facts = (own.ground(domain), start, minima, known)
    try:
        return _own_entry(function, plain, name, bool(differentiable), *facts)()
    except TypeError:  # a function that cannot be hashed is made anew
        return _own_entry.__wrapped__(function, plain, name, bool(differentiable), *facts)()


@lru_cache(maxsize=256)
def _own_entry(function, plain, name, differentiable, ground, start, minima, minimum) -> SurfaceEntry:
    host = Host(function, name) if plain else None
    loss = host.loss if host else traced(function, name, len(start))

    def factory():
        return loss

    factory.__name__, factory.__doc__ = name, getattr(function, "__doc__", None)
    made = surface(
        domain=Box(*ground) if isinstance(ground, tuple) else ground,
        start=start,
        minima=minima,
        minimum=np.nan if minimum is None else minimum,
        source="",
        formula=rf"\text{{{name.replace('_', ' ')}}}(x)",
        differentiable=differentiable,
    )(factory)
    made.own, made.host = True, host
    made.maker = (_own_entry, (function, plain, name, differentiable, ground, start, minima, minimum))
    return made
