"""Means with their errors, and room for them on an axis."""

from __future__ import annotations

import numpy as np


def mean_and_error(values: np.ndarray):
    """The mean over the first axis and its standard error."""
    values = np.asarray(values, float)
    return values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))


def stretched(values: np.ndarray, share: float = 0.08) -> tuple[float, float]:
    """The range of the finite `values`, a share wider at both ends."""
    finite = np.asarray(values, float)
    finite = finite[np.isfinite(finite)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    room = share * (high - low) or 0.5
    return float(low - room), float(high + room)
