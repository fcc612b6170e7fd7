"""Where everything is on a sheet, in pixels from the page's upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from landscape.figures import parts
from landscape.figures.sheet import keys, maps
from landscape.figures.sheet.marks import Bars, Dots, Heat
from landscape.figures.sheet.settle import Settled
from landscape.figures.sheet.ticks import Ticks, beneath, beside
from landscape.figures.sheet.words import LINE, long, within
from landscape.theme import Sizes, Theme

GAP, BETWEEN = (56, 40), 44  # pixels of a slide, between two panels beside each other, more of them, and rows
SMALLER = {1: 1.0, 2: 0.94}  # type and lines of panels beside each other; 0.84 of more
SHAPED = 1.4  # times the height of other rows, for one with squares or reliefs
MOST = 2  # lines of a panel's own key
WIDER = 1.15  # times the width of a plot may the name of the axis below it be
BAR = 1.75  # times the size of ticks: from a plot to the numbers of its colour bar
ABOVE = 0.65  # times the size of ticks: from words to a plot, whose highest number reaches over its edge
TALL, FLATTER, USUAL = 1.05, 0.85, 0.6  # height of a plot ÷ width of its panel: at most, of a relief, and as it likes


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
    own: list[keys.Entry] = field(default_factory=list)  # what the key lists
    ends: list[keys.End] = field(default_factory=list)
    uprights: list[keys.End] = field(default_factory=list)  # names of lines that go straight up, by place across
    x_ticks: Ticks = ((), ())
    x_angle: float = 0.0  # of what is written there
    y_ticks: Ticks = ((), ())
    bar: float | None = None  # left edge of its colour bar


def smaller(sizes: Sizes, columns: int) -> Sizes:
    """Sizes of panels beside each other."""
    part = SMALLER.get(columns, 0.84)
    grown = {name: part * getattr(sizes, name) for name in
             ("path", "best", "halo", "end", "start", "member", "arrow", "level", "curve", "rest")}  # fmt: skip
    typed = {name: max(part * getattr(sizes, name), min(sizes.tick, getattr(sizes, name)))
             for name in ("axis_title", "label", "tick_3d")}  # fmt: skip
    return replace(sizes, **grown, **typed)


@dataclass(frozen=True)
class Row:
    """Panels beside each other, with the room above and below their plots."""

    panels: Sequence[Settled]
    drafts: Sequence[Place]
    above: float
    below: float

    @property
    def weight(self) -> float:
        """Its part of the page's height: what cannot be stretched gets more."""
        return _weight(self.panels)

    def tall(self, most: float = TALL) -> float:
        """The height at which no plot would gain by more; `most` is height ÷ width of those that have no shape."""
        pairs = zip(self.panels, self.drafts, strict=True)
        return self.above + self.below + max(self._plot(panel, draft, most) for panel, draft in pairs)

    def _plot(self, panel: Settled, draft: Place, most: float) -> float:
        high = self.above + self.below + 10 * draft.cell.wide
        cell = replace(draft.cell, bottom=draft.cell.top + high)
        plot = _fitted(panel, replace(draft, cell=cell), self.above, self.below).plot
        if panel.panel.square and not panel.relief:
            return plot.tall
        return draft.cell.wide * (min(most, FLATTER) if panel.relief else most)


def _weight(row: Sequence[Settled]) -> float:
    shaped = any((panel.panel.square and not panel.panel.bare) or panel.relief for panel in row)
    return (SHAPED if shaped else 1.0) * max(panel.panel.tall for panel in row)


def crowded(rows: Sequence[Row]) -> list[keys.Entry]:
    """Names of panels whose own keys would push their neighbours down: they stand above all panels."""
    return [entry for row in rows if len(row.panels) > 1 for draft in row.drafts if len(draft.key) > MOST
            for entry in draft.own]  # fmt: skip


def rows_of(panels: Sequence[Settled], listed: set[tuple], theme: Theme, sizes: Sizes, body: Box,
            columns: int | tuple[int, ...]) -> list[Row]:  # fmt: skip
    """The panels in rows, with their words; `listed` are names that stand above all of them."""
    parts_of = _parts(panels, columns)
    columns = max(map(len, parts_of))
    own = smaller(sizes, columns)
    found = []
    for row in parts_of:
        tall = body.tall * _weight(row) / sum(map(_weight, parts_of))
        drafts = _drafts(row, body, tall, listed, theme, own, GAP[columns > 2] * sizes.unit)
        found.append(Row(row, drafts, *_around(row, drafts, own)))
    return found


