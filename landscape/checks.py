"""Checks of what an experiment holds; each raises one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.domains import Discrete
from landscape.entry import Bound
from landscape.parameters import LandscapeError
from landscape.surface import Surface


def check_whole(name: str, value: Any, low: int, high: int) -> None:
    """Raise unless `value` is a whole number in low … high."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
        raise LandscapeError(f"{name}={str(value)[:40]} is not a whole number in {low} … {high}.")


def check_single(bound: Bound) -> None:
    """Raise where a parameter holds many values: those are for `sweep`."""
    for name, value in bound.values.items():
        if isinstance(value, Bound):
            check_single(value)
        elif np.ndim(value) and not bound.parameters[name].static:
            raise LandscapeError(
                f"{bound.name}({name}=…) holds many values; an experiment takes one, sweep takes many."
            )


def check_plane(surface: Surface) -> None:
    """Raise for problems over discrete domains, of which there is no picture with two axes."""
    if isinstance(surface.domain, Discrete):
        raise LandscapeError(
            f"{surface.label} is a discrete problem, and has no contour or relief; draw its solutions with landscape "
            "match or landscape solve, or on the page Discrete."
        )


def check_camera(camera: Any) -> tuple[float, ...]:
    """The camera as six floats: eye, then centre."""
    try:
        numbers = np.asarray(camera, np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.array(np.nan)
    if numbers.shape != (6,) or not np.isfinite(numbers).all() or np.abs(numbers).max() > 100:
        raise LandscapeError("A camera is six numbers in −100 … 100: where the eye is, and the middle it looks at.")
    return tuple(numbers.tolist())


def check_start(start: Any, surface: Surface) -> tuple[float, ...]:
    """The start as d floats."""
    try:
        point = np.asarray(start, np.float64)
    except (TypeError, ValueError, OverflowError):
        point = np.array(np.nan)
    if point.shape != (surface.dim,) or not np.all(np.isfinite(point)):
        given = str(start).strip("()[],")[:60].replace("\n", " ")
        raise LandscapeError(f"The start {given} is no point of {surface.name}; give {surface.dim} finite numbers.")
    return tuple(point.tolist())
