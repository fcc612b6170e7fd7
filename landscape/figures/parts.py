"""What several figures share, as plain dictionaries: axes, the words around a plot, and the key.

Dictionaries, because the dashboard sends them to the browser on every slider move, and Plotly's own objects take
longer to validate than the optimizers take to run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from landscape.scene import Scene, Track
from landscape.theme import FONT, Sizes, Theme, dash, marker, named, slide, written

WIDTH, HEIGHT = 1920, 1080
TOP = 176  # pixels above the plot of a slide


def finish(traces: list[dict], layout: dict) -> go.Figure:
    """The figure of these dictionaries."""
    return go.Figure({"data": traces, "layout": layout})


def look(theme: str | Theme, width: int, sizes: Sizes | None) -> tuple[Theme, Sizes]:
    return named(theme), sizes or slide(width)


def page(theme: Theme, sizes: Sizes, width: int | None, height: int | None, margin: dict[str, float]) -> dict[str, Any]:
    """The layout around any plot."""
    size = {} if width is None else {"width": width, "height": height}
    return size | {
        "paper_bgcolor": theme.panel,
        "plot_bgcolor": theme.panel,
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
        "linecolor": theme.axis,
        "tickcolor": theme.axis,
        "tickfont": {"size": sizes.tick, "color": theme.dim},
        "title": {"text": more.pop("name", ""), "font": {"size": sizes.axis_title, "color": theme.ink}},
        "zeroline": False,
        "minorloglabels": "none",
    } | more


def margins(width: int, *, left: float, right: float, bottom: float) -> dict[str, float]:
    """Margins of a slide, given at 1920 pixels."""
    scale = width / WIDTH
    return {"l": left * scale, "r": right * scale, "t": TOP * scale, "b": bottom * scale, "pad": 0}


def headline(scene: Scene, theme: Theme, sizes: Sizes, width: int, subtitle: str) -> list[dict]:
    """The finding and how it was found, above the plot's left edge; notes below it."""
    rows = [(f"<b>{scene.title}</b>", 84, sizes.headline, theme.ink), (subtitle, 38, sizes.subtitle, theme.dim)]
    words = [_words(text, 1.0, up * width / WIDTH, size, colour) for text, up, size, colour in rows]
    if scene.notes:
        down = -48 * width / WIDTH
        words.append(_words(" · ".join(scene.notes), 0.0, down, sizes.subtitle, theme.dim) | {"yanchor": "top"})
    return words


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
        return f"diverged at step {track.diverged}"
    value = float(np.asarray(track.best_value)[track.at(scene.frame)])
    return f"best {written(value)}"


def losses(scene: Scene) -> str:
    """Which entrants have diverged by now, for figures without a key."""
    return "".join(f" · {track.label} {result(scene, track)}" for track in scene.shown if scene.lost(track))


def row_key(scene: Scene, sizes: Sizes, theme: Theme, width: int) -> list[dict]:
    """Marker and name of every entrant in a row, at the upper right."""
    names = [
        f'<span style="color:{theme.colour(track.slot)}">{GLYPHS[marker(track.slot)]} <b>{track.label}</b></span>'
        for track in scene.shown
    ]
    words = _words("   ".join(names), 1.0, 84 * width / WIDTH, sizes.subtitle, theme.ink)
    return [words | {"x": 1, "xanchor": "right"}] if names else []


def key(scene: Scene, theme: Theme, sizes: Sizes, *, x: float, width: int, top: float = 1.0) -> list[dict]:
    """Marker, name and result of every entrant, beside the plot: annotations in paper coordinates."""
    scale, rows = width / WIDTH, []
    label = fitted(scene, sizes.label, 320 * scale)
    for i, track in enumerate(scene.shown):
        colour = theme.colour(track.slot)
        base = {
            "xref": "paper",
            "yref": "paper",
            "x": x,
            "y": top,
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "top",
        }
        drop = -i * 128 * scale
        rows.append(base | {"text": GLYPHS[marker(track.slot)], "yshift": drop, "xshift": 32 * scale,
                            "font": {"size": label * 0.85, "color": colour}})  # fmt: skip
        rows.append(base | {"text": f"<b>{track.label}</b>", "yshift": drop, "xshift": 78 * scale,
                            "font": {"size": label, "color": colour}})  # fmt: skip
        rows.append(base | {"text": result(scene, track), "yshift": drop - 52 * scale, "xshift": 78 * scale,
                            "font": {"size": sizes.subtitle, "color": colour}})  # fmt: skip
    return rows


def rows(entries, theme: Theme, sizes: Sizes, width: int, *, top: float = 1.0) -> list[dict]:
    """Entries (glyph, its colour, words in bold, words below) beside the plot, one under the other."""
    scale, notes = width / WIDTH, []
    pitch = min(128, 800 / max(len(entries), 1)) * scale
    for i, (glyph, colour, bold, below) in enumerate(entries):
        base = {"xref": "paper", "yref": "paper", "x": 1.0, "y": top, "showarrow": False, "xanchor": "left",
                "yanchor": "top", "align": "left"}  # fmt: skip
        fit = min(sizes.label, 340 * scale / (0.56 * max(len(bold), 1)))
        notes.append(base | {"text": glyph, "yshift": -i * pitch, "xshift": 32 * scale,
                             "font": {"size": sizes.label * 0.85, "color": colour}})  # fmt: skip
        notes.append(base | {"text": f"<b>{bold}</b>", "yshift": -i * pitch, "xshift": 78 * scale,
                             "font": {"size": fit, "color": theme.ink}})  # fmt: skip
        fit = min(sizes.subtitle, 330 * scale / (0.54 * max(len(below), 1)))
        notes.append(base | {"text": below, "yshift": -i * pitch - 50 * scale, "xshift": 78 * scale,
                             "font": {"size": fit, "color": theme.dim}})  # fmt: skip
    return notes


def bar(theme: Theme, sizes: Sizes, width: int, height: int, title: str, **more: Any) -> dict[str, Any]:
    """A colour bar beside the plot, its name above it."""
    scale = width / WIDTH
    return {"x": 1.0, "xpad": 36 * scale, "thickness": 34 * scale, "len": 0.8, "y": 0.0, "yanchor": "bottom",
            "outlinewidth": 0, "tickfont": {"size": sizes.tick, "color": theme.dim}, "ticklen": 6,
            "tickcolor": theme.axis, "title": {"text": title, "side": "top",
            "font": {"size": sizes.subtitle, "color": theme.ink}}} | more  # fmt: skip


GLYPHS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "triangle-down": "▼", "pentagon": "⬟",
          "hexagon": "⬢", "star": "★"}  # fmt: skip


def stroke(track: Track, theme: Theme, width: float, **more: Any) -> dict[str, Any]:
    """The line of an entrant."""
    return {"color": theme.colour(track.slot), "width": width, "dash": dash(track.slot)} | more
