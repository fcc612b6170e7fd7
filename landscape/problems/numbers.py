"""Numbers in texts, each with its line, for the files that are little else."""

from __future__ import annotations

import numpy as np

from landscape.parameters import LandscapeError


def numbers(text: str, wanted: str, comment: str = "#") -> list[tuple[float, int]]:
    """All numbers of a text and the lines they stand on; what follows `comment` on a line is none.

    LandscapeError where there is none, and where a word is no number.
    """
    found = []
    for line, row in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        for word in row.split(comment)[0].replace(",", " ").split():
            try:
                number = float(word)
            except ValueError:
                number = np.nan
            if not np.isfinite(number) or abs(number) > 1e12:
                raise LandscapeError(f"Line {line}: expected a number up to ±1e12, found '{word[:40]}'.")
            found.append((number, line))
    if not found:
        raise LandscapeError(f"There is no number in this text; give {wanted}.")
    return found


def whole(number: float, line: int, what: str, low: int, high: int) -> int:
    """`number` as a whole one from `low` to `high`, or a LandscapeError that names its line."""
    if number != int(number) or not low <= number <= high:
        raise LandscapeError(f"Line {line}: {what} is {number:g}; give a whole number from {low:,} to {high:,}.")
    return int(number)


def beside(value: float, optimum: float, best: str) -> str:
    """How a value stands to the optimum where that is known, called `best`: it is "the shortest there is", or how far
    above it."""
    if not np.isfinite(optimum):
        return ""
    if value <= optimum + 1e-9 * abs(optimum):
        return f", {best} there is"
    share = 100 * (value - optimum) / abs(optimum) if optimum else np.inf
    if not np.isfinite(share):
        return f", not {best}"
    return f", {share:,.0f} % above {best}" if share >= 9.95 else f", {share:.2g} % above {best}"
