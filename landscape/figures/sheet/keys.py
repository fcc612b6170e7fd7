"""Keys: what the marks of panels are called, at line ends where they fit, else in a row above.

What several panels have in common is listed once, above all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from landscape.figures import parts
from landscape.figures.sheet.marks import Arrows, Bars, Dots, Line, Spots, Trail
from landscape.figures.sheet.settle import Axis, Settled, drawable
from landscape.figures.sheet.words import long
from landscape.theme import Theme, marker

NEAR = 0.9  # of the axis: what ends beyond it has its name there
WIDEST = 0.34  # of a panel, for names at line ends
FULL = 0.9  # of the height, of names at line ends
BETWEEN = 1.1  # times the size of type, between entries of a row
NAMED = Line | Dots | Bars | Trail | Spots | Arrows  # marks that may have a label


class Entry(NamedTuple):
    """One name, and what shows which mark has it."""

    label: str
    slot: int | None
    quiet: bool
    kind: str  # line, dash, dot, bar, arrow


class End(NamedTuple):
    """A name at the end of a line."""

    entry: Entry
    at: float  # share of the height, from below


def entries(panel: Settled) -> list[Entry]:
    """The names of a panel's marks, each once."""
    found = []
    for mark in panel.marks if panel.panel.keyed else ():
        if isinstance(mark, Dots) and mark.slots is not None and len(mark.kinds):
            used = sorted({int(slot) for slot in np.ravel(mark.slots)})
            found += [Entry(mark.kinds[slot], slot, False, "dot") for slot in used if slot < len(mark.kinds)]
        elif isinstance(mark, NAMED) and mark.label and upright(panel, mark) is None:
            found.append(Entry(mark.label, mark.slot, getattr(mark, "quiet", False), _kind(mark)))
    return list({same(entry): entry for entry in reversed(found)}.values())[::-1]


def upright(panel: Settled, mark) -> float | None:
    """Where across the panel a still line goes straight up, else None."""
    if not isinstance(mark, Line) or mark.moving or np.size(mark.x) < 2 or panel.panel.bare:
        return None
    x = drawable(mark.x, panel.x.log)
    x = x[np.isfinite(x)]
    at = share(panel.x, float(x[0])) if x.size and np.all(x == x[0]) else None
    return at if at is not None and 0 <= at <= 1 else None


def uprights(panel: Settled) -> list[End]:
    """Names that stand at the upper end of lines that go straight up."""
    found = [(mark, upright(panel, mark)) for mark in panel.marks if getattr(mark, "label", "") and panel.panel.keyed]
    return [End(Entry(mark.label, mark.slot, mark.quiet, _kind(mark)), at) for mark, at in found if at is not None]


def _kind(mark) -> str:
    if isinstance(mark, Line):
        return "bar" if mark.filled else "dash" if mark.dash else "line"
    return {Dots: "dot", Spots: "dot", Bars: "bar", Trail: "line", Arrows: "arrow"}[type(mark)]


def same(entry: Entry) -> tuple:
    """What makes two entries of different panels one."""
    return (entry.label, entry.slot, entry.quiet) if entry.slot is None else (entry.label, entry.slot)


def shared(panels: Sequence[Settled]) -> list[Entry]:
    """Entries of more than one panel, each once."""
    count: dict[tuple, list[Entry]] = {}
    for panel in panels:
        for key, entry in {same(entry): entry for entry in entries(panel)}.items():
            count.setdefault(key, []).append(entry)
    return [found[0] for found in count.values() if len(found) > 1]


def ends(panel: Settled, own: Sequence[Entry], wide: float, tall: float, size: float) -> list[End] | None:
    """These names at line ends, or None where a row above the panel is better."""
    if not own or panel.panel.bare or panel.relief or panel.panel.downwards or len(own) * 1.25 * size > FULL * tall:
        return None
    if max(long(entry.label, size, True) for entry in own) > WIDEST * wide:
        return None
    found = [_end(panel, entry) for entry in own]
    return None if None in found else found


def _end(panel: Settled, entry: Entry) -> End | None:
    """Where the line of that name ends, if it is one that ends near the right."""
    marks = [mark for mark in panel.marks if getattr(mark, "label", "") == entry.label and mark.slot == entry.slot]
    mark = next((mark for mark in marks if isinstance(mark, Line)), None)
    if mark is None or mark.filled or mark.moving:
        return None
    x, y = drawable(mark.x, panel.x.log), drawable(mark.y, panel.y.log)
    whole = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not whole.size or share(panel.x, x[whole[-1]]) < NEAR:
        return None
    return End(entry, float(np.clip(share(panel.y, y[whole[-1]]), 0, 1)))


def share(axis: Axis, value: float) -> float:
    """Where a value is on an axis, from 0 at its lower end to 1."""
    low, high = axis.low, axis.high
    if axis.log:
        low, high, value = np.log10([low, high, value])
    return float((value - low) / (high - low))


def colour(entry: Entry, theme: Theme) -> str:
    if entry.slot is not None:
        return theme.colour(entry.slot)
    return theme.dim if entry.quiet else theme.ink


def text(entry: Entry, theme: Theme) -> str:
    """Glyph and name in the colour of the mark."""
    glyph = {"dash": "╌", "bar": "■", "arrow": "→"}.get(entry.kind, "—" if entry.kind == "line" else "●")
    if entry.slot is not None and entry.kind in ("dot", "line"):
        glyph = parts.GLYPHS[marker(entry.slot)]
    name = entry.label.replace(" ", "\N{NO-BREAK SPACE}")
    return f'<span style="color:{colour(entry, theme)}">{glyph}\N{NO-BREAK SPACE}<b>{name}</b></span>'


def rows(found: Sequence[Entry], theme: Theme, size: float, room: float) -> list[str]:
    """Entries in rows of at most `room` pixels."""
    lines, taken = [[]], 0.0
    for entry in found:
        said = text(entry, theme)
        wide = long(said, size, True)
        if lines[-1] and taken + wide > room:
            lines.append([])
            taken = 0.0
        lines[-1].append(said)
        taken += wide + BETWEEN * size
    return ["\N{EM SPACE}".join(line) for line in lines if line]


def spread(found: Sequence[End], tall: float, each: float) -> list[tuple[End, float]]:
    """Ends with the pixels at which their names stand, from below, pushed apart where they would touch."""
    order = sorted(found, key=lambda end: end.at)
    least = min(each, tall / max(len(order), 1))
    groups: list[list] = []  # [mean place, number, first index]
    for end in order:
        groups.append([end.at * tall, [end]])
        while len(groups) > 1 and _top(groups[-2], least) > groups[-1][0] - least * len(groups[-1][1]) / 2:
            (low, some), (high, more) = groups[-2:]
            groups[-2:] = [[(low * len(some) + high * len(more)) / (len(some) + len(more)), some + more]]
    placed, floor = [], 0.0
    for middle, members in groups:
        half = least * len(members) / 2
        middle = min(max(middle, floor + half), tall - half)
        placed += [(end, middle - half + (i + 0.5) * least) for i, end in enumerate(members)]
        floor = middle + half
    return placed


def _top(group: list, least: float) -> float:
    return group[0] + least * len(group[1]) / 2
