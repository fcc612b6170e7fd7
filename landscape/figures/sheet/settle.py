"""Marks as numbers: names become places on an axis, arrays of one moment are picked, and extents are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from landscape.figures.findings import edges
from landscape.figures.sheet.marks import Arrows, Bars, Dots, Heat, Line, Mark, Panel, Relief, Sheet, Spots, Trail
from landscape.parameters import LandscapeError

HUGE = 1e200  # what is larger has no place on an axis
PAD = 0.05  # of an axis beyond what is drawn
SPACE = Relief, Spots  # marks that make a panel one in space


@dataclass(frozen=True)
class Axis:
    """One axis of a panel: its ends in its own units, and the names that stand on it."""

    low: float
    high: float
    log: bool
    names: tuple[str, ...] = ()
    empty: bool = False  # nothing finite is drawn along it


@dataclass(frozen=True)
class Settled:
    """A panel whose marks are numbers, with its axes, which hold for all moments."""

    panel: Panel
    marks: tuple[Mark, ...]
    x: Axis
    y: Axis
    known: dict[Any, Any] = field(default_factory=dict)  # what was found once and holds at all moments

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once."""
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    @property
    def relief(self) -> bool:
        """Whether it is a panel in space."""
        return any(isinstance(mark, SPACE) for mark in self.marks)

    @property
    def empty(self) -> bool:
        return not self.relief and (self.x.empty or self.y.empty)


def moment(sheet: Sheet, frame: int | None) -> int:
    """The number of the moment drawn."""
    frame = sheet.frame if frame is None else frame
    frame = sheet.moments - 1 if frame is None else frame
    if not -sheet.moments <= frame < sheet.moments:
        raise LandscapeError(f"frame={frame} is not one of the {sheet.moments} moments of this sheet, 0 … "
                             f"{sheet.moments - 1}.")  # fmt: skip
    return int(frame) % sheet.moments


def at(mark: Mark, frame: int) -> Mark:
    """The mark at one moment."""
    return replace(mark, **{name: _picked(name, getattr(mark, name), frame) for name in mark.moving}, moving=())


def _picked(name: str, value: Any, frame: int) -> Any:
    if name == "band":
        return tuple(np.asarray(each)[frame] for each in value)
    return value[min(frame, len(value) - 1)]


def settled(panel: Panel) -> Settled:
    """The panel with numbers for names, and its axes."""
    names: dict[str, list[str]] = {"x": [], "y": []}
    marks = tuple(_numbered(mark, names) for mark in panel.marks)
    if any(isinstance(mark, SPACE) for mark in marks):
        return Settled(panel, marks, Axis(0, 1, False), Axis(0, 1, False))
    axes = {side: _axis(panel, marks, side, tuple(names[side])) for side in "xy"}
    return Settled(panel, marks, axes["x"], axes["y"])


def _numbered(mark: Mark, names: dict[str, list[str]]) -> Mark:
    across = isinstance(mark, Bars) and mark.across
    changed = {}
    for side in "xy":
        value = getattr(mark, side)
        if value is None:
            continue
        if _named(value):
            table = names[("y" if across else "x") if side == "x" else "y"]
            changed[side] = np.array([_place(str(each), table) for each in np.ravel(np.asarray(value))], float)
        else:
            changed[side] = np.asarray(value, np.float64)
    return replace(mark, **changed)


def _named(value: Any) -> bool:
    flat = np.ravel(np.asarray(value, dtype=object))
    return bool(flat.size) and isinstance(flat[0], str)


def _place(name: str, table: list[str]) -> int:
    if name not in table:
        table.append(name)
    return table.index(name)


def cells(mark: Heat, side: str, log: bool) -> np.ndarray:
    """The borders of a heat map's columns ("x") or rows ("y")."""
    count = np.asarray(mark.z).shape[-1 if side == "x" else -2]
    middle = getattr(mark, side)
    middle = np.arange(count, dtype=float) if middle is None else np.asarray(middle, float)
    if count == 1:
        return middle * np.array([0.8, 1.25]) if log else middle + np.array([-0.5, 0.5])
    if log and not np.all(middle > 0):  # what has no logarithm is left of the rest
        borders = edges(middle, False)
        return np.maximum(borders, 0.1 * borders[borders > 0].min(initial=1.0))
    return edges(middle, log)


