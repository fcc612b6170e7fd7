"""What a notebook shows of an object: pictures and facts."""

from __future__ import annotations

from functools import singledispatch
from html import escape
from typing import Any, NamedTuple

import numpy as np

from landscape import figures
from landscape.benchmark import Results
from landscape.checks import check_single
from landscape.contest import Contest, Lane
from landscape.experiment import Experiment
from landscape.figures import parts, study
from landscape.figures.findings import LEFT, Words, axis
from landscape.optimizer import Optimizer
from landscape.parameters import LandscapeError
from landscape.range_test import RangeTest
from landscape.report.words import facts, line, runs
from landscape.run import run
from landscape.scene import Scene
from landscape.schedule import Schedule
from landscape.sensitivity import Sensitivity
from landscape.staging import scene
from landscape.surface import Surface
from landscape.surfaces.basins import himmelblau
from landscape.theme import named, slide
from landscape.trajectory import Trajectory

RATIO = 9 / 16  # height ÷ width of pictures
MOST = 1000  # coordinates of a surface that is drawn: models with more take long, and their planes are chosen with care
RESOLUTION = 121  # points of a surface along the longer side: a notebook keeps every picture that it has shown
BOX = "font:13px/1.5 Inter,'Helvetica Neue',Arial,sans-serif;font-feature-settings:'tnum';margin:4px 0 8px"


class View(NamedTuple):
    """What is shown of an object."""

    line: str
    figures: tuple[Any, ...]  # plotly figures
    facts: str  # HTML


class Page(NamedTuple):
    """How pictures look."""

    theme: str
    width: int

    @property
    def height(self) -> int:
        return round(self.width * RATIO)

    @property
    def look(self) -> dict[str, Any]:
        return {"theme": self.theme, "width": self.width, "height": self.height}

    @property
    def staged(self) -> dict[str, Any]:
        return {"aspect": figures.aspect(self.width, self.height), "resolution": RESOLUTION}


def view(thing: Any, theme: str = "light", width: int = 900) -> View:
    """All of it. What cannot be drawn says why."""
    said = facts(thing, named(theme))
    try:
        drawn = tuple(pictures(thing, Page(theme, width)))
    except LandscapeError as error:
        drawn, said = (), f"{said}<p>No picture: {escape(str(error))}</p>"
    return View(line(thing), drawn, f'<div style="{BOX}">{said}</div>')


@singledispatch
def pictures(thing: Any, page: Page):
    """Its figures."""
    return ()


def _cheap(surface: Surface) -> bool:
    """Whether a picture may be drawn unasked: it calls a plain Python function thousands of times, and a model too."""
    return surface.host is None and surface.dim <= MOST


@pictures.register
def _(thing: Surface, page: Page):
    check_single(thing)
    if _cheap(thing):
        yield _map(scene(thing, **page.staged), page)


@pictures.register
def _(thing: Optimizer, page: Page):
    """Its walk on a surface that everyone knows."""
    check_single(thing)
    if not thing.foreign:
        yield from pictures(run(himmelblau(), thing), page)


@pictures.register
def _(thing: Schedule, page: Page):
    check_single(thing)
    colours, sizes = named(page.theme), slide(page.width)
    progress = np.linspace(0.0, 1.0, 401)
    values = np.asarray(thing(progress), np.float64)
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = 0.06 * (high - low) or 0.5
    layout = parts.page(colours, sizes, page.width, page.height,
                        parts.margins(page.width, left=LEFT, right=80, bottom=150))  # fmt: skip
    layout |= {"xaxis": axis(colours, sizes, "progress", 0.0, 1.0, False),
               "yaxis": axis(colours, sizes, "value", low - room, high + room, False) | {"showgrid": True},
               "annotations": parts.headline(Words(thing.label.capitalize()), colours, sizes, page.width,
                                             thing.entry.summary)}  # fmt: skip
    curve = {"type": "scatter", "mode": "lines", "x": progress, "y": values, "meta": {"role": "schedule"},
             "line": {"color": colours.colour(0), "width": sizes.curve}}  # fmt: skip
    yield parts.finish([curve], layout)


@pictures.register
def _(thing: Trajectory, page: Page):
    try:
        check_single(thing.surface)
    except LandscapeError:
        raise LandscapeError("these runs are on many surfaces, and a picture shows one.") from None
    if runs(thing) or thing.record == "last":  # positions of one run alone make a path
        yield figures.named("race")(_race([_lane(thing)], thing.surface), **page.look)
    elif _cheap(thing.surface):
        yield _map(scene(thing.surface, thing, **page.staged), page)


@pictures.register
def _(thing: Experiment, page: Page):
    if _cheap(thing.surface):
        yield _map(thing.scene(**page.staged), page)


@pictures.register
def _(thing: Scene, page: Page):
    yield _map(thing, page)


@pictures.register
def _(thing: Contest, page: Page):
    yield figures.named("race")(thing, **page.look)


@pictures.register
def _(thing: Sensitivity, page: Page):
    yield figures.named("sensitivity")(thing, **page.look)


@pictures.register
def _(thing: RangeTest, page: Page):
    yield figures.named("range_test")(thing, **page.look)


@pictures.register
def _(thing: Results, page: Page):
    if len({(each.function, each.dim) for each in thing.runs.problems}) > 1:
        yield study.named("ecdf")(thing.runs, **page.look)
    else:
        yield study.named("anytime")(thing.runs, **page.look)


def _map(staged: Scene, page: Page):
    """Paths over the surface, or along its curve."""
    return figures.named("contour" if staged.profile is None else "slice_1d")(staged, **page.look)


def _lane(ran: Any) -> Lane:
    """The runs of a trajectory as those of a race are drawn."""
    rows = {name: np.asarray(getattr(ran, name)) for name in ("best_value", "evaluations", "gradients")}
    rows = {name: each.reshape(-1, each.shape[-1]) for name, each in rows.items()}
    return Lane(ran.optimizer, ran.optimizer.label, **rows, diverged=~np.isfinite(rows["best_value"][:, -1]))


def _race(lanes: list[Lane], surface: Surface) -> Contest:
    return Contest(surface, tuple(lanes), np.zeros((0, surface.dim)), np.arange(len(lanes[0].diverged)), 0)
