"""The drawing of sheets: one for all labs.

`drawn` is a Plotly figure of a sheet at one moment; `payload` is the same for a browser that goes through the moments
by itself: {"figure": {"data", "layout"}, "moves": […], "times": […], "unit": "step", "frame": 3}. A move is
{"trace": 2, "path": "y", "values": [one for each moment]} for Plotly.restyle, or {"annotation": 4, "path": "text",
"values": […]} for Plotly.relayout(`annotations[4].text`). Arrays are Plotly's {"dtype", "bdata", "shape"} or lists.

Marks that are clicked have `meta.sets`, the parameter's name, and `customdata`, a value for each point; in a map
(rows, columns). `meta.role` says what a trace is: line, band, dots, bars, heat, levels, arrows, notes, cursor, relief.
"""

from __future__ import annotations

from typing import Any

from landscape.figures import parts
from landscape.figures.sheet import boxes, keys, layout, moments
from landscape.figures.sheet.boxes import Place
from landscape.figures.sheet.marks import Sheet
from landscape.figures.sheet.settle import Settled, moment, settled
from landscape.figures.study.picture import scaled
from landscape.theme import Sizes, Theme, fit, named


def drawn(
    sheet: Sheet,
    *,
    frame: int | None = None,
    theme: str | Theme = "light",
    size: str = "slide",
    font: float = 1.0,
    width: int | None = None,
    height: int | None = None,
    sizes: Sizes | None = None,
    headed: bool = True,
):
    """The Plotly figure of a sheet at a moment, the sheet's own by default; `headed` without: panels alone.

    Other options as of `landscape.figures`.
    """
    fitted = fit(size, width, height, font)
    lengths = scaled(sizes or fitted.sizes)
    traces, page = plain(sheet, moment(sheet, frame), named(theme), lengths, (fitted.width, fitted.height), headed)
    return parts.finish(traces, page)


def payload(
    sheet: Sheet,
    *,
    frame: int | None = None,
    theme: str | Theme = "light",
    size: str = "slide",
    font: float = 1.0,
    width: int | None = None,
    height: int | None = None,
    sizes: Sizes | None = None,
    headed: bool = False,
) -> dict[str, Any]:
    """What a page needs to draw a sheet and to go through its moments, ready for JSON; see the top of this module."""
    fitted = fit(size, width, height, font)
    lengths, colours, now = scaled(sizes or fitted.sizes), named(theme), moment(sheet, frame)
    each = [plain(sheet, k, colours, lengths, (fitted.width, fitted.height), headed) for k in range(sheet.moments)]
    return moments.packed(sheet, each, now)


def plain(
    sheet: Sheet, frame: int, theme: Theme, sizes: Sizes, size: tuple[int, int], headed: bool
) -> tuple[list[dict], dict[str, Any]]:
    """The traces and the layout of a sheet at a moment."""
    panels, places, head = arranged(sheet, theme, sizes, size, headed)
    traces, page = [], layout.page(head, theme, sizes, size)
    for number, (panel, place) in enumerate(zip(panels, places, strict=True), start=1):
        traces += layout.panel(panel, place, number, frame, theme, size, page)
    return traces, page


def arranged(
    sheet: Sheet, theme: Theme, sizes: Sizes, size: tuple[int, int], headed: bool
) -> tuple[list[Settled], list[Place], boxes.Head]:
    """The panels of a sheet, where they are, and the words around them: the same at all moments."""
    panels = [settled(panel) for panel in sheet.panels]
    common = keys.shared(panels)
    head = boxes.head(sheet, common, theme, sizes, size, headed)
    columns = boxes.columns_of(sheet, sizes, *size)
    listed = {keys.same(entry) for entry in common}
    return panels, boxes.places(sheet, panels, listed, theme, sizes, head.body, columns), head
