"""Entries and their bound values: a factory, and the same factory with its numbers filled in.

Calling an entry checks and binds values; nothing runs.  The bound value is a JAX pytree whose leaves are the
numbers and the schedules, while whole numbers, options and the entry itself are structure.  The factory is called
later, inside the trace, with this moment's numbers (`Bound.call`), so optax's closures hold traced numbers and no
slider ever recompiles.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from landscape.parameters import Inner, LandscapeError, Level, Parameter, Range, nearest, parameters_of


class Entry:
    """A named factory of the catalog: `.name`, `.parameters`, `.source`, callable with keyword arguments."""

    kind = "entry"
    maker: tuple | None = None  # a function and its arguments that make this entry, where no module holds it

    def __init__(
        self,
        factory: Callable,
        *,
        bound: type[Bound],
        source: str = "",
        prepare: Callable | None = None,
        shared: dict[str, Parameter] | None = None,
    ):
        self.factory = factory
        self.prepare = prepare
        self.name = factory.__name__
        self.source = source
        self.summary = (factory.__doc__ or "").strip().split("\n")[0]
        self.__doc__ = factory.__doc__
        own = parameters_of(factory)
        prepared = parameters_of(prepare) if prepare else {}
        # What only `prepare` reads never reaches the compiled program, so it is no structure either.
        alone = {name: parameter for name, parameter in prepared.items() if name not in own}
        # What many entries have and whoever runs them reads: the factory never sees it.
        self.shared: dict[str, Parameter] = shared or {}
        self.parameters: dict[str, Parameter] = own | alone | self.shared
        self._alone = tuple(alone)
        read = own | self.shared
        self._static = tuple(name for name, parameter in read.items() if parameter.static)
        self._traced = tuple(name for name, parameter in read.items() if not parameter.static)
        self._bound = bound

    def __call__(self, /, *given: Any, **values: Any) -> Any:
        if given:
            raise LandscapeError(
                f"{self.name} takes its values by name: {', '.join(self.parameters) or 'it has none'}."
            )
        for name in values:
            if name not in self.parameters:
                raise LandscapeError(f"{self.name} has no parameter '{name}'. {self._hint(name)}")
        bound = {
            name: self._checked(parameter, values.get(name, parameter.default))
            for name, parameter in self.parameters.items()
        }
        return self._bound(self, bound)

    def __reduce__(self) -> tuple:
        """Entries go to other processes by name, those of one's own with the function that they are made from."""
        return self.maker or (_of_module, (self.factory.__module__, self.name))

    def _hint(self, name: str) -> str:
        """What to say about a parameter that is not there."""
        return nearest(name, self.parameters) if self.parameters else "It has no parameters."

    def _checked(self, parameter: Parameter, value: Any) -> Any:
        if isinstance(parameter.kind, Inner):
            parameter.check(value, self.name)
            return value
        if isinstance(value, Bound):
            numeric = isinstance(parameter.kind, Range) and not parameter.static and self.kind != "schedule"
            if not numeric or parameter.name in self._alone or not hasattr(value, "drive"):
                raise LandscapeError(f"{self.name}({parameter.name}=…) takes no schedule; give a plain value.")
            return value.drive(parameter, f"{self.name}({parameter.name})")
        if isinstance(value, jax.core.Tracer) or (value is None and isinstance(parameter.kind, Level)):
            return value
        parameter.check(value, self.name)
        if parameter.static or parameter.name in self._alone:
            return value.item() if isinstance(value, np.generic) else value
        return float(value) if np.ndim(value) == 0 else np.asarray(value)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


def _of_module(module: str, name: str) -> Entry:
    return getattr(importlib.import_module(module), name)


def is_off(parameter: Parameter, value: Any) -> bool:
    """Whether `value` switches off what this parameter stands for."""
    return isinstance(parameter.kind, Range) and parameter.kind.is_off(value)


def _unless_off(parameter: Parameter, leaf: Any) -> Any:
    """What a leaf stands for: nothing at all for the number that switches off."""
    return parameter.kind.off if leaf is None and isinstance(parameter.kind, Range) else leaf


class _Unseen:
    """Values that structure carries along and never compares: what `prepare` alone has read."""

    def __init__(self, values: dict[str, Any]):
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unseen)

    def __hash__(self) -> int:
        return 0


