"""The formula field: what is typed, what is wrong with it and where, its typeset form, the ranges of its variables."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from landscape import catalog
from landscape.parameters import LandscapeError

WIDE = 30  # characters that the field shows at once
TYPING = 350  # milliseconds after the last key


def field(content: dict) -> list:
    """The text, a place for what is wrong with it, and the ranges of its variables."""
    text = content["surface"]["parameters"]["text"]
    entered = dmc.TextInput(id="formula-text", value=text, debounce=TYPING, className="formula-frame", size="sm",
                            classNames={"input": "formula-field"}, **{"aria-label": "Formula", "spellCheck": "false",
                                                                       "aria-describedby": "formula-note"})  # fmt: skip
    return [entered, html.Div(id="formula-note", role="alert"), html.Div(ranges(content), id="formula-ranges")]


def typeset(surface: Any) -> list:
    """A surface in LaTeX, and its gradient where it is known."""
    lines = [dcc.Markdown(f"$${surface.formula}$$", mathjax=True)]
    gradient = getattr(surface, "gradient_formula", None)
    if gradient:
        lines.append(dcc.Markdown(f"$$\\nabla f = {gradient}$$", mathjax=True))
    return lines


def ranges(content: dict) -> list:
    """One field for the range of every variable."""
    return [_range(name, ends) for name, ends in content["surface"]["parameters"].items() if name != "text"]


def _range(name: str, ends: Any) -> html.Div:
    shown = f"{ends[0]:.6g} … {ends[1]:.6g}"
    entered = dmc.TextInput(id={"type": "range", "at": f"surface.parameters.{name}"}, value=shown, debounce=True,
                            className="range-frame", size="xs", classNames={"input": "field"},
                            **{"aria-label": f"Range of {name}"})  # fmt: skip
    return html.Div(html.Div([html.Label(name), entered], className="row-head"), className="row")


def ends(text: str) -> list[float]:
    """The two numbers in what was typed for a range."""
    words = str(text).replace("…", " ").replace("..", " ").replace(",", " ").replace("−", "-").split()
    try:
        low, high = (float(word) for word in words)
    except ValueError:
        raise LandscapeError(f"'{text}' is no range; give two numbers, as in -2 … 2.") from None
    return [low, high]


def changed(content: dict, text: str) -> dict:
    """The experiment with another formula: variables keep their ranges, and new ones get the usual one."""
    before = content["surface"]["parameters"]
    free = catalog.bind("surface", {"name": "formula", "parameters": {"text": text}})
    kept = {name: before[name] for name in free.names if name in before}
    parameters = catalog.plain(free)["parameters"] | kept
    catalog.bind("surface", {"name": "formula", "parameters": parameters})
    same = list(parameters) == list(before)
    surface = {"name": "formula", "parameters": parameters}
    return content | {"surface": surface} | ({} if same else {"start": None})


def note(error: LandscapeError, text: str) -> list:
    """A caret under the spot, and the sentence."""
    at = getattr(error, "at", None)
    lines = []
    if at is not None:
        shown, place = (text, at) if len(text) <= WIDE else _excerpt(text, at)
        excerpt = [html.Div(shown, className="excerpt")] if shown != text else []
        lines = [*excerpt, html.Div(" " * place + "▲", className="caret")]
    back = html.Button("Back to the last valid one", **{"data-action": "reformula"})
    return [*lines, html.Div([str(error), " ", back], className="told")]


def _excerpt(text: str, at: int) -> tuple[str, int]:
    """A window of a long text around the spot, and where the spot is in it."""
    first = max(0, min(at - WIDE // 2, len(text) - WIDE + 2))
    head, tail = "…" if first else "", "…" if first + WIDE - 2 < len(text) else ""
    return head + text[first : first + WIDE - 2] + tail, at - first + len(head)
