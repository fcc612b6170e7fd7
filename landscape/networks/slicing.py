"""The work of a slice: its rows one after the other, timed, told, stored on the way, stopped and resumed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscape.grid import extent as corners
from landscape.networks import extent, hessian, lanczos
from landscape.networks.asked import FULL
from landscape.networks.tiles import CAPACITY, SECONDS, Tile, Tiles
from landscape.parameters import LandscapeError

if TYPE_CHECKING:
    from landscape.networks.slices import Slice

WORTH = 1.0  # seconds of work from which on tiles are chosen by a probe
STREAMED = 10.0  # seconds of one call where each reads all data from files
SAVING = 20  # the file is written when that many times as long as writing took has passed
STEPS = 24  # products of Lanczos for the curvature at one point


class Progress(NamedTuple):
    """How far a slice is."""

    done: int  # rows
    rows: int
    seconds: float  # since it began
    left: float  # seconds, estimated


class Task:
    """The work of one slice."""

    def __init__(self, surface, plane, wants, dtype, tile):
        cheap = tuple(name for name in wants if name not in FULL)
        self.surface, self.plane, self.wants, self.dtype = surface, plane, wants, dtype
        self.tiles = Tiles(surface, plane, cheap, dtype, tile)
        self.costly = [name for name in wants if name in FULL]

    def window(self, radius, lower, upper, factor) -> tuple[tuple[np.ndarray, np.ndarray], str]:
        """The corners, and where they are from."""
        if radius is None and lower is None and upper is None:
            plain = self.tiles.wants == ("loss",)
            only = self.tiles if plain else Tiles(self.surface, self.plane, ("loss",), self.dtype)
            length = np.linalg.norm(self.plane.origin) or np.linalg.norm(self.surface.start) or 1.0
            units = tuple(float(length / np.linalg.norm(row)) for row in self.plane.basis)
            found = extent.reach(lambda points: _chunked(only, points)["loss"], units, factor)
            half = np.array(found.radius)
            return (-half, half), found.told
        if radius is None:
            return corners(self.surface, self.plane, lower, upper), "as given"
        half = _numbers(radius)
        fine = half.size in (1, 2) and np.isfinite(half).all() and (half > 0).all()
        if not fine or lower is not None or upper is not None:
            raise LandscapeError(f"radius={radius} is not one or two positive numbers; give it, or lower= and upper=.")
        return (-half[[0, -1]], half[[0, -1]]), "as given"

    def values(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """What is wanted at `points` (k, 2)."""
        found = self.tiles.values(points)
        if self.costly:
            fine = np.isfinite(found["loss"])
            ends = np.array([self._ends(point) if good else np.full(2, np.nan)
                             for point, good in zip(points, fine, strict=True)])  # fmt: skip
            found |= {name: ends[:, FULL.index(name)] for name in self.costly}
        return {name: found[name] for name in self.wants}

    def _ends(self, point: np.ndarray) -> np.ndarray:
        """The largest and the smallest eigenvalue of the whole Hessian; NaN where it is not finite."""
        x = self.plane.points(*point).astype(self.dtype)
        try:
            return lanczos.top(self.surface, x, 2, "ends", steps=STEPS, seed=0, dtype=self.dtype).values
        except LandscapeError:
            if np.isfinite(x).all() and np.isfinite(hessian.product(self.surface, x)(np.ones(x.size))).all():
                raise
            return np.full(2, np.nan)

    def run(self, made: Slice, path, progress, every: float) -> Iterator[Slice]:
        """The slice as its rows come in; the file is written on the way, and when this is closed."""
        begin, clock = time.perf_counter(), _Clock(path, made)
        made.about["tile"] = list(self._tile(made))
        made.about["estimate"] = float(self._seconds() * (~made.complete).sum() * made.loss.shape[1])
        self._check_same(made, path)
        made, shown = replace(made, centre=float(self.tiles.values(np.zeros((1, 2)))["loss"][0])), begin
        try:
            for share in self._rows(made):
                seconds = time.perf_counter() - begin
                left = seconds * (1.0 / share - 1.0)
                if progress is not None:
                    progress(Progress(int(made.complete.sum()), len(made.v), seconds, left))
                clock.perhaps(made)
                if time.perf_counter() - shown >= every and 0 < made.complete.sum() < len(made.v):
                    yield _told(_copy(made), clock.seconds)
                    shown = time.perf_counter()
            made = _told(_centred(made), clock.seconds)
        finally:
            clock.save(made)
        yield made

    def _tile(self, made: Slice) -> Tile:
        """The tile of the file, of the caller, or the fastest of a probe where the slice is worth one."""
        fresh = not made.complete.any()
        if not fresh:
            self.tiles.fix(Tile(*made.about["tile"]))
        pace, probe = self._first(), self.tiles.probe()
        seconds = pace * made.loss.size
        cheap = probe < 0.2 * made.loss.size or probe * pace < 10 * WORTH
        if fresh and not self.costly and cheap and seconds > WORTH and self.tiles.worth(seconds):
            self.tiles.choose()
            self._first()
        return self.tiles.tile

    def _first(self) -> float:
        """Seconds a point with the program compiled, by one tile, and by more of them where that takes no time."""
        for count in (1, 1, 32):
            if not np.isfinite(self._pace()) or (count > 1 and self._pace() * count < WORTH / 10):
                self.tiles.values(np.zeros((count * self.tiles.tile.points, 2)))
        return self._pace()

    def _pace(self) -> float:
        return self.tiles.pace.get(self.tiles.tile, np.inf)

    def _seconds(self) -> float:
        """Seconds a point, all that is wanted."""
        if not self.costly:
            return self._pace()
        begin = time.perf_counter()
        self._ends(np.zeros(2))
        return time.perf_counter() - begin

    def _check_same(self, made: Slice, path) -> None:
        """Whether the model gives at the centre and in a corner what the file has; LandscapeError where it does not."""
        if not made.complete.any():
            return
        row = int(np.argmax(made.complete))
        here = self.tiles.values(np.array([[0.0, 0.0], [made.u[0], made.v[row]]]))["loss"]
        there = np.array([made.centre, made.loss[row, 0]])
        if not np.allclose(here, there, rtol=1e-5, atol=1e-9, equal_nan=True):
            raise LandscapeError(
                f"'{path}' holds a slice of another model or loss: {there[0]:.6g} at its centre, {there[1]:.6g} in a "
                f"corner, where this one has {here[0]:.6g} and {here[1]:.6g}; give another path."
            )

    def _rows(self, made: Slice) -> Iterator[float]:
        """Compute what is missing, some points at a time, and say each time what share of it is done.

        Tiles are cut from the grid as a whole, so that bits do not depend on where it was stopped.
        """
        wide, side, total = len(made.u), self.tiles.tile.points, made.loss.size
        first = at = int(made.complete.sum()) * wide // side * side
        flat = {name: value.reshape(total, *value.shape[2:]) for name, value in made.values.items()}
        while at < total and not made.complete.all():
            goal, least = (STREAMED, min(64 * side, CAPACITY)) if self.tiles.streamed else (SECONDS, side)
            some = side if self.costly else int(np.clip(goal / max(self._pace(), 1e-9), least, CAPACITY))
            row, column = np.divmod(np.arange(at, min(at + some - some % side, total)), wide)
            for name, value in self.values(np.column_stack([made.u[column], made.v[row]])).items():
                flat[name][at : at + len(row)] = value
            at += len(row)
            made.complete[: at // wide] = True
            yield (at - first) / (total - first)


class _Clock:
    """When the file is written, and how long the slice has taken, earlier runs included."""

    def __init__(self, path, made: Slice):
        self.path, self.before, self.begin = path, made.about.get("seconds", 0.0), time.perf_counter()
        self.written, self.took, self.rows = self.begin, 0.0, made.complete.sum()

    @property
    def seconds(self) -> float:
        return self.before + time.perf_counter() - self.begin

    def perhaps(self, made: Slice) -> None:
        if time.perf_counter() - self.written > SAVING * self.took:
            self.save(made)

    def save(self, made: Slice) -> None:
        """Write the file, if there is one and there is anything new for it."""
        if self.path is None or made.complete.sum() == self.rows:
            return
        self.rows = made.complete.sum()
        begin = time.perf_counter()
        _told(made, self.seconds).save(self.path)
        self.written = time.perf_counter()
        self.took = self.written - begin


def _numbers(given) -> np.ndarray:
    """What was given as numbers in a row; none where it is something else."""
    try:
        return np.ravel(np.asarray(given, np.float64))
    except (TypeError, ValueError):
        return np.zeros(0)


def _chunked(tiles: Tiles, points: np.ndarray) -> dict[str, np.ndarray]:
    """The values at any number of points."""
    found = [tiles.values(points[i : i + CAPACITY]) for i in range(0, len(points), CAPACITY)]
    return {name: np.concatenate([each[name] for each in found]) for name in found[0]}


def _copy(made: Slice) -> Slice:
    values = {name: value.copy() for name, value in made.values.items()}
    return replace(made, values=values, about=dict(made.about), complete=made.complete.copy())


def _centred(made: Slice) -> Slice:
    """The slice with the middle cell as its centre, where there is one."""
    u, v = np.flatnonzero(made.u == 0), np.flatnonzero(made.v == 0)
    return replace(made, centre=float(made.loss[v[0], u[0]])) if u.size and v.size else made


def _told(made: Slice, seconds: float) -> Slice:
    """The slice with what is known of it by now: its seconds, how to draw it, what is wrong with the picture."""
    seen = made.loss[made.complete]
    made.about["seconds"] = seconds
    made.about["height"] = extent.heights(seen)
    cut = made.about["height"]["cut"]
    made.about["warnings"] = extent.warnings(seen, made.about["dtype"], cut) if seen.size else []
    return made
