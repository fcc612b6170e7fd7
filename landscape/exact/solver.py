"""What a solver is: a generator of bounds and incumbents, and what it takes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

import numpy as np

from landscape.problems.entry import DiscreteSurface

ENTRIES: dict[str, Solver] = {}  # filled by the package
ROUNDING = 1e-9  # of real-valued losses, relative: what lies nearer counts as the same


class Found(NamedTuple):
    """Where a solver is, in the surface's own terms: no solution lies below `bound`, `x` has the loss `value`.

    With `upper`, the loss at `x` may be lower than the solver knows; with `slack`, it may be so much higher or lower.
    """

    bound: float
    value: float = np.inf
    x: np.ndarray | None = None  # (d,)
    told: str = ""
    upper: bool = False
    slack: float = 0.0


class End(NamedTuple):
    """How a solver ended: "proved", "infeasible" or "stopped", with a few words where there is something to say."""

    status: str
    told: str = ""


Work = Generator[Found, None, End]


class Solver:
    """A factory `(surface, *, limit, workers) -> generator` with what it takes.

    It yields `Found` after each piece of work, at the latest after about two seconds, so that closing it ends it soon.
    """

    def __init__(self, factory: Callable[..., Work], problems: tuple[str, ...], rank: int, refuses: Callable | None):
        self.factory, self.name, self.problems, self.rank = factory, factory.__name__, problems, rank
        self._refuses = refuses

    def refuses(self, surface: DiscreteSurface) -> str:
        """Why it does not take this surface, as the end of a sentence; empty where it does."""
        if surface.name not in self.problems:
            return f"takes {', '.join(self.problems)} only"
        return self._refuses(surface) if self._refuses else ""


def solver(*, problems: tuple[str, ...], rank: int, refuses: Callable[[DiscreteSurface], str] | None = None):
    """Decorator: a generator function becomes a solver of these problems; the lowest rank that fits is the default.

    `refuses` tells why a surface is not taken, such as for want of a package.
    """
    return lambda factory: Solver(factory, tuple(problems), rank, refuses)
