"""Staging: from surfaces and trajectories to a scene, the last place that knows JAX before the pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from landscape.checks import check_plane
from landscape.curve import heights_of
from landscape.curve import profile as profile_of
from landscape.grid import Grid, grid
from landscape.layers import Looked, layer
from landscape.parameters import LandscapeError, numbered
from landscape.plane import Plane
from landscape.run import STEPS
from landscape.scene import Arrows, Heights, Profile, Scene, Track, scale_of
from landscape.surface import Surface
from landscape.trajectory import Trajectory

ASPECT = 1390 / 820  # width ÷ height of the frame of a 1920 × 1080 slide
RESOLUTION = 181  # points along the longer side: finer is not seen
ARROWS = 25  # along the longer side
LONGEST_TITLE = 60  # characters of a formula beside the picture
COUNTED = ("best_value", "evaluations", "gradients")
MARGIN = 1.03  # the view is a little larger than the domain


class Ground(NamedTuple):
    """A surface over a view: what a moving optimizer does not change."""

    heights: Heights
    arrows: Arrows | None
    notes: tuple[str, ...]
    profile: Profile | None = None  # of a surface with one coordinate


def scene(
    surface: Surface,
    *trajectories: Trajectory,
    plane: Plane | None = None,
    labels: Sequence[str] | None = None,
    slots: Sequence[int] | None = None,
    hidden: Sequence[int] = (),
    since: Sequence[int] | None = None,
    frame: int | None = None,
    aspect: float = ASPECT,
    resolution: int = RESOLUTION,
    log: bool | None = None,
    title: str = "",
    subtitle: str | None = None,
    ground: Ground | None = None,
    steps: int = STEPS,
    layers: Sequence[str] = (),
    at: Sequence[float] | None = None,
    asked: Mapping[str, Any] | None = None,
    camera: tuple[float, ...] | None = None,
) -> Scene:
    """A scene of single runs on one surface.

    `frame` is the step shown (None: the last). `aspect` is width ÷ height of the frame that the picture will have:
    the view is the domain with its shorter side extended, so that both axes have one scale. `log` draws heights
    logarithmically (None: when they span decades). `ground` is what `stage` returned, to stage a surface once.
    `since` is, for branches, the frame from which on each path is its own.
    `layers` names what geometry adds (see `landscape.layers`), `at` (d,) the point that is looked at closely,
    `asked` what layers of their own are asked for, such as the axes of a sweep, and `steps` how long the runs of a
    scene without trajectories would be.
    """
    check_plane(surface)
    steps = max((t.steps for t in trajectories), default=steps)
    frame = steps if frame is None else int(np.clip(frame, 0, steps))
    progress = min(1.0, frame / max(steps - 1, 1))
    plane = plane_of(surface) if plane is None and surface.dim > 1 else plane
    now = surface.freeze(progress)
    heights, arrows, notes, profile = ground or stage(surface, plane, aspect, resolution, progress, log)
    labels = labels or numbered([t.optimizer.label for t in trajectories])
    slots = range(len(trajectories)) if slots is None else slots
    since = since or [0] * len(trajectories)
    tracks = tuple(
        replace(track_of(t, plane, label, slot, i in hidden), since=min(begin, steps))
        for i, (t, label, slot, begin) in enumerate(zip(trajectories, labels, slots, since, strict=True))
    )
    notes += tuple(_off_plane(tracks, surface.dim))
    looked = Looked(now, plane, heights, trajectories, steps, at, dict(asked or {}))
    found = {name: layer(name, looked) for name in layers}
    stated = next((each.headline for each in found.values() if hasattr(each, "headline")), "")  # of no surface at all
    return Scene(
        heights=heights,
        arrows=arrows,
        tracks=tracks,
        domain=_domain(surface, plane, heights),
        minima=projected(plane, now.minima, np.full(len(now.minima), now.minimum)),
        minimum=now.minimum,
        start=_start(trajectories, plane),
        steps=steps,
        frame=frame,
        names=plane.names if plane else (surface.names[0], "value"),
        title=title or stated or surface.label.capitalize(),
        subtitle=_subtitle(surface, steps, heights) if subtitle is None else subtitle,
        notes=notes,
        layers=found,
        profile=profile,
        camera=camera,
    )


def projected(plane: Plane | None, positions: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where positions (…, d) with these values (…) are drawn: (…, 2). A curve's points lie at their height."""
    if plane is not None:
        return plane.project(positions)
    return np.stack([np.asarray(positions, np.float64)[..., 0], np.asarray(values, np.float64)], axis=-1)