class Bound:
    """An entry with its values: a pytree, equal to another with the same entry and values."""

    def __init_subclass__(cls) -> None:
        jax.tree_util.register_pytree_node_class(cls)

    def __init__(self, entry: Entry, values: dict[str, Any], data: Any = None):
        self.entry = entry
        self.values = values
        self.data = data
        if entry.prepare and data is None:
            wanted = parameters_of(entry.prepare)
            self.data = entry.prepare(**{name: values[name] for name in wanted})

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def label(self) -> str:
        return self.entry.name.replace("_", " ")

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameter of every value, by name."""
        return self.entry.parameters

    @property
    def portable(self) -> bool:
        """Whether its text makes the same value in another process."""
        return True

    @cached_property
    def inner(self) -> dict[str, Bound]:
        """The surfaces that this one wraps, by the name of their parameter."""
        return {name: value for name, value in self.values.items() if isinstance(self.parameters[name].kind, Inner)}

    @cached_property
    def scheduled(self) -> dict[str, Bound]:
        """The parameters that a schedule drives, by name; those of a wrapped surface as `surface.a`."""
        inner = self.inner
        own = {name: value for name, value in self.values.items() if isinstance(value, Bound) and name not in inner}
        within = {f"{name}.{n}": each for name, bound in inner.items() for n, each in bound.scheduled.items()}
        return own | within

    @property
    def told(self) -> dict[str, Any]:
        """The values that texts name: those given, and of shared parameters what differs from the default."""
        shared = self.entry.shared
        given = {n: value for n, value in self.values.items() if n in shared and not isinstance(value, Bound)}
        usual = {n for n, value in given.items() if np.ndim(value) == 0 and value == shared[n].default}
        return {name: value for name, value in self.values.items() if value is not None and name not in usual}

    def replace(self, **values: Any) -> Any:
        """The same entry with some values changed."""
        return self.entry(**(self.values | values))

    def pinned(self, values: dict[str, Any]) -> Any:
        """The same with traced `values` in place of its schedules, unchecked."""
        own = {name: value for name, value in values.items() if "." not in name}
        for name, bound in self.inner.items():
            within = {n.removeprefix(f"{name}."): value for n, value in values.items() if n.startswith(f"{name}.")}
            own |= {name: bound.pinned(within)} if within else {}
        return type(self)(self.entry, self.values | own, self.data)

    def now(self, progress, dtype) -> dict[str, Any]:
        """This moment's numbers: schedules evaluated at `progress` in [0, 1], everything cast to `dtype`."""
        moment: dict[str, Any] = {}
        for name, value in self.values.items():
            if name in self.entry._alone:
                continue
            if isinstance(self.parameters[name].kind, Inner):
                moment[name] = value.at(progress, dtype)
            elif isinstance(value, Bound):
                moment[name] = self.driven(name, progress, dtype)
            elif self.parameters[name].static or value is None:
                moment[name] = value
            elif is_off(self.parameters[name], value):
                moment[name] = None
            else:
                moment[name] = jnp.asarray(value, dtype)
        return moment

    def driven(self, name: str, progress, dtype) -> Any:
        """The value that a schedule gives a parameter at `progress`; rounding and turns never leave what is legal."""
        name, _, within = name.partition(".")
        if within:
            return self.values[name].driven(within, progress, dtype)
        low, high = self.parameters[name].kind.legal
        return jnp.clip(self.values[name].at(progress, dtype), low, high)

    def call(self, progress, dtype) -> Any:
        """The factory called with this moment's numbers (and its prepared data first)."""
        moment = {name: value for name, value in self.now(progress, dtype).items() if name not in self.entry.shared}
        first = () if self.data is None else (self.data,)
        return self.entry.factory(*first, **moment)

    def tree_flatten(self):
        entry, values = self.entry, self.values
        leaves = [None if is_off(entry.parameters[n], values[n]) else values[n] for n in entry._traced]
        static = [values[n] for n in entry._static]
        return (leaves, self.data), (entry, tuple(static), _Unseen({n: values[n] for n in entry._alone}))

    @classmethod
    def tree_unflatten(cls, structure, children):
        entry, static, unseen = structure
        leaves, data = children
        kept = [_unless_off(entry.parameters[n], leaf) for n, leaf in zip(entry._traced, leaves, strict=True)]
        known = dict(zip(entry._static + entry._traced, [*static, *kept], strict=True)) | unseen.values
        bound = object.__new__(cls)
        bound.entry, bound.data = entry, data
        bound.values = {name: known[name] for name in entry.parameters}
        return bound

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Bound) or self.entry is not other.entry:
            return NotImplemented
        if self.values.keys() != other.values.keys():  # formulas of other variables
            return False
        return all(np.array_equal(value, other.values[name]) for name, value in self.values.items())

    __hash__ = None

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.told.items())
        return f"{self.entry.name}({inside})"
