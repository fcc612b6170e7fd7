"""What several figures share, as plain dictionaries: axes, the words around a plot, and the key.

Dictionaries, because the dashboard sends them to the browser on every slider move, and Plotly's own objects take
longer to validate than the optimizers take to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from textwrap import wrap
from typing import Any

import numpy as np
import plotly.graph_objects as go

from landscape.scene import Scene, Track
from landscape.theme import FONT, Sizes, Theme, marker, named, slide, written

WIDTH, HEIGHT = 1920, 1080
TOP = 176  # pixels above the plot of a slide
# A narrow figure, in the same pixels: above the plot, right of it, and below it for the axis, keys and a last line.
NARROW_TOP, NARROW_RIGHT, AXIS, ROWS, LAST = 230, 50, 150, 250, 100
SMALLEST = 26  # type on a slide
LEAST = 0.75  # of its size, for type of a key with many entries
BESIDE, ROOM = 340, 800  # width and height of the key of a slide
NOTED = 90  # of its height, what notes below the plot take


def finish(traces: list[dict], layout: dict) -> go.Figure:
    """The figure of these dictionaries."""
    return go.Figure({"data": traces, "layout": layout})


def look(theme: str | Theme, width: int, sizes: Sizes | None) -> tuple[Theme, Sizes]:
    sizes = sizes or slide(width)
    return named(theme), sizes if sizes.unit else replace(sizes, unit=width / WIDTH)


def page(theme: Theme, sizes: Sizes, width: int | None, height: int | None, margin: dict[str, float]) -> dict[str, Any]:
    """The layout around any plot."""
    size = {} if width is None else {"width": width, "height": height}
    return size | {
        "paper_bgcolor": theme.ground,
        "plot_bgcolor": theme.ground,
        "font": {"family": FONT, "size": sizes.tick, "color": theme.dim},
        "margin": margin,
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": theme.panel,
            "bordercolor": theme.border,
            "font": {"color": theme.ink, "family": FONT},
        },
    }


def axis(theme: Theme, sizes: Sizes, **more: Any) -> dict[str, Any]:
    """A quiet axis."""
    return {
        "gridcolor": theme.grid,
        "gridwidth": sizes.unit or 1,
        "linecolor": theme.axis,
        "linewidth": sizes.unit or 1,
        "ticklen": 5 * (sizes.unit or 1),
        "tickwidth": sizes.unit or 1,
        "tickcolor": theme.axis,
        "tickfont": {"size": sizes.tick, "color": theme.dim},
        "title": {"text": more.pop("name", ""), "font": {"size": sizes.axis_title, "color": theme.ink}},
        "zeroline": False,
        "minorloglabels": "none",
    } | more


def margins(width: int, sizes: Sizes | None = None, *, left: float, right: float, bottom: float) -> dict[str, float]:
    """Margins in pixels, given in those of a slide. A narrow figure has its key below the plot instead of beside it."""
    unit = sizes.unit if sizes and sizes.unit else width / WIDTH
    top = TOP
    if sizes and sizes.narrow:
        keyed = right > 2 * LAST
        top, right, bottom = NARROW_TOP, NARROW_RIGHT, AXIS + LAST + (ROWS if keyed else 0)
    return {"l": left * unit, "r": right * unit, "t": top * unit, "b": bottom * unit, "pad": 0}


def headline(
    scene: Any, theme: Theme, sizes: Sizes, width: int, subtitle: str, names: Sequence[dict] = ()
) -> list[dict]:
    """The finding and how it was found, above the plot's left edge; notes below it.

    `names` is what `row_key` returned: the title leaves it its room.
    """
    unit = sizes.unit or width / WIDTH
    room = width - 260 * unit
    taken = 0.0 if sizes.narrow else sum(_long(note["text"], note["font"]["size"]) for note in names)
    title, size = lines(f"{scene.title}", sizes.headline, max(room - taken - 60 * unit, 0.45 * room), 0.7, 0.56)
    below, small = lines(subtitle, sizes.subtitle, room, SMALLEST / 28)
    down = 38 if len(below) == 1 else 12
    up = max(84 * unit, down * unit + 1.3 * small * len(below) + 4 * unit)
    words = [
        _words("<br>".join(f"<b>{line}</b>" for line in title), 1.0, up, size, theme.ink),
        _words("<br>".join(below), 1.0, down * unit, small, theme.dim),
    ]
    if scene.notes:
        said, small = lines(" · ".join(scene.notes), sizes.subtitle, room, SMALLEST / 28)
        words.append(_words("<br>".join(said), 0.0, -48 * unit, small, theme.dim) | {"yanchor": "top"})
    return [*words, *names]


def lines(text: str, size: float, room: float, least: float, wide: float = 0.52) -> tuple[list[str], float]:
    """`text` in lines that fit into `room` pixels, and the size of its type: down to `least` of `size` for one line.

    `wide` is the width of a letter as a share of the size.
    """
    fits = room / (wide * max(len(text), 1))
    if fits >= least * size:
        return [text], min(size, fits)
    return wrap(text, max(8, int(room / (wide * least * size))), break_long_words=False) or [text], least * size


def _long(text: str, size: float) -> float:
    """About how many pixels a line with tags is long."""
    letters, inside = 0, False
    for letter in text:
        inside = inside or letter == "<"
        letters += not inside
        inside = inside and letter != ">"
    return 0.58 * size * letters


def _words(text: str, y: float, shift: float, size: float, colour: str) -> dict[str, Any]:
    return {"text": text, "x": 0, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
            "yshift": shift, "showarrow": False, "align": "left", "font": {"size": size, "color": colour}}  # fmt: skip


def fitted(scene: Scene, size: float, room: float) -> float:
    """The font size at which the longest label fits into `room` pixels."""
    longest = max((len(track.label) for track in scene.shown), default=1)
    return min(size, room / (0.6 * longest))


def result(scene: Scene, track: Track) -> str:
    """What came of an entrant, in a few words."""
    if scene.lost(track):
        return f"diverged at {scene.moment(track.diverged)}"
    value = float(np.asarray(track.best_value)[track.at(scene.frame)])
    return f"best {written(value)}"


def losses(scene: Scene) -> str:
    """Which entrants have diverged by now, for figures without a key."""
    return "".join(f" · {track.label} {result(scene, track)}" for track in scene.shown if scene.lost(track))


def row_key(scene: Scene, sizes: Sizes, theme: Theme, width: int, *, below: float = 0.0) -> list[dict]:
    """Marker and name of every entrant in a row, at the upper right; of a narrow figure under the plot.

    `below` is how far from the place of its key, in pixels of a slide.
    """
    unit = sizes.unit or width / WIDTH
    names = [
        f'<span style="color:{theme.colour(track.slot)}">{GLYPHS[marker(track.slot)]} <b>{track.label}</b></span>'
        for track in scene.shown
    ]
    if not names:
        return []
    title = 0.56 * sizes.headline * len(scene.title)
    room = width - 160 * unit if sizes.narrow else max(width - 320 * unit - title, 0.5 * width)
    rows = -(-int(sum(_long(name, sizes.subtitle) + 2 * sizes.subtitle for name in names)) // int(room))
    each = -(-len(names) // rows)
    text = "<br>".join("   ".join(names[i : i + each]) for i in range(0, len(names), each))
    size = sizes.subtitle * min(1.0, 2.5 / rows)
    if sizes.narrow:
        return [_words(text, 0.0, -(AXIS + below) * unit, size, theme.ink) | {"yanchor": "top"}]
    words = _words(text, 1.0, (84 if rows == 1 else 76) * unit, size, theme.ink)
    return [words | {"x": 1, "xanchor": "right", "align": "right"}]


def key(scene: Scene, theme: Theme, sizes: Sizes, *, x: float, width: int, top: float = 1.0) -> list[dict]:
    """Marker, name and result of every entrant, beside the plot: annotations in paper coordinates."""
    entries = [
        (GLYPHS[marker(track.slot)], theme.colour(track.slot), track.label, result(scene, track))
        for track in scene.shown
    ]
    room = ROOM - (NOTED if scene.notes else 0)
    return rows(entries, theme, sizes, width, x=x, top=top, room=room, coloured=True)


def rows(
    entries: Sequence[tuple[str, str, str, str]],
    theme: Theme,
    sizes: Sizes,
    width: int,
    *,
    x: float = 1.0,
    top: float = 1.0,
    room: float = ROOM,
    coloured: bool = False,
) -> list[dict]:
    """Entries (glyph, its colour, words in bold, words below) beside the plot, one under the other.

    `room` is the height that they have, in pixels of a slide; `coloured` words have the glyph's colour. A narrow
    figure has them in columns below the plot.
    """
    unit = sizes.unit or width / WIDTH
    if sizes.narrow:
        return _columns(entries, theme, sizes, width, coloured)
    told = [_Entry(*entry, sizes, BESIDE * unit) for entry in entries]
    high = sum(entry.height for entry in told)
    gap = min(42 * unit, (room * unit - high) / max(len(told), 1))
    if high * LEAST > room * unit:  # names alone
        told = [_Entry(*entry[:3], "", sizes, BESIDE * unit) for entry in entries]
        high = sum(entry.height for entry in told)
        gap = min(42 * unit, (room * unit - high) / len(told))
    shrunk = min(1.0, room * unit / max(high, 1.0)) if gap < 0 else 1.0
    notes, down = [], 0.0
    for entry in told:
        notes += entry.notes(theme, {"x": x, "y": top}, 32 * unit, -down, shrunk, coloured)
        down += entry.height * shrunk + max(gap, 0.0)
    return notes


def _columns(entries, theme: Theme, sizes: Sizes, width: int, coloured: bool) -> list[dict]:
    """Entries in columns below the plot, row by row."""
    unit, count = sizes.unit, len(entries)
    columns = 3 if count > (4 if width > 1000 * unit else 8) else 2
    pitch = ROWS * unit / max(2, -(-count // columns))
    room = (width - 150 * unit) / columns - 90 * unit
    notes = []
    for i, entry in enumerate(entries):
        row, column = divmod(i, columns)
        told = _Entry(*entry, sizes, room)
        if told.height * LEAST > pitch:
            told = _Entry(*entry[:3], "", sizes, room)
        shrunk = min(1.0, pitch / told.height)
        notes += told.notes(theme, {"x": column / columns, "y": 0}, 0.0, -AXIS * unit - row * pitch, shrunk, coloured)
    return notes


class _Entry:
    """One entry of a key: its lines, and the room they take in pixels."""

    def __init__(self, glyph: str, colour: str, bold: str, below: str, sizes: Sizes, room: float):
        self.glyph, self.colour, self.sizes = glyph, colour, sizes
        self.bold, self.large = lines(bold, sizes.label, room, SMALLEST / 34, 0.57)
        self.below, self.small = lines(below, sizes.subtitle, room, SMALLEST / 28) if below else ([], sizes.subtitle)
        self.height = 1.45 * sizes.label * len(self.bold) + 1.3 * self.small * len(self.below)

    def notes(self, theme: Theme, at: dict, right: float, up: float, shrunk: float, coloured: bool) -> list[dict]:
        base = {"xref": "paper", "yref": "paper", "showarrow": False, "xanchor": "left", "yanchor": "top",
                "align": "left"} | at  # fmt: skip
        indent, label = right + 1.35 * self.sizes.label * shrunk, self.sizes.label * shrunk
        bold, said = (self.colour, self.colour) if coloured else (theme.ink, theme.dim)
        written = "<br>".join(f"<b>{line}</b>" for line in self.bold)
        below = up - 1.45 * label * len(self.bold)
        rows = [(self.glyph, right, up, 0.85 * label, self.colour), (written, indent, up, self.large * shrunk, bold)]
        if self.below:
            rows.append(("<br>".join(self.below), indent, below, self.small * shrunk, said))
        return [
            base | {"text": text, "xshift": over, "yshift": shift, "font": {"size": size, "color": colour}}
            for text, over, shift, size, colour in rows
        ]


def bar(
    theme: Theme, sizes: Sizes, width: int, height: int, title: str, *, below: float = 0.0, **more: Any
) -> dict[str, Any]:
    """A colour bar beside the plot, its name above it; of a narrow figure `below` the place of its key."""
    unit = sizes.unit or width / WIDTH
    look = {"outlinewidth": 0, "tickfont": {"size": sizes.tick, "color": theme.dim}, "ticklen": 6 * unit,
            "tickcolor": theme.axis, "title": {"text": title, "side": "top",
            "font": {"size": sizes.subtitle, "color": theme.ink}}}  # fmt: skip
    if sizes.narrow:
        tall = height - (NARROW_TOP + AXIS + ROWS + LAST) * unit
        return look | {"orientation": "h", "x": 0.0, "xanchor": "left", "xpad": 0, "len": 0.9, "ypad": 0,
                       "y": -(AXIS + below) * unit / tall, "yanchor": "top", "thickness": 24 * unit}  # fmt: skip
    return look | {"x": 1.0, "xpad": 36 * unit, "thickness": 34 * unit, "len": 0.8, "y": 0.0,
                   "yanchor": "bottom"} | more  # fmt: skip


GLYPHS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "triangle-down": "▼", "pentagon": "⬟",
          "hexagon": "⬢", "star": "★"}  # fmt: skip


def stroke(track: Track, theme: Theme, width: float, **more: Any) -> dict[str, Any]:
    """The line of an entrant."""
    return {"color": theme.colour(track.slot), "width": width, "dash": theme.dash(track.slot)} | more
