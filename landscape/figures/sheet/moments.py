"""The moments of a sheet for a browser: one figure, and what changes in it."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Sheet


def packed(sheet: Sheet, each: Sequence[tuple[list[dict], dict]], now: int) -> dict[str, Any]:
    """The figure of one moment, and for whatever differs between moments its values at all of them."""
    traces, page = each[now]
    moves = []
    for index in range(len(traces)):
        for path in _different([row[0][index] for row in each]):
            moves.append({"trace": index, "path": path, "values": [plain(_at(row[0][index], path)) for row in each]})
    for index in range(len(page["annotations"])):
        words = [row[1]["annotations"][index] for row in each]
        moves += [{"annotation": index, "path": path, "values": [plain(_at(word, path)) for word in words]}
                  for path in _different(words)]  # fmt: skip
    times = list(range(1)) if sheet.times is None else np.asarray(sheet.times).tolist()
    return {"figure": {"data": plain(traces), "layout": plain(page)}, "moves": moves, "times": times,
            "unit": sheet.unit, "frame": now}  # fmt: skip


def _different(rows: Sequence[dict]) -> list[str]:
    """The paths of a dictionary at which not all are equal."""
    others = [dict(_leaves(row)) for row in rows if row is not rows[0]]
    first = dict(_leaves(rows[0])) if others else {}
    return [path for path, value in first.items() if not all(_equal(value, other.get(path)) for other in others)]


def _leaves(value: dict, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, part in value.items():
        if isinstance(part, dict):
            yield from _leaves(part, f"{path}{key}.")
        else:
            yield f"{path}{key}", part


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value[key]
    return value


def _equal(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and np.array_equal(
            one, other, equal_nan=one.dtype.kind == "f")  # fmt: skip
    return one == other


def plain(value: Any) -> Any:
    """A value for JSON: arrays of numbers in Plotly's typed form."""
    if isinstance(value, np.ndarray):
        return _typed(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _typed(array: np.ndarray) -> Any:
    if array.dtype.kind not in "biuf":
        return plain(array.tolist())
    if array.dtype.kind in "bi":
        array = array.astype(np.int32)
    code = f"{array.dtype.kind}{array.dtype.itemsize}"
    found = {"dtype": code, "bdata": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()}
    return found | ({"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {})
