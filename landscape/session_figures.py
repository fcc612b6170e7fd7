"""Figures of a session of networks: what is trained, computed and drawn for each name, for files and pages alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from landscape import figures, theme
from landscape.figures import networks as drawings
from landscape.figures import parts
from landscape.figures.networks.curvature_map import NAMES as CURVATURES
from landscape.figures.networks.learning_curves import MEASURES
from landscape.networks import connectivity, extent, pictures, planes, slices, spectrum
from landscape.networks.divergence import lost
from landscape.networks.session import Session
from landscape.networks.slices import Slice
from landscape.networks.training import Training
from landscape.parameters import LandscapeError, nearest, numbered
from landscape.slice_scene import axes, shadow, slice_scene

COLUMNS = ("run", "epoch", "loss", "test_loss", "accuracy", "test_accuracy")
SLICED = ("contour", "surface_3d", "curvature_map")  # they draw values over a plane
SINGLE = ("decision_map", "network_diagram", "spectrum")  # they draw one run
RESOLUTION = 51
DTYPE = np.float32  # networks train in it, and are drawn in it
SMALLEST = 0.7  # of its size, of a headline on one line


class Shown(NamedTuple):
    """A run that is not hidden."""

    trained: Training
    label: str
    slot: int


@dataclass
class Asked:
    """What a figure is made of."""

    session: Session
    runs: list[Shown]
    slice: Slice | None
    options: dict[str, Any] = field(default_factory=dict)
    look: dict[str, Any] = field(default_factory=dict)

    @property
    def trained(self) -> list[Training]:
        return [run.trained for run in self.runs]

    @property
    def named(self) -> dict[str, list]:
        """Labels and slots, as figures of several runs take them."""
        return {"labels": [run.label for run in self.runs], "slots": [run.slot for run in self.runs]}

    def one(self) -> Shown:
        """The run whose network is drawn: by the option `run`, from 1, else the first."""
        place = self.options.pop("run", 1)
        if not 1 <= place <= len(self.runs):
            raise LandscapeError(f"run={place} is not shown; this session shows the runs 1 … {len(self.runs)}.")
        return self.runs[place - 1]


def draw(
    session: Session,
    name: str,
    trained: Sequence[Training] | None = None,
    *,
    slice: Slice | None = None,
    title: str = "",
    options: Mapping[str, Any] | None = None,
    **look: Any,
):
    """The figure of that name (of FIGURES) for a session; `trained` is what its runs gave, if that is known.

    `options` are the figure's own (OPTIONS), `look` theme and size; `slice` spares computing it.
    """
    options = check(name, options or {})
    runs = shown(session, session.run() if trained is None else trained)
    figure = FIGURES[name](Asked(session, runs, slice, options, look))
    return _titled(figure, title, look) if title else figure


def check(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the figure of that name as it takes them; texts are read, and what is not legal is refused."""
    if name not in FIGURES:
        raise LandscapeError(f"Unknown figure of a network '{name}'. {nearest(str(name), FIGURES)}")
    found, known = {}, OPTIONS[name]
    for key, value in options.items():
        if key not in known:
            told = f"{name} has {', '.join(known)}" if known else f"{name} has none"
            raise LandscapeError(f"option {key} is none of this figure; {told}.")
        if key == "run":
            if not str(value).isdecimal():
                raise LandscapeError(f"run={value} is not the number of a run, from 1.")
            found[key] = int(value)
            continue
        words = {str(each).lower(): each for each in known[key]}
        if str(value).lower() not in words:
            raise LandscapeError(f"Unknown {key} '{value}' of {name}. {nearest(str(value), words)}")
        found[key] = words[str(value).lower()]
    return found


def shown(session: Session, trained: Sequence[Training]) -> list[Shown]:
    """The runs that are not hidden."""
    chosen = [(run, each) for run, each in zip(session.runs, trained, strict=True) if not run.hidden]
    if not chosen:
        raise LandscapeError("This session shows no run; add an optimizer or show a hidden one.")
    labels = numbered([run.label for run, _ in chosen])
    return [Shown(each, label, run.slot) for (run, each), label in zip(chosen, labels, strict=True)]


def wants(name: str, options: Mapping[str, Any]) -> tuple[str, ...]:
    """What a slice needs for the figure of that name."""
    extra = options.get("quantity", "max_eigenvalue") if name == "curvature_map" else options.get("measure", "loss")
    return tuple(dict.fromkeys(("loss", extra)))


def plane_of(session: Session, runs: Sequence[Training]):
    """The plane that a session names, about the last good weights of its first run."""
    walks = [good(each.weights) for each in runs]
    return planes.described(session.network, session.plane, x=walks[0][-1], taken=walks)


