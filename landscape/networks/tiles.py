"""Tiles: a loss and its derivatives at many points of a plane, a few points times a slice of the data at a time.

Activations of many points or of all data at once leave the processor's caches, so a program computes small tiles: some
points side by side (their weights are made where they are needed) on some rows of the data.  Means over slices are put
together on the host in float64 with the exact share of each slice.  Which tile is fastest is measured, once for each
kind of program.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from landscape.networks.batches import size
from landscape.networks.chunks import rows_of
from landscape.networks.hessian import bend
from landscape.parameters import LandscapeError
from landscape.plane import Plane
from landscape.surface import Surface

CAPACITY = 1024  # points of one call at most; how many of them are computed is a number, not another program
RESIDENT = 512 * 2**20  # bytes of data that stay where the program runs; what is more comes from the host in pieces
PIECE = 64 * 2**20
SECONDS = 0.25  # of one call, more or less: between calls progress is told and a slice can be stopped
ORDERS = ("loss", "gradient", "hessian")
DERIVED = ("gradient", "hessian", "max_eigenvalue", "min_eigenvalue")  # in the plane, from the loss
CANDIDATES = ((1, 500), (4, 50), (4, 10), (8, 16), (4, 250), (1, 2000))  # on a processor: the first one unless probed
VECTOR = 16  # rows: float32 numbers that a processor computes together; one more takes as long as 16 more
WIDE = ((16, 4000), (64, 4000), (16, 0), (64, 0), (4, 0))  # on an accelerator
KINDS = 256  # of programs that are remembered
PROBED = 2_000  # rows of data that a probe takes
ROUNDS = 3  # of the probe, each candidate once in each
SLOWER = 2.0  # times the best: not tried again
_CHOSEN: dict[Any, Tile] = {}
_PACES: dict[Any, dict[Tile, float]] = {}
_COMPILED: dict[Any, float] = {}  # seconds that the first program of a kind took to compile


class Tile(NamedTuple):
    """What is computed together."""

    points: int  # of the plane, side by side
    rows: int  # of the data; 0: all of them


class Tiles:
    """What is wanted of a surface at points of a plane; nothing of the model or the plane is ever changed.

    wants: "loss", measures of the surface, and "gradient" (2,) or "hessian" (2, 2) with respect to the plane's
        coordinates u and v; eigenvalues need the latter.
    """

    def __init__(self, surface: Surface, plane: Plane, wants: tuple[str, ...], dtype, tile: Tile | None = None):
        self.surface, self.wants = surface, wants
        parts = surface.parts(dtype)
        self.rows = None if parts is None else parts.rows
        self.count = rows_of(self.rows)
        self.separable = parts is not None and parts.separable and self.count > 1
        self.frame = (jnp.asarray(plane.origin, dtype), jnp.asarray(plane.basis, dtype))
        self.resident = self.rows
        if self.rows is not None and (size(self.rows) <= RESIDENT or not self.separable):
            self.rows = self.resident = jax.tree.map(jnp.asarray, self.rows)
        elif self.rows is not None:
            self.resident = None
        self.streamed = self.resident is None and self.rows is not None
        self.kind = self._kind(dtype)
        for kept in (_CHOSEN, _PACES, _COMPILED):
            while len(kept) >= KINDS:
                kept.pop(next(iter(kept)))
        self.given = None if tile is None else self._legal(_tile(tile))
        self.tile = self.given or _CHOSEN.get(self.kind) or self._legal(Tile(*self._candidates()[0]))
        self.pace = _PACES.setdefault(self.kind, {})  # seconds a point, by the clock on the wall; inf: just compiled
        self.cost: dict[Tile, float] = {}  # seconds a point that all cores spend

    def fix(self, tile: Tile) -> None:
        """Compute with this tile and no other: the same tile gives the same bits."""
        self.given = self.tile = self._legal(Tile(*tile))

    def _candidates(self) -> tuple[tuple[int, int], ...]:
        return CANDIDATES if jax.default_backend() == "cpu" else WIDE

    def _kind(self, dtype) -> Any:
        """What decides how a program runs, but not the numbers in it."""
        leaves, structure = jax.tree.flatten((self.surface, self.rows))
        return structure, tuple(np.shape(leaf) for leaf in leaves), self.wants, np.dtype(dtype).name

    def _legal(self, tile: Tile) -> Tile:
        """The tile nearest to this one that the data allow; rows that divide their number evenly, if any do.

        A whole vector of rows stays one, whatever the rest.
        """
        points = min(tile.points, CAPACITY)
        if not self.separable or not 0 < tile.rows < self.count:
            return Tile(points, 0)
        if tile.rows == VECTOR:
            return Tile(points, VECTOR)
        near = range(max(1, int(tile.rows * 0.8)), min(int(tile.rows * 1.25), self.count) + 1)
        even = [rows for rows in near if self.count % rows == 0]
        rows = min(even, key=lambda rows: abs(rows - tile.rows)) if even else tile.rows
        return Tile(points, rows if rows < self.count else 0)

    def values(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """What is wanted at `points` (k, 2): arrays (k, …) of float64; NaN and inf are kept."""
        points = np.asarray(points, np.float64)
        begin, spent, known = time.perf_counter(), time.process_time(), self.tile in self.pace
        found = self.surface.watch(lambda: self._side_by_side(points))
        computed, took = -(-len(points) // self.tile.points) * self.tile.points, time.perf_counter() - begin
        if not known:
            _COMPILED.setdefault(self.kind, took)
        self.pace[self.tile] = took / computed if known else np.inf
        self.cost[self.tile] = (time.process_time() - spent) / computed
        return _derived(found, self.wants)

    def _side_by_side(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """One share of whole tiles for each core: small tiles are too small for XLA's own threads."""
        tiles = -(-len(points) // self.tile.points)
        cores = min(os.cpu_count() or 1, tiles)
        known = self.tile in self.pace  # its program is compiled
        if not known or cores == 1 or self.resident is None or self.surface.host or jax.default_backend() != "cpu":
            return self._weighted(points)
        ends = [min(len(points), -(-tiles * k // cores) * self.tile.points) for k in range(cores + 1)]
        with ThreadPoolExecutor(cores) as pool:
            found = list(pool.map(lambda k: self._weighted(points[ends[k] : ends[k + 1]]), range(cores)))
        return {name: np.concatenate([each[name] for each in found]) for name in found[0]}

    def _weighted(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """Means over all rows, from means over slices."""
        total: dict[str, np.ndarray] = {}
        for rows, share in self._pieces():
            means, weights = self._call(points, rows)
            for name, each in means.items():
                part = np.tensordot(weights * share, np.asarray(each)[:, : len(points)].astype(np.float64), 1)
                total[name] = total[name] + part if name in total else part
        return total

    def _pieces(self):
        """The data in pieces that memory holds, each with its share of the rows."""
        if self.resident is not None or self.rows is None:
            yield self.resident, 1.0
            return
        step = max(1, int(PIECE / max(size(self.rows) / self.count, 1)))
        step = max(self.tile.rows or 1, step - step % (self.tile.rows or 1))
        for begin in range(0, self.count, step):
            piece = jax.tree.map(lambda leaf, begin=begin: np.asarray(leaf[begin : begin + step]), self.rows)
            yield jax.tree.map(jnp.asarray, piece), min(step, self.count - begin) / self.count

    def _call(self, points: np.ndarray, rows) -> tuple[dict[str, Any], np.ndarray]:
        """Means over every slice of these rows (s, CAPACITY, …), and the share of each slice (s,)."""
        if len(points) > CAPACITY:
            raise LandscapeError(f"At most {CAPACITY:,} points are computed at once, not {len(points):,}.")
        side = -(-len(points) // self.tile.points)
        padded = np.zeros((CAPACITY + self.tile.points, 2))
        padded[: len(points)] = points
        count = rows_of(rows)
        cut = self.tile.rows if 0 < self.tile.rows < count else count
        sizes = [cut] * (count // cut) + [count % cut] * (count % cut > 0) if count else [1]
        origin, basis = self.frame
        try:
            given = (self.surface, origin, basis, padded.astype(origin.dtype), side, rows)
            run = partial(_compiled(jax.default_backend()), wants=self.wants, points=self.tile.points, cut=cut)
            means = jax.block_until_ready(run(*given))
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            raise LandscapeError(_too_large(self.tile, count)) from None
        return means, np.array(sizes) / sum(sizes)

    def choose(self) -> Tile:
        """Time a few tiles on a few points and keep the fastest; remembered for this kind of program."""
        if self.given or not self.separable or self.kind in _CHOSEN:
            return self.tile
        tiles = list(dict.fromkeys(self._legal(Tile(*each)) for each in self._candidates()))
        kept, self.pace = (self.resident, self.pace), {}
        if self.count > PROBED:
            self.resident = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf[:PROBED])), self.rows)
        try:
            self.tile = _CHOSEN[self.kind] = self._fastest(tiles)
        finally:
            self.resident, self.pace = kept
        return self.tile

    def worth(self, seconds: float) -> bool:
        """Whether so many seconds of work are more than it takes to compile all candidates, as the first one took."""
        return seconds > len(self._candidates()) * _COMPILED.get(self.kind, 0.0)

    def probe(self) -> int:
        """How many points, on all rows, a probe costs about."""
        points = (ROUNDS + 2) * sum(points for points, _ in self._candidates())
        return int(points * min(1.0, PROBED / max(self.count, 1)))

    def _fastest(self, tiles: list[Tile]) -> Tile:
        best = dict.fromkeys(tiles, np.inf)
        spread = np.random.default_rng(0).uniform(-1e-3, 1e-3, (CAPACITY, 2))
        for turn in range(ROUNDS + 2):  # the first compiles, the second says how much a turn is
            for tile in tiles:
                self.tile = tile
                some = int(np.clip(0.03 / self.pace[tile], 1, CAPACITY)) if turn > 1 else 1
                self.values(spread[: max(tile.points, some - some % tile.points)])
                if turn > 1:
                    best[tile] = min(best[tile], (self.cost if jax.default_backend() == "cpu" else self.pace)[tile])
            tiles = [tile for tile in tiles if turn < 2 or best[tile] <= SLOWER * min(best.values())]
        return min(best, key=best.get)


def _tile(given) -> Tile:
    """The tile that was asked for; LandscapeError where it is none."""
    array = np.asarray(given)
    if array.dtype.kind not in "iu" or array.shape != (2,) or array[0] < 1 or array[1] < 0:
        raise LandscapeError(f"tile={given} is not (points, rows), two whole numbers from 1; rows = 0 for all of them.")
    return Tile(*array.tolist())


def _too_large(tile: Tile, count: int) -> str:
    rows = tile.rows or count
    advice = "give a smaller tile=(points, rows)" if tile.points * rows > 1 else "take a smaller model"
    return f"A tile of {tile.points:,} points × {rows:,} rows of data did not fit in memory; {advice}."


def _program(surface, origin, basis, coordinates, chunks, rows, *, wants, points: int, cut: int):
    """Means over each slice of `cut` rows, and over the rest, at the first chunks × points coordinates."""
    measured = _measured(surface, origin, basis, wants)
    many = partial(jax.vmap, in_axes=(0, None)) if points > 1 else _one
    count = rows_of(rows)

    def of_slice(x, begin, size):
        part = jax.tree.map(lambda leaf: jax.lax.dynamic_slice_in_dim(leaf, begin, size), rows) if cut else rows
        return many(measured)(x, part)

    def of_chunk(chunk):
        x = jax.lax.dynamic_slice_in_dim(coordinates, chunk * points, points)
        if not cut:
            return jax.tree.map(lambda leaf: leaf[None], of_slice(x, 0, 0))
        whole, rest = divmod(count, cut)
        means = jax.lax.map(lambda k: of_slice(x, k * cut, cut), jnp.arange(whole))
        if rest:
            last = of_slice(x, whole * cut, rest)
            means = jax.tree.map(lambda a, b: jnp.concatenate([a, b[None]]), means, last)
        return means  # (slices, points, …)

    def step(chunk, kept):
        put = partial(jax.lax.dynamic_update_slice_in_dim, start_index=chunk * points, axis=1)
        return jax.tree.map(put, kept, of_chunk(chunk))

    shapes = jax.eval_shape(of_chunk, 0)
    kept = jax.tree.map(lambda leaf: jnp.zeros((leaf.shape[0], len(coordinates), *leaf.shape[2:]), leaf.dtype), shapes)
    return jax.lax.fori_loop(0, chunks, step, kept)


@cache
def _compiled(backend: str):
    """The program, with vectors as wide as the processor has them, which XLA does not take by itself."""
    options = {"xla_cpu_prefer_vector_width": 512} if backend == "cpu" else None
    return jax.jit(_program, static_argnames=("wants", "points", "cut"), compiler_options=options)


def _one(function):
    """A function of one point as one of a row of a single point: plain products are faster than batched ones."""
    return lambda x, rows: jax.tree.map(lambda leaf: leaf[None], function(x[0], rows))


def _measured(surface, origin, basis, wants: tuple[str, ...]):
    """What is wanted, of coordinates (2,) and rows."""
    parts = surface.parts(origin.dtype)
    loss = (lambda x, rows: surface.at(1.0, origin.dtype).loss(x)) if parts is None else parts.loss

    order = 2 if {"hessian", "max_eigenvalue", "min_eigenvalue"} & set(wants) else 1 if "gradient" in wants else 0

    def point(p):
        return origin + p[0] * basis[0] + p[1] * basis[1]

    def of(p, rows):
        if order == 2:
            found = dict(zip(ORDERS, bend(lambda x: loss(x, rows), origin, basis, *p), strict=True))
        elif order == 1:
            found = dict(zip(ORDERS, jax.value_and_grad(lambda p: loss(point(p), rows))(p), strict=False))
        else:
            found = {"loss": loss(point(p), rows)}
        for name in wants:
            if name not in (*DERIVED, "loss"):
                found[name] = parts.measures[name](point(p), rows)
        return found

    return of


def _derived(found: dict[str, np.ndarray], wants: tuple[str, ...]) -> dict[str, np.ndarray]:
    """What is wanted from what was computed; eigenvalues of the 2 × 2 Hessian in closed form."""
    if "hessian" in found:
        a, b, c = found["hessian"][..., 0, 0], found["hessian"][..., 0, 1], found["hessian"][..., 1, 1]
        with np.errstate(invalid="ignore", over="ignore"):
            middle, half = (a + c) / 2, np.hypot((a - c) / 2, b)
            found = found | {"max_eigenvalue": middle + half, "min_eigenvalue": middle - half}
    missing = np.isnan(found["loss"])  # where a formula may still have slopes, as log x below 0
    for name in set(DERIVED) & set(wants) if missing.any() else ():
        found = found | {name: np.where(missing.reshape(-1, *(1,) * (found[name].ndim - 1)), np.nan, found[name])}
    return {name: found[name] for name in dict.fromkeys(("loss", *wants))}
