"""Slices as scenes: the loss over a plane with the paths of trainings on it, for every figure that draws scenes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.networks.divergence import lost
from landscape.networks.honesty import Fidelity, fidelity
from landscape.networks.slices import Slice
from landscape.parameters import LandscapeError, numbered
from landscape.plane import Plane
from landscape.scene import Heights, Scale, Scene, Track, scale_of
from landscape.theme import percent, written

FEW = 2  # paths that are told of one by one


def slice_scene(
    slice: Slice,
    *trainings: Any,
    labels: Sequence[str] | None = None,
    slots: Sequence[int] | None = None,
    frame: int | None = None,
    title: str = "",
    measure: str = "loss",
    log: bool | None = None,
) -> Scene:
    """A scene of `slice` with the trainings' paths as they fall on its plane; `frame` None is the last one.

    Notes say how far the paths are off the plane and how much of them it explains. `measure` is what is drawn as
    height, `log` as in `landscape.scene`; `slots` are colours and markers, by default in order.
    """
    if measure not in slice.values:
        raise LandscapeError(f"This slice has no {measure}; compute it with wants=('loss', '{measure}').")
    steps = max((len(each.epochs) - 1 for each in trainings), default=1)
    frame = steps if frame is None else int(np.clip(frame, 0, steps))
    names = labels or numbered([each.optimizer.label for each in trainings])
    slots = range(len(trainings)) if slots is None else slots
    found = [shadow(each, slice.plane) for each in trainings]
    tracks = tuple(_track(*each) for each in zip(trainings, names, slots, found, strict=True))
    height = np.asarray(slice.values[measure], np.float64)
    scale = scale_of(height, np.nan, log)
    epochs = max((each.epochs for each in trainings), key=len, default=None)
    surface = trainings[0].surface.label if trainings else slice.about.get("surface", "network")
    return Scene(
        heights=Heights(slice.u, slice.v, height, scale),
        arrows=None,
        tracks=tracks,
        domain=np.array([[slice.u[0], slice.v[0]], [slice.u[-1], slice.v[-1]]]),
        minima=np.zeros((0, 2)),
        minimum=np.nan,
        start=tracks[0].path[0] if tracks else None,
        steps=steps,
        frame=frame,
        names=slice.plane.names,
        title=title or f"{measure.capitalize()} of {surface}" + (f", epoch {epochs[frame]:g}" if trainings else ""),
        subtitle=" ".join([*_plane(slice.plane), _heights(measure, height, scale)]),
        notes=(*_honest(found, names), *slice.about.get("warnings", ())),
        epochs=epochs,
    )


def shadow(training: Any, plane: Plane) -> Fidelity:
    """The path of a training on a plane; what has diverged is not a number."""
    weights = np.where(lost(training.weights)[:, None], np.nan, training.weights)
    return fidelity(training.surface, plane, weights, losses=training.loss)


def axes(plane: Plane) -> tuple[str, str]:
    """What the axes are called, with how much of the paths lies along each where the plane knows."""
    shares = [*plane.about.get("explained", ()), np.nan, np.nan]
    named = zip(plane.names, shares[:2], strict=True)
    return tuple(name if np.isnan(share) else f"{name} ({percent(share)})" for name, share in named)


def _track(training: Any, label: str, slot: int, how: Fidelity) -> Track:
    """A training as its path on the plane, with the losses of the weights themselves."""
    count, recorded = len(training.epochs), training.trajectory
    loss = np.asarray(training.loss)
    return Track(
        label=label,
        slot=slot,
        path=how.coordinates,
        members=None,
        best_value=np.fmin.accumulate(np.where(np.isfinite(loss), loss, np.nan)),
        evaluations=np.asarray(recorded.evaluations)[:count],
        gradients=np.asarray(recorded.gradients)[:count],
        distance=float(np.max(how.distance, initial=0.0, where=np.isfinite(how.distance))),
        value=loss,
        since=training.since,
    )


def _plane(plane: Plane) -> list[str]:
    """What the plane is and what its axes are, a sentence each."""
    told = str(plane.about.get("told", ""))
    across, up = axes(plane)
    return [*([told] if told else []), f"Axes: {across} and {up}."]


def _heights(measure: str, height: np.ndarray, scale: Scale) -> str:
    """How heights are drawn, and where colours end well below the highest."""
    told = f"Height: log₁₀(1 + ({measure} − {written(scale.base)}) / {written(scale.unit)})"
    told = told if scale.log else f"Height: the {measure}"
    end, most = float(scale.true(scale.top)), float(np.max(height, initial=-np.inf, where=np.isfinite(height)))
    cut = most - scale.base > 1.5 * (end - scale.base)
    return f"{told}, colours end at {written(end)} of {written(most)}." if cut else f"{told}."


def _honest(found: Sequence[Fidelity], names: Sequence[str]) -> list[str]:
    """What the plane does not show of the paths: of each, or of many from the least to the most true one."""
    told = [(how.explained, name, float(np.nanmax(how.distance)))
            for how, name in zip(found, names, strict=True) if np.isfinite(how.explained)]  # fmt: skip
    if len(told) <= FEW:
        return [f"{name}: {percent(share)} of the path in the plane, at most {written(off)} off it"
                for share, name, off in told]  # fmt: skip
    (least, worst, _), (most, best, _) = min(told), max(told)
    off, far = max((off, name) for _, name, off in told)
    return [f"in the plane: {percent(least)} ({worst}) to {percent(most)} ({best}) of the paths;"
            f" {far} is {written(off)} off it at most"]  # fmt: skip
