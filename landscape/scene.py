"""Scenes: what a figure needs, as plain NumPy arrays, ready to draw.

No JAX here and no Plotly: a scene can be made by hand, saved, or sent to a browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from landscape.parameters import LandscapeError

BANDS = 18  # level sets, about so many
FAR = 20.0  # paths are cut this many views away from the middle: beyond, browsers draw nothing sensible


class Scale(NamedTuple):
    """How heights are drawn: h = log10(1 + (f − base) / unit) where they span decades, else f − base."""

    log: bool
    base: float
    unit: float
    top: float  # drawn height at which colours end: the 99.5 % quantile
    step: float  # drawn height between level sets

    def draw(self, height):
        """Drawn heights of true ones; what lies below the base is drawn on it."""
        above = np.maximum(np.asarray(height, np.float64) - self.base, 0.0)
        return np.log10(1.0 + above / self.unit) if self.log else above

    def true(self, drawn):
        """True heights of drawn ones."""
        drawn = np.asarray(drawn, np.float64)
        return self.base + (self.unit * (10.0**drawn - 1.0) if self.log else drawn)

    def ticks(self) -> list[float]:
        """A few round true heights between the base and the top."""
        end = float(self.true(self.top))
        if not self.log:
            step = nice(self.top / 3)
            return list(np.arange(np.ceil(self.base / step), np.floor(end / step) + 1) * step)
        first = np.floor(np.log10(self.unit))
        decades = 10.0 ** np.arange(first, np.log10(max(end - self.base, 10 * self.unit)) + 1e-9)
        return [self.base, *(self.base + decades)]


class Heights(NamedTuple):
    """A surface over the view: u (a,), v (b,), true heights (b, a), and how they are drawn."""

    u: np.ndarray
    v: np.ndarray
    height: np.ndarray
    scale: Scale

    @property
    def drawn(self) -> np.ndarray:
        return self.scale.draw(self.height)


class Profile(NamedTuple):
    """A surface along a line: its height and slope at t (a,), and the point at which a tangent touches it."""

    t: np.ndarray
    height: np.ndarray  # (a,)
    slope: np.ndarray  # (a,): derivative along the line
    at: float
    value: float  # height there
    steepness: float  # slope there; NaN where the surface has none
    name: str  # of the coordinate

    @property
    def view(self) -> np.ndarray:
        """Lower and upper corner of what is seen: (2, 2), heights with room above and below."""
        finite = self.height[np.isfinite(self.height)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        room = 0.08 * (high - low) or 0.5
        return np.array([[self.t[0], low - room], [self.t[-1], high + room]])


class Arrows(NamedTuple):
    """Downhill directions: feet (k, 2) and slopes (k, 2), the negative gradient on the plane."""

    feet: np.ndarray
    slopes: np.ndarray
    cell: float  # distance between feet


@dataclass(frozen=True, eq=False)
class Track:
    """One entrant's run on the plane."""

    label: str
    slot: int  # colour and marker
    path: np.ndarray  # (t+1, 2): the walker, or a population's best point so far
    members: np.ndarray | None  # (t+1, n, 2) of a population
    best_value: np.ndarray  # (t+1,)
    evaluations: np.ndarray  # (t+1,)
    gradients: np.ndarray  # (t+1,)
    metrics: dict[str, np.ndarray] = field(default_factory=dict)  # each (t,)
    scheduled: tuple[str, ...] = ()  # those among them that a schedule drives
    distance: float = 0.0  # largest distance of the path from the plane
    hidden: bool = False
    value: np.ndarray | None = None  # (t+1,): the loss at each point of the path
    since: int = 0  # of a branch, the frame from which on the path is its own

    @property
    def diverged(self) -> int | None:
        """The first step from which on there is no finite point, or None."""
        alive = np.flatnonzero(np.isfinite(self.path).all(axis=1))
        gone = int(alive[-1]) + 1 if alive.size else 0
        return gone if gone < len(self.path) else None

    def at(self, frame: int) -> int:
        """The last step with a finite point, not later than `frame`."""
        last = len(self.path) - 1 if self.diverged is None else self.diverged - 1
        return max(0, min(frame, last))


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that is drawn: heights, arrows, tracks, marked points, words."""

    heights: Heights
    arrows: Arrows | None
    tracks: tuple[Track, ...]
    domain: np.ndarray  # (2, 2): lower and upper corner on the plane
    minima: np.ndarray  # (k, 2)
    minimum: float  # lowest value known; NaN or −inf where there is none
    start: np.ndarray | None  # (2,)
    steps: int
    frame: int  # the moment that is drawn, 0 … steps
    names: tuple[str, str] = ("x", "y")
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    layers: dict[str, Any] = field(default_factory=dict)  # what `landscape.layers` adds, by name: NumPy arrays
    profile: Profile | None = None  # of a surface with one coordinate: then paths are (x, value)
    camera: tuple[float, ...] | None = None  # of the surface in 3-D: eye, then centre
    epochs: np.ndarray | None = None  # (steps + 1,): what moments are called where they are not steps

    @property
    def view(self) -> np.ndarray:
        """Lower and upper corner of what is seen: (2, 2)."""
        u, v = self.heights.u, self.heights.v
        return np.array([[u[0], v[0]], [u[-1], v[-1]]])

    @property
    def shown(self) -> list[Track]:
        return [track for track in self.tracks if not track.hidden]

    def layer(self, name: str, figure: str) -> Any:
        """The layer that a figure draws, or an error that says how to get it."""
        if name not in self.layers:
            raise LandscapeError(f"{figure} draws a layer that this scene lacks; make it with layers=['{name}'].")
        return self.layers[name]

    def flat(self, figure: str) -> None:
        """Raise where a figure needs two coordinates and the surface has one."""
        if self.profile is not None:
            raise LandscapeError(f"{figure} needs two coordinates and this surface has one; draw slice_1d.")

    def at(self, frame: int) -> Scene:
        """The same scene at another moment."""
        return replace(self, frame=int(np.clip(frame, 0, self.steps)))

    def moment(self, frame: int) -> str:
        """What a moment is called: "step 12", or "epoch 40" of networks."""
        return f"step {frame}" if self.epochs is None else f"epoch {self.epochs[frame]:g}"

    def left(self, track: Track) -> int | None:
        """The step at which a track that diverged left the view for good, or None."""
        if track.diverged is None:
            return None
        lower, upper = self.view
        finite = track.path[: track.diverged]
        inside = np.flatnonzero(((finite >= lower) & (finite <= upper)).all(axis=1))
        return int(inside[-1]) + 1 if inside.size else 0

    def lost(self, track: Track) -> bool:
        """Whether a track has diverged by now."""
        return track.diverged is not None and track.diverged <= self.frame

    def seen(self, track: Track) -> int:
        """The step at which a track is marked: the present one; of one that is lost, its last in view."""
        return max(0, (self.left(track) or 1) - 1) if self.lost(track) else track.at(self.frame)

    def gap(self, track: Track) -> np.ndarray | None:
        """Best value above the known minimum (t+1,), or None where none is known."""
        if not np.isfinite(self.minimum):
            return None
        return np.where(np.isfinite(track.best_value), track.best_value - self.minimum, np.nan)


def nice(step: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ not above `step` (1 for a step that is no positive number)."""
    if not step > 0 or not np.isfinite(step):
        return 1.0
    power = 10.0 ** np.floor(np.log10(step))
    return float(max(m for m in (1.0, 2.0, 5.0) if m * power <= step * (1 + 1e-9)) * power)


