"""Slices as scenes: the loss over a plane with the paths of trainings on it, for every figure that draws scenes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.networks.honesty import Fidelity, fidelity
from landscape.networks.slices import Slice
from landscape.parameters import numbered
from landscape.scene import Heights, Scene, Track, scale_of


def slice_scene(
    slice: Slice,
    *trainings: Any,
    labels: Sequence[str] | None = None,
    frame: int | None = None,
    title: str = "",
    measure: str = "loss",
    log: bool | None = None,
) -> Scene:
    """A scene of `slice` with the trainings' paths as they fall on its plane; `frame` None is the last one.

    Notes say how far the paths are off the plane and how much of them it explains. `measure` is what is drawn as
    height, `log` as in `landscape.scene`.
    """
    steps = max((len(each.epochs) - 1 for each in trainings), default=1)
    frame = steps if frame is None else int(np.clip(frame, 0, steps))
    names = labels or numbered([each.optimizer.label for each in trainings])
    found = [fidelity(each.surface, slice.plane, each.weights, losses=each.loss) for each in trainings]
    tracks = tuple(
        _track(each, name, slot, how)
        for slot, (each, name, how) in enumerate(zip(trainings, names, found, strict=True))
    )
    height = np.asarray(slice.values[measure], np.float64)
    epoch = trainings[0].epochs[min(frame, len(trainings[0].epochs) - 1)] if trainings else 0
    surface = trainings[0].surface.label if trainings else slice.about.get("surface", "network")
    return Scene(
        heights=Heights(slice.u, slice.v, height, scale_of(height, np.nan, log)),
        arrows=None,
        tracks=tracks,
        domain=np.array([[slice.u[0], slice.v[0]], [slice.u[-1], slice.v[-1]]]),
        minima=np.zeros((0, 2)),
        minimum=np.nan,
        start=tracks[0].path[0] if tracks else None,
        steps=steps,
        frame=frame,
        names=slice.plane.names,
        title=title or f"{measure.capitalize()} of {surface}" + (f", epoch {epoch:g}" if trainings else ""),
        subtitle=_subtitle(slice, height, log),
        notes=(*_honest(found, names), *slice.about.get("warnings", ())),
    )


def _track(training: Any, label: str, slot: int, how: Fidelity) -> Track:
    """A training as its path on the plane, with the losses of the weights themselves."""
    count = len(training.epochs)
    recorded = training.trajectory
    loss = np.asarray(training.loss)
    best = np.fmin.accumulate(np.where(np.isfinite(loss), loss, np.nan))
    return Track(
        label=label,
        slot=slot,
        path=how.coordinates,
        members=None,
        best_value=best,
        evaluations=np.asarray(recorded.evaluations)[:count],
        gradients=np.asarray(recorded.gradients)[:count],
        distance=float(np.nanmax(np.where(np.isfinite(how.distance), how.distance, np.nan))),
        value=loss,
    )


def _subtitle(slice: Slice, height: np.ndarray, log: bool | None) -> str:
    told = [str(slice.plane.about.get("method", "plane"))]
    told += [f"{len(slice.u)} × {len(slice.v)} points"]
    told += ["logarithmic heights" if scale_of(height, np.nan, log).log else "plain heights"]
    return " · ".join(told)


def _honest(found: Sequence[Fidelity], names: Sequence[str]) -> list[str]:
    """What the plane does not show of each path."""
    notes = []
    for how, name in zip(found, names, strict=True):
        if np.isfinite(how.explained):
            off = how.distance[np.isfinite(how.distance)]
            notes.append(f"{name}: {how.explained:.0%} of the path in the plane, {off.max():.3g} off it at most")
    return notes