def _domain(surface: Surface, plane: Plane | None, heights: Heights) -> np.ndarray:
    """Lower and upper corner (2, 2) of the domain as it is drawn."""
    if plane is not None:
        return plane.span(surface.domain.lower, surface.domain.upper)
    ends = np.concatenate([surface.domain.lower, surface.domain.upper])
    return np.column_stack([ends, heights.v])


def plane_of(surface: Surface) -> Plane:
    """The first two coordinates, through the first known minimum (else the start)."""
    return Plane.axes(surface.minima[0] if len(surface.minima) else surface.start, names=surface.names)


def stage(
    surface: Surface,
    plane: Plane | None,
    aspect: float = ASPECT,
    resolution: int = RESOLUTION,
    progress: float = 1.0,
    log: bool | None = None,
    arrows: int = ARROWS,
) -> Ground:
    """Heights and arrows over the view of this aspect, and notes on what was cut."""
    surface = surface.freeze(progress)
    if plane is None:
        curve = profile_of(surface, margin=MARGIN)
        return Ground(heights_of(curve), None, _holes(curve.height), curve)
    lower, upper = view_of(surface, plane, aspect)
    wide, high = upper - lower
    longer = max(wide, high)
    shape = tuple(max(2, round(resolution * side / longer)) for side in (wide, high))
    drawn = grid(surface, plane, lower=lower, upper=upper, resolution=shape)
    scale = scale_of(drawn.height, surface.minimum, log, core=_within(drawn, surface, plane))
    heights = Heights(drawn.u, drawn.v, drawn.height, scale)
    field = _arrows(surface, plane, lower, upper, arrows) if surface.has_gradient else None
    return Ground(heights, field, _holes(drawn.height))


def _holes(height: np.ndarray) -> tuple[str, ...]:
    return () if np.isfinite(height).all() else ("blank where the surface has no finite value",)


def _within(drawn: Grid, surface: Surface, plane: Plane) -> np.ndarray:
    """The heights over the domain alone: colours should not depend on how far the view extends beyond."""
    corners = plane.span(surface.domain.lower, surface.domain.upper)
    columns = (drawn.u >= corners[0, 0]) & (drawn.u <= corners[1, 0])
    rows = (drawn.v >= corners[0, 1]) & (drawn.v <= corners[1, 1])
    return drawn.height[np.ix_(rows, columns)]


