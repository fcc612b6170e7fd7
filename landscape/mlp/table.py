"""Tables of text, read line by line: numbers, labels, and what had to be left out."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from landscape.parameters import LandscapeError

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "inf", "-inf", "+inf", "infinity", "-infinity"}
DELIMITERS = "\t;,"  # the most frequent of the first line; of as frequent ones the first, for commas may be decimal
LARGEST = 1e18  # the square of a larger number is infinite in float32
LISTED = 5  # lines that are named


class Table(NamedTuple):
    """What was read: x (n, k), the label of each row, names of the columns of x, and what was left out, in words."""

    x: np.ndarray
    labels: list[str]
    columns: tuple[str, ...]
    told: list[str]


def number(cell: str) -> float:
    """The number in a cell; NaN for words, for what is missing and for what is as good as infinite."""
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if abs(value) <= LARGEST else math.nan


def read(text: str) -> Table:
    """The table in `text`; LandscapeError for columns of words, or where there is no table."""
    lines = _lines(text)
    if not lines or len(lines[0][1]) < 2:
        raise LandscapeError("There is no table here: give lines of numbers with commas between, the last the label.")
    head = lines[0][1]
    headed = all(_word(cell) for cell in head[:-1])
    columns = tuple(head[:-1]) if headed else ("x", "y") if len(head) == 3 else _numbered(len(head) - 1)
    rows, gaps, ragged = [], [], []
    for place, cells in lines[1:] if headed else lines:
        if len(cells) != len(head):
            ragged.append(place)
            continue
        for name, cell in zip(columns, cells[:-1], strict=True):
            if _word(cell):
                raise LandscapeError(
                    f"Column '{name[:40]}' holds text ('{cell[:40]}' in line {place}), and networks take numbers; "
                    "leave it out, or write numbers for its words."
                )
        values = [number(cell) for cell in cells]
        missing = any(math.isnan(value) and not _word(cell) for value, cell in zip(values, cells, strict=True))
        gaps.append(place) if missing else rows.append((values[:-1], cells[-1]))
    told = [_left_out(gaps, "a missing or infinite number"), _left_out(ragged, f"not {len(head)} cells")]
    x = np.array([values for values, _ in rows], np.float64).reshape(-1, len(head) - 1)
    return Table(x, [label for _, label in rows], columns, [each for each in told if each])


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The cells of every line that is not empty, with its number."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, skipinitialspace=True)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error:
        raise LandscapeError(f"Line {reader.line_num} of the table cannot be read; give a CSV file.") from None


def _word(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.lower() not in MISSING
    return False


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"column {k + 1}" for k in range(count))


def _left_out(places: Iterable[int], why: str) -> str:
    places = list(places)
    if not places:
        return ""
    listed = ", ".join(map(str, places[:LISTED])) + (", …" if len(places) > LISTED else "")
    rows, lines = ("row", "line") if len(places) == 1 else ("rows", "lines")
    return f"{len(places):,} {rows} left out: {why} ({lines} {listed})"
