"""Peers: optimizers of other packages as entries like ours, with the method and its options as structure."""

from __future__ import annotations

import importlib
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from landscape.bridges.ledger import Ledger, Spent
from landscape.optimizer import Optimizer, OptimizerEntry
from landscape.parameters import LandscapeError, Parameter, Text, nearest

LARGEST_SEED = 2**32 - 1


class PeerEntry(OptimizerEntry):
    """`scipy("dual_annealing", visit=2.6)`: the method first, then whatever options it has."""

    package: str
    steep: frozenset[str]  # methods that need slopes
    family = "bridge"

    def __call__(self, method: str | None = None, /, **values: Any) -> Peer:
        own = self.parameters
        if method is not None:
            values = {"method": method} | values
        chosen = values.get("method", own["method"].default)
        if chosen not in own["method"].kind.options:
            raise LandscapeError(
                f"{self.name} has no method '{chosen}'. {nearest(str(chosen), own['method'].kind.options)}"
            )
        bound = {name: self._checked(parameter, values.pop(name, parameter.default)) for name, parameter in own.items()}
        return self._bound(self, bound | {name: self._option(name, value) for name, value in values.items()})

    def _option(self, name: str, value: Any) -> Any:
        """An option of the peer's own, which only the peer can check further."""
        row = tuple(value.tolist() if isinstance(value, np.ndarray) else value) if np.ndim(value) == 1 else None
        plain = all(isinstance(each, (int, float, np.number)) for each in row) if row is not None else None
        if plain or isinstance(value, (bool, int, float, str)):
            return row or value
        if isinstance(value, np.generic):
            return value.item()
        raise LandscapeError(f"{self.name}({name}={value!r:.40}) is no number, no word and no row of numbers.")


class Peer(Optimizer):
    """An optimizer of another package: it runs there, and all of it is structure here."""

    foreign = True

    @property
    def method(self) -> str:
        return self.values["method"]

    @property
    def label(self) -> str:
        return f"{self.name} {self.method.replace('_', ' ')}"

    @property
    def needs_gradient(self) -> bool:
        return self.method in self.entry.steep

    @property
    def parameters(self) -> dict[str, Parameter]:
        own = self.entry.parameters
        return own | {n: Parameter(n, Text(), None, True, "of the peer") for n in self.values if n not in own}

    def steps_within(self, dim: int, budget: int) -> int:
        """How many steps of as many evaluations as it has members a budget allows, the last one cut short."""
        return max(1, -(-budget // self.members(dim)) - 1)

    def walk(self, surface, start: np.ndarray, seed: int, *, steps: int, budget: int | None, record: str) -> dict:
        """The record of one run, as `simulate` gives it, in NumPy arrays."""
        if surface.scheduled:
            changing = next(iter(surface.scheduled))
            raise LandscapeError(f"{self.label} knows no time, and {surface.name}({changing}) changes; give a number.")
        load(self.entry.package)
        size = self.members(surface.dim)
        limit = min(size * (steps + 1), budget or 2**31)
        ledger = Ledger(surface, np.asarray(start), seed, limit)
        with _undisturbed(seed):
            try:
                self.entry.factory(ledger, **self.values)
            except Spent:
                pass
            except LandscapeError:
                raise
            except Exception as error:
                said = str(error).strip().split("\n")[0].rstrip(".")
                raise LandscapeError(f"{self.label} failed: {type(error).__name__}: {said[:160]}.") from error
        return ledger.record(size, steps, record)

    def tree_flatten(self):
        return (), (self.entry, tuple(self.values.items()))

    @classmethod
    def tree_unflatten(cls, structure, children):
        entry, values = structure
        return cls(entry, dict(values))


def bridge(*, package: str, source: str, steep: tuple[str, ...] = (), size: Callable[[int, dict], int] | None = None):
    """Decorator: a function that runs a peer on a Ledger until it stops becomes an entry of `landscape.bridges`.

    steep   methods that ask for slopes
    size    (dimension, values) -> how many points the peer evaluates between two of its decisions
    """

    def decorate(factory) -> PeerEntry:
        entry = PeerEntry(factory, bound=Peer, source=source)
        entry.package, entry.steep = package, frozenset(steep)
        entry.members = size or (lambda dim, values: 1)
        return entry

    return decorate


def load(package: str) -> Any:
    """The package, or a sentence that says how to get it."""
    try:
        return importlib.import_module(package)
    except ImportError:
        raise LandscapeError(f"This bridge needs the package {package}; install it: pip install {package}") from None


@contextmanager
def _undisturbed(seed: int) -> Iterator[None]:
    """Peers draw from global generators, seed them, and warn; they find them seeded and leave them as they were."""
    legacy = np.random.mtrand._rand  # the global generator of NumPy, which all of them share
    states = random.getstate(), legacy.get_state()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message="Unknown solver options")
        random.seed(seed)
        legacy.seed(seed)
        try:
            yield
        finally:
            random.setstate(states[0])
            legacy.set_state(states[1])
