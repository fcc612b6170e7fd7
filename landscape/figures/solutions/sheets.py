"""Several methods on one problem side by side: their solutions above, curves over evaluations below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Line, Panel, Sheet
from landscape.figures.solutions import bits
from landscape.figures.solutions.panels import panel
from landscape.scene import nice

MOST = 4  # boards in a row
TALL = 1.5  # times the height of the curves
HALVES = (0.0, 0.5, 1.0), ("0", "0.5", "1")  # of a share
EARLY = 6  # of a match the first sixth may leave the axis of values at the top


def sheet(
    picture: str,
    shown: Mapping[str, Any],
    lanes: Sequence[Any],
    *,
    title: str,
    subtitle: str = "",
    minimum: float = np.nan,
    bound: float = np.nan,
    written: Sequence[Sequence[str]] | None = None,
    notes: Sequence[str] = (),
    every: int = 1,
    brief: bool = False,
) -> Sheet:
    """A page that goes through the frames of `lanes` (`landscape.match.Lane`), of which each `every`-th is kept.

    `minimum` is the known optimum and `bound` what is proved, both in the problem's minimised terms; `written` has for
    each lane a line per frame, by default its value. A brief page has no curves of temperature and acceptance.
    """
    kept = _kept(len(lanes[0].x), every)
    times = np.max([np.asarray(lane.evaluations)[kept] for lane in lanes], axis=0)
    said = written or [[_told(value) for value in lane.value] for lane in lanes]
    boards = [_board(picture, shown, lane, row, kept) for lane, row in zip(lanes, said, strict=True)]
    if picture == "schedule":
        boards = _aligned(boards)
    if picture == "bits" and bits.striped(shown, np.asarray(lanes[0].x)[kept]):
        notes = (*notes, bits.PAST)
    curves = [_values(lanes, times, minimum, bound), *([] if brief else _metrics(lanes, times))]
    return Sheet(panels=[*boards, *curves], title=title, subtitle=subtitle, notes=notes, times=times,
                 unit="evaluations", columns=(*_rows(len(boards)), len(curves)))  # fmt: skip


def _told(value: float) -> str:
    return f"{value:,.10g}".replace("-", "−")


def _board(picture: str, shown: Mapping[str, Any], lane: Any, said: Sequence[str], kept: np.ndarray) -> Panel:
    """The solutions of a lane; its method stands in the key, which all panels have in common."""
    found = panel(picture, shown, np.asarray(lane.x)[kept], slot=lane.slot, title=lane.label,
                  written=[said[k] for k in kept])  # fmt: skip
    nothing = Line(x=[np.nan], y=[np.nan], slot=lane.slot, label=lane.label)
    return replace(found, marks=[*found.marks, nothing], keyed=True, tall=TALL)


def _aligned(boards: Sequence[Panel]) -> list[Panel]:
    """Schedules on one axis of time, so that they can be compared."""
    last = max(float(np.nanmax(mark.x)) for board in boards for mark in board.marks if np.isfinite(mark.x).any())
    return [replace(board, x_range=(0.0, 1.03 * last)) for board in boards]


def _kept(count: int, every: int) -> np.ndarray:
    """Frames that are drawn, the last one among them."""
    return np.unique(np.append(np.arange(0, count, every), count - 1))


def _rows(count: int) -> list[int]:
    """How many boards stand in each row: as even as can be."""
    rows = -(-count // MOST)
    return [count // rows + (row < count % rows) for row in range(rows)]


def _values(lanes: Sequence[Any], times: np.ndarray, minimum: float, bound: float) -> Panel:
    """The best value so far, with what is known and what is proved."""
    marks = [Line(x=lane.evaluations, y=lane.best, slot=lane.slot, label=lane.label, width=0.8) for lane in lanes]
    known = {"optimum": minimum} if np.isfinite(minimum) else {}
    known |= {"bound": bound} if np.isfinite(bound) and bound != minimum else {}
    marks += [Line(x=[0.0, times[-1]], y=[value] * 2, quiet=True, dash=True, label=f"{name} {_told(value)}")
              for name, value in known.items()]  # fmt: skip
    ends = _reach(lanes, [*known.values()])
    return Panel(marks=marks, title="Best value so far", y="loss", y_range=ends, **_across(times))


def _across(times: np.ndarray) -> dict[str, Any]:
    """The axis of evaluations and the cursor on it."""
    step = nice(float(times[-1]) / 3)
    ticks = np.arange(0, times[-1] + step / 2, step)
    return {"x": "evaluations", "x_ticks": (ticks, [f"{tick:,.0f}" for tick in ticks]), "cursor": times,
            "x_range": (0.0, float(times[-1]) or 1.0)}  # fmt: skip


def _reach(lanes: Sequence[Any], known: list[float]) -> tuple[float, float] | None:
    """Ends of the axis of values: the first leap down may leave it at the top, so that the rest is no flat line."""
    all_ = np.concatenate([np.asarray(lane.best) for lane in lanes])
    all_ = all_[np.isfinite(all_)]
    if not all_.size:
        return None
    low, high = min(all_.min(), *known, all_.max()), all_.max()
    late = max(np.nanmax(np.asarray(lane.best)[len(lane.best) // EARLY :]) for lane in lanes)
    if high > low + 2 * (late - low) > low:
        high = low + 1.25 * (late - low)
    room = 0.06 * (high - low) or 0.5
    return low - 2 * room, high + room  # a curve along its end is seen beside the axis


def _metrics(lanes: Sequence[Any], times: np.ndarray) -> list[Panel]:
    """Temperature and acceptance, of the methods that have them."""
    found = []
    share = {"y_range": (-0.02, 1.02), "y_ticks": HALVES}
    for name, title, look in (("temperature", "Temperature", {"log_y": True}),
                              ("acceptance", "Share of moves accepted", share)):  # fmt: skip
        marks = [Line(x=lane.evaluations, y=lane.metrics[name], slot=lane.slot, label=lane.label, width=0.8)
                 for lane in lanes if name in lane.metrics and np.isfinite(lane.metrics[name]).any()]  # fmt: skip
        if marks:
            found.append(Panel(marks=marks, title=title, **look, **_across(times)))
    return found
