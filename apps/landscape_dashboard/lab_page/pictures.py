"""A sheet as plain dictionaries for the browser: traces and layout at one moment, and what moves in time."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from landscape.figures.sheet import Sheet
from landscape.figures.sheet.drawing import payload

WIDTHS = (240, 4_000)  # pixels


class Look(NamedTuple):
    """How one browser looks at a sheet."""

    theme: str = "light"
    sheet: str | None = None
    width: int = 1080


def look_of(question: dict[str, Any]) -> Look:
    """How the browser looks; what cannot be read is as usual."""
    usual = Look()
    width, sheet = question.get("width"), question.get("sheet")
    wide = isinstance(width, (int, float)) and WIDTHS[0] <= width <= WIDTHS[1]
    theme = question.get("theme") if question.get("theme") in ("light", "dark") else usual.theme
    return Look(theme, sheet if isinstance(sheet, str) else None, round(width) if wide else usual.width)


def drawn(sheet: Sheet, look: Look) -> dict[str, Any]:
    """The figure of a sheet without its words, as high as it likes, and what moves in it; see `payload`.

    What JSON has no word for is null.
    """
    return cleaned(payload(sheet, theme=look.theme, width=look.width))


def cleaned(value: Any) -> Any:
    """The same with null for numbers that are not finite."""
    if isinstance(value, dict):
        return {name: cleaned(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
