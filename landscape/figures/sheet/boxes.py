"""Where everything is on a sheet, in pixels from the page's upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from landscape.figures import parts
from landscape.figures.sheet import keys, maps
from landscape.figures.sheet.keys import Entry
from landscape.figures.sheet.marks import Bars, Dots, Heat, Sheet
from landscape.figures.sheet.settle import Settled
from landscape.figures.sheet.words import long, ticks
from landscape.theme import Sizes, Theme

EDGE, GAP, BETWEEN = 64, 56, 44  # pixels of a slide: around the page, between panels beside and below each other
LEAST = 13  # times the size of ticks: the narrowest panel
FLAT = 9  # and the lowest, of panels one below the other
SMALLER = {1: 1.0, 2: 0.94}  # type and lines of panels beside each other; 0.84 of more
BAR = 2.0  # times the size of ticks: from a plot to the numbers of its colour bar
LINE = 1.28  # from line to line, times the size of type


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def wide(self) -> float:
        return self.right - self.left

    @property
    def tall(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Place:
    """A panel on the page: its cell, its plot, its words and its ticks."""

    cell: Box
    plot: Box
    sizes: Sizes
    title: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    ends: list[keys.End] = field(default_factory=list)
    x_ticks: tuple[Sequence[float], Sequence[str]] = ((), ())
    y_ticks: tuple[Sequence[float], Sequence[str]] = ((), ())
    bar: float | None = None  # left edge of its colour bar


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


def smaller(sizes: Sizes, columns: int) -> Sizes:
    """Sizes of panels beside each other."""
    part = SMALLER.get(columns, 0.84)
    grown = {name: part * getattr(sizes, name) for name in
             ("path", "best", "halo", "end", "start", "member", "arrow", "level", "curve", "rest")}  # fmt: skip
    typed = {name: max(part * getattr(sizes, name), min(sizes.tick, getattr(sizes, name)))
             for name in ("axis_title", "label", "tick_3d")}  # fmt: skip
    return replace(sizes, **grown, **typed)


def columns_of(sheet: Sheet, sizes: Sizes, width: float, height: float) -> int:
    """How many panels stand side by side: on a narrow page one, unless they would be too flat."""
    count = len(sheet.panels)
    usual = sheet.columns or {1: 1, 2: 2, 3: 3, 4: 2}.get(count, 3)
    if sizes.narrow or height > 1.1 * width:
        fits = (height - 8 * sizes.headline) / (count * FLAT * sizes.tick)
        return 1 if fits >= 1 or count == 1 else min(usual, 2)
    most = max(1, int((width - EDGE * sizes.unit) / (LEAST * sizes.tick)))
    return max(1, min(usual, most, count))


def head(sheet: Sheet, entries: Sequence[Entry], theme: Theme, sizes: Sizes, size: tuple[float, float],
         headed: bool) -> Head:  # fmt: skip
    """The words around the panels, and what they leave."""
    width, height = size
    edge = EDGE * sizes.unit * (0.6 if sizes.narrow else 1.0)
    room, at = width - 2 * edge, 0.7 * edge
    title, title_size = parts.lines(sheet.title, sizes.headline, room, 0.7, 0.56) if headed else ([], 0.0)
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


def places(sheet: Sheet, panels: Sequence[Settled], listed: set[tuple], theme: Theme, sizes: Sizes, body: Box,
           columns: int) -> list[Place]:  # fmt: skip
    """The panels in rows; those of a row have one height, and titles and axes on one level."""
    own, found = smaller(sizes, columns), []
    rows = [panels[i : i + columns] for i in range(0, len(panels), columns)]
    between = BETWEEN * sizes.unit
    room = body.tall - between * (len(rows) - 1)
    drafts = [_drafts(row, body, room / len(rows), listed, theme, own, GAP * sizes.unit) for row in rows]
    around = [_around(row, draft, own) for row, draft in zip(rows, drafts, strict=True)]
    wanted = [_wanted(row, draft, *room) for row, draft, room in zip(rows, drafts, around, strict=True)]
    heights = _shared(wanted, room)
    spare = max(0.0, room - sum(heights)) / (len(rows) + 1)
    top = body.top + 0.8 * spare
    for row, drafted, (above, below), tall in zip(rows, drafts, around, heights, strict=True):
        for panel, draft in zip(row, drafted, strict=True):
            cell = replace(draft.cell, top=top, bottom=top + tall)
            found.append(_fitted(panel, replace(draft, cell=cell), above, below))
        top += tall + between + spare
    return found


def _shared(wanted: Sequence[float], room: float) -> list[float]:
    """Heights of rows, none more than it wants, that fill the room if they can."""
    heights, left, rest = list(wanted), room, len(wanted)
    for index in sorted(range(len(wanted)), key=lambda i: wanted[i]):
        heights[index] = min(wanted[index], left / rest)
        left, rest = left - heights[index], rest - 1
    return heights


def _drafts(row, body: Box, tall: float, listed: set[tuple], theme: Theme, sizes: Sizes, gap: float) -> list[Place]:
    weights, left, found = [panel.panel.weight for panel in row], body.left, []
    whole = body.wide - gap * (len(row) - 1)
    for panel in row:
        wide = whole * panel.panel.weight / sum(weights)
        found.append(_draft(panel, Box(left, body.top, left + wide, body.top + tall), listed, theme, sizes))
        left += wide + gap
    return found


def _around(row: Sequence[Settled], drafts: Sequence[Place], sizes: Sizes) -> tuple[float, float]:
    """Room above the plots of a row, for titles and keys, and below."""
    title = max(len(draft.title) for draft in drafts) * LINE * sizes.axis_title
    key = max(len(draft.key) for draft in drafts) * LINE * sizes.tick
    return title + key + (0.5 if title or key else 0.3) * sizes.tick, max(_below(panel, sizes) for panel in row)


def _wanted(row: Sequence[Settled], drafts: Sequence[Place], above: float, below: float) -> float:
    """The height at which no plot of a row would gain by more."""
    pairs = zip(row, drafts, strict=True)
    return above + below + max(_tallest(panel, draft, above, below) for panel, draft in pairs)


def _tallest(panel: Settled, draft: Place, above: float, below: float) -> float:
    """How tall a plot of its width may be."""
    cell = replace(draft.cell, bottom=draft.cell.top + above + below + 10 * draft.cell.wide)
    plot = _fitted(panel, replace(draft, cell=cell), above, below).plot
    if panel.panel.square and not panel.relief:
        return plot.tall
    return plot.wide * (0.85 if panel.relief else 1.7 if panel.panel.bare else 1.2)


def _draft(panel: Settled, cell: Box, listed: set[tuple], theme: Theme, sizes: Sizes) -> Place:
    """A panel's words, before the room of its neighbours' is known."""
    title = parts.lines(panel.panel.title, sizes.axis_title, cell.wide, 0.9, 0.58)[0] if panel.panel.title else []
    own = [entry for entry in keys.entries(panel) if keys.same(entry) not in listed]
    ends = keys.ends(panel, own, cell.wide, 0.7 * cell.tall, sizes.label)
    key = [] if ends is not None else keys.rows(own, theme, sizes.tick, cell.wide)
    return Place(cell, cell, sizes, title, key, ends or [])


def _below(panel: Settled, sizes: Sizes) -> float:
    """Room for ticks and the name of the axis below."""
    if panel.panel.bare or panel.relief:
        return 0.3 * sizes.tick
    lines = panel.panel.x.count("<br>") + 1 if panel.panel.x else 0
    return 1.75 * sizes.tick + lines * 1.35 * sizes.axis_title + 0.2 * sizes.tick


def _fitted(panel: Settled, draft: Place, above: float, below: float) -> Place:
    """The plot of a panel within its cell, and its ticks."""
    cell, sizes = draft.cell, draft.sizes
    below = 0.3 * sizes.tick if panel.panel.bare or panel.relief else below
    plot = Box(cell.left, cell.top + above, cell.right, cell.bottom - below)
    if panel.relief:
        return replace(draft, plot=plot)
    y_ticks = _ticks(panel, "y", plot.tall, sizes)
    left = cell.left + (0.0 if panel.panel.bare else _beside(panel, y_ticks[1], sizes))
    right, bar = cell.right, None
    if draft.ends:
        right -= max(long(end.entry.label, sizes.label, True) for end in draft.ends) + 0.7 * sizes.label
    elif (mark := maps.barred(panel)) is not None:
        right -= BAR * sizes.tick + bar_labels(panel, mark, sizes) + 1.5 * sizes.tick
    elif not panel.panel.bare:
        right -= max(0.6 * sizes.tick, _written(panel, sizes))
    plot = _square(panel, replace(plot, left=left, right=max(right, left + 20)))
    x_ticks = _ticks(panel, "x", plot.wide, sizes)
    y_ticks = _ticks(panel, "y", plot.tall, sizes)
    bar = plot.right + 0.8 * sizes.tick if maps.barred(panel) is not None else None
    return replace(draft, plot=plot, x_ticks=x_ticks, y_ticks=y_ticks, bar=bar)


def bar_labels(panel: Settled, mark: Heat | Dots, sizes: Sizes) -> float:
    """How wide the numbers beside a colour bar are."""
    labels = maps.bar_ticks(maps.span(panel, mark), mark.log, 5)[1]
    return max((long(label, sizes.tick) for label in labels), default=0.0)


def _written(panel: Settled, sizes: Sizes) -> float:
    """Room for what stands at the ends of bars that lie."""
    texts = [text for mark in panel.marks if isinstance(mark, Bars) and mark.across for text in mark.written or ()]
    return max((long(str(text), sizes.tick) for text in texts), default=0.0)


def _beside(panel: Settled, labels: Sequence[str], sizes: Sizes) -> float:
    wide = max((long(label, sizes.tick) for label in labels), default=0.0)
    return wide + 0.75 * sizes.tick + (1.7 * sizes.axis_title if panel.panel.y else 0.0)


def _ticks(panel: Settled, side: str, room: float, sizes: Sizes) -> tuple[Sequence[float], Sequence[str]]:
    """Where numbers or names stand on an axis of so many pixels."""
    axis, given = getattr(panel, side), getattr(panel.panel, f"{side}_ticks")
    if given is not None:
        return list(given[0]), [str(label) for label in given[1]]
    if axis.names:
        return list(range(len(axis.names))), list(axis.names)
    if side == "y":
        return ticks(axis.low, axis.high, axis.log, min(7, max(2, int(room / (2.3 * sizes.tick)))))
    found: tuple[list[float], list[str]] = ([], [])
    for most in range(7, 1, -1):
        found = ticks(axis.low, axis.high, axis.log, most)
        taken = sum(long(label, sizes.tick) + 1.1 * sizes.tick for label in found[1])
        if taken <= room:
            break
    return found


def _square(panel: Settled, plot: Box) -> Box:
    """The part of a plot in which both axes have one scale: at the left, at the top."""
    if not panel.panel.square:
        return plot
    across, up = panel.x.high - panel.x.low, panel.y.high - panel.y.low
    per = min(plot.wide / across, plot.tall / up)
    wide, tall = per * across, per * up
    left = plot.left + ((plot.wide - wide) / 2 if panel.panel.bare else 0.0)
    return Box(left, plot.top, left + wide, plot.top + tall)