def sliced(
    session: Session, runs: Sequence[Training], wants: Sequence[str] = ("loss",), aspect: float = 1.0, **options: Any
) -> Slice:
    """The session's plane with all paths of `runs` on it; takes the options of `landscape.networks.slice`.

    `aspect` is width ÷ height of the frame that the picture will have.
    """
    plane = plane_of(session, runs)
    if not {"radius", "lower"} & set(options):
        options |= _window(extent.around(plane, *[good(each.weights) for each in runs]), aspect)
    if session.network.values.get("normalization") == "batch":
        options.setdefault("statistics", "re-estimated")
    return slices.slice(session.network, plane, wants=wants, **{"resolution": RESOLUTION, "dtype": DTYPE} | options)


def _window(corners: tuple[np.ndarray, np.ndarray], aspect: float) -> dict[str, np.ndarray]:
    """The corners with the shorter side extended until they have this aspect: both axes are drawn at one scale."""
    lower, upper = corners
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    half = np.maximum(half, half[::-1] * np.array([aspect, 1 / aspect]))
    return {"lower": middle - half, "upper": middle + half}


def good(weights: np.ndarray) -> np.ndarray:
    """The frames (t, d) before a run diverged."""
    return weights[~lost(weights)]


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


def aspect_of(name: str, look: Mapping[str, Any]) -> float:
    """Width ÷ height of what the figure of that name draws the plane in."""
    shape = {key: look[key] for key in ("width", "height", "size", "font") if key in look}
    return 1.0 if name == "surface_3d" else figures.aspect(**shape)


def _titled(figure, title: str, look: Mapping[str, Any]):
    """The figure with another headline, as large as has room."""
    shape = {key: look[key] for key in ("width", "height", "size", "font") if key in look}
    fitted = theme.fit(**shape)
    room = fitted.width - 260 * fitted.sizes.unit
    said, size = parts.lines(title, fitted.sizes.headline, room, SMALLEST, 0.56)
    figure.layout.annotations[0].text = "<br>".join(f"<b>{line}</b>" for line in said)
    figure.layout.annotations[0].font.size = size
    return figure


def _made(asked: Asked, name: str) -> Slice:
    needed = wants(name, asked.options)
    return asked.slice or sliced(asked.session, asked.trained, needed, aspect_of(name, asked.look))


def _scene(asked: Asked, name: str):
    made, measure = _made(asked, name), asked.options.pop("measure", "loss")
    return slice_scene(made, *asked.trained, **asked.named, frame=asked.session.frame, measure=measure)


def _contour(asked: Asked):
    return figures.contour(_scene(asked, "contour"), **asked.look)


def _surface(asked: Asked):
    return figures.surface_3d(_scene(asked, "surface_3d"), **asked.look)


def _curvature(asked: Asked):
    made = _made(asked, "curvature_map")
    return drawings.curvature_map(made, names=axes(made.plane), **asked.options, **asked.look)


def _map(draw: Callable) -> Callable:
    def figure(asked: Asked):
        one = asked.one()
        picture = pictures.picture(one.trained, asked.session.frame, label=one.label)
        return draw(picture, **asked.options, **asked.look)

    return figure


def _curves(asked: Asked):
    return drawings.learning_curves(asked.trained, **asked.named, **asked.options, **asked.look)


def _fidelity(asked: Asked):
    plane = asked.slice.plane if asked.slice else plane_of(asked.session, asked.trained)
    epochs = [each.epochs for each in asked.trained]
    found = [shadow(each, plane) for each in asked.trained]
    return drawings.fidelity(found, epochs=epochs, of=str(plane.about.get("told", "")), **asked.named, **asked.look)


def _spectrum(asked: Asked):
    one, network = asked.one(), asked.session.network
    at, epoch = pictures.moment(one.trained, asked.session.frame)
    of = f"{network.label}, {one.label} at epoch {epoch:g}"
    return drawings.spectrum(spectrum.density(network, at), of=of, **asked.look)


def _interpolation(asked: Asked):
    if len(asked.runs) < 2:
        raise LandscapeError("interpolation goes from the end of one run to the end of another; give two optimizers.")
    first, last = (good(each.weights)[-1] for each in asked.trained[:2])
    found = connectivity.curve(asked.session.network, first, last)
    between = tuple(run.label for run in asked.runs[:2])
    lines = [found.straight, found.along]
    return drawings.interpolation(lines, between=between, **asked.options, **asked.look)


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
BOTH = (True, False)
OPTIONS: dict[str, dict[str, tuple]] = {  # of each figure, with what is legal; `run` is the number of one, from 1
    "contour": {"measure": MEASURES},
    "surface_3d": {"measure": MEASURES},
    "decision_map": {"run": (), "test": BOTH},
    "network_diagram": {"run": ()},
    "learning_curves": {"measure": MEASURES, "log": BOTH},
    "fidelity": {},
    "curvature_map": {"quantity": tuple(CURVATURES)},
    "spectrum": {"run": ()},
    "interpolation": {"measure": MEASURES},
}
