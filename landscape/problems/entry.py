"""Discrete problems: surfaces over discrete domains, whose domain follows from their data."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import jax
import numpy as np

from landscape import own
from landscape.domains import Discrete
from landscape.entry import Entry
from landscape.parameters import LandscapeError
from landscape.problems.instances import PREFIX, shipped
from landscape.surface import Facts, Surface, SurfaceEntry

FAMILIES = ("tours", "strings", "graphs", "assignments", "schedules")
# A dozen operations, each compiled by itself, would take longer.
_loss = jax.jit(lambda surface, x: surface.at(1.0, x.dtype).loss(x))


class DiscreteEntry(SurfaceEntry):
    """A problem of the vocabulary `landscape.problems`.

    `picture` names how a solution is drawn: "tour", "graph", "bits", "matrix", "board", "schedule" or "clauses";
    `files` are the suffixes of the files that hold its instances, such as ".tsp".
    """

    picture = "bits"
    files: tuple[str, ...] = ()
    about: Mapping[str, Any]

    def __call__(self, /, *given: Any, **values: Any) -> DiscreteSurface:
        if isinstance(values.get("instance"), os.PathLike):
            raise LandscapeError(
                f"{self.name} takes the name of an instance; a file of your own goes through ls.problems.load(path)."
            )
        return super().__call__(*given, **values)

    @property
    def instances(self) -> tuple[str, ...]:
        """The names of the instances that ship."""
        return shipped(*self.files)

    @property
    def family(self) -> str:
        return self.about["family"]


class DiscreteSurface(Surface):
    """A problem with its instance: `data` holds the instance as arrays, `domain` has the neighbourhood asked for."""

    entry: DiscreteEntry

    @property
    def portable(self) -> bool:
        """Not so with an own instance, which only the process knows in which it was loaded."""
        return not str(self.values.get("instance", "")).startswith(PREFIX)

    @cached_property
    def domain(self) -> Discrete:
        static = self._static()
        walked = {word: static[word] for word in ("neighborhood", "recombination") if word in static}
        return self.entry.facts.domain(self.data, **static).using(**walked)

    @cached_property
    def start(self) -> np.ndarray:
        """A plain place to start from: (d,), read-only."""
        fact = self.entry.facts.start
        start = np.array(fact(self.data, **self._static()) if callable(fact) else self.domain.lower, np.float64)
        start.setflags(write=False)
        return start

    @property
    def minima(self) -> np.ndarray:
        """The known best solutions (k, d); k = 0 where only their value is known, or nothing."""
        fact = self.entry.facts.minima
        known = fact(self.data, **self._static()) if callable(fact) else fact
        return np.zeros((0, self.dim)) if known is None else np.asarray(known, np.float64).reshape(-1, self.dim)

    @property
    def minimum(self) -> float:
        """The lowest value where it is known, else NaN."""
        fact = self.entry.facts.minimum
        return float(fact(self.data, **self._static()) if callable(fact) else fact)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"x{i + 1}" for i in range(self.dim))

    def __call__(self, x) -> jax.Array:
        if np.shape(x) == (self.dim,) and not isinstance(x, jax.core.Tracer):
            x = np.asarray(x)
            return _loss(self, x if np.issubdtype(x.dtype, np.floating) else x.astype(float))
        return super().__call__(x)

    def describe(self, x) -> str:
        """What solution `x` (d,) is, in a few words: its value in the problem's own terms, and whether it is one.

        LandscapeError where `x` is no point of the domain.
        """
        x = np.array(own.row(x, (self.dim,), self.name, "solution"))
        with jax.enable_x64(True):  # to the last digit, whatever the process computes in
            self.domain.check(x, self.name, "solution")
            value = float(self(x)) + 0.0  # no minus before a zero
        return self.entry.about["describe"](self.data, x, value, **self._static())

    @property
    def shown(self) -> dict[str, Any]:
        """The instance as its picture needs it, ready for JSON: such as places of cities, or edges of a graph."""
        return self.entry.about["shown"](self.data, **self._static())

    def tuned(self, optimizer: Entry) -> dict[str, Any]:
        """Values at which `optimizer` walks well here, such as a temperature at the scale of this instance."""
        fact = self.entry.facts.tuned.get(optimizer.name, {})
        return dict(fact(self.data, **self._static()) if callable(fact) else fact)

    def _static(self) -> dict[str, Any]:
        return {n: v for n, v in self.values.items() if self.parameters[n].static}


def problem(
    *,
    family: str,
    picture: str,
    domain: Callable,
    describe: Callable,
    shown: Callable,
    source: str,
    formula: str = "",
    start: Callable | None = None,
    minima: Any = None,
    minimum: Any = np.nan,
    note: str | Callable = "",
    label: str | Callable = "",
    tuned: Mapping[str, Any] | None = None,
    data: Callable,
    files: tuple[str, ...] = (),
):
    """Decorator: a factory becomes a discrete problem.

    `data` reads the instance once on the host and returns a NamedTuple of arrays, which reaches the factory as its
    first argument. `domain` and `shown` are functions of (data, **static parameters), `describe` is one of (data, x,
    value, **static parameters); `start`, `minima`, `minimum` and the values of `tuned` may be functions, too. The
    domain is given the neighbourhood and the recombination that parameters of these names say. The factory returns a
    function (d,) -> (), or a Minibatch with `changes` by neighbourhood. `files` are the suffixes of its files.
    """
    if family not in FAMILIES:
        raise ValueError(f"family {family!r} is not one of {', '.join(FAMILIES)}")

    def decorate(factory) -> DiscreteEntry:
        made = DiscreteEntry(factory, bound=DiscreteSurface, source=source, prepare=data)
        made.facts = Facts(domain, start, minima, minimum, False, formula, note, tuned or {}, label)
        made.picture, made.files = picture, files
        made.about = {"family": family, "describe": describe, "shown": shown}
        return made

    return decorate
