"""The look: colours, markers, sizes and how numbers are written.

One idea rules: colour means entrant.  Everything else is muted.  An entrant's slot gives the same colour and marker
in every view and file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.parameters import LandscapeError, nearest

FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"
MARKERS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon", "star")


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance."""

    name: str
    page: str
    panel: str
    border: str
    ink: str
    dim: str
    soft: str
    grid: str
    axis: str
    warning: str
    error: str
    heights: tuple[tuple[float, str], ...]  # low to high
    level: str
    level_3d: str
    arrow: str
    halo: str
    domain: str
    entrants: tuple[str, ...]
    basins: tuple[str, ...]  # the hues of the first entrants, washed out
    lost: str  # diverged, or without a result

    def basin(self, slot: int) -> str:
        """The colour of the ground that leads to a minimum whose dot has `colour(slot)`."""
        return self.basins[slot] if slot < len(self.basins) else mixed(self.colour(slot), self.panel, 0.6)

    def colour(self, slot: int) -> str:
        return self.entrants[slot % len(self.entrants)]


# Found by search: at least 3:1 against the surface, largest smallest OKLab distance under simulated colour blindness.
LIGHT = Theme(
    name="light",
    page="#F3F4F6",
    panel="#FFFFFF",
    border="#E0E3E8",
    ink="#15191F",
    dim="#59626F",
    soft="#EEF0F3",
    grid="#E9EBEF",
    axis="#C3C9D1",
    warning="#7A4B00",
    error="#A61B1B",
    heights=((0.0, "#B4C7DA"), (0.25, "#C9D6E3"), (0.55, "#DEE5EB"), (0.8, "#EFEFEB"), (1.0, "#FAF6EC")),
    level="rgba(66,92,122,.34)",
    level_3d="#A9B9C9",
    arrow="#9FB0C2",
    halo="rgba(255,255,255,.92)",
    domain="rgba(66,92,122,.55)",
    entrants=("#2473ED", "#AC3402", "#00795C", "#9A25A7", "#997402", "#025573", "#850041", "#1B1E24"),
    basins=("#A9C4E6", "#EBC3A6", "#B5D3BC", "#D3BBDD"),
    lost="#B9BDC4",
)
DARK = Theme(
    name="dark",
    page="#0D1014",
    panel="#15191F",
    border="#272D36",
    ink="#E9ECF1",
    dim="#A2ABB8",
    soft="#1E242C",
    grid="#222831",
    axis="#3A424E",
    warning="#F3C877",
    error="#FF9C98",
    heights=((0.0, "#0C131B"), (0.25, "#141E29"), (0.55, "#1F2B37"), (0.8, "#2B3743"), (1.0, "#37434E")),
    level="rgba(150,178,208,.24)",
    level_3d="#46566A",
    arrow="#4C5F74",
    halo="rgba(10,15,22,.85)",
    domain="rgba(150,178,208,.5)",
    entrants=("#3F93FF", "#FF6A1A", "#38F5AC", "#D078C2", "#F8BA00", "#7BCBE3", "#FE839C", "#E3F0FF"),
    basins=("#27496F", "#6B3F22", "#1F5A47", "#5A3B60"),
    lost="#3A3E46",
)
SIGNED = ((0.0, "#3E77B6"), (0.5, "#F4F4F2"), (1.0, "#C77A2E"))  # values of both signs, zero in the middle


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` (#RRGGBB) with `share` of `other` mixed in."""
    pair = ([int(hue[i : i + 2], 16) for i in (1, 3, 5)] for hue in (colour, other))
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in zip(*pair, strict=True))


THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def named(name: str | Theme) -> Theme:
    """The theme of that name."""
    if isinstance(name, Theme):
        return name
    if name not in THEMES:
        raise LandscapeError(f"Unknown theme '{name}'. {nearest(str(name), THEMES)}")
    return THEMES[name]


def marker(slot: int) -> str:
    return MARKERS[slot % len(MARKERS)]


def dash(slot: int) -> str:
    """Beyond eight entrants colours return, dashed."""
    return "solid" if slot < len(MARKERS) else "dash"


@dataclass(frozen=True)
class Sizes:
    """Lengths in pixels; `slide` scales them all with the width, `PANEL` is the dashboard's."""

    path: float
    best: float
    halo: float
    end: float
    start: float
    minimum: float
    member: float
    arrow: float
    level: float
    curve: float
    rest: float  # a curve after the cursor
    tick: float
    axis_title: float
    label: float
    headline: float
    subtitle: float
    tick_3d: float


PANEL = Sizes(path=2.5, best=1.8, halo=5, end=12, start=13, minimum=11, member=7, arrow=1.1, level=0.8, curve=2.2,
              rest=1.6, tick=11, axis_title=12, label=12, headline=16, subtitle=12.5, tick_3d=10.5)  # fmt: skip
_SLIDE = Sizes(path=6, best=4.5, halo=8.5, end=24, start=26, minimum=24, member=13, arrow=2.2, level=1.6, curve=6,
               rest=4, tick=27, axis_title=32, label=34, headline=46, subtitle=28, tick_3d=17)  # fmt: skip


def slide(width: float) -> Sizes:
    """Sizes for a figure of this width in pixels, readable from the back row at 1920."""
    return Sizes(**{name: value * width / 1920 for name, value in vars(_SLIDE).items()})


def ramp(theme: Theme) -> list[list[Any]]:
    """The colours of heights as Plotly wants them."""
    return [[at, colour] for at, colour in theme.heights]


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(value: float) -> str:
    """Three significant digits; below 1e-3 or from 1e4 on as 7.8·10⁻⁶; a true minus sign."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"inf": "∞", "-inf": "−∞"}.get(str(value), "–")
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e4:
        text = f"{size:.3g}" if size < 999.5 else f"{size:.0f}"
        text = f"-{text}" if value < 0 else text
        return text.replace("-", "−")
    digits, power = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_SUPERSCRIPT)}".replace("-", "−")


def power(value: float) -> str:
    """A power of ten (or twice, five times one) as on an axis: 0.02, 1, 500, else 10⁻⁶."""
    exponent = int(np.floor(np.log10(value) + 1e-9))
    if -3 <= exponent <= 3:
        return f"{value:,g}"
    first = round(value / 10.0**exponent)
    return f"{'' if first == 1 else f'{first}·'}10<sup>{str(exponent).replace('-', '−')}</sup>"


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from 10^low to 10^high, at most about `most`: decades apart, or 1, 2, 5 where decades are few."""
    first, last = int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9))
    every = max(1, -(-(last - first + 1) // most))
    decades = list(range(last, first - 1, -every))
    if len(decades) > 2:
        return [10.0**power for power in reversed(decades)]
    fine = [m * 10.0**power for power in range(first - 1, last + 1) for m in (1.0, 2.0, 5.0)]
    inside = [value for value in fine if low - 1e-9 <= np.log10(value) <= high + 1e-9]
    return inside[:: max(1, -(-len(inside) // most))]


def pair(point) -> str:
    """The numbers of a point as they stand in brackets."""
    return ", ".join(written(float(x)) for x in point)
