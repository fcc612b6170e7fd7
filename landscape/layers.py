"""Layers: what geometry adds to a scene, by name. A figure says which ones it draws (`LAYERS` in its module)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from landscape.curve import profile
from landscape.optimizer import Optimizer
from landscape.optimizers import ENTRIES as OPTIMIZERS
from landscape.parameters import LandscapeError, nearest
from landscape.plane import Plane
from landscape.scene import Heights
from landscape.surface import Surface
from landscape.trajectory import Trajectory

BASINS = 640  # points along the longer side of the view
CURVATURES = 201
ANYWHERE = ("profile", "sensitivity", "range_test", "race", "no_free_lunch")  # also on surfaces with one coordinate


class Looked(NamedTuple):
    """What a layer is computed from."""

    surface: Surface  # as it stands at the moment shown
    plane: Plane | None  # None where the surface has one coordinate
    heights: Heights
    trajectories: Sequence[Trajectory]
    steps: int
    at: Sequence[float] | None
    asked: Mapping[str, Any] = MappingProxyType({})

    @property
    def view(self) -> dict[str, Any]:
        """Where geometry looks: the plane and the corners of the view."""
        u, v = self.heights.u, self.heights.v
        return {"plane": self.plane, "lower": np.array([u[0], v[0]]), "upper": np.array([u[-1], v[-1]])}

    @property
    def point(self) -> np.ndarray:
        """The point looked at (d,): the one given, else where the first run starts, else the surface's start."""
        if self.at is not None:
            return checked(self.at, self.surface)
        starts = [t.start[0] for t in self.trajectories if len(t.start) == 1]
        return np.asarray(starts[0] if starts else self.surface.start, np.float64)

    @property
    def optimizer(self) -> Optimizer:
        """The one whose basins are asked for: the first that walks alone, else gradient descent."""
        given = sorted((t.optimizer for t in self.trajectories), key=lambda optimizer: not optimizer.alone)
        entry = OPTIMIZERS["sgd"]
        return given[0] if given else entry(**self.surface.tuned(entry))


class LinearMap(NamedTuple):
    """A linear map of the plane about a point, and a shift: where the grid of the plane goes."""

    matrix: np.ndarray  # (2, 2)
    centre: np.ndarray  # (2,)
    offset: np.ndarray  # (2,): where the centre goes, seen from there; zero for a map that is linear about it
    determinant: float
    condition: float
    singular: np.ndarray  # (2,): the lengths to which directions are stretched or shrunk


class Members(NamedTuple):
    """A run as its members went, on the plane; the k-th step leads from positions[k] to positions[k + 1].

    What a method does not record, or was not asked to (`record="evaluated"`), is None or left out.
    """

    positions: np.ndarray  # (t+1, n, 2)
    values: np.ndarray  # (t+1, n)
    arrows: dict[str, np.ndarray]  # each (t, n, 2): velocity and the pulls that make it up
    points: np.ndarray | None  # (t, m, 2): evaluated
    kind: np.ndarray | None  # (t, m): see landscape.optimizer.KINDS
    parents: np.ndarray | None  # (t, m, k): which members made the points evaluated
    origin: np.ndarray | None  # (t, n): where the next members come from, children after the members themselves
    mean: np.ndarray | None  # (t, 2) of the normal distribution that is sampled
    covariance: np.ndarray | None  # (t, 2, 2)
    temperature: np.ndarray | None  # (t,)


class Steps(NamedTuple):
    """The anatomy of a run's steps, and the same on the plane, counted from where each begins."""

    found: Any  # landscape.geometry.anatomy.Anatomy
    points: np.ndarray  # (t, 2)
    steps: np.ndarray  # (t, 2)
    pushed: np.ndarray  # (t, 2)
    gradients: np.ndarray  # (t, 2)
    hessians: np.ndarray  # (t, 2, 2)
    middle: np.ndarray  # (t, 2) of a window about each step
    half: np.ndarray  # (t, 2) of its sides
    heights: np.ndarray  # (t, b, a) true heights in it


