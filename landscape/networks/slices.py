"""Slices: the loss of a network, and more, on a regular grid of a plane, coarse first, stopped and resumed at will.

plane = ls.networks.planes.random(surface, weights, seed=1)
picture = ls.networks.slice(surface, plane, wants=("loss", "accuracy"), path="slice.npz")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from landscape.grid import extent as corners
from landscape.networks import asked, extent, stored, vtp
from landscape.networks.hessian import smooth
from landscape.networks.paths import precision
from landscape.networks.slicing import Progress, Task
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

COARSE = 13


@dataclass(frozen=True, eq=False)
class Slice:
    """A surface on a regular grid of a plane; rows that are not `complete` are NaN where they are not computed yet."""

    plane: Plane
    u: np.ndarray  # (a,)
    v: np.ndarray  # (b,)
    values: dict[str, np.ndarray]  # "loss" (b, a), …, "gradient" (b, a, 2), "hessian" (b, a, 2, 2): float64
    centre: float  # the loss at plane coordinates (0, 0), whatever the grid
    about: dict[str, Any]  # seed, units, range, tile, seconds, statistics, height, warnings: words and numbers
    complete: np.ndarray  # (b,) bool

    @property
    def loss(self) -> np.ndarray:
        return self.values["loss"]

    def save(self, path: str | Path) -> Path:
        """Write everything needed to draw or resume it into one .npz, whole or not at all."""
        arrays = {"u": self.u, "v": self.v, "origin": self.plane.origin, "basis": self.plane.basis,
                  "complete": self.complete, "centre": np.array(self.centre)}  # fmt: skip
        arrays |= {f"values/{name}": value for name, value in self.values.items()}
        words = {"names": list(self.plane.names), "plane": dict(self.plane.about), "slice": self.about}
        return stored.write(path, arrays, words)

    @classmethod
    def load(cls, path: str | Path) -> Slice:
        """The slice in that file; LandscapeError in one sentence where there is none."""
        arrays, words = stored.read(path)
        try:
            plane = Plane(arrays["origin"], arrays["basis"], tuple(words["names"]), words["plane"])
            values = {name[7:]: value for name, value in arrays.items() if name.startswith("values/")}
            made = cls(plane, arrays["u"], arrays["v"], values, float(arrays["centre"]), words["slice"],
                       arrays["complete"])  # fmt: skip
            fits = values["loss"].shape == (len(made.v), len(made.u)) and made.complete.shape == made.v.shape
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            raise LandscapeError(f"'{path}' is damaged: parts of the slice are missing; compute it again.")
        return made

    def to_vtp(self, path: str | Path, paths: Mapping[str, tuple] | None = None) -> Path:
        """Write it for ParaView; `paths` name (coordinates (t, 2), loss (t,)) of runs to draw on it."""
        return vtp.write(path, self.u, self.v, self.values, paths)


def slice(surface: Surface, plane: Plane, **options: Any) -> Slice:
    """The surface on a regular grid of `plane`, in its start's precision; takes the options of `refined`.

    A slice that was stopped (Ctrl-C, a kill) goes on from its file: give the same `path` again.
    """
    *_, last = refined(surface, plane, coarse=0, every=np.inf, **options)
    return last


def refined(
    surface: Surface,
    plane: Plane,
    *,
    radius: float | tuple[float, float] | None = None,
    lower=None,
    upper=None,
    resolution: int | tuple[int, int] = 51,
    wants: str | Sequence[str] = ("loss",),
    path: str | Path | None = None,
    progress: Callable[[Progress], Any] | None = None,
    statistics: str | None = None,
    factor: float = extent.FACTOR,
    coarse: int = COARSE,
    every: float = 1.0,
    tile: tuple[int, int] | None = None,
    dtype=None,
) -> Iterator[Slice]:
    """Slices of `surface` on `plane`: a coarse one, then the asked one as its rows come in, the last one complete.

    Closing the generator stops it; finished rows stand in the file `path`, and the same call goes on there.

    radius      half the width, in plane coordinates, of both axes or of each; the origin is in the middle. By default
                the loss is probed until it is `factor` times that of the centre (`extent.reach`).
    lower, upper  instead of radius: two corners (2,) in plane coordinates.
    resolution  points along u and v. The loss at the origin is in `centre` for any number of points.
    wants       "loss"; measures of the surface, such as "accuracy"; "gradient" (2,) and "hessian" (2, 2) with respect
                to u and v, exact; "max_eigenvalue" and "min_eigenvalue" of that Hessian; "max_curvature" and
                "min_curvature", the ends of the whole Hessian's spectrum, by 24 products with it at each point: slow.
    progress    called with Progress(done, rows, seconds, left) about four times a second.
    statistics  of batch normalization: "frozen" (as kept with the model), "interpolated" (coordinates that the plane
                moves like weights), "re-estimated" (from the rows of data, at each point). Which one is possible is
                the model's business; a choice that it does not make is refused.
    coarse      points along each axis of the first picture; 0 for none.
    every       seconds between slices.
    tile        (points of the grid, rows of data) to compute together; by default chosen by timing a few where the
                slice takes seconds. The same tile gives the same bits.
    dtype       float32 or float64; by default that of the surface's start.
    """
    surface = surface.freeze(1.0) if isinstance(surface, Surface) else smooth(surface, "A slice")
    if not isinstance(plane, Plane):
        raise LandscapeError(f"A slice takes a Plane, such as planes.random(surface), not {type(plane).__name__}.")
    wants = asked.wanted(surface, wants)
    dtype = precision(surface.start.dtype, dtype)
    corners(surface, plane, [-1, -1], [1, 1])  # the plane lies in the surface's space
    statistics = asked.statistics(surface, plane, statistics, dtype)
    task = Task(surface, plane, wants, dtype, tile)
    window, told = task.window(radius, lower, upper, factor)
    about = {"surface": surface.label, "range": told, "statistics": statistics, "dtype": dtype.name,
             "rows": task.tiles.count, "data": stored.fingerprint(task.tiles.rows), "seed": plane.about.get("seed"),
             "units": plane.about.get("units", "the plane's coordinates")}  # fmt: skip
    made = _blank(plane, asked.axes(*window, resolution), wants, about)
    made = _resumed(made, path)
    if coarse and not made.complete.any() and min(made.loss.shape) > coarse:
        yield from task.run(_blank(plane, asked.axes(*window, coarse), wants, about), None, None, np.inf)
    yield from task.run(made, path, progress, every)


def _blank(plane: Plane, axes, wants, about) -> Slice:
    u, v = axes
    asked.check_memory((len(u), len(v)), sum(int(np.prod(asked.TAILS.get(name, ()))) for name in wants))
    values = {name: np.full((len(v), len(u), *asked.TAILS.get(name, ())), np.nan) for name in wants}
    return Slice(plane, u, v, values, np.nan, dict(about), np.zeros(len(v), bool))


def _resumed(made: Slice, path) -> Slice:
    """What the file has of this slice; LandscapeError where it holds another one."""
    if path is None:
        return made
    path = Path(path)
    if not path.parent.is_dir():
        raise LandscapeError(f"'{path}' cannot be written: there is no folder '{path.parent}'; make it first.")
    if not path.exists():
        return made
    kept = Slice.load(path)
    mine, theirs = _identity(made), _identity(kept)
    other = [word for word in mine if mine[word] != theirs[word]]
    if other:
        raise LandscapeError(f"'{path}' holds another slice: its {' and '.join(other)} differ; give another path.")
    return replace(kept, plane=made.plane)


def _identity(made: Slice) -> dict[str, Any]:
    """What makes it this slice and no other."""
    return {
        "surface": made.about.get("surface"),
        "plane": stored.fingerprint(made.plane.origin.astype(float), made.plane.basis.astype(float)),
        "grid": stored.fingerprint(made.u, made.v),
        "values": sorted(made.values),
        "data": made.about.get("data"),
        "precision": made.about.get("dtype"),
        "statistics": made.about.get("statistics"),
    }
