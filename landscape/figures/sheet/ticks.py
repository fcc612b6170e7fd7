"""What stands along the axes of a panel: numbers, names, and how they fit beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np

from landscape.figures.sheet.settle import Axis, Settled
from landscape.figures.sheet.words import LINE, long, ticks

Ticks = tuple[Sequence[float], Sequence[str]]
SLANT = -35.0  # degrees, of names that have no room side by side
APART = 0.8  # times the size of type, between neighbours


def beside(panel: Settled, room: float, size: float) -> Ticks:
    """Numbers or names on the vertical axis, of so many pixels."""
    axis, most = panel.y, min(7, max(2, int(room / (2.3 * size))))
    return _told(panel, "y") or _two(axis, most)


def _two(axis: Axis, most: int) -> Ticks:
    """About so many numbers, but two wherever two would fit: one alone does not say how long a unit is."""
    found = ticks(axis.low, axis.high, axis.log, most)
    for more in (most + 1, most + 2):
        if len(found[1]) < 2:
            closer = ticks(axis.low, axis.high, axis.log, more)
            found = closer if len(closer[1]) <= 3 else found
    return found


def beneath(panel: Settled, room: float, size: float) -> tuple[Ticks, float, float]:
    """Numbers or names below a panel, the angle at which they are written, and how high they are in pixels."""
    told = _told(panel, "x")
    if told:
        return _names(panel.x, told, room, size)
    found: Ticks = ([], [])
    for most in range(7, 1, -1):
        found = ticks(panel.x.low, panel.x.high, panel.x.log, most)
        if sum(long(label, size) + 1.1 * size for label in found[1]) <= room:
            break
    return found, 0.0, LINE * size


def _told(panel: Settled, side: str) -> Ticks | None:
    """What the panel itself says, or the names of its marks."""
    axis, given = getattr(panel, side), getattr(panel.panel, f"{side}_ticks")
    if given is not None:
        return [float(at) for at in given[0]], [str(label) for label in given[1]]
    return (list(range(len(axis.names))), list(axis.names)) if axis.names else None


def _names(axis: Axis, told: Ticks, room: float, size: float) -> tuple[Ticks, float, float]:
    """Names side by side, else in lines, else (numbers) fewer of them, else (words) slanted."""
    places, labels = told
    if not labels:
        return told, 0.0, LINE * size
    pitch = _pitch(axis, places, room) - APART * size
    if all(long(label, size) <= pitch for label in labels):
        return told, 0.0, LINE * size * _lines(labels)
    if all(label[:1].isdigit() or label[:1] in "−-.+" for label in labels):
        every = int(np.ceil(max(long(label, size) for label in labels) / max(pitch, 1.0)))
        return (places[::every], labels[::every]), 0.0, LINE * size * _lines(labels)
    folded = ["<br>".join(wrap(label.replace("<br>", " "), max(3, int(pitch / (0.58 * size))), break_long_words=False))
              for label in labels]  # fmt: skip
    if all(long(label, size) <= pitch + 0.5 * size for label in folded) and _lines(folded) < 4:
        return (places, folded), 0.0, LINE * size * _lines(folded)
    high = max(long(label, size) for label in labels) * np.sin(np.radians(-SLANT)) + size
    return told, SLANT, float(high)


def _pitch(axis: Axis, places: Sequence[float], room: float) -> float:
    """Pixels between neighbouring names, a whole axis for one."""
    ends = np.array([axis.low, axis.high])
    at = np.sort(np.log10(places) if axis.log else np.asarray(places, float))
    low, high = np.log10(ends) if axis.log else ends
    apart = np.diff(at[(at >= low) & (at <= high)])
    return room * float(apart.min()) / (high - low) if apart.size else room


def _lines(labels: Sequence[str]) -> int:
    return max(label.count("<br>") + 1 for label in labels)
