"""The lens: what the contour shows at the pointer, from a point of the panel to traces and words."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.experiment import Experiment
from landscape.figures.level_sets import SAID, lens_traces
from landscape.figures.slice_1d import touching
from landscape.parameters import LandscapeError
from landscape.scene import Scene
from landscape.staging import plane_of
from landscape.theme import PANEL, named, pair, written
from landscape_dashboard.compute import View, encoded, staged


def looked_at(experiment: Experiment, view: View, moment: int | None, point: list[float]) -> dict[str, Any]:
    """Traces over the contour and one line of words for `point` (2,) of the panel."""
    if len(point) != 2 or not np.isfinite(point).all():
        raise LandscapeError("The lens needs a point of the panel.")
    surface = experiment.surface
    at = plane_of(surface).points(*point) if surface.dim > 1 else np.asarray(point[:1])
    ground, frame = staged(experiment, view, moment)
    layer = "lens" if surface.dim > 1 else "profile"
    scene = experiment.replace(entrants=()).scene([], ground=ground, frame=frame, layers=[layer], at=at)
    return encoded(_curve(scene, view) if surface.dim == 1 else _plane(scene, view))


def _plane(scene: Scene, view: View) -> dict[str, Any]:
    lens = scene.layers["lens"]
    words = f"f = {written(lens.value)} · "
    if lens.kind == "regular":
        words += f"∇f = ({pair(lens.gradient)}) · {lens.angle:.2f}° to the level set"
    else:
        words += " · ".join(SAID[lens.kind])
    return {"traces": lens_traces(scene, lens, named(view.theme), PANEL), "words": words}


def _curve(scene: Scene, view: View) -> dict[str, Any]:
    curve = scene.layers["profile"]
    words = f"f = {written(curve.value)} · slope {written(curve.steepness)}"
    return {"traces": touching(curve, named(view.theme), PANEL, view.aspect), "words": words}
