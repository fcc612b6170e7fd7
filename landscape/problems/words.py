"""Words for instances that are drawn by chance: "random:75:320" and its like."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape.parameters import Choice, LandscapeError, Range

Seed = Annotated[int, Range(0, 100, legal=(0, 2**32 - 1)), "which of the random instances"]
StringMoves = Annotated[
    str, Choice("flip", "swap", "flip_swap"), "moves: a bit flips, a one and a zero change places, or either"
]
Mixing = Annotated[str, Choice("uniform", "one_point"), "how two parents mix: place by place, or head and tail"]


def drawn(instance: str, form: str, needed: int = 1) -> list[str] | None:
    """The parts after "random:" in the word for an instance; None where it is none.

    `form` says how such words are written, as in "random:VARIABLES:CLAUSES"; so many of its parts are needed.
    """
    first, *parts = instance.split(":")
    if first != "random":
        return None
    if not needed <= len(parts) <= form.count(":"):
        raise LandscapeError(f"'{instance[:60]}' is no random instance; write {form}.")
    return parts


def count(word: str, what: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    number = int(word) if word.isascii() and word.isdigit() else -1
    if not low <= number <= high:
        raise LandscapeError(f"'{word[:30]}' is no number of {what}; give a whole one from {low} to {high:,}.")
    return number


def share(word: str, what: str) -> float:
    """A number above 0 and at most 1."""
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not 0 < number <= 1:
        raise LandscapeError(f"'{word[:30]}' is no {what}; give a number above 0, at most 1.")
    return number


def alternating(length: int, neighborhood: str) -> np.ndarray:
    """Where to start (n,): at zeros, or, where the number of ones stays, with a one in every other place."""
    return np.arange(length) % 2.0 if neighborhood == "swap" else np.zeros(length)
