"""Figures of a study: pure functions (runs, **options) -> plotly Figure, one a file; the file's name is the figure's.

`FIGURES[name]` draws a whole page, sized as those of `landscape.figures`. `plot(name)` gives the same as plain
dictionaries, a `Plot`, for a panel. All take `slots` (a number for each solver: its colour and marker) and which
problems are drawn: dim, function, group, problem, suite.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from landscape.figures.study.picture import paged, scaled
from landscape.parameters import LandscapeError, nearest


def _plots() -> dict[str, Callable]:
    """The function of its own name of every module here that has one."""
    loaded = {info.name: importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)}
    return {name: getattr(module, name) for name, module in loaded.items() if callable(getattr(module, name, None))}


CUT = Path(__file__).with_name("cut.js").read_text("utf-8")  # landscapeCut(plot, amount): curves cut at a budget
PLOTS = _plots()
FIGURES: dict[str, Callable] = {name: paged(draw) for name, draw in PLOTS.items()}
globals().update(FIGURES)


def named(name: str) -> Callable:
    """The figure of that name."""
    return FIGURES[_known(name)]


def plot(name: str) -> Callable:
    """What the figure of that name draws: (runs, theme: Theme, sizes: Sizes, **options) -> Plot.

    `landscape.figures.study.picture.panel` makes traces and a layout of it.
    """
    draw = PLOTS[_known(name)]
    return wraps(draw)(lambda runs, theme, sizes, **options: draw(runs, theme, scaled(sizes), **options))


def _known(name: str) -> str:
    if name not in FIGURES:
        raise LandscapeError(f"Unknown figure of a study '{name}'. {nearest(str(name), FIGURES)}")
    return name
