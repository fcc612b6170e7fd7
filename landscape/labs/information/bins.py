"""Mutual information of a layer with input and target, by putting the values of its units into equal bins."""

from __future__ import annotations

import numpy as np


def entropy(codes: np.ndarray) -> float:
    """The entropy (bits) of whole numbers (n,), each row as likely as any other."""
    shares = np.unique(codes, return_counts=True)[1] / len(codes)
    return float(-np.sum(shares * np.log2(shares)))


def codes(values: np.ndarray, low: float, high: float, bins: int) -> np.ndarray:
    """One whole number (n,) for the bins that the units of values (n, units) are in; low … high is cut into `bins`.

    bins ** units must stay below 2⁶³, which 60 bins and 10 units do.
    """
    width = (high - low) / bins if high > low else 1.0
    places = np.clip(np.floor((values - low) / width), 0, bins - 1).astype(np.int64)
    return places @ bins ** np.arange(values.shape[1], dtype=np.int64)


def information(values: np.ndarray, target: np.ndarray, low: float, high: float, bins: int) -> tuple[float, float]:
    """I(T; X) and I(T; Y) in bits: a layer's bins T are a function of the input X, so I(T; X) is their entropy."""
    found = codes(values, low, high, bins)
    own = entropy(found)
    return own, own + entropy(target) - entropy(2 * found + target)
