"""A tour: cities, and the closed way through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Dots, Mark
from landscape.figures.solutions import strokes


def marks(shown: Mapping[str, Any], xs: np.ndarray, slot: int | None) -> list[Mark]:
    """The way of each moment (frames, n) and the cities."""
    places = placed(shown, xs.shape[1])
    closed = np.concatenate([xs, xs[:, :1]], axis=1).astype(int)
    return [strokes.line([places[order] for order in closed], slot=slot, width=0.55),
            Dots(x=places[:, 0], y=places[:, 1], size=float(np.clip(4 / np.sqrt(len(places)), 0.25, 0.6)))]  # fmt: skip


def placed(shown: Mapping[str, Any], count: int) -> np.ndarray:
    """Places (n, 2) of the cities; those without stand on a circle."""
    if shown.get("places") is not None:
        return np.asarray(shown["places"], np.float64)
    angle = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def words(shown: Mapping[str, Any], x: np.ndarray) -> str:
    places = placed(shown, len(x))[np.append(x, x[0]).astype(int)]
    drawn = shown.get("drawn")
    if shown.get("places") is None or drawn:
        return f"tour through {len(x)} cities"
    return f"tour through {len(x)} cities, {np.hypot(*np.diff(places, axis=0).T).sum():,.0f} long as drawn"
