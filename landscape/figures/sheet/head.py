"""The words around the panels of a sheet, and how many panels stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from landscape.figures import parts
from landscape.figures.sheet import keys
from landscape.figures.sheet.boxes import Box
from landscape.figures.sheet.keys import Entry
from landscape.figures.sheet.marks import Sheet
from landscape.figures.sheet.words import LINE
from landscape.theme import Sizes, Theme

EDGE = 64  # pixels of a slide around the page
LEAST = 16  # times the size of ticks: the narrowest panel
TIGHT = 11  # and where the rows are as they are
PHONE = 45  # and the page whose panels stand one below the other, where it may be as high as it likes
FLAT = 11  # and the lowest panel below others


@dataclass(frozen=True)
class Head:
    """The words above the panels and below them, with their sizes."""

    title: list[str]
    title_size: float
    said: list[str]
    said_size: float
    key: list[str]
    notes: list[str]
    notes_size: float
    top: float  # where each begins, in pixels from above
    said_at: float
    key_at: float
    body: Box


def columns_of(sheet: Sheet, sizes: Sizes, width: float, height: float | None) -> int | tuple[int, ...]:
    """How many panels stand side by side: on a narrow page one, unless they would be too flat."""
    count = len(sheet.panels)
    usual = sheet.columns or {1: 1, 2: 2, 3: 3, 4: 2}.get(count, 3)
    if isinstance(usual, tuple):
        found = columns_of(replace(sheet, columns=max(usual)), sizes, width, height)
        tight = int((width - EDGE * sizes.unit) / (TIGHT * sizes.tick)) if found > 2 else found
        return found if found == 1 else tuple(part for each in usual for part in _even(each, min(each, tight)))
    if height is None:
        return 1 if width < PHONE * sizes.tick else min(usual, count)
    if sizes.narrow or height > 1.1 * width:
        fits = (height - 8 * sizes.headline) / (count * FLAT * sizes.tick)
        return 1 if fits >= 1 or count == 1 else min(usual, 2)
    most = max(1, int((width - EDGE * sizes.unit) / (LEAST * sizes.tick)))
    return max(1, min(usual, most, count))


def _even(count: int, most: int) -> tuple[int, ...]:
    """A row of so many panels as rows of at most `most`."""
    rows = -(-count // most)
    return tuple(count // rows + (row < count % rows) for row in range(rows))


def head(sheet: Sheet, entries: Sequence[Entry], theme: Theme, sizes: Sizes, size: tuple[float, float],
         headed: bool) -> Head:  # fmt: skip
    """The words around the panels, and what they leave."""
    width, height = size
    edge = EDGE * sizes.unit * (0.6 if sizes.narrow else 1.0)
    room, at = width - 2 * edge, 0.7 * edge
    least = max(0.7, 1.08 * sizes.subtitle / sizes.headline)
    title, title_size = parts.lines(sheet.title, sizes.headline, room, least, 0.56) if headed else ([], 0.0)
    said, said_size = parts.lines(sheet.subtitle, sizes.subtitle, room, 0.93) if headed else ([], 0.0)
    said = said if sheet.subtitle else []
    noted = " · ".join(sheet.notes) if headed else ""
    notes, notes_size = parts.lines(noted, sizes.subtitle, room, 0.93) if noted else ([], 0.0)
    said_at = at + LINE * title_size * len(title) + 0.2 * said_size
    key_at = said_at + LINE * said_size * len(said) + (0.7 * sizes.subtitle if headed else 0.0)
    key = keys.rows(entries, theme, sizes.label * 0.85, room)
    below = key_at + LINE * sizes.label * 0.85 * len(key) + (0.5 * sizes.label if headed or key else 0.0)
    bottom = height - 0.5 * edge - LINE * notes_size * len(notes) - (0.3 * edge if notes else 0.0)
    body = Box(edge, below, width - edge, bottom)
    return Head(title, title_size, said, said_size, key, notes, notes_size, at, said_at, key_at, body)
