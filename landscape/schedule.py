"""Schedules: how a number changes over a run.

A schedule maps progress = step / (steps − 1) in [0, 1] to a value, and any float parameter of any optimizer or
surface takes one: a learning rate, a momentum, a temperature, the condition number of the surface itself.  With
`warmup` its first value is reached in a straight line from zero (arXiv:1706.02677), and the rest of the run is its own.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from landscape.entry import Bound, Entry
from landscape.parameters import LandscapeError, Level, Parameter, Range

WARMUP = Parameter(
    "warmup", Range(0.0, 0.5, legal=(0.0, 0.95)), 0.0, static=False, help="share of the run that rises from zero first"
)


class Schedule(Bound):
    """A schedule with its numbers bound; `schedule(progress)` is its value there, for scalars and arrays."""

    def __call__(self, progress) -> Any:
        return self.at(progress, jnp.result_type(float))

    def at(self, progress, dtype) -> Any:
        schedule, progress = self.settled(), jnp.asarray(progress, dtype)
        curve = schedule.call(None, dtype)
        if "warmup" not in self.values:
            return curve(progress)
        warmup = jnp.asarray(self.values["warmup"], dtype)
        rest = jnp.maximum(progress - warmup, 0.0) / (1.0 - warmup)
        return curve(rest) * jnp.where(progress < warmup, progress / jnp.where(warmup > 0.0, warmup, 1.0), 1.0)

    def drive(self, parameter: Parameter, where: str) -> Schedule:
        """This schedule as the value of `parameter`: its levels filled in and checked against that range."""
        schedule = self.settled(parameter)
        for name, level in schedule._levels().items():
            if self.values[name] is not None:
                Range(0, 1, legal=parameter.kind.legal).check(
                    self.values[name], f"{where}: {self.name}({name}={level})"
                )
        return schedule

    def settled(self, parameter: Parameter | None = None) -> Schedule:
        """With a number in every level that was left out (see Level)."""
        values, first = dict(self.values), None
        for name in self._levels():
            kind = self.entry.parameters[name].kind
            if values[name] is None:
                value = _base(parameter, kind) if first is None else first * kind.share
                values[name] = _legal(value, parameter) if parameter else value
            first = values[name] if first is None else first
        return Schedule(self.entry, values)

    def _levels(self) -> dict[str, Any]:
        kinds = self.entry.parameters
        return {name: value for name, value in self.values.items() if isinstance(kinds[name].kind, Level)}


def _base(parameter: Parameter | None, level: Level) -> float:
    """The first level where none is given: the driven parameter's default, or its upper end where that is zero."""
    if parameter is None:
        return 1.0
    default = parameter.default
    if isinstance(default, Schedule):
        default = next(iter(default._levels().values()))
    unusable = default == 0 or (level.positive and default < 0)
    return float(parameter.kind.high if unusable else default)


def _legal(value: float, parameter: Parameter) -> float:
    legal = np.clip(value, *parameter.kind.legal)
    return float(legal) if np.ndim(legal) == 0 else legal


class ScheduleEntry(Entry):
    kind = "schedule"


def schedule(*, source: str = "", warmup: bool = True):
    """Decorator: a factory of functions progress -> value becomes a schedule of the catalog.

    Those that do not rise by themselves may have a warm-up ahead of them.
    """

    def decorate(factory) -> ScheduleEntry:
        entry = ScheduleEntry(factory, bound=Schedule, source=source, shared={"warmup": WARMUP} if warmup else None)
        if not any(isinstance(parameter.kind, Level) for parameter in entry.parameters.values()):
            raise LandscapeError(f"Schedule {entry.name} needs at least one parameter annotated with Level().")
        return entry

    return decorate
