"""What figures of a study have in common: a plot as plain dictionaries, and the page around it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, NamedTuple

from landscape.figures import parts
from landscape.figures.findings import LEFT, Words
from landscape.theme import Sizes, Theme, fit, marker

BOTTOM = 150  # pixels of a slide below the plot: ticks and the axis' name
RIGHTS = (280, 620)  # least and most room for names at line ends, in pixels of a slide
LETTER = 0.58  # width of a bold letter as a share of the size of its type
USUAL = 320  # pixels, of a panel that is as high as its place
CROWD = 7  # rows that have room for two lines
PITCH = 46  # from name to name below a narrow plot
EDGE = 26  # from the page's lower edge to the notes


class End(NamedTuple):
    """What stands at the end of a line."""

    at: float  # share of the plot's height, from below
    label: str  # the solver's
    said: str  # what came of it
    slot: int


@dataclass(frozen=True)
class Plot:
    """What a figure draws, without the page around it; margins are in pixels of a slide."""

    title: str
    subtitle: str
    traces: list[dict]
    axes: dict[str, Any]
    notes: tuple[str, ...] = ()
    ends: tuple[End, ...] = ()
    words: list[dict] = field(default_factory=list)  # annotations in the plot
    left: float = LEFT
    right: float | None = None  # None: as much as the names at line ends need
    bottom: float = BOTTOM
    top: float = 0.0  # more room above the plot than a headline needs


def paged(draw: Callable) -> Callable:
    """The figure of a function (what it draws, theme, sizes, **options) -> Plot."""
    own = inspect.signature(draw).parameters
    drawn = next(iter(own))
    told = "page" in own  # how large it is, in pixels of a slide

    @wraps(draw, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
    def page(taken, *, theme="light", size="slide", font=1.0, width=None, height=None, sizes=None, **options):
        fitted = fit(size, width, height, font)
        colours, lengths = parts.look(theme, fitted.width, sizes or fitted.sizes)
        whole = {"page": (fitted.width / lengths.unit, fitted.height / lengths.unit)} if told else {}
        plot = draw(taken, colours, lengths, **options, **whole)
        return figure(plot, colours, lengths, fitted.width, fitted.height)

    *common, _ = inspect.signature(page, follow_wrapped=False).parameters.values()
    options = [each for name, each in own.items() if name not in (drawn, "theme", "sizes", "page")]
    page.__signature__ = inspect.Signature([*common, *options])
    return page


def figure(plot: Plot, theme: Theme, sizes: Sizes, width: int, height: int):
    """The whole page: headline, plot, names at line ends and notes."""
    unit = sizes.unit
    said, small = _notes(plot.notes, sizes, width)
    right = room_for(plot.ends, sizes) if plot.right is None else plot.right
    bottom = plot.bottom + (1.3 * small * len(said) / unit + 4 if said else 0)
    margin = parts.margins(width, sizes, left=plot.left, right=right, bottom=bottom)
    if sizes.narrow:
        keyed = PITCH * _columns(plot.ends, sizes, width)[1] + 30 if plot.ends else 0
        margin |= {"b": (bottom + keyed) * unit, "r": (parts.NARROW_RIGHT if plot.right is None else plot.right) * unit}
    margin["t"] += plot.top * unit
    tall = height - margin["t"] - margin["b"]
    above = parts.headline(Words(plot.title), theme, sizes, width, plot.subtitle)
    shift = {"xshift": (LEFT - plot.left) * unit}
    lifted = [note | shift | {"yshift": note["yshift"] + plot.top * unit} for note in above]
    below = {"text": "<br>".join(said), "x": 0, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "left",
             "yanchor": "bottom", "yshift": EDGE * unit - margin["b"], "showarrow": False, "align": "left",
             "font": {"size": small, "color": theme.dim}} | shift  # fmt: skip
    names = key(plot.ends, theme, sizes, width) if sizes.narrow else labels(plot.ends, theme, sizes, tall, right * unit)
    layout = parts.page(theme, sizes, width, height, margin) | plot.axes
    layout["annotations"] = [*lifted, *plot.words, *names, *([below] if said else [])]
    return parts.finish(plot.traces, layout)


def panel(plot: Plot, theme: Theme, sizes: Sizes, width: int | None = None, height: int | None = None) -> dict:
    """The plot without headline and notes, {data, layout}: as wide and high as its place unless told."""
    sizes = scaled(sizes)
    right = room_for(plot.ends, sizes) if plot.right is None else plot.right
    margin = {"l": plot.left, "r": right, "t": plot.top + 36, "b": plot.bottom}
    margin = {side: pixels * sizes.unit for side, pixels in margin.items()} | {"pad": 0}
    tall = (height or USUAL) - margin["t"] - margin["b"]
    names = labels(plot.ends, theme, sizes, tall, right * sizes.unit)
    layout = parts.page(theme, sizes, width, height, margin) | plot.axes | {"annotations": [*plot.words, *names]}
    return {"data": plot.traces, "layout": layout}


def scaled(sizes: Sizes) -> Sizes:
    """Sizes that know how many pixels one of a slide is; those of panels, which have none, by their type."""
    return sizes if sizes.unit else replace(sizes, unit=sizes.label / 34)


def _notes(notes: Sequence[str], sizes: Sizes, width: int) -> tuple[list[str], float]:
    if not notes:
        return [], 0.0
    room = width - (LEFT + 60) * sizes.unit
    return parts.lines(" · ".join(notes), parts.SMALLEST * sizes.subtitle / 28, room, 1.0)


def room_for(ends: Sequence[End], sizes: Sizes) -> float:
    """How wide the names at line ends are, in pixels of a slide."""
    longest = max((len(_text(end)) for end in ends), default=0)
    return min(max(LETTER * sizes.label / sizes.unit * longest + 60, RIGHTS[0]), RIGHTS[1])


def _text(end: End) -> str:
    said = f" ·\N{NO-BREAK SPACE}{end.said}" if end.said else ""  # breaks before the dot only
    return f"{parts.GLYPHS[marker(end.slot)]} {end.label}{said}"


def labels(ends: Sequence[End], theme: Theme, sizes: Sizes, tall: float, room: float) -> list[dict]:
    """Names right of a plot `tall` pixels high, `room` pixels wide, pushed apart where they would touch."""
    least = parts.SMALLEST / 34
    rows = []
    for end in ends:
        said, size = parts.lines(_text(end), sizes.label, room - 1.2 * sizes.label, least, LETTER)
        rows.append([end.at * tall, 1.25 * size * len(said), said, size, end])
    shrunk = min(1.0, tall / max(sum(row[1] for row in rows), 1e-9))
    rows = [[at, high * shrunk, said, size * shrunk, end] for at, high, said, size, end in rows]
    _spread(rows, tall)
    return [
        {"text": "<br>".join(f"<b>{line}</b>" if sizes.label > 16 else line for line in said), "name": end.label,
         "x": 1, "xref": "paper", "xanchor": "left", "xshift": 0.6 * sizes.label, "y": at / tall, "yref": "paper",
         "yanchor": "middle", "align": "left", "showarrow": False,
         "font": {"size": size, "color": theme.colour(end.slot)}}
        for at, _, said, size, end in rows
    ]  # fmt: skip


def _spread(rows: list[list], tall: float) -> None:
    """Move rows [middle, height, …] as little as possible until neighbours no longer overlap and all are inside."""
    rows.sort(key=lambda row: row[0])
    below, groups = 0.0, []  # groups of touching rows: [how far above a stack from the ground, its rows]
    for row in rows:
        groups.append([row[0] - row[1] / 2 - below, [row]])
        below += row[1]
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (low, some), (high, more) = groups[-2:]
            groups[-2:] = [[(low * len(some) + high * len(more)) / (len(some) + len(more)), some + more]]
    at = 0.0
    for lift, group in groups:
        for row in group:
            row[0] = at + row[1] / 2 + min(max(lift, 0.0), tall - below)
            at += row[1]


def key(ends: Sequence[End], theme: Theme, sizes: Sizes, width: int) -> list[dict]:
    """The same names below the plot of a narrow figure, what ends highest first."""
    columns, rows = _columns(ends, sizes, width)
    pitch = (width - (LEFT + parts.NARROW_RIGHT) * sizes.unit) / columns
    told = list(reversed(sorted(ends, key=lambda end: end.at)))
    most = int(0.97 * pitch / (LETTER * parts.SMALLEST * sizes.unit))
    texts = [_text(end._replace(label=short(end.label, most - len(end.said) - 5))) for end in told]
    size = min(sizes.label, 0.97 * pitch / (LETTER * max(map(len, texts), default=1)))
    return [
        {"text": f"<b>{text}</b>", "name": end.label, "x": 0, "y": 0, "xref": "paper", "yref": "paper",
         "xanchor": "left", "yanchor": "top", "xshift": (i // rows) * pitch,
         "yshift": -(parts.AXIS + PITCH * (i % rows)) * sizes.unit, "showarrow": False,
         "font": {"size": size, "color": theme.colour(end.slot)}}
        for i, (end, text) in enumerate(zip(told, texts, strict=True))
    ]  # fmt: skip


def short(name: str, most: int) -> str:
    """The name, or as much of it as has room."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _columns(ends: Sequence[End], sizes: Sizes, width: int) -> tuple[int, int]:
    """How many columns of names fit, three at most, and how many rows they take."""
    longest = max((len(_text(end)) for end in ends), default=1)
    room = width / sizes.unit - LEFT - parts.NARROW_RIGHT
    fits = int(room // (LETTER * parts.SMALLEST * (longest + 1.5)))
    columns = min(max(fits, 2 if len(ends) > CROWD else 1), 3, max(len(ends) // 2, 1))
    return columns, -(-len(ends) // columns)


def mark(
    x: Sequence[float], y: Sequence[float], slot: int, label: str, theme: Theme, sizes: Sizes, **more: Any
) -> dict:  # fmt: skip
    """Markers in an entrant's colour; `role` says what they mean."""
    role, symbol = more.pop("role"), more.pop("symbol", marker(slot))
    shape = {"symbol": symbol, "size": 0.75 * sizes.end, "color": theme.colour(slot)} | more.pop("shape", {})
    return {"type": "scatter", "mode": "markers", "x": list(x), "y": list(y), "marker": shape, "cliponaxis": False,
            "hoverinfo": "skip", "meta": {"role": role, "slot": slot, "label": label}} | more  # fmt: skip


def row_names(rows: Sequence[tuple[float, str, str, int]], theme: Theme, sizes: Sizes) -> tuple[list[dict], float]:
    """Names left of rows (place on the y axis, label, what came of it, slot); and the margin, in pixels of a slide."""
    unit, most, many = sizes.unit, 420.0 if sizes.narrow else RIGHTS[1], len(rows) > CROWD
    told = [_row(row, int((most - 50) / (LETTER * parts.SMALLEST)) if many else 0) for row in rows]
    longest = max((len(part) for lines in told for part in lines), default=1)
    margin = min(max(LETTER * sizes.label / unit * longest + 60, LEFT), most)
    notes = []
    for (place, label, _, slot), (name, *said) in zip(rows, told, strict=True):
        lines, size = parts.lines(name, sizes.label, (margin - 50) * unit, parts.SMALLEST / 34, LETTER)
        text = "<br>".join([*(f"<b>{line}</b>" for line in lines), *said])
        notes.append({"text": text, "name": label, "x": 0, "xref": "paper", "xanchor": "right", "xshift": -18 * unit,
                      "y": place, "yref": "y", "yanchor": "middle", "align": "right", "showarrow": False,
                      "font": {"size": size, "color": theme.colour(slot)}})  # fmt: skip
    return notes, margin


def _row(row: tuple[float, str, str, int], most: int) -> list[str]:
    """The lines beside a row: one of `most` letters where there are many rows, else (0) as many as it takes."""
    _, label, said, slot = row
    glyph = parts.GLYPHS[marker(slot)]
    if not most:
        return [f"{glyph} {label}", said]
    name = f"{glyph} {short(label, most - len(said) - 5)}"
    return [f"{name} ·\N{NO-BREAK SPACE}{said}" if said else name]