def scale_of(height: np.ndarray, minimum: float, log: bool | None = None, core: np.ndarray | None = None) -> Scale:
    """The scale for these heights; logarithmic when they span decades, unless told.

    Base is the known minimum (else the lowest height), unit the 10 % quantile above it, rounded to 1, 2, 5 × 10ⁿ:
    a plain log10(1 + f) leaves needle-like pits and all colours at the top. `core` are the heights over the domain
    alone: what lies beyond decides where colours end, not how the domain is drawn.
    """
    finite = height[np.isfinite(height)]
    if finite.size == 0:
        return Scale(False, 0.0, 1.0, 1.0, 0.1)
    lowest = float(finite.min())
    base = minimum if np.isfinite(minimum) and minimum <= lowest else lowest
    core = height if core is None else core
    inside = core[np.isfinite(core)] - base
    tenth, most = np.quantile(inside, [0.1, 0.995]) if inside.size else (0.0, 0.0)
    top = float(np.quantile(finite - base, 0.995))
    tenth = tenth if tenth > 1e-12 * top else 0.0  # rounding, not height
    if log is None:
        log = tenth > 0 and most / tenth > 20
    # A flat tenth (a plateau) has no quantile to take as unit: the smallest rise will do.
    unit = nice(float(tenth) if tenth > 0 else top / 1000) if log else 1.0
    top = float(np.log10(1.0 + top / unit)) if log else top
    top = top if top > 0 else 1.0
    # Between whole numbers on a plain scale, so that level sets have round values.
    step = top / BANDS if log else min((nice(top / BANDS) * m for m in (1, 2, 2.5)), key=lambda s: abs(top / s - BANDS))
    return Scale(bool(log), float(base), unit, top, step)


def interpolate(heights: Heights, points: np.ndarray) -> np.ndarray:
    """Drawn heights at points (…, 2), bilinear between the grid's; NaN outside of it."""
    drawn = heights.drawn
    (rows, columns) = drawn.shape
    a = (points[..., 0] - heights.u[0]) / (heights.u[-1] - heights.u[0]) * (columns - 1)
    b = (points[..., 1] - heights.v[0]) / (heights.v[-1] - heights.v[0]) * (rows - 1)
    inside = (a >= 0) & (b >= 0) & (a <= columns - 1) & (b <= rows - 1)
    a, b = np.where(inside, a, 0.0), np.where(inside, b, 0.0)
    i, j = np.minimum(a.astype(int), columns - 2), np.minimum(b.astype(int), rows - 2)
    s, t = a - i, b - j
    lower = drawn[j, i] * (1 - s) + drawn[j, i + 1] * s
    upper = drawn[j + 1, i] * (1 - s) + drawn[j + 1, i + 1] * s
    return np.where(inside, lower * (1 - t) + upper * t, np.nan)


def cut(path: np.ndarray, view: np.ndarray) -> np.ndarray:
    """`path` (t+1, 2) with far points moved along their segment to where it leaves the vicinity of the view.

    The k-th point stays the k-th. What is not finite, or lies beyond with both neighbours, becomes NaN.
    """
    centre, half = view.mean(axis=0), FAR * (view[1] - view[0])
    with np.errstate(invalid="ignore", over="ignore"):
        offset = (path - centre) / half
        far = ~(np.abs(offset) <= 1.0).all(axis=1)
    if not far.any():
        return path
    out = np.where(far[:, None], np.nan, path)
    for k in np.flatnonzero(far & np.isfinite(path).all(axis=1)):
        neighbours = [j for j in (k - 1, k + 1) if 0 <= j < len(path) and not far[j]]
        if neighbours:
            near = offset[neighbours[0]]
            step = offset[k] - near
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.nanmin(np.where(step > 0, (1 - near) / step, np.where(step < 0, (-1 - near) / step, np.inf)))
            out[k] = centre + half * (near + share * step)
    return out
