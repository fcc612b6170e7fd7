"""Trajectories: everything a run visited, as arrays with a leading axis of time, t = 0 included."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.surface import Surface


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The record of a run (or, with a leading axis, of many), and what it takes to run it again.

    positions (t+1, n, d), values (t+1, n), best_value (t+1,), evaluations (t+1,), gradients (t+1,), and metrics,
    a dictionary of (t,) arrays whose k-th entry belongs to the step from positions[k] to positions[k + 1].
    `record="best"` keeps n = 1, the best point so far; `record="last"` keeps the final population, t = 0, alone.
    On a scheduled surface values are those of the moment, and `best_value` is the best of the moment.
    """

    surface: Surface
    optimizer: Optimizer
    start: np.ndarray
    seed: Any
    steps: int
    budget: int | None
    record: str
    recorded: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name in ("positions", "values", "best_value", "evaluations", "gradients", "metrics"):
            return self.recorded[name]
        raise AttributeError(name)

    @property
    def best(self) -> tuple[np.ndarray, float]:
        """The best point recorded and its value: (d,), ()."""
        values, positions = np.asarray(self.values), np.asarray(self.positions)
        values = np.where(np.isnan(values), np.inf, values)
        index = np.unravel_index(np.argmin(values), values.shape)
        return positions[index], float(values[index])

    @property
    def diverged(self) -> int | None:
        """The first step at which every member has left the finite numbers, or None. For a single run."""
        finite = np.isfinite(self.values) & np.isfinite(self.positions).all(axis=-1)
        lost = ~finite.any(axis=-1)
        # NaN also marks what was not recorded (`every`), so a run has diverged only if it never comes back.
        return int(np.argmax(lost)) if lost[-1] else None

    def save(self, path) -> None:
        """Write a compressed .npz file that `Trajectory.load` reads: arrays, and names and numbers as text."""
        about = {
            "surface": repr(self.surface),
            "optimizer": repr(self.optimizer),
            "seed": np.asarray(self.seed).tolist(),
            "steps": self.steps,
            "budget": self.budget,
            "record": self.record,
        }
        arrays = {name: np.asarray(value) for name, value in _flat(self.recorded)}
        try:
            np.savez_compressed(path, about=json.dumps(about), start=self.start, **arrays)
        except OSError as error:
            raise LandscapeError(f"Cannot write '{path}': {error.strerror or error}.") from None

    @classmethod
    def load(cls, path) -> Trajectory:
        """Read what `save` wrote."""
        from landscape import catalog

        try:
            with np.load(Path(path), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            about = json.loads(arrays.pop("about").item())
            start = arrays.pop("start")
            surface, optimizer = catalog.surface(about["surface"]), catalog.optimizer(about["optimizer"])
        except (OSError, ValueError, KeyError) as error:
            raise LandscapeError(f"'{path}' is no trajectory saved by Landscape ({error}).") from None
        metrics = {name[8:]: arrays.pop(name) for name in list(arrays) if name.startswith("metrics/")}
        recorded = arrays | {"metrics": metrics}
        return cls(surface, optimizer, start, about["seed"], about["steps"], about["budget"], about["record"], recorded)


def _flat(recorded: dict[str, Any]):
    for name, value in recorded.items():
        if isinstance(value, dict):
            yield from ((f"{name}/{key}", inner) for key, inner in value.items() if key != "evaluated")
        else:
            yield name, value
