"""The drawing of sheets: one for all labs.

`drawn` is a Plotly figure of a sheet at one moment; `payload` is the same for a browser that goes through the moments
by itself: {"figure": {"data", "layout"}, "moves": […], "times": […], "unit": "step", "frame": 3}. A move is
{"trace": 2, "path": "y", "values": [one for each moment]} for Plotly.restyle, or {"annotation": 4, "path": "text",
"values": […]} for Plotly.relayout(`annotations[4].text`). Arrays are Plotly's {"dtype", "bdata", "shape"} or lists.

Marks that are clicked have `meta.sets`, the parameter's name, and `customdata`, a value for each point; in a map
(rows, columns). `meta.role` says what a trace is: line, halo, band, end, dots, bars, written, heat, levels, arrows,
notes, cursor; in space heights, trail, end. Words are annotations, with `name`: key, title, end, upright, bar, box.
Everything is placed by pixels, so a page asks again when its size changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from landscape.figures import parts
from landscape.figures.sheet import boxes, keys, layout, moments
from landscape.figures.sheet.boxes import Place
from landscape.figures.sheet.head import Head, columns_of, head
from landscape.figures.sheet.marks import Sheet
from landscape.figures.sheet.settle import Settled, moment, settled
from landscape.figures.study.picture import scaled
from landscape.theme import PANEL, Sizes, Theme, fit, named

PARTS = (1.0, 0.85, 0.7, 0.6, 0.5)  # of the usual lengths, tried until all panels have room


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
    placed = arranged(sheet, named(theme), lengths, (fitted.width, fitted.height), headed)
    return parts.finish(*plain(placed, moment(sheet, frame)))


def payload(
    sheet: Sheet,
    *,
    frame: int | None = None,
    theme: str | Theme = "light",
    width: int = 1100,
    height: int | None = None,
    sizes: Sizes = PANEL,
    headed: bool = False,
) -> dict[str, Any]:
    """What a page needs to draw a sheet and to go through its moments, ready for JSON; see the top of this module.

    Without a height the figure is as high as its panels like at that width: `layout.height` tells.
    """
    placed = arranged(sheet, named(theme), scaled(sizes), (width, height), headed)
    return moments.packed(sheet, [plain(placed, k) for k in range(sheet.moments)], moment(sheet, frame))


@dataclass(frozen=True)
class Arranged:
    """A sheet with places for everything, the same at all moments."""

    theme: Theme
    sizes: Sizes
    size: tuple[int, int]
    panels: list[Settled]
    places: list[Place]
    head: Head


def plain(placed: Arranged, frame: int) -> tuple[list[dict], dict[str, Any]]:
    """The traces and the layout of a sheet at a moment."""
    traces, page = [], layout.page(placed.head, placed.theme, placed.sizes, placed.size)
    for number, (panel, place) in enumerate(zip(placed.panels, placed.places, strict=True), start=1):
        traces += layout.panel(panel, place, number, frame, placed.theme, placed.size, page)
    return traces, page


def arranged(sheet: Sheet, theme: Theme, sizes: Sizes, size: tuple[int, int | None], headed: bool) -> Arranged:
    """The panels of a sheet, where they are, and the words around them; without a height as high as they like.

    Where that leaves a plot lower than two lines of type, all lengths are less.
    """
    for part in PARTS:
        found = _arranged(sheet, theme, times(sizes, part), size, headed)
        if size[1] is None or all(place.plot.tall > 2.0 * place.sizes.tick for place in found.places):
            break
    return found


def times(sizes: Sizes, part: float) -> Sizes:
    """Sizes that are all so many times as large."""
    return replace(sizes, **{name: part * value for name, value in vars(sizes).items() if name != "narrow"})


def _arranged(sheet: Sheet, theme: Theme, sizes: Sizes, size: tuple[int, int | None], headed: bool) -> Arranged:
    panels = [settled(panel) for panel in sheet.panels]
    columns = columns_of(sheet, sizes, *size)
    found = _laid(sheet, panels, columns, theme, sizes, size, headed)
    if columns == 2 and len(panels) == 4 and sheet.columns is None and size[1] is not None and not sizes.narrow:
        beside = _laid(sheet, panels, 4, theme, sizes, size, headed)  # squares and reliefs may have more room
        found = max(found, beside, key=lambda placed: min(place.plot.wide * place.plot.tall for place in placed.places))
    return found


def _laid(sheet: Sheet, panels: list[Settled], columns: int, theme: Theme, sizes: Sizes, size: tuple[int, int | None],
          headed: bool) -> Arranged:  # fmt: skip
    width, height = size

    def rowed(common: list[keys.Entry]) -> tuple[Head, list[boxes.Row]]:
        above = head(sheet, common, theme, sizes, (width, height or width), headed)
        listed = {keys.same(entry) for entry in common}
        return above, boxes.rows_of(panels, listed, theme, sizes, above.body, columns)

    common = keys.shared(panels)
    above, rows = rowed(common)
    if more := boxes.crowded(rows):
        common = [*common, *more]
        above, rows = rowed(common)
    if height is None:
        height = round(width - above.body.tall + boxes.natural(rows, sizes))
        above = head(sheet, common, theme, sizes, (width, height), headed)
    return Arranged(theme, sizes, (width, height), panels, boxes.places(rows, sizes, above.body), above)