def view_of(surface: Surface, plane: Plane, aspect: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper corner (2,) of the smallest view of this aspect that holds the domain."""
    if not 0.05 < aspect < 20:
        raise LandscapeError(f"aspect={aspect} is not in 0.05 … 20; give width ÷ height of the frame.")
    corners = plane.span(surface.domain.lower, surface.domain.upper)
    centre, half = corners.mean(axis=0), MARGIN * (corners[1] - corners[0]) / 2
    half = np.array([max(half[0], half[1] * aspect), max(half[1], half[0] / aspect)])
    return centre - half, centre + half


def _arrows(surface, plane, lower, upper, most: int) -> Arrows:
    """Downhill slopes at the middles of square cells."""
    cell = float((upper - lower).max() / most)
    shape = tuple(max(2, round(side / cell)) for side in upper - lower)
    inset = (upper - lower - cell * (np.array(shape) - 1)) / 2
    field = grid(surface, plane, lower=lower + inset, upper=upper - inset, resolution=shape, gradient=True)
    feet = np.stack(np.meshgrid(field.u, field.v), axis=-1).reshape(-1, 2)
    return Arrows(feet, -np.asarray(field.gradient, np.float64).reshape(-1, 2), cell)


def track_of(trajectory: Trajectory, plane: Plane | None, label: str, slot: int, hidden: bool) -> Track:
    """A run as it is drawn on the plane: a walker's path, or a population and its best point so far."""
    positions, values = (_every_step(getattr(trajectory, name), trajectory) for name in ("positions", "values"))
    with np.errstate(invalid="ignore", over="ignore"):
        points = projected(plane, positions, values)
        single = points.shape[1] == 1
        path = points[:, 0] if single else _best_so_far(points, values, forget=bool(trajectory.surface.scheduled))
        walked = plane.distance(positions) if positions.shape[-1] > 2 else np.zeros(1)
    distance = float(np.max(walked, initial=0.0, where=np.isfinite(walked)))
    value = values[:, 0] if single else _every_step(trajectory.best_value, trajectory)
    path = np.where(np.isfinite(path).all(axis=1, keepdims=True), path, np.nan)
    if trajectory.diverged is not None:  # the value may leave the finite numbers before the point does
        path[trajectory.diverged :] = np.nan
    return Track(
        label=label,
        slot=slot,
        path=path,
        members=None if single else points,
        **{name: _every_step(getattr(trajectory, name), trajectory) for name in COUNTED},
        metrics=_metrics(trajectory),
        scheduled=(*trajectory.optimizer.scheduled, *trajectory.surface.scheduled),
        distance=distance,
        hidden=hidden,
        value=value,
    )


def _every_step(recorded, trajectory: Trajectory) -> np.ndarray:
    """What was recorded, a row for each of the t + 1 steps: what was thinned out stands where it was last seen."""
    recorded = np.asarray(recorded)
    held = np.repeat(recorded[:-1], trajectory.thin, axis=0)
    return recorded if trajectory.thin == 1 else np.concatenate([held, recorded[-1:]])


def _best_so_far(points: np.ndarray, values: np.ndarray, forget: bool) -> np.ndarray:
    """The lowest point seen up to each step, or on a changing surface at each step: (t+1, 2)."""
    safe = np.where(np.isnan(values), np.inf, values)
    member = safe.argmin(axis=1)
    step = np.arange(len(safe))
    if forget:
        return points[step, member]
    lowest = safe[step, member]
    best_step = np.maximum.accumulate(np.where(lowest <= np.minimum.accumulate(lowest), step, 0))
    return points[best_step, member[best_step]]


def _metrics(trajectory: Trajectory) -> dict[str, np.ndarray]:
    """Recorded metrics (t,), and the learning rate also where it is constant, to compare with scheduled ones."""
    scalars = {n: v for n, v in trajectory.metrics.items() if n != "evaluated" and np.ndim(v) == 1}
    recorded = {n: np.repeat(np.asarray(v, np.float64), trajectory.thin) for n, v in scalars.items()}
    constant = trajectory.optimizer.values.get("learning_rate")
    if isinstance(constant, float):
        recorded["learning_rate"] = np.full(trajectory.steps, constant)
    return recorded


def _start(trajectories: Sequence[Trajectory], plane: Plane | None) -> np.ndarray | None:
    singles = [t for t in trajectories if len(t.start) == 1 and not t.since]
    if not singles:
        return None
    start = np.asarray(singles[0].start[0])
    value = np.nan if plane else float(singles[0].surface.freeze(0.0)(start))
    return projected(plane, start, value)


def _off_plane(tracks: Sequence[Track], dim: int):
    if dim > 2:
        far = max((track.distance for track in tracks), default=0.0)
        shown = f"paths are projected, at most {far:.3g} from this plane" if tracks else "the others are held"
        yield f"2 of {dim} coordinates; {shown}"


def _subtitle(surface: Surface, steps: int, heights: Heights) -> str:
    spacing = "evenly spaced in log height" if heights.scale.log else "evenly spaced"
    numbers = ", ".join(f"{p} = {v:g}" for p, v in surface.values.items() if isinstance(v, (int, float)))
    typed = str(surface.values.get("text", ""))
    typed = typed if len(typed) <= LONGEST_TITLE else typed[: LONGEST_TITLE - 1] + "…"
    return " · ".join(part for part in (typed, numbers, f"{steps} steps", f"level sets {spacing}") if part)
