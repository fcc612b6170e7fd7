"""The look: colours, markers, sizes and how numbers are written.

One idea rules: colour means entrant.  Everything else is muted.  An entrant's slot gives the same colour and marker
in every view and file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

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
    shades: tuple[str, ...]  # of results, the best first: it jumps out from either page
    lost: str  # diverged, or without a result
    dark: bool = False
    clear: bool = False  # nothing is drawn behind the figure
    dashes: tuple[str, ...] = ("solid", "dash")  # of the first round of colours, and of those that return

    @property
    def ground(self) -> str:
        """What a figure is drawn on."""
        return "rgba(0,0,0,0)" if self.clear else self.panel

    def basin(self, slot: int) -> str:
        """The colour of the ground that leads to a minimum whose dot has `colour(slot)`."""
        return self.basins[slot] if slot < len(self.basins) else mixed(self.colour(slot), self.panel, 0.6)

    def colour(self, slot: int) -> str:
        return self.entrants[slot % len(self.entrants)]

    def dash(self, slot: int) -> str:
        """The dash of its line: where colours return, another one."""
        return self.dashes[min(slot // (2 * len(MARKERS) // len(self.dashes)), len(self.dashes) - 1)]


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
    shades=("#0B3C49", "#166A74", "#4A9A8F", "#9AC7AC", "#DCE8C8", "#FBF7E6"),
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
    shades=("#F7F3C8", "#B5DDB0", "#62B5A0", "#2B7F85", "#174E60", "#10293B"),
    lost="#3A3E46",
    dark=True,
)
# Four greys apart for the first four entrants and again, dashed, for the next: a black and white copy tells them apart.
PRINT = replace(
    LIGHT,
    name="print",
    page="#FFFFFF",
    heights=((0.0, "#CBD4DD"), (0.25, "#DAE1E7"), (0.55, "#E8ECEF"), (0.8, "#F4F5F6"), (1.0, "#FFFFFF")),
    entrants=("#2066D3", "#4F1801", "#005440", "#C077C8", "#866602", "#012E3E", "#8D114E", "#909295"),
    basins=("#C7D9EF", "#BA9A83", "#A6C2AD", "#F0E8F4"),
    dashes=("solid", "dash", "dot", "dashdot"),
)
# Kinds of things that are no entrants, such as jobs and classes of a map: as far apart in OKLab as low chroma allows,
# under simulated colour blindness too, and of middle lightness, so that they hold on both grounds.
KINDS = ("#84D4F3", "#853E19", "#596DB2", "#CDA454", "#C97466", "#A4A1EE", "#6C407F", "#6697AB", "#54C1A3", "#7B7414",
         "#A25478", "#B3D586")  # fmt: skip
SIGNED = ((0.0, "#3E77B6"), (0.5, "#F4F4F2"), (1.0, "#C77A2E"))  # values of both signs, zero in the middle


def onto(colour: str) -> str:
    """Ink or paper, whichever is read better on a colour (#RRGGBB)."""
    red, green, blue = ((int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5))
    return LIGHT.ink if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 else LIGHT.panel


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` (#RRGGBB) with `share` of `other` mixed in."""
    pair = ([int(hue[i : i + 2], 16) for i in (1, 3, 5)] for hue in (colour, other))
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in zip(*pair, strict=True))


_CLEAR = tuple(replace(theme, name=f"transparent-{theme.name}", clear=True) for theme in (LIGHT, DARK))
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PRINT, *_CLEAR)}


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
    tick_3d: float  # what WebGL draws grows with its square
    unit: float = 0.0  # pixels for each pixel of a slide, of margins and distances; 0: as the width has it
    narrow: bool = False  # keys stand below the plot, not beside it


TYPE = ("tick", "axis_title", "label", "headline", "subtitle", "tick_3d")
FONTS = (0.8, 2.0)  # how much larger than usual type may be
PIXELS = (200, 8000)  # of a side
PANEL = Sizes(path=2.5, best=1.8, halo=5, end=12, start=13, minimum=11, member=7, arrow=1.1, level=0.8, curve=2.2,
              rest=1.6, tick=11, axis_title=12, label=12, headline=16, subtitle=12.5, tick_3d=11.5)  # fmt: skip
_SLIDE = Sizes(path=6, best=4.5, halo=8.5, end=24, start=26, minimum=24, member=13, arrow=2.2, level=1.6, curve=6,
               rest=4, tick=27, axis_title=32, label=34, headline=46, subtitle=28, tick_3d=17, unit=1.0)  # fmt: skip


def slide(width: float, *, at: float = 1920, font: float = 1.0, narrow: bool = False) -> Sizes:
    """Sizes for a figure of this width in pixels, readable from the back row at 1920.

    `at` is the width at which lengths are those of a slide, `font` what multiplies type and the room around it.
    """

    def grown(name: str) -> float:
        times = width / at * (font if name in TYPE or name == "unit" else 1.0)
        return getattr(_SLIDE, name) * (times**0.5 if name == "tick_3d" else times)

    return Sizes(**{name: grown(name) for name in vars(_SLIDE) if name != "narrow"}, narrow=narrow)


class Format(NamedTuple):
    """A size with a name."""

    width: int  # pixels; of what is printed 96 to an inch
    height: int
    at: float  # the width at which its lengths are those of a slide
    narrow: bool = False
    scale: float = 1.0  # pixels of a PNG for each pixel


FORMATS = {
    "slide": Format(1920, 1080, 1920),
    "half": Format(960, 1080, 1280, narrow=True),
    "column": Format(317, 432, 880, narrow=True, scale=4.0),  # 3.3 inches
    "wide": Format(672, 378, 1800, scale=4.0),  # 7 inches: both columns
    "poster": Format(3840, 2160, 2400),
}


class Fitted(NamedTuple):
    """The frame of a figure: pixels, lengths, and pixels of a PNG for each pixel."""

    width: int
    height: int
    sizes: Sizes
    scale: float


def fit(size: str = "slide", width: int | None = None, height: int | None = None, font: float = 1.0) -> Fitted:
    """The frame of a figure of a named size; width and height, in pixels, override those of the name."""
    if size not in FORMATS:
        raise LandscapeError(f"Unknown size '{size}'. {nearest(str(size), FORMATS)}")
    for side, given in (("width", width), ("height", height)):
        if given is not None and not (_number(given) and PIXELS[0] <= given <= PIXELS[1]):
            raise LandscapeError(f"{side} {given} is not in {PIXELS[0]} … {PIXELS[1]} pixels.")
    if not (_number(font) and FONTS[0] <= font <= FONTS[1]):
        raise LandscapeError(f"font {font} is not in {FONTS[0]} … {FONTS[1]}; 1 is the usual size of type.")
    named = FORMATS[size]
    wide, high = width or named.width, height or named.height
    return Fitted(wide, high, slide(wide, at=named.at, font=font, narrow=named.narrow), named.scale)


def _number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


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


def percent(share: float) -> str:
    """A share in percent; what is nearly all keeps the digits that tell it from all of it."""
    if not 0.995 <= share < 1.0:
        return f"{share:.0%}"
    return f"{share:.1%}" if share < 0.9995 else "over 99.9%"


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
