"""Trajectories: everything a run visited, as arrays with a leading axis of time, t = 0 included."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from landscape import catalog
from landscape.optimizer import ACCEPTED, GENERATION, NONE, Evaluated, Optimizer
from landscape.parameters import LandscapeError, number
from landscape.surface import Surface

FIELDS = ("steps", "budget", "record", "every", "thin", "since")


class Visits(NamedTuple):
    """Points that were evaluated, one after the other."""

    points: np.ndarray  # (m, d)
    values: np.ndarray  # (m,)
    kind: np.ndarray  # (m,): see landscape.optimizer.KINDS
    step: np.ndarray  # (m,): 0 of the first population


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The record of a run (or, with a leading axis, of many), and what it takes to run it again.

    positions (t+1, n, d), values (t+1, n), best_value (t+1,), evaluations (t+1,), gradients (t+1,), and metrics,
    a dictionary of (t,) arrays whose k-th entry belongs to the step from positions[k] to positions[k + 1].
    `record="best"` keeps n = 1, the best point so far; `record="last"` keeps the final population, t = 0, alone.
    `thin=k` keeps each k-th step: then the arrays have t / k + 1 rows, and metrics are those of the steps kept.
    On a scheduled surface values are those of the moment, and `best_value` is the best of the moment.
    Before step `since` it stood still; of a branch the record holds the parent's there.
    """

    surface: Surface
    optimizer: Optimizer
    start: np.ndarray
    seed: Any
    steps: int
    budget: int | None
    record: str
    recorded: dict[str, Any]
    every: int = 1
    thin: int = 1
    since: int = 0

    def __repr__(self) -> str:
        best = np.asarray(self.best_value)[..., -1]
        runs = f"{best.size} runs, " if best.ndim else ""
        return f"<{self.optimizer.name} on {self.surface.name}: {runs}{self.steps} steps, best {number(best.min())}>"

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
        finite = np.isfinite(self.positions).all(axis=-1)
        steps = self.thin * np.arange(len(finite))
        if self.every:  # NaN between these was not recorded
            finite = (finite & np.isfinite(self.values))[steps % self.every == 0]
            steps = steps[steps % self.every == 0]
        alive = np.flatnonzero(finite.any(axis=-1))
        gone = alive[-1] + 1 if alive.size else 0
        return int(steps[gone]) if gone < len(finite) else None

    @property
    def evaluated(self) -> Visits:
        """Every point evaluated, in order, the first population included. For a single run, `record="evaluated"`.

        What a surface that changes makes methods evaluate anew is left out, and so are the trial points of line
        searches that only tell their number: `evaluations` counts both.
        """
        if self.record != "evaluated":
            raise LandscapeError(f"record='{self.record}' keeps no points evaluated; run with record='evaluated'.")
        points, values, kind = (np.asarray(each) for each in self.metrics["evaluated"])
        step = np.repeat(self.thin * np.arange(1, len(kind) + 1), kind.shape[1])
        used = kind.ravel() != NONE
        first = np.asarray(self.positions[0]), np.asarray(self.values[0])
        begun = np.full(len(first[1]), ACCEPTED if len(first[1]) == 1 else GENERATION, np.int8)
        return Visits(
            np.concatenate([first[0], points.reshape(-1, points.shape[-1])[used]]),
            np.concatenate([first[1], values.ravel()[used]]),
            np.concatenate([begun, kind.ravel()[used]]),
            np.concatenate([np.zeros(len(begun), int), step[used]]),
        )

    def save(self, path) -> None:
        """Write a compressed .npz file that `Trajectory.load` reads: arrays, and names and numbers as JSON."""
        about = {
            "surface": catalog.plain(self.surface),
            "optimizer": catalog.plain(self.optimizer),
            "seed": np.asarray(self.seed).tolist(),
            **{name: getattr(self, name) for name in FIELDS},
        }
        arrays = {name: np.asarray(value) for name, value in _flat(self.recorded)}
        try:
            with _file(path).open("wb") as file:
                np.savez_compressed(file, about=json.dumps(about), start=self.start, **arrays)
        except (OSError, ValueError) as error:
            raise LandscapeError(f"Cannot write '{path}': {getattr(error, 'strerror', None) or error}.") from None

    @classmethod
    def load(cls, path) -> Trajectory:
        """Read what `save` wrote."""
        try:
            with _file(path).open("rb") as file, np.load(file, allow_pickle=False) as content:
                arrays = {name: content[name] for name in content.files}
            about = json.loads(arrays.pop("about").item())
            surface, optimizer = (catalog.bind(kind, about[kind]) for kind in ("surface", "optimizer"))
            rest = {name: about[name] for name in ("seed", *FIELDS) if name in about}
            return cls(surface, optimizer, arrays.pop("start"), recorded=_nested(arrays), **rest)
        except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LandscapeError(f"'{path}' is no trajectory saved by Landscape ({error}).") from None


def _file(path) -> Path:
    return Path(path).with_name(f"{Path(path).name.removesuffix('.npz')}.npz")


def _flat(recorded: dict[str, Any]):
    """Every array with a name: `metrics/spread`, `metrics/evaluated/points`."""
    for name, value in recorded.items():
        if name == "metrics":
            yield from ((f"metrics/{key}", inner) for key, inner in _flat(value))
        elif isinstance(value, Evaluated):
            yield from ((f"{name}/{key}", inner) for key, inner in value._asdict().items())
        else:
            yield name, value


def _nested(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    metrics = {name[8:]: arrays.pop(name) for name in list(arrays) if name.startswith("metrics/")}
    evaluated = {name[10:]: metrics.pop(name) for name in list(metrics) if name.startswith("evaluated/")}
    if evaluated:
        metrics["evaluated"] = Evaluated(**evaluated)
    return arrays | {"metrics": metrics}
