"""Pictures of 24 × 24 greys that maps carry along: named ones, or pixels of one's own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape.parameters import LandscapeError, nearest

SIDE = 24
WHITE, DARK = 15, 8  # paper; greys below are drawn
PREFIX = "pixels:"
HEX = "0123456789abcdef"


def _letter(x, y):
    """An F: neither turned nor mirrored does it look the same."""
    stem = (np.abs(x + 0.4) < 0.16) & (np.abs(y) < 0.8)
    top = (np.abs(y - 0.64) < 0.17) & (x > -0.56) & (x < 0.6)
    middle = (np.abs(y - 0.08) < 0.15) & (x > -0.56) & (x < 0.35)
    return stem | top | middle


def _house(x, y):
    wall = (np.abs(x) < 0.55) & (y > -0.8) & (y < 0.1)
    roof = (y >= 0.1) & (y < 0.8 - np.abs(x))
    return (wall | roof) & ~((np.abs(x - 0.25) < 0.14) & (y < -0.25))


def _spiral(x, y):
    turn = np.arctan2(y, x) / (2 * np.pi)
    radius = np.hypot(x, y)
    return (np.mod(radius / 0.36 - turn, 1.0) < 0.45) & (radius < 0.85)


DRAWN = {"letter": _letter, "house": _house, "spiral": _spiral}


@lru_cache(maxsize=32)
def greys(text: str) -> np.ndarray:
    """The greys (24, 24) of a picture, from 0 (ink) to 15 (paper), the first row on top."""
    if text in DRAWN:
        x, y = np.meshgrid(*[(np.arange(SIDE) + 0.5) / (SIDE / 2) - 1.0] * 2)
        return np.where(DRAWN[text](x, -y), 0, WHITE)
    if not text.startswith(PREFIX):
        raise LandscapeError(f"There is no picture '{text[:40]}'. {nearest(text[:40], DRAWN)}")
    digits = "".join(text[len(PREFIX) :].split()).lower()
    wrong = next((digit for digit in digits if digit not in HEX), None)
    if len(digits) != SIDE * SIDE or wrong is not None:
        told = f"has {len(digits):,} digits" if wrong is None else f"has the digit '{wrong}'"
        raise LandscapeError(
            f"A picture of one's own {told}; give {SIDE * SIDE} hexadecimal ones, 24 rows of 24, 0 is ink."
        )
    found = np.array([HEX.index(digit) for digit in digits]).reshape(SIDE, SIDE)
    if found.min() >= DARK:
        raise LandscapeError(
            "The drawn picture is empty; draw something dark, or take one of " + ", ".join(DRAWN) + "."
        )
    return found


def shades(text: str) -> np.ndarray:
    """The same from 0 (ink) to 1 (paper)."""
    return greys(text) / WHITE


def shapes(text: str) -> np.ndarray:
    """Corners (n, 4, 2) within ±1 of what is dark: neighbours in a row are one rectangle."""
    dark = np.pad(greys(text) < DARK, ((0, 0), (1, 1))).astype(int)
    turns = np.diff(dark, axis=1)
    row, left = np.nonzero(turns == 1)
    right = np.nonzero(turns == -1)[1]
    low, high = SIDE - row - 1, SIDE - row
    corners = [(left, low), (right, low), (right, high), (left, high)]
    return np.stack([np.column_stack(corner) for corner in corners], axis=1) / (SIDE / 2) - 1.0
