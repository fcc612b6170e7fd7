"""Surfaces: loss functions (d,) -> () with their domain, known minima, a telling start, and their source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.domain import Box
from landscape.entry import Bound, Entry
from landscape.parameters import LandscapeError


class Minibatch(NamedTuple):
    """What a factory returns when methods see only a noisy part of the loss, as networks do."""

    loss: Callable  # (d,) -> (): the full loss, recorded but never searched
    batch: Callable  # (step, key) -> loss on one minibatch: what methods search through


class SurfaceEntry(Entry):
    """A surface of the catalog, with the facts that its decorator states."""

    kind = "surface"
    facts: Facts

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
        return self.at(1.0, x.dtype).loss(x)

    def at(self, progress, dtype) -> Minibatch:
        """The loss (and its minibatches, if any) at this moment of a run, with numbers cast to `dtype`."""
        made = self.call(progress, dtype)
        return made if isinstance(made, Minibatch) else Minibatch(made, None)

    def freeze(self, progress: float = 1.0) -> Surface:
        """The unscheduled surface that this one is at `progress` in [0, 1]."""
        moment: dict[str, Any] = {name: each.freeze(progress) for name, each in self.inner.items() if each.scheduled}
        for name in self.scheduled:
            if "." in name:  # a wrapped surface's own
                continue
            value = float(self.driven(name, progress, jnp.result_type(float)))
            moment[name] = float(np.clip(value, *self.parameters[name].kind.legal))  # float32 rounds once more
        return self.replace(**moment) if moment else self

    @property
    def dim(self) -> int:
        return self.domain.dim

    @cached_property
    def domain(self) -> Box:
        static = {n: v for n, v in self.values.items() if self.parameters[n].static}
        fact = self.entry.facts.domain
        return fact(**static) if callable(fact) else fact

    @property
    def start(self) -> np.ndarray:
        """A telling place to start from: (d,)."""
        return np.asarray(self._fact("start"), np.float64)

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
