"""Experiments: a surface, its entrants, start, seed and steps, as names and numbers.

One experiment has four forms that round-trip: this object, JSON, the query of an address, and Python source.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscape import catalog, query
from landscape.branch import Branch, branched
from landscape.checks import check_camera, check_plane, check_single, check_start, check_whole
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError, nearest, numbered
from landscape.run import STEPS, run
from landscape.scene import Scene
from landscape.source import python, script
from landscape.staging import scene
from landscape.surface import Surface
from landscape.trajectory import Trajectory

MOST_ENTRANTS = 24
KEYS = ("surface", "optimizer", "start", "seed", "steps", "frame", "slots", "hidden", "branches", "camera")
LESSON = ("veil", "question", "lock", "hide")  # parts of an address that are the dashboard's alone


@dataclass(frozen=True)
class Entrant:
    """One optimizer in an experiment; `slot` is its colour and marker, which no deletion of others changes.

    `branch` makes it follow an entrant that stands before it, up to a frame.
    """

    optimizer: Optimizer
    slot: int = 0
    hidden: bool = False
    branch: Branch | None = None

    def __post_init__(self):
        if not isinstance(self.optimizer, Optimizer):
            raise LandscapeError("An entrant needs a bound optimizer, such as ls.optimizers.adam().")
        self.optimizer.check_native()
        check_whole("slot", self.slot, 0, 9_999)
        if self.branch is not None:
            object.__setattr__(self, "branch", Branch(*self.branch))
            check_whole("branch: of", self.branch.of, 0, 9_999)
            check_whole("branch: frame", self.branch.frame, 0, 1_000_000)


    @property
    def label(self) -> str:
        """Its name in figures, as in "adam", or "adam from 44" of a branch."""
        name = self.optimizer.label
        return name if self.branch is None else f"{name} from {self.branch.frame}"


@dataclass(frozen=True)
class Experiment:
    """What is compared and how it is looked at. `entrants` takes optimizers too and gives them slots in order."""

    surface: Surface
    entrants: tuple[Entrant, ...] = ()
    start: tuple[float, ...] | None = None  # None: the surface's own start
    seed: int = 0
    steps: int = STEPS
    frame: int | None = None  # None: the last one
    camera: tuple[float, ...] | None = None  # of the surface in 3-D: where the eye is, and what is in the middle

    def __post_init__(self):
        if not isinstance(self.surface, Surface):
            raise LandscapeError("An experiment needs a bound surface, such as ls.surfaces.himmelblau().")
        check_plane(self.surface)
        if len(self.entrants) > MOST_ENTRANTS:
            raise LandscapeError(f"{len(self.entrants)} optimizers are more than {MOST_ENTRANTS}; remove some.")
        entrants = tuple(e if isinstance(e, Entrant) else Entrant(e, i) for i, e in enumerate(self.entrants))
        object.__setattr__(self, "entrants", entrants)
        for bound in (self.surface, *(entrant.optimizer for entrant in entrants)):
            check_single(bound)
        if self.start is not None:
            object.__setattr__(self, "start", check_start(self.start, self.surface))
        check_whole("seed", self.seed, 0, 2**32 - 1)
        check_whole("steps", self.steps, 1, 1_000_000)
        if self.frame is not None:
            check_whole("frame", self.frame, 0, 1_000_000)
        if self.camera is not None:
            object.__setattr__(self, "camera", check_camera(self.camera))
        for place in range(len(entrants)):
            self._parent(place)

    def run(self, record: str = "all") -> list[Trajectory]:
        """Every entrant's trajectory: the same start for all, member 0 of a population."""
        start = None if self.start is None else np.asarray(self.start)
        options = {"steps": self.steps, "seed": self.seed, "record": record}
        walked: list[Trajectory] = []
        for place, entrant in enumerate(self.entrants):
            parent = self._parent(place)
            if parent is None:
                walked.append(run(self.surface, entrant.optimizer, start, **options))
            else:
                walked.append(branched(walked[parent], entrant.optimizer, entrant.branch.frame))
        return walked

    def _parent(self, place: int) -> int | None:
        """The place of the entrant that this one branches off, if it does; of a branch not yet begun, its parent."""
        branch = self.entrants[place].branch
        if branch is None:
            return None
        parent = next((i for i, e in enumerate(self.entrants[:place]) if e.slot == branch.of), None)
        if parent is None:
            raise LandscapeError(f"A branch needs its parent before it, and there is no entrant with slot {branch.of}.")
        elder = self.entrants[parent].branch
        return self._parent(parent) if elder is not None and branch.frame <= elder.frame else parent

    def scene(self, trajectories: list[Trajectory] | None = None, record: str = "all", **options) -> Scene:
        """Run it (unless `trajectories` are given) and make its scene; options are those of `landscape.scene`."""
        given = {
            "slots": [entrant.slot for entrant in self.entrants],
            "hidden": [i for i, entrant in enumerate(self.entrants) if entrant.hidden],
            "frame": self.frame,
            "steps": self.steps,
            "since": [0 if entrant.branch is None else entrant.branch.frame for entrant in self.entrants],
            "camera": self.camera,
            "labels": labels(self.entrants),
        }
        return scene(self.surface, *(trajectories or self.run(record)), **(given | options))

    def replace(self, **changes) -> Experiment:
        return replace(self, **changes)

    def to_json(self) -> str:
        """Names and numbers as JSON text."""
        return json.dumps(to_dict(self))

    @classmethod
    def from_json(cls, text: str) -> Experiment:
        try:
            content = json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise LandscapeError(f"This is no JSON: {error}.") from None
        return from_dict(content)

    def to_url(self) -> str:
        """The query of an address: `surface=…&optimizer=…&start=…`."""
        pairs = [("surface", catalog.text(self.surface))]
        pairs += [("optimizer", catalog.text(entrant.optimizer)) for entrant in self.entrants]
        if self.start is not None:
            pairs.append(("start", query.listed(self.start)))
        pairs += [("seed", str(self.seed)), ("steps", str(self.steps))]
        if self.frame is not None:
            pairs.append(("frame", str(self.frame)))
        slots = [entrant.slot for entrant in self.entrants]
        if slots != list(range(len(slots))):
            pairs.append(("slots", query.listed(slots)))
        if any(entrant.hidden for entrant in self.entrants):
            pairs.append(("hidden", query.listed(i for i, entrant in enumerate(self.entrants) if entrant.hidden)))
        branches = [f"{i}:{e.branch.of}:{e.branch.frame}" for i, e in enumerate(self.entrants) if e.branch is not None]
        pairs += [("branches", ",".join(branches))] if branches else []
        pairs += [("camera", query.listed(self.camera))] if self.camera is not None else []
        return query.written(pairs)

    @classmethod
    def from_url(cls, address: str) -> Experiment:
        """The experiment in an address or in its query alone."""
        pairs = query.read(address, KEYS, LESSON)
        only = dict(pairs)
        if "surface" not in only:
            raise LandscapeError("This address names no surface; it should begin with ?surface=himmelblau.")
        optimizers = [catalog.optimizer(text) for key, text in pairs if key == "optimizer"]
        slots = query.numbers(only, "slots", int) or range(len(optimizers))
        hidden = query.numbers(only, "hidden", int) or ()
        if len(slots) != len(optimizers):
            raise LandscapeError(f"This address has {len(optimizers)} optimizers and {len(slots)} slots; give as many.")
        branches = query.branches(only.get("branches"), len(optimizers))
        entrants = [Entrant(o, slots[i], i in hidden, branches.get(i)) for i, o in enumerate(optimizers)]
        camera = tuple(query.numbers(only, "camera", float)) if "camera" in only else None
        counts = {key: query.number(only, key) for key in ("seed", "steps", "frame") if key in only}
        start = query.numbers(only, "start", float)
        start = tuple(start) if "start" in only else None
        return cls(catalog.surface(only["surface"]), tuple(entrants), start, camera=camera, **counts)

    def to_python(self) -> str:
        """Source that runs this experiment: the same numbers, at the same precision."""
        body = _SOURCE.format(
            surface=python(self.surface),
            entrants="".join(f"        {_python_entrant(entrant)},\n" for entrant in self.entrants),
            start=self.start,
            seed=self.seed,
            steps=self.steps,
            frame=self.frame,
            camera=self.camera,
            picture=self.picture,
        )
        return script(body)

    @property
    def picture(self) -> str:
        """The name of the figure that shows its paths best."""
        return "contour" if self.surface.dim > 1 else "slice_1d"

    def to_shell(self, figure: str | None = None, out: str = "landscape.svg") -> str:
        """The command that draws this experiment."""
        figure = figure or self.picture
        return shlex.join(["landscape", "figure", figure, "--experiment", self.to_url(), "--out", out])


