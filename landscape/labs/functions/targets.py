"""Functions on [0, 1] that nets approximate: named, typed as a formula in x, or drawn as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from landscape import formula
from landscape.parameters import LandscapeError, nearest

NAMED = {
    "sine": "sin(2*pi*x)",
    "bump": "exp(-40*(x-0.4)^2)",
    "chirp": "0.8*sin(7*pi*x^2)",
    "kink": "1-3*abs(x-1/3)",
    "root": "2*sqrt(x)-1",
    "step": "where(x <= 0.52, -0.5, 0.5)",
}
MOST = 101  # numbers of a drawing
FINE = 8192  # cells on which bends are measured
SMOOTH = 0.01  # by how much the largest bend may differ between two grids


@dataclass(frozen=True, eq=False)
class Target:
    """A function on [0, 1]: `at(x (n,)) -> (n,)`, the bounds of its slopes, and how it is called."""

    at: object
    label: str
    steepest: float  # max |f'|; infinite where none is
    bend: float  # max |f''|; infinite unless twice differentiable
    drawn: int = 0  # how many numbers were drawn

    @property
    def smooth(self) -> bool:
        return bool(np.isfinite(self.bend))


@lru_cache(maxsize=64)
def target(text: str) -> Target:
    """The function that `text` says; LandscapeError where it says none."""
    if not text.strip():
        raise LandscapeError(
            "The drawn function is empty; draw a line from left to right, type a formula in x, or take one of "
            f"{', '.join(NAMED)}."
        )
    numbers = _numbers(text)
    if numbers is not None:
        return _drawn(numbers)
    if text.strip().isidentifier() and text.strip() not in ("x", "pi", "e", "tau", *NAMED):
        raise LandscapeError(f"There is no function '{text.strip()[:40]}'. {nearest(text.strip(), NAMED)}")
    return _formula(text.strip())


def _numbers(text: str) -> np.ndarray | None:
    """The numbers of a drawing, or None where the text is no drawing."""
    words = text.replace(";", " ").split()
    try:
        values = np.array([float(word) for word in words])
    except ValueError:
        return None
    if not 2 <= len(values) <= MOST:
        raise LandscapeError(f"A drawn function has {len(values)} numbers; give 2 to {MOST}, equally far apart.")
    if not np.isfinite(values).all() or np.abs(values).max() > 1e6:
        raise LandscapeError("A drawn function has a number that is not finite or beyond a million; draw within ±1.")
    return values


def _drawn(values: np.ndarray) -> Target:
    """Straight lines between drawn numbers."""
    places = np.linspace(0.0, 1.0, len(values))
    slopes = np.diff(values) * (len(values) - 1)
    bend = 0.0 if np.ptp(slopes) == 0 else np.inf
    return Target(
        lambda x: np.interp(x, places, values), "your drawing", float(np.abs(slopes).max()), bend, len(values)
    )


def _formula(text: str) -> Target:
    tree = formula.parse(NAMED.get(text, text))
    others = [name for name in formula.variables_of(tree) if name != "x"]
    if others:
        raise LandscapeError(f"The function of '{text[:60]}' has the variable '{others[0]}'; x is the only one.")

    def at(x):
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(formula.evaluate(tree, {"x": x}), float), np.shape(x))

    values = at(np.linspace(0.0, 1.0, FINE + 1))
    if not np.isfinite(values).all():
        where = np.flatnonzero(~np.isfinite(values))[0] / FINE
        raise LandscapeError(f"'{text[:60]}' is not finite at x = {where:.3g}; give a function finite on 0 … 1.")
    return Target(at, text, _steepest(values), _bend(values))


def _steepest(values: np.ndarray) -> float:
    """max |f'| from first differences; infinite where a finer grid finds far steeper slopes."""
    fine, coarse = (np.abs(np.diff(values[::k])).max() * FINE / k for k in (1, 2))
    return float(fine) if fine <= 1.2 * coarse + 1e-9 else np.inf


def _bend(values: np.ndarray) -> float:
    """max |f''| from second differences; infinite where a finer grid finds larger ones: at kinks and jumps."""
    fine, coarse = (np.abs(np.diff(values[::k], 2)).max() * (FINE / k) ** 2 for k in (2, 4))
    return float(fine) if abs(fine - coarse) <= SMOOTH * max(fine, 1e-6) else np.inf
