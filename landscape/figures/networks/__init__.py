"""Figures of networks: pure functions (what was computed, **options) -> plotly Figure, one a file, named as the file.

They take what `landscape.networks` returns (NumPy arrays and words), and sizes and themes as `landscape.figures` do.
The loss over a plane with its paths is a scene: draw it with `landscape.figures.contour` or `surface_3d`.
"""

import importlib
import pkgutil
from collections.abc import Callable

from landscape.figures.study.picture import paged
from landscape.parameters import LandscapeError, nearest


def _figures() -> dict[str, Callable]:
    """The function of its own name of every module here that has one."""
    loaded = {info.name: importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)}
    drawn = {name: getattr(module, name) for name, module in loaded.items() if callable(getattr(module, name, None))}
    return {name: paged(draw) for name, draw in drawn.items()}


FIGURES = _figures()
globals().update(FIGURES)


def named(name: str) -> Callable:
    """The figure of that name."""
    if name not in FIGURES:
        raise LandscapeError(f"Unknown figure of a network '{name}'. {nearest(str(name), FIGURES)}")
    return FIGURES[name]