_SOURCE = '''experiment = ls.Experiment(
    {surface},
    entrants=(
{entrants}    ),
    start={start},
    seed={seed},
    steps={steps},
    frame={frame},
    camera={camera},
)
trajectories = experiment.run()

if __name__ == "__main__":
    for trajectory in trajectories:
        print(f"{{trajectory.optimizer.name:20}} {{float(trajectory.best_value[-1]):.6g}}")
    ls.figures.{picture}(experiment.scene()).show()
'''


def labels(entrants: Sequence[Entrant]) -> list[str]:
    """What entrants are called in figures: where a name occurs twice, with their schedules, else with numbers."""
    names = [entrant.label for entrant in entrants]
    driven = [[schedule.label for schedule in entrant.optimizer.scheduled.values()] for entrant in entrants]
    told = [" ".join([name, *schedules]) for name, schedules in zip(names, driven, strict=True)]
    return numbered([full if names.count(name) > 1 else name for name, full in zip(names, told, strict=True)])


def to_dict(experiment: Experiment) -> dict[str, Any]:
    """The JSON form as dictionaries and lists."""
    entrants = [{**catalog.plain(e.optimizer), "slot": e.slot, "hidden": e.hidden,
                 "branch": None if e.branch is None else e.branch._asdict()} for e in experiment.entrants]  # fmt: skip
    camera = None if experiment.camera is None else list(experiment.camera)
    start = None if experiment.start is None else list(experiment.start)
    return {"surface": catalog.plain(experiment.surface), "entrants": entrants, "start": start, "seed": experiment.seed,
            "steps": experiment.steps, "frame": experiment.frame, "camera": camera}  # fmt: skip


