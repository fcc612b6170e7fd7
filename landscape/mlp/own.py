"""Data of one's own: from a table or from drawn points, remembered by this process under a word that texts can hold."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landscape.mlp import data as shared
from landscape.mlp import table
from landscape.mlp.data import Data
from landscape.parameters import LandscapeError

PREFIX = "own-"
MOST = 64  # sets that a process remembers
MOST_ROWS, MOST_COLUMNS, MOST_CLASSES, FEWEST = 20_000, 64, 10, 4
LARGEST = 20_000_000  # bytes of a file
NONE = "These are no data of one's own:"
TASKS = ("auto", "classes", "numbers")
_KNOWN: OrderedDict[str, Data] = OrderedDict()
_LOCK = threading.Lock()


def from_csv(source: str | os.PathLike, *, task: str = "auto", standardize: bool = False) -> Data:
    """Rows of a table (a path, or its text), one line each: columns of numbers, the last one the label.

    A first line of words is a header. Labels that are words, or at most ten different whole numbers, are classes;
    other numbers are to be met (`task` "classes" or "numbers" decides otherwise). Rows with a missing or infinite
    number are left out; `told` says how many and which, and names constant columns. `standardize` shifts and scales
    columns to mean 0 and variance 1. LandscapeError for columns of text, fewer than four rows, or a single class.
    """
    if task not in TASKS:
        raise LandscapeError(f"task='{task}' is not one of {', '.join(TASKS)}.")
    found = table.read(_text(source))
    return _data(found.x, found.labels, found.columns, found.told, task, standardize)


def from_points(points: Iterable[Sequence[Any]], *, task: str = "auto") -> Data:
    """Drawn points (x, y, label), under the same rules as the rows of a table."""
    try:
        rows = [tuple(point) for point in points]
    except TypeError:
        rows = [()]
    if any(len(row) != 3 for row in rows):
        raise LandscapeError("Each point should be x, y and a label, as in (1.5, -2, 'blue').")
    lines = [",".join(map(_cell, row)) for row in [("x", "y", "label"), *rows]]
    return from_csv("\n".join([*lines, ""]), task=task)


def _cell(value: Any) -> str:
    text = repr(float(value)) if isinstance(value, (float, np.floating)) else str(value)
    return '"' + text.replace('"', '""').replace("\n", " ") + '"'


def _text(source: str | os.PathLike) -> str:
    if not isinstance(source, (str, os.PathLike)):
        raise LandscapeError(f"A table is a path or a text, not {type(source).__name__}; give one of them.")
    if isinstance(source, str) and (not source.strip() or "\n" in source or "\r" in source):
        if len(source) > LARGEST:
            raise LandscapeError(f"The table has more than {LARGEST // 10**6} million characters; give fewer rows.")
        return source.removeprefix("\ufeff")
    path = Path(source)
    try:
        if path.stat().st_size > LARGEST:
            raise LandscapeError(f"'{path.name}' is larger than {LARGEST // 10**6} MB; give fewer rows.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, LandscapeError):
            raise
        raise LandscapeError(f"'{path.name[:60]}' cannot be read as a table of text; give a CSV file.") from None


def _data(x: np.ndarray, labels: list[str], columns, told: list[str], task: str, standardize: bool) -> Data:
    if len(x) < FEWEST:
        left = f" ({'; '.join(told)})" if told else ""
        raise LandscapeError(f"The data have {len(x)} usable row{'s' * (len(x) != 1)}{left}; give {FEWEST} at least.")
    if len(x) > MOST_ROWS or x.shape[1] > MOST_COLUMNS:
        raise LandscapeError(f"The data have {len(x):,} rows of {x.shape[1]} columns; {MOST_ROWS:,} of {MOST_COLUMNS} "
                             "are the most.")  # fmt: skip
    constant = [name for name, column in zip(columns, x.T, strict=True) if np.ptp(column) == 0]
    if constant:
        verb = "is" if len(constant) == 1 else "are"
        told = [*told, f"{', '.join(constant)} {verb} the same in every row, so nothing can be learned from it"]
    if standardize:
        x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    y, classes, names = _labelled(labels, task)
    return Data(x, y, classes, 0, names, "; ".join(told), tuple(columns))


def _labelled(labels: list[str], task: str) -> tuple[np.ndarray, int, tuple[str, ...]]:
    """The labels as numbers, how many classes there are (0: none), and what these are called."""
    numbers = np.array([table.number(each) for each in labels])  # NaN for words
    words = np.isnan(numbers).any()
    if task == "numbers" and words:
        raise LandscapeError("The last column holds words, and numbers were to be met; leave task out.")
    different = sorted(set(labels)) if words else np.unique(numbers)
    whole = not words and np.all(numbers == np.round(numbers))
    if task == "numbers" or (task == "auto" and not words and not (whole and len(different) <= MOST_CLASSES)):
        return numbers, 0, ()
    if not 2 <= len(different) <= MOST_CLASSES:
        what = f"one class only, '{labels[0][:40]}'" if len(different) == 1 else f"{len(different)} different labels"
        raise LandscapeError(f"The last column has {what}; a network tells 2 to {MOST_CLASSES} classes apart.")
    places = np.searchsorted(different, labels if words else numbers).astype(np.float64)
    names = tuple(different) if words else tuple(f"{each:g}" for each in different)
    return (2.0 * places - 1.0 if len(different) == 2 else places), len(different), names


def remember(data: Data) -> str:
    """The word under which `recall`, and the `data` of a network, find these rows: "own-" and a hash of them.

    LandscapeError for rows that are none: see `from_plain`.
    """
    data = _checked(data)
    digest = hashlib.sha256(repr((data.classes, data.train, data.x.shape, data.labels)).encode())
    for array in (data.x, data.y):
        digest.update(np.ascontiguousarray(array, np.float64).tobytes())
    word = PREFIX + digest.hexdigest()[:16]
    for array in (data.x, data.y):
        array.setflags(write=False)
    with _LOCK:
        _KNOWN[word] = data
        _KNOWN.move_to_end(word)
        while len(_KNOWN) > MOST:
            _KNOWN.popitem(last=False)
    return word


def recall(word: str) -> Data:
    """The rows that `remember` gave this word; LandscapeError where this process does not know it."""
    with _LOCK:
        if word not in _KNOWN:
            raise LandscapeError(
                f"The data '{word[:60]}' are not known here, as they were loaded elsewhere or long ago; load the file "
                "again, or open the saved JSON, which holds them."
            )
        _KNOWN.move_to_end(word)
        return _KNOWN[word]


def split(data: Data, share: float, seed: int) -> Data:
    """Rows that are not split yet, shuffled and split; others as they stand."""
    return data if data.train else shared.split(data, share, np.random.default_rng(seed))


def plain(data: Data) -> dict[str, Any]:
    """The rows as JSON writes them."""
    arrays = {"x": np.asarray(data.x).tolist(), "y": np.asarray(data.y).tolist()}
    words = {"labels": list(data.labels), "columns": list(data.columns), "told": data.told}
    return arrays | {"classes": data.classes, "train": data.train} | words


def from_plain(row: Any) -> Data:
    """The rows that `plain` wrote; LandscapeError for anything else."""
    if not isinstance(row, Mapping) or not {"x", "y", "classes"} <= set(row):
        raise LandscapeError(f"{NONE} x (n, k), y (n,) and classes are needed.")
    given = {name: row[name] for name in Data._fields if name in row and name not in ("inputs", "seed")}
    return _checked(Data(**given))


def _checked(data: Any) -> Data:
    """A copy of these rows, float64 and writable; LandscapeError where they are none."""
    try:
        x, y = np.array(data.x, np.float64), np.array(data.y, np.float64)
        classes, train = int(data.classes), int(data.train)
        labels, columns = (tuple(str(each)[:80] for each in words or ()) for words in (data.labels, data.columns))
        told = str(data.told)[:2000]
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise LandscapeError(f"{NONE} x (n, k), y (n,) and classes are needed.") from None
    good = x.ndim == 2 and y.shape == x.shape[:1] and FEWEST <= len(x) <= MOST_ROWS and 1 <= x.shape[1] <= MOST_COLUMNS
    if not (good and np.isfinite(x).all() and np.isfinite(y).all() and 0 <= train <= len(x)):
        raise LandscapeError(f"{NONE} x and y should be finite numbers, {FEWEST} to {MOST_ROWS:,} rows of them.")
    if classes == 1 or not 0 <= classes <= MOST_CLASSES:
        raise LandscapeError(f"{NONE} classes is 0 (numbers) or 2 to {MOST_CLASSES}.")
    if classes and not set(y) <= set((-1.0, 1.0) if classes == 2 else range(classes)):
        raise LandscapeError(f"{NONE} labels are −1 and 1, of more classes 0, 1, 2, ….")
    if classes and len(set(y)) == 1:
        raise LandscapeError(f"{NONE} all rows are of one class, and a network tells two or more apart.")
    return Data(x, y, classes, train, labels, told, columns)
