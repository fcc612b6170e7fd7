"""Sheets: pages of panels with lines, dots, bars, maps and diagrams, which labs describe and `drawn` draws."""

from landscape.figures.sheet.marks import (
    Arrows,
    Bars,
    Dots,
    Heat,
    Line,
    Mark,
    Notes,
    Panel,
    Relief,
    Sheet,
    Spots,
    Trail,
)

__all__ = [
    "Arrows",
    "Bars",
    "Dots",
    "Heat",
    "Line",
    "Mark",
    "Notes",
    "Panel",
    "Relief",
    "Sheet",
    "Spots",
    "Trail",
    "drawn",
]


def __getattr__(name: str):
    if name == "drawn":
        from landscape.figures.sheet.drawing import drawn

        return drawn
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