def from_dict(content: Any) -> Experiment:
    """The experiment in its JSON form."""
    if not isinstance(content, dict) or not isinstance(content.get("surface"), dict):
        raise LandscapeError("This is no experiment of Landscape: it names no surface.")
    _known(content, ("surface", "entrants", "start", "seed", "steps", "frame", "camera"))
    _known(content["surface"], ("name", "parameters"))
    rows = content.get("entrants") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LandscapeError("This is no experiment of Landscape: its entrants are no list of optimizers.")
    for row in rows:
        _known(row, ("name", "parameters", "slot", "hidden", "branch"))
    entrants = tuple(
        Entrant(catalog.bind("optimizer", row), row.get("slot", i), bool(row.get("hidden", False)), _branch(row))
        for i, row in enumerate(rows)
    )
    start = content.get("start")
    if start is not None and not (isinstance(start, list) and all(isinstance(x, (int, float)) for x in start)):
        raise LandscapeError(f"The start {start!r} is no list of numbers.")
    rest = {key: content[key] for key in ("seed", "steps", "frame", "camera") if content.get(key) is not None}
    return Experiment(
        catalog.bind("surface", content["surface"]), entrants, None if start is None else tuple(start), **rest
    )


def _branch(row: dict[str, Any]) -> Branch | None:
    branch = row.get("branch")
    if branch is None:
        return None
    if not isinstance(branch, dict) or set(branch) != {"of", "frame"}:
        raise LandscapeError(f"The branch {str(branch)[:40]} should be the slot of an entrant and a frame: of, frame.")
    return Branch(**branch)


def _known(content: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in content:
        if key not in keys:
            raise LandscapeError(
                f"This is no experiment of Landscape: it has a part '{key}'. {nearest(str(key), keys)}"
            )


def _python_entrant(entrant: Entrant) -> str:
    branch = "" if entrant.branch is None else f", branch=ls.{entrant.branch}"
    return f"ls.Entrant({python(entrant.optimizer)}, slot={entrant.slot}, hidden={entrant.hidden}{branch})"
