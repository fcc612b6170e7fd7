"""Features: what a network sees of a point. None is scaled, as in the Playground."""

from __future__ import annotations

import numpy as np

from landscape.parameters import LandscapeError, nearest

FEATURES = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x2": lambda x, y: x**2,
    "y2": lambda x, y: y**2,
    "xy": lambda x, y: x * y,
    "sinx": lambda x, y: np.sin(x),
    "siny": lambda x, y: np.sin(y),
    "cosx": lambda x, y: np.cos(x),
    "cosy": lambda x, y: np.cos(y),
}
NAMES = tuple(FEATURES)
MOST = 64  # inputs


def names(text: str, columns: int) -> tuple[str, ...]:
    """The features that `text` lists: "x+y+xy" of two columns, or columns by number, "1+3"; "" means all columns."""
    listed = [word.strip() for word in text.split("+") if word.strip()]
    if not listed:
        listed = ["x", "y"] if columns == 2 else [str(k + 1) for k in range(columns)]
    known = (*(NAMES if columns == 2 else ()), *(str(k + 1) for k in range(columns)))
    for word in listed:
        if word not in known:
            raise LandscapeError(f"Unknown feature '{word}' of data with {columns} columns. {nearest(word, known)}")
    if len(set(listed)) < len(listed) or len(listed) > MOST:
        raise LandscapeError(f"features='{text[:60]}' should list each feature once, {MOST} at most.")
    return tuple(listed)


def of(text: str, x) -> np.ndarray:
    """The features (n, f) of points `x` (n, k), float64; LandscapeError for a name that is not known."""
    x = np.asarray(x, np.float64)
    listed = names(text, x.shape[1])
    columns = [x[:, int(word) - 1] if word.isdigit() else FEATURES[word](*x.T) for word in listed]
    return np.stack(columns, axis=1)
