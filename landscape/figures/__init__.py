"""Figures: pure functions (Scene, **options) -> plotly Figure, one a file; the file's name is the figure's.

Common options: theme ("light", "dark"), width and height in pixels, and `sizes` (see `landscape.theme`).
"""

import importlib
import pkgutil
from collections.abc import Callable

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