def checked(point: Any, surface: Surface) -> np.ndarray:
    """A point of the surface as d finite numbers."""
    point = np.asarray(point, np.float64)
    if point.shape != (surface.dim,) or not np.isfinite(point).all():
        given = ", ".join(f"{x:g}" for x in point.ravel()[:8])
        raise LandscapeError(f"The point ({given}) is none of {surface.name}; give {surface.dim} finite numbers.")
    return point


def _geometry():
    """Loaded on use: runs and plain contours do without."""
    return importlib.import_module("landscape.geometry")


def _lens(looked: Looked):
    return _geometry().lens(looked.surface, looked.point, **looked.view)


def _streamlines(looked: Looked):
    return _geometry().streamlines(looked.surface, **looked.view)


def _curvature(looked: Looked):
    return _geometry().curvature(looked.surface, resolution=_shape(looked, CURVATURES), **looked.view)


def _critical_points(looked: Looked):
    found = _geometry().critical_points(looked.surface)
    return replace(found, points=looked.plane.project(found.points))


def _basins(looked: Looked):
    shape = _shape(looked, BASINS)
    found = _geometry().basins(looked.surface, looked.optimizer, resolution=shape, steps=looked.steps, **looked.view)
    return replace(found, minima=looked.plane.project(found.minima))


def _profile(looked: Looked):
    return profile(looked.surface, at=looked.point, direction=_direction(looked.asked.get("direction")))


def _direction(asked: Any) -> Sequence[float] | None:
    """The direction of a cut: numbers, or text with commas between; None where none is asked for."""
    try:
        return [float(word) for word in asked.split(",")] if isinstance(asked, str) else asked
    except ValueError:
        raise LandscapeError(f"direction={asked} should be numbers with commas between, as in 0.6,0.8.") from None


def _linear_map(looked: Looked) -> LinearMap:
    matrix = getattr(looked.surface, "matrix", None)
    if matrix is None or np.shape(matrix) != (2, 2):
        raise LandscapeError(
            f"{looked.surface.name} is no linear transform of the plane; wrap it, as in rotate:surface=himmelblau."
        )
    singular = np.linalg.svd(matrix, compute_uv=False)
    condition = singular[0] / singular[1] if singular[1] > 0 else np.inf
    centre, offset = (np.asarray(part, np.float64) for part in (looked.surface.centre, looked.surface.offset))
    return LinearMap(np.asarray(matrix), centre, offset, float(np.linalg.det(matrix)), float(condition), singular)


ARROWS = ("velocity", "momentum_pull", "cognitive_pull", "social_pull")


def _population(looked: Looked) -> tuple[Members, ...]:
    """One for each run."""
    return tuple(_members(trajectory, looked.plane) for trajectory in looked.trajectories)


def _members(trajectory: Trajectory, plane: Plane) -> Members:
    found = {name: np.asarray(value) for name, value in trajectory.metrics.items() if name != "evaluated"}
    seen = trajectory.metrics.get("evaluated")
    covariance = found.get("covariance")
    return Members(
        positions=plane.project(trajectory.positions),
        values=np.asarray(trajectory.values, np.float64),
        arrows={name: found[name] @ plane.dual.T for name in ARROWS if name in found},
        points=None if seen is None else plane.project(seen.points),
        kind=None if seen is None else np.asarray(seen.kind),
        parents=found.get("parents"),
        origin=found.get("origin"),
        mean=plane.project(found["mean"]) if "mean" in found else None,
        covariance=None if covariance is None else plane.dual @ covariance @ plane.dual.T,
        temperature=found.get("temperature"),
    )


def _anatomy(looked: Looked) -> tuple[Steps | None, ...]:
    """One for each run; None of those that follow no gradient."""
    module, plane = importlib.import_module("landscape.geometry.anatomy"), looked.plane
    u, v = looked.heights.u, looked.heights.v
    view, runs = np.array([[u[0], v[0]], [u[-1], v[-1]]]), []
    for found in map(module.anatomy, looked.trajectories):
        if found is None:
            runs.append(None)
            continue
        vectors = (found.steps @ plane.dual.T, found.pushed @ plane.dual.T, found.gradients @ plane.basis.T)
        bends = plane.basis @ found.hessians @ plane.basis.T
        near = module.around(looked.surface, found, plane, view)
        runs.append(Steps(found, plane.project(found.points[:-1]), *vectors, bends, *near))
    return tuple(runs)