def pitch(marks: Sequence[Bars], log: bool = False) -> float:
    """The distance of neighbouring bars (on a logarithmic axis in powers of ten)."""
    places = np.unique(np.concatenate([np.ravel(mark.x) for mark in marks]))
    places = np.log10(places[places > 0]) if log else places[np.isfinite(places)]
    return float(np.diff(places).min()) if places.size > 1 else 1.0


def _along(mark: Mark, side: str, log: bool) -> list[np.ndarray]:
    """What a mark covers along an axis, over all moments."""
    if isinstance(mark, Heat):
        return [cells(mark, side, log)]
    if isinstance(mark, Bars):
        return _of_bars(mark, side, log)
    value = np.asarray(getattr(mark, side), float)
    if isinstance(mark, Arrows):
        with np.errstate(all="ignore"):
            return [value, value + np.asarray(mark.u if side == "x" else mark.v, float)]
    found = [value]
    if side == "y" and isinstance(mark, Line) and mark.band is not None:
        found += [np.asarray(each, float) for each in mark.band]
    if side == "y" and isinstance(mark, Dots) and mark.error is not None:
        found += [value - np.asarray(mark.error, float), value + np.asarray(mark.error, float)]
    return found


def _of_bars(mark: Bars, side: str, log: bool) -> list[np.ndarray]:
    if side == ("y" if mark.across else "x"):
        half = 0.5 * pitch([mark], log)
        return [mark.x * 10.0**half, mark.x / 10.0**half] if log else [mark.x - half, mark.x + half]
    error = np.zeros(1) if mark.error is None else np.nan_to_num(np.asarray(mark.error, float))
    high = [mark.y - error, mark.y + error]
    return high if log else [np.zeros(1), *high]


def _axis(panel: Panel, marks: Sequence[Mark], side: str, names: tuple[str, ...]) -> Axis:
    log = getattr(panel, f"log_{side}") and not names
    parts = [part for mark in marks if not isinstance(mark, Trail) for part in _along(mark, side, log)]
    if side == "x" and panel.cursor is not None:
        parts.append(np.asarray(panel.cursor, float))
    seen = np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)
    seen = seen[np.isfinite(seen) & (np.abs(seen) < HUGE)]
    seen = seen[seen > 0] if log else seen
    given = getattr(panel, f"{side}_range")
    if given is not None and _fit(given, log):
        return Axis(float(given[0]), float(given[1]), log, names, empty=not seen.size)
    if not seen.size:
        return Axis(*((1.0, 10.0) if log else (0.0, 1.0)), log, names, empty=True)
    low, high = float(seen.min()), float(seen.max())
    return Axis(*_padded(low, high, log, marks, side), log, names)


def _fit(given: tuple[float, float], log: bool) -> bool:
    return bool(np.all(np.isfinite(given)) and given[0] < given[1] and (given[0] > 0 or not log))


def _padded(low: float, high: float, log: bool, marks: Sequence[Mark], side: str) -> tuple[float, float]:
    """The ends of an axis: some room around points and curves, none around maps and below bars."""
    if log:
        low, high = np.log10([low, high])
    bars = [mark for mark in marks if isinstance(mark, Bars)]
    tight = any(isinstance(mark, Heat) for mark in marks) or (
        side == "x" and all(isinstance(mark, Line) and not mark.filled for mark in marks)
    )
    lying = [mark for mark in bars if (side == "y") == mark.across]  # their places are along this axis
    room = 0.0 if tight or (lying and len(lying) == len(marks)) else PAD * (high - low)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        room = 0.5 if log else 0.5 * abs(high) or 0.5
    standing = bool(bars) and not lying and not log
    below = 0.0 if standing and low == 0 else room
    above = 0.0 if standing and high == 0 and low < 0 else room
    if standing and any(mark.written is not None and not mark.across for mark in bars):
        above, below = (3 * above if above else 0.0), (3 * below if below else 0.0)
    low, high = low - below, high + above
    return (10.0**low, 10.0**high) if log else (low, high)


def drawable(values: Any, log: bool) -> np.ndarray:
    """Values with NaN for what has no place on an axis."""
    values = np.array(values, np.float64)
    with np.errstate(invalid="ignore"):
        values[~(np.abs(values) < HUGE) | ((values <= 0) if log else False)] = np.nan
    return values