def _parts(panels: Sequence[Settled], columns: int | tuple[int, ...]) -> list[Sequence[Settled]]:
    """The panels of each row."""
    counts = columns if isinstance(columns, tuple) else (columns,) * -(-len(panels) // columns)
    ends = np.cumsum(counts)
    return [panels[end - count : end] for end, count in zip(ends, counts, strict=True)]


def natural(rows: Sequence[Row], sizes: Sizes) -> float:
    """How high the rows are where the page may be as high as they like."""
    return sum(row.tall(USUAL) for row in rows) + BETWEEN * sizes.unit * (len(rows) - 1)


def places(rows: Sequence[Row], sizes: Sizes, body: Box) -> list[Place]:
    """Where the panels are; those of a row have one height, and titles and axes on one level."""
    between, found = BETWEEN * sizes.unit, []
    room = body.tall - between * (len(rows) - 1)
    heights = _shared([row.tall() for row in rows], [row.weight for row in rows], room)
    spare = max(0.0, room - sum(heights)) / (len(rows) + 1)
    top = body.top + 0.8 * spare
    for row, tall in zip(rows, heights, strict=True):
        for panel, draft in zip(row.panels, row.drafts, strict=True):
            cell = replace(draft.cell, top=top, bottom=top + tall)
            found.append(_fitted(panel, replace(draft, cell=cell), row.above, row.below))
        top += tall + between + spare
    return found


def _shared(wanted: Sequence[float], weights: Sequence[float], room: float) -> list[float]:
    """Heights of rows by weight, none more than it wants, that fill the room if they can."""
    heights, left, rest = list(wanted), room, sum(weights)
    for index in sorted(range(len(wanted)), key=lambda i: wanted[i] / weights[i]):
        heights[index] = min(wanted[index], left * weights[index] / rest)
        left, rest = left - heights[index], rest - weights[index]
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
    return title + key + (ABOVE if title or key else 0.3) * sizes.tick, max(map(_below, row, drafts))


def _draft(panel: Settled, cell: Box, listed: set[tuple], theme: Theme, sizes: Sizes) -> Place:
    """A panel's words, before the room of its neighbours' is known."""
    title = parts.lines(panel.panel.title, sizes.axis_title, cell.wide, 0.9, 0.58)[0] if panel.panel.title else []
    own = [entry for entry in keys.entries(panel) if keys.same(entry) not in listed]
    tall = cell.tall - 2.65 * sizes.axis_title - 2.45 * sizes.tick  # about, without what is above and below the plot
    ends = None if maps.barred(panel) else keys.ends(panel, own, cell.wide, tall, sizes.label)
    key = [] if ends is not None else keys.rows(own, theme, sizes.tick, cell.wide)
    return Place(cell, cell, sizes, title, key, own, ends or [], keys.uprights(panel))


def _below(panel: Settled, draft: Place) -> float:
    """Room for ticks and the name of the axis below."""
    sizes = draft.sizes
    if panel.panel.bare or panel.relief:
        return 0.3 * sizes.tick
    wide = _fitted(panel, draft, 0.0, 0.0).plot.wide
    high = beneath(panel, wide, sizes.tick)[2]
    name, size = within(panel.panel.x, sizes.axis_title, WIDER * wide)
    lines = name.count("<br>") + 1 if name else 0
    return 0.45 * sizes.tick + high + lines * 1.35 * size + 0.2 * sizes.tick


def _fitted(panel: Settled, draft: Place, above: float, below: float) -> Place:
    """The plot of a panel within its cell, and its ticks."""
    cell, sizes = draft.cell, draft.sizes
    below = 0.3 * sizes.tick if panel.panel.bare or panel.relief else below
    plot = Box(cell.left, cell.top + above, cell.right, cell.bottom - below)
    if panel.relief:
        return replace(draft, plot=plot)
    y_ticks = beside(panel, plot.tall, sizes.tick)
    left = cell.left + (0.0 if panel.panel.bare else _beside(panel, y_ticks[1], plot.tall, sizes))
    right, bar = cell.right, None
    if draft.ends:
        right -= max(long(end.entry.label, sizes.label, True) for end in draft.ends) + 0.7 * sizes.label
    elif (mark := maps.barred(panel)) is not None:
        right -= BAR * sizes.tick + bar_labels(panel, mark, sizes) + 1.3 * sizes.tick
    elif not panel.panel.bare:
        right -= max(0.6 * sizes.tick, _written(panel, sizes))
    plot = _square(panel, replace(plot, left=left, right=max(right, left + 20)))
    x_ticks, angle, _ = beneath(panel, plot.wide, sizes.tick)
    y_ticks = beside(panel, plot.tall, sizes.tick)
    bar = plot.right + 0.8 * sizes.tick if maps.barred(panel) is not None else None
    return replace(draft, plot=plot, x_ticks=x_ticks, x_angle=angle, y_ticks=y_ticks, bar=bar)


def bar_labels(panel: Settled, mark: Heat | Dots, sizes: Sizes) -> float:
    """How wide the numbers beside a colour bar are."""
    labels = maps.bar_ticks(maps.span(panel, mark), mark.log, 5)[1]
    return max((long(label, sizes.tick) for label in labels), default=0.0)


def _written(panel: Settled, sizes: Sizes) -> float:
    """Room for what stands at the ends of bars that lie."""
    texts = [text for mark in panel.marks if isinstance(mark, Bars) and mark.across for text in mark.written or ()]
    return max((long(str(text), sizes.tick) for text in texts), default=0.0)


def _beside(panel: Settled, labels: Sequence[str], tall: float, sizes: Sizes) -> float:
    """Room for ticks and the name of the axis at the left."""
    wide = max((long(label, sizes.tick) for label in labels), default=0.0)
    name, size = within(panel.panel.y, sizes.axis_title, tall)
    return wide + 0.7 * sizes.tick + (LINE * size * (name.count("<br>") + 1) + 0.35 * sizes.tick if name else 0.0)


def _square(panel: Settled, plot: Box) -> Box:
    """The part of a plot in which both axes have one scale: left and at the top, or in the middle if it is bare."""
    if not panel.panel.square:
        return plot
    across, up = panel.x.high - panel.x.low, panel.y.high - panel.y.low
    per = min(plot.wide / across, plot.tall / up)
    wide, tall = per * across, per * up
    middle = panel.panel.bare
    left = plot.left + (0.5 * (plot.wide - wide) if middle else 0.0)
    top = plot.top + (0.5 * (plot.tall - tall) if middle else 0.0)
    return Box(left, top, left + wide, top + tall)
