"""Numbers in texts, each with its line, for the files that are little else."""

from __future__ import annotations

import numpy as np

from landscape.parameters import LandscapeError

HIGHEST = 1e12


def numbers(text: str, wanted: str) -> list[tuple[float, int]]:
    """All numbers of a text and the lines they stand on; what follows # on a line is none.

    LandscapeError where there is none, and where a word is no number.
    """
    found = []
    for line, row in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        words = row.split("#")[0].replace(",", " ").split()
        found += [(number(word, f"Line {line}"), line) for word in words]
    if not found:
        raise LandscapeError(f"There is no number in this text; give {wanted}.")
    return found


def number(word: str, where: str, what: str = "a number") -> float:
    """The number that a word is, or a LandscapeError about `what` stands `where`, as in "Line 3"."""
    value = parsed(word)
    if np.isnan(value):
        raise LandscapeError(f"{where}: expected {what} up to ±1e12, found '{word[:40]}'.")
    return value


def parsed(word: str) -> float:
    """A number of a size that sums stay exact enough with, or NaN."""
    try:
        value = np.nan if "_" in word else float(word)  # Python also reads 1_000
    except ValueError:
        value = np.nan
    return value if abs(value) <= HIGHEST else np.nan


def whole(number: float, line: int, what: str, low: int, high: int) -> int:
    """`number` as a whole one from `low` to `high`, or a LandscapeError that names its line."""
    if number != int(number) or not low <= number <= high:
        raise LandscapeError(f"Line {line}: {what} is {number:g}; give a whole number from {low:,} to {high:,}.")
    return int(number)


def beside(value: float, optimum: float, best: str, side: str = "above") -> str:
    """How a loss stands to the least one where that is known, called `best`: it is "the shortest there is", or how far
    above it; `side` is "below" where people count what is minus the loss."""
    if not np.isfinite(optimum):
        return ""
    if value <= optimum + 1e-9 * abs(optimum):
        return f", {best} there is"
    share = 100 * (value - optimum) / abs(optimum) if optimum else np.inf
    if not np.isfinite(share):
        return f", not {best}"
    return f", {share:,.0f} % {side} {best}" if share >= 9.95 else f", {share:.2g} % {side} {best}"
