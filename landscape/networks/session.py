"""Sessions: a network, its runs and their forks, as names and numbers; what the Networks page shows.

A session has four forms that round-trip or run: this object, JSON (own data inside), the query of an address (own data
by the hash of them), and Python source.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscape.checks import check_single, check_whole
from landscape.networks.training import Training, train
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.surface import Surface

EPOCHS, MOST_EPOCHS, MOST_RUNS, MOST_EDITS = 100, 1_000_000, 24, 200
PLANE = "principal"
LONGEST_PLANE = 200
SEEDS = 2**32 - 1
COUNTS = {"epochs": (EPOCHS, 1, MOST_EPOCHS), "seed": (0, 0, SEEDS), "patience": (0, 0, MOST_EPOCHS)}


@dataclass(frozen=True)
class Run:
    """One optimizer of a session. `of` is the slot of the run that it forks off at the recorded frame `frame`."""

    optimizer: Optimizer
    slot: int | None = None  # its colour and marker; None: its place
    hidden: bool = False
    of: int | None = None
    frame: int = 0
    edits: tuple[tuple[int, float], ...] = ()  # (index of the weight, its number from the fork on)
    seed: int | None = None  # of minibatches and random numbers; None: the session's

    def __post_init__(self):
        if not isinstance(self.optimizer, Optimizer):
            raise LandscapeError("A run needs a bound optimizer, such as ls.optimizers.adam().")
        self.optimizer.check_native()
        check_single(self.optimizer)
        for name, most in (("slot", 9_999), ("of", 9_999), ("seed", SEEDS)):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name), 0, most)
        check_whole("frame", self.frame, 0, MOST_EPOCHS)
        object.__setattr__(self, "edits", _edits(self.edits))
        if self.of is None and (self.edits or self.frame):
            raise LandscapeError("Only a fork has a frame and edited weights; say of which slot it is.")

    @property
    def label(self) -> str:
        """Its name in figures, as in "adam", or "adam from 40" of a fork."""
        name = self.optimizer.label
        return name if self.of is None else f"{name} from {self.frame}"


@dataclass(frozen=True)
class Session:
    """What is trained and how it is looked at. `runs` takes optimizers too, and gives slots in order."""

    network: Surface
    runs: tuple[Run, ...] = ()
    epochs: int = EPOCHS
    seed: int = 0
    patience: int = 0  # epochs without a better test loss after which a run counts as stopped; 0: none does
    min_delta: float = 0.0
    plane: str = PLANE  # in words, for whoever draws it
    frame: int | None = None  # None: the last one

    def __post_init__(self):
        if not isinstance(self.network, Surface):
            raise LandscapeError("A session needs a network, such as ls.networks.network(data='spiral').")
        check_single(self.network)
        if len(self.runs) > MOST_RUNS:
            raise LandscapeError(f"{len(self.runs)} runs are more than {MOST_RUNS}; remove some.")
        runs = [each if isinstance(each, Run) else Run(each) for each in self.runs]
        runs = [replace(each, slot=place) if each.slot is None else each for place, each in enumerate(runs)]
        object.__setattr__(self, "runs", tuple(runs))
        for name, (_, low, high) in COUNTS.items():
            check_whole(name, getattr(self, name), low, high)
        if self.frame is not None:
            check_whole("frame", self.frame, 0, MOST_EPOCHS)
        object.__setattr__(self, "min_delta", finite("min_delta", self.min_delta, 0.0))
        if not isinstance(self.plane, str) or not 0 < len(self.plane) <= LONGEST_PLANE:
            raise LandscapeError(f"A plane is a text of 1 to {LONGEST_PLANE} characters, such as 'principal'.")
        for place in range(len(runs)):
            self.parent(place)
            self._check_edits(runs[place])

    def _check_edits(self, run: Run) -> None:
        for index, _ in run.edits:
            if index >= self.network.dim:
                raise LandscapeError(
                    f"There is no weight {index}; this network has the weights 0 … {self.network.dim - 1}."
                )

    def parent(self, place: int) -> int | None:
        """The place of the run that this one forks off; None for a run from the start."""
        of = self.runs[place].of
        if of is None:
            return None
        found = next((i for i, each in enumerate(self.runs[:place]) if each.slot == of), None)
        if found is None:
            raise LandscapeError(f"A fork needs its parent before it, and there is no run with slot {of}.")
        return found

    def run(self) -> list[Training]:
        """Train everything, in order."""
        found: list[Training] = []
        for place in range(len(self.runs)):
            found.append(train_one(self, place, found))
        return found

    def replace(self, **changes) -> Session:
        return replace(self, **changes)

    def query(self) -> str:
        """The query of an address: `network=…&optimizer=…&epochs=…`."""
        return _forms().written(self)

    @classmethod
    def from_query(cls, address: str) -> Session:
        """The session in an address or in its query alone; LandscapeError says what cannot be read."""
        return _forms().read(address)

    def json(self) -> str:
        """Names and numbers as JSON text, and the rows of own data."""
        return json.dumps(_forms().to_dict(self))

    @classmethod
    def from_json(cls, text: str) -> Session:
        try:
            content = json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise LandscapeError(f"This is no JSON: {error}.") from None
        return _forms().from_dict(content)

    def code(self, kind: str = "python") -> str:
        """What reproduces this session: "python" source, a "shell" command, or its "json"."""
        if kind == "json":
            return self.json()
        if kind == "shell":
            command = ["landscape", "network", "decision_map", "--session", self.query(), "--out", "network.png"]
            return shlex.join(command)
        if kind != "python":
            raise LandscapeError(f"There is no code in '{str(kind)[:40]}'; take python, shell or json.")
        return _forms().source(self)


def _forms():
    from landscape.networks import forms

    return forms


def train_one(session: Session, place: int, found: Sequence[Training] | Mapping[int, Training]) -> Training:
    """The training of the run at `place`; `found` holds its parent's at the parent's place, if it has one."""
    run, parent = session.runs[place], session.parent(place)
    seed = session.seed if run.seed is None else run.seed
    if parent is None:
        return train(session.network, run.optimizer, epochs=session.epochs, seed=seed)
    frame = min(run.frame, len(found[parent].epochs) - 1)
    return found[parent].fork(frame, run.optimizer, dict(run.edits), run.seed)


def _edits(given: Any) -> tuple[tuple[int, float], ...]:
    """Pairs of an index and a finite number, each index once."""
    try:
        pairs = [tuple(pair) for pair in (given.items() if isinstance(given, Mapping) else given)]
        for index, _ in pairs:
            check_whole("edits: index", index, 0, 2**31 - 1)
        found = tuple((int(index), finite("edits", value)) for index, value in pairs)
    except (TypeError, ValueError):
        raise LandscapeError(f"edits={str(given)[:60]} should be pairs of an index and a number.") from None
    if len({index for index, _ in found}) < len(found) or len(found) > MOST_EDITS:
        raise LandscapeError(f"Edited weights are named once each, {MOST_EDITS} at most.")
    return found


def finite(name: str, value: Any, low: float = -np.inf) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = np.nan
    if not (np.isfinite(found) and found >= low):
        raise LandscapeError(f"{name}={str(value)[:40]} is no finite number{' from 0 on' if low == 0 else ''}.")
    return found
