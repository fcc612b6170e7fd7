"""Figures: pure functions (Scene, **options) -> plotly Figure, one a file; the file's name is the figure's.

Common options: theme ("light", "dark"), width and height in pixels, and `sizes` (see `landscape.theme`).
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from landscape.parameters import LandscapeError, nearest


def _figures() -> dict[str, Callable]:
    """Every module here that defines a function of its own name."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if callable(getattr(module, info.name, None)):
            found[info.name] = getattr(module, info.name)
    return found


FIGURES = _figures()
globals().update(FIGURES)


def named(name: str) -> Callable:
    """The figure of that name."""
    if name not in FIGURES:
        raise LandscapeError(f"Unknown figure '{name}'. {nearest(name, FIGURES)}")
    return FIGURES[name]


def layers(name: str) -> tuple[str, ...]:
    """What the figure of that name draws beside heights and paths: the `layers` of its scene."""
    return _fact(name, "LAYERS", ())


def record(name: str) -> str:
    """What runs record for it: "all", or "evaluated" where single members are drawn."""
    return _fact(name, "RECORD", "all")


def usual(name: str) -> tuple[str, ...]:
    """The optimizers that it shows best, where none are asked for."""
    return _fact(name, "USUAL", ())


def asks(name: str) -> tuple[str, ...]:
    """The options of its layers, as of `landscape.scene(asked=…)`."""
    return _fact(name, "ASKS", ())


def _fact(name: str, fact: str, default: Any) -> Any:
    """A constant of the figure's module."""
    return getattr(importlib.import_module(f"{__name__}.{named(name).__name__}"), fact, default)


def aspect(width: int, height: int) -> float:
    """Width ÷ height of the frame that `contour` leaves for the plot in a figure of this size."""
    from landscape.figures.contour import BOTTOM, LEFT, RIGHT
    from landscape.figures.parts import TOP, WIDTH

    scale = width / WIDTH
    wide, tall = width - (LEFT + RIGHT) * scale, height - (TOP + BOTTOM) * scale
    if tall < 0.1 * wide:
        raise LandscapeError(f"A figure of {width} × {height} leaves no room for the plot; make it higher.")
    return wide / tall