def _entrants(looked: Looked, usual: str) -> list[Optimizer]:
    """The optimizers whose runs are shown, else the usual one; from the whole surface, not from this moment's."""
    return [t.optimizer for t in looked.trajectories] or [OPTIMIZERS[usual]()]


def _sensitivity(looked: Looked) -> Any:
    """What becomes of the first optimizer as the numbers asked for change."""
    module = importlib.import_module("landscape.sensitivity")
    axes = {name: looked.asked[name] for name in ("x", "y") if looked.asked.get(name)}
    given = _numbers(looked, target=float, resolution=int) | _begun(looked)
    optimizer = _entrants(looked, "momentum")[0]
    return module.sensitivity(_whole(looked), optimizer, steps=looked.steps, **axes, **given)


def _range_test(looked: Looked) -> Any:
    """The first optimizer with a learning rate that grows."""
    module = importlib.import_module("landscape.range_test")
    given = _numbers(looked, low=float, high=float, smoothing=float) | _begun(looked)
    return module.range_test(_whole(looked), _entrants(looked, "sgd")[0], **given)


def _race(looked: Looked) -> Any:
    """Every optimizer from many starts."""
    module = importlib.import_module("landscape.contest")
    starts = {"starts": looked.asked["starts"]} if looked.asked.get("starts") else {}
    return module.race(_whole(looked), _entrants(looked, "adam"), **starts, **_numbers(looked, seeds=int, budget=int))


def _no_free_lunch(looked: Looked) -> Any:
    """Searches among a few points: of no surface at all."""
    module = importlib.import_module("landscape.benchmark.no_free_lunch")
    return module.no_free_lunch(**_numbers(looked, points=int, values=int))


def _begun(looked: Looked) -> dict[str, Any]:
    """Where the first run starts, and with which seed."""
    return {name: getattr(run, name) for run in looked.trajectories[:1] for name in ("start", "seed")}


def _whole(looked: Looked) -> Surface:
    """The surface with its schedules, where a run knows it."""
    return looked.trajectories[0].surface if looked.trajectories else looked.surface


def _numbers(looked: Looked, **kinds: type) -> dict[str, Any]:
    """Of what was asked for the numbers of these names, which a command line gives as text."""
    found = {}
    for name, kind in kinds.items():
        if name in looked.asked:
            try:
                found[name] = kind(looked.asked[name])
            except (TypeError, ValueError):
                wanted = "a whole number" if kind is int else "a number"
                raise LandscapeError(f"{name}={looked.asked[name]} should be {wanted}.") from None
    return found


LAYERS: dict[str, Callable[[Looked], Any]] = {
    "lens": _lens,
    "streamlines": _streamlines,
    "curvature": _curvature,
    "critical_points": _critical_points,
    "basins": _basins,
    "profile": _profile,
    "linear_map": _linear_map,
    "population": _population,
    "anatomy": _anatomy,
    "sensitivity": _sensitivity,
    "range_test": _range_test,
    "race": _race,
    "no_free_lunch": _no_free_lunch,
}


def layer(name: str, looked: Looked) -> Any:
    """The layer of that name."""
    if name not in LAYERS:
        raise LandscapeError(f"Unknown layer '{name}'. {nearest(name, LAYERS)}")
    if looked.plane is None and name not in ANYWHERE:
        what = name.replace("_", " ")
        raise LandscapeError(f"{looked.surface.name} has one coordinate and no {what}; draw slice_1d.")
    with np.errstate(invalid="ignore", over="ignore"):  # of runs that diverged
        return LAYERS[name](looked)


def _shape(looked: Looked, most: int) -> tuple[int, int]:
    """Points along u and v, as many for each length."""
    u, v = looked.heights.u, looked.heights.v
    sides = np.array([u[-1] - u[0], v[-1] - v[0]])
    return tuple(max(2, round(float(most * side / sides.max()))) for side in sides)
