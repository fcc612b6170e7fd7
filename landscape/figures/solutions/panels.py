"""One solution, or those of successive moments, as a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Notes, Panel
from landscape.figures.sheet.settle import settled
from landscape.figures.solutions import bits, board, clauses, graph, matrix, schedule, strokes, tour
from landscape.parameters import LandscapeError, nearest

PICTURES = {"tour": tour, "graph": graph, "bits": bits, "matrix": matrix, "board": board, "schedule": schedule,
            "clauses": clauses}  # fmt: skip


def panel(picture: str, shown: Mapping[str, Any], x: Any, *, slot: int | None = None, title: str = "",
          written: Sequence[str] | None = None, weight: float = 1.0) -> Panel:  # fmt: skip
    """A panel of solution `x` (d,), or of solutions (frames, d) of the moments that a sheet's `times` name.

    `shown` is the problem's own (`surface.shown`), `picture` its kind. Without a slot it is drawn in ink. `written` is
    a line below it for each moment; schedules say their makespan themselves. LandscapeError for another picture.
    """
    drawn, xs = _picture(picture), strokes.moments(x)
    marks = drawn.marks(shown, xs, slot)
    if picture == "schedule":
        return Panel(marks=marks, title=title, weight=weight, keyed=False, **schedule.axes(shown))
    if written is not None:
        marks.append(_below(marks, written))
    square = picture != "bits" or bits.square(shown, xs)
    return Panel(marks=marks, title=title, weight=weight, bare=True, square=square, keyed=False)


def words(picture: str, shown: Mapping[str, Any], x: Any) -> str:
    """The state of a solution (d,) in words, as it is drawn: "3 conflicting edges of 72, 4 colours used"."""
    return _picture(picture).words(shown, np.asarray(x, np.float64))


def _picture(name: str):
    if name not in PICTURES:
        raise LandscapeError(f"Unknown picture '{name}'. {nearest(name, PICTURES)}")
    return PICTURES[name]


def _below(marks: list, written: Sequence[str]) -> Notes:
    """A line of words under all marks, in the middle."""
    found = settled(Panel(marks=marks))
    high = found.y.high - found.y.low
    lines = [text.replace(", ", "<br>", 1) if ", " in text else text.replace(" (", "<br>(", 1) for text in written]
    below = 0.1 if any("<br>" in text for text in lines) else 0.05
    place = np.array([[(found.x.low + found.x.high) / 2, found.y.low - below * high]])
    return strokes.notes([place] * len(lines), [[text] for text in lines], tall=0.085 * high)
