"""The map under the paths of labs about learning rates."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape import surfaces
from landscape.grid import grid


@lru_cache(maxsize=16)
def heights(name: str, **values: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log heights above the minimum of the surface of that name: x (a,), y (b,), (b, a)."""
    surface = getattr(surfaces, name)(**values)
    found = grid(surface, resolution=81)
    gap = np.maximum(found.height - surface.minimum, 0.0)
    return found.u, found.v, np.log10(1.0 + gap / max(np.quantile(gap, 0.1), 1e-12))
