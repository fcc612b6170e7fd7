"""A sheet as plain dictionaries for the browser: traces and layout at one moment, and what moves in time."""

from __future__ import annotations

from typing import Any, NamedTuple

from landscape.figures.sheet import Sheet
from landscape.figures.sheet.drawing import arranged, payload, plain
from landscape.figures.sheet.moments import packed
from landscape.figures.study.picture import scaled
from landscape.theme import PANEL, named

SIDES = (240, 4_000)  # pixels
LEAST = 0.62  # of the height that a sheet likes


class Look(NamedTuple):
    """How one browser looks at a sheet: pixels across, those in height that are seen without scrolling, and, while a
    slider moves, the only moment that is drawn: that one, unless the sheet is by now about another than `own`."""

    theme: str = "light"
    sheet: str | None = None
    width: int = 1080
    height: int | None = None
    moment: int | None = None
    own: int | None = None


def look_of(question: dict[str, Any]) -> Look:
    """How the browser looks; what cannot be read is as usual."""
    usual = Look()

    def side(name: str) -> int | None:
        value = question.get(name)
        right = isinstance(value, (int, float)) and SIDES[0] <= value <= SIDES[1]
        return round(value) if right else getattr(usual, name)

    def whole(name: str) -> int | None:
        value = question.get(name)
        return value if isinstance(value, int) and value >= 0 else None

    theme, sheet = question.get("theme"), question.get("sheet")
    theme = theme if theme in ("light", "dark") else usual.theme
    sheet = sheet if isinstance(sheet, str) else None
    return Look(theme, sheet, side("width"), side("height"), whole("moment"), whole("own"))


def drawn(sheet: Sheet, look: Look) -> dict[str, Any]:
    """The figure of a sheet without its words, and what moves in it; see `payload`."""
    size = look.width, high(sheet, look)
    if look.moment is None:
        return payload(sheet, theme=look.theme, width=size[0], height=size[1])
    now = about(sheet)
    moment = now if look.own not in (None, now) else min(look.moment, sheet.moments - 1)
    alone = plain(arranged(sheet, named(look.theme), scaled(PANEL), size, False), moment)
    return packed(sheet, [alone], 0) | {"frame": moment}


def about(sheet: Sheet) -> int:
    """The moment that a sheet is shown at first."""
    return sheet.moments - 1 if sheet.frame is None else sheet.frame


def high(sheet: Sheet, look: Look) -> int | None:
    """A height that is seen at once, where the sheet would like more; None where it may have what it likes."""
    if look.height is None:
        return None
    likes = arranged(sheet, named(look.theme), scaled(PANEL), (look.width, None), False).size[1]
    return max(look.height, round(LEAST * likes)) if likes > look.height else None
