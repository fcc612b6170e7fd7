"""Lanes: a fixed number of runs in one vmapped call, of many surfaces of one structure, compiled apart from its time.

A program always has LANES runs, filled up with copies of the last.  So one compilation serves any number of seeds and
instances, the bits of a run do not depend on what runs beside it, and memory is that of one batch.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import perf_counter
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape import catalog
from landscape.many import batched
from landscape.optimizer import Optimizer
from landscape.run import steps_within
from landscape.surface import Surface
from landscape.xla import drop_programs

LANES = 16
KEPT = 32  # compiled programs
# Half the time to compile, and the same speed: loops that became one kernel gain nothing from LLVM's last efforts.
QUICK = {"xla_backend_optimization_level": 1}
PROGRAM = f"{LANES} lanes, level {QUICK['xla_backend_optimization_level']}"  # what bits depend on
STANDARD = ("best_value", "evaluations", "gradients")


class Ran(NamedTuple):
    """What k runs did."""

    best_value: np.ndarray  # (k, t+1), +inf before the first finite one
    evaluations: np.ndarray  # (k, t+1)
    gradients: np.ndarray  # (k, t+1)
    diverged: np.ndarray  # (k,) whether no member ended at a finite place and value
    seconds: float  # of all of them together, compilation apart


class Programs:
    """Compiled programs by what they were compiled for; the oldest are forgotten. Threads may compile side by side."""

    def __init__(self, most: int):
        self.most, self.lock = most, threading.Lock()
        self.held: OrderedDict[Any, Future] = OrderedDict()

    def get(self, arguments, axes: tuple, options: dict[str, Any]):
        leaves, structure = jax.tree.flatten(arguments)
        shapes = tuple((np.shape(leaf), jnp.result_type(leaf)) for leaf in leaves)
        key = structure, shapes, axes, tuple(options.items()), bool(jax.config.jax_enable_x64)
        with self.lock:
            known = key in self.held
            program = self.held.setdefault(key, Future())
            self.held.move_to_end(key)
            while len(self.held) > self.most:
                self.held.popitem(last=False)
        if not known:
            self._compile(key, program, lambda: batched.lower(arguments, axes=axes, **options))
        return program.result()

    def _compile(self, key: Any, program: Future, lowered: Callable) -> None:
        """What others that wait for the same program get too, be it an error."""
        drop_programs()
        try:
            quick = QUICK if jax.default_backend() == "cpu" else None
            program.set_result(lowered().compile(compiler_options=quick))
        except BaseException as error:
            with self.lock:
                self.held.pop(key, None)
            program.set_exception(error)


PROGRAMS = Programs(KEPT)


def alike(surface: Surface) -> Any:
    """What surfaces have in common that can run beside each other: structure, and numbers where no data differ."""
    structure = jax.tree.structure(surface)
    return structure if surface.data is not None else (structure, catalog.text(surface) if not surface.entry.own else 0)


def run_lanes(
    surfaces: Sequence[Surface], optimizer: Optimizer, starts: np.ndarray, seeds: Sequence[int], *, budget: int
) -> Ran:
    """The runs on `surfaces` (k, `alike`) from `starts` (k, d) with `seeds` (k,), k at most LANES."""
    runs, (program, arguments) = len(surfaces), compiled(surfaces, optimizer, starts, seeds, budget=budget)
    begin = perf_counter()
    recorded = jax.block_until_ready(program(arguments))
    seconds = perf_counter() - begin
    best, spent, slopes = (np.asarray(recorded[name])[:runs] for name in STANDARD)
    values, positions = np.asarray(recorded["values"])[:runs], np.asarray(recorded["positions"])[:runs]
    finite = np.isfinite(values) & np.isfinite(positions).all(axis=-1)
    return Ran(best, spent, slopes, ~finite.any(axis=(1, 2)) | ~np.isfinite(best[:, -1]), seconds)


def compiled(
    surfaces: Sequence[Surface], optimizer: Optimizer, starts: np.ndarray, seeds: Sequence[int], *, budget: int
) -> tuple[Any, tuple]:
    """The program that runs them and what it takes; it may be asked for ahead, from any thread."""
    fill = np.arange(LANES).clip(max=len(surfaces) - 1)
    start = np.asarray(starts)[fill][:, None, :].astype(jnp.result_type(float))
    steps = steps_within(surfaces[0], optimizer, start[0], budget)
    many = surfaces[0].data is not None
    ground = jax.tree.map(lambda *leaves: np.stack(leaves), *(surfaces[i] for i in fill)) if many else surfaces[0]
    arguments = (ground, optimizer, start, np.asarray(seeds, np.uint32)[fill], np.int32(budget))
    counts = len(jax.tree.leaves(ground)), len(jax.tree.leaves(optimizer))
    axes = (0 if many else None,) * counts[0] + (None,) * counts[1] + (0, 0, None)
    options = {"steps": steps, "record": "last", "every": 1, "thin": 1}
    return PROGRAMS.get(arguments, axes, options), arguments
