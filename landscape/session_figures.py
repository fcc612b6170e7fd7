"""Figures of a session of networks: what is trained, computed and drawn for each name, for files and pages alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from landscape import figures
from landscape.figures import networks as drawings
from landscape.networks import connectivity, extent, honesty, pictures, planes, slices, spectrum
from landscape.networks.session import Session
from landscape.networks.slices import Slice
from landscape.networks.training import Training
from landscape.parameters import LandscapeError, nearest, numbered
from landscape.slice_scene import slice_scene

COLUMNS = ("run", "epoch", "loss", "test_loss", "accuracy", "test_accuracy")
SLICED = ("contour", "surface_3d", "curvature_map")  # they draw the loss over a plane
RESOLUTION = 51
DTYPE = np.float32  # networks train in it, and are drawn in it


def draw(
    session: Session,
    name: str,
    trained: Sequence[Training] | None = None,
    *,
    slice: Slice | None = None,
    title: str = "",
    options: dict[str, Any] | None = None,
    **look: Any,
):
    """The figure of that name (of FIGURES) for a session; `trained` is what its runs gave, if that is known.

    `options` are the figure's own, `look` theme and size; `slice` spares computing it.
    """
    check(name)
    trained = [each for each in (trained or session.run())]
    shown = [i for i, run in enumerate(session.runs) if not run.hidden]
    if not shown:
        raise LandscapeError("Every run of this session is hidden; show one.")
    runs = [trained[i] for i in shown]
    labels = numbered([session.runs[i].label for i in shown])
    figure = FIGURES[name](session, runs, labels, slice, options or {}, look)
    if title:
        words = figure.layout.annotations[0]
        words.text = f"<b>{title}</b>"
    return figure


def check(name: str) -> None:
    """Raise unless there is a figure of that name."""
    if name not in FIGURES:
        raise LandscapeError(f"Unknown figure of a network '{name}'. {nearest(str(name), FIGURES)}")


def plane_of(session: Session, runs: Sequence[Training]):
    """The plane that a session names, about the last finite weights of its first run."""
    walks = [finite(each.weights) for each in runs]
    return planes.described(session.network, session.plane, x=walks[0][-1], taken=walks)


def sliced(
    session: Session, runs: Sequence[Training], wants: Sequence[str] = ("loss",), aspect: float = 1.0, **options: Any
) -> Slice:
    """The session's plane with all paths of `runs` on it; takes the options of `landscape.networks.slice`.

    `aspect` is width ÷ height of the frame that the picture will have.
    """
    plane = plane_of(session, runs)
    if not {"radius", "lower"} & set(options):
        options |= _window(extent.around(plane, *[finite(each.weights) for each in runs]), aspect)
    if session.network.values.get("normalization") == "batch":
        options.setdefault("statistics", "re-estimated")
    return slices.slice(session.network, plane, wants=wants, **{"resolution": RESOLUTION, "dtype": DTYPE} | options)


def _window(corners: tuple[np.ndarray, np.ndarray], aspect: float) -> dict[str, np.ndarray]:
    """The corners with the shorter side extended until they have this aspect: both axes are drawn at one scale."""
    lower, upper = corners
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    half = np.maximum(half, half[::-1] * np.array([aspect, 1 / aspect]))
    return {"lower": middle - half, "upper": middle + half}


def finite(weights: np.ndarray) -> np.ndarray:
    """The frames (t, d) before a run diverged."""
    return weights[np.isfinite(weights).all(axis=1)]


def table(session: Session, trained: Sequence[Training]) -> str:
    """The curves of every run, epoch by epoch, as CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for label, each in zip(numbered([run.label for run in session.runs]), trained, strict=True):
        curves = (getattr(each, name) for name in COLUMNS[2:])
        for epoch, *values in zip(each.epochs.tolist(), *(curve.tolist() for curve in curves), strict=True):
            rows.writerow([label, epoch, *("" if value != value else value for value in values)])
    return text.getvalue()


def aspect_of(name: str, look: dict[str, Any]) -> float:
    """Width ÷ height of what the figure of that name draws the plane in."""
    shape = {key: look[key] for key in ("width", "height", "size", "font") if key in look}
    return figures.aspect(**shape) if name == "contour" else 1.0


def _scene(session: Session, runs, labels, slice, options: dict[str, Any], aspect: float = 1.0):
    measure = options.pop("measure", "loss")
    made = slice or sliced(session, runs, list(dict.fromkeys(("loss", measure))), aspect)
    return slice_scene(made, *runs, labels=labels, frame=session.frame, measure=measure)


def _contour(session, runs, labels, slice, options, look):
    scene = _scene(session, runs, labels, slice, options, aspect_of("contour", look))
    return figures.contour(scene, **options, **look)


def _surface(session, runs, labels, slice, options, look):
    return figures.surface_3d(_scene(session, runs, labels, slice, options), **options, **look)


def _map(draw: Callable) -> Callable:
    def figure(session, runs, labels, slice, options, look):
        return draw(pictures.picture(runs[0], session.frame), **options, **look)

    return figure


def _curves(session, runs, labels, slice, options, look):
    return drawings.learning_curves(runs, labels=labels, **options, **look)


def _fidelity(session, runs, labels, slice, options, look):
    plane = slice.plane if slice else plane_of(session, runs)
    found = [honesty.fidelity(each.surface, plane, each.weights, losses=each.loss) for each in runs]
    return drawings.fidelity(found, epochs=runs[0].epochs, labels=labels, **options, **look)


def _curvature(session, runs, labels, slice, options, look):
    quantity = options.get("quantity", "max_eigenvalue")
    made = slice or sliced(session, runs, ("loss", quantity))
    return drawings.curvature_map(made, **options, **look)


def _spectrum(session, runs, labels, slice, options, look):
    at = finite(runs[0].weights)[-1]
    return drawings.spectrum(spectrum.density(session.network, at), of=session.network.label, **options, **look)


def _interpolation(session, runs, labels, slice, options, look):
    if len(runs) < 2:
        raise LandscapeError("interpolation goes from the end of one run to the end of another; give two optimizers.")
    first, last = (finite(each.weights)[-1] for each in runs[:2])
    found = connectivity.curve(session.network, first, last)
    return drawings.interpolation(
        [found.straight, found.along], labels=["straight", "trained curve"], **options, **look
    )


FIGURES: dict[str, Callable] = {
    "contour": _contour,
    "surface_3d": _surface,
    "decision_map": _map(drawings.decision_map),
    "network_diagram": _map(drawings.network_diagram),
    "learning_curves": _curves,
    "fidelity": _fidelity,
    "curvature_map": _curvature,
    "spectrum": _spectrum,
    "interpolation": _interpolation,
}
