"""A sheet as plain dictionaries for the browser: traces and layout at one moment, and what moves in time."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from landscape.figures.sheet import Sheet
from landscape.figures.sheet.boxes import columns_of
from landscape.figures.sheet.drawing import payload
from landscape.theme import PANEL

SIDES = (240, 4_000)  # pixels of a side
SLIM = 640  # pixels below which panels stand one above the other
ROW, TALL = 270, 310  # pixels of a row of panels at least: side by side, and alone


class Look(NamedTuple):
    """How one browser looks at a sheet."""

    theme: str = "light"
    sheet: str | None = None
    width: int = 1080
    height: int = 520


def look_of(question: dict[str, Any]) -> Look:
    """How the browser looks; what cannot be read is as usual."""
    usual = Look()

    def side(name: str) -> int:
        value = question.get(name)
        right = isinstance(value, (int, float)) and SIDES[0] <= value <= SIDES[1]
        return round(value) if right else getattr(usual, name)

    theme = question.get("theme") if question.get("theme") in ("light", "dark") else "light"
    sheet = question.get("sheet")
    return Look(theme, sheet if isinstance(sheet, str) else None, side("width"), side("height"))


def high(sheet: Sheet, look: Look) -> int:
    """Pixels of height: as the page has room, or more where there are many panels."""
    if look.width < SLIM:
        return min(TALL * len(sheet.panels), SIDES[1])
    rows = math.ceil(len(sheet.panels) / columns_of(sheet, PANEL, look.width, look.height))
    return min(max(look.height, ROW * rows), SIDES[1])


def drawn(sheet: Sheet, look: Look) -> dict[str, Any]:
    """The figure of a sheet without its words, and what moves in it; see landscape.figures.sheet.drawing.

    What JSON has no word for is null.
    """
    return cleaned(payload(sheet, theme=look.theme, width=look.width, height=high(sheet, look), sizes=PANEL))


def cleaned(value: Any) -> Any:
    """The same with null for numbers that are not finite."""
    if isinstance(value, dict):
        return {name: cleaned(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
