"""What stands on a sheet: marks in panels, in words and NumPy arrays, without colours or pixels.

An array named in a mark's `moving` has a first axis more, of the moments that the time bar of the sheet goes through.
`slot` gives a mark the colour of an entrant; without one it is ink, with `quiet` a muted line of reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SCALES = ("heights", "shades", "signed", "binary", "kinds")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A curve through x (n,) and y (n,), NaN where it is interrupted; `band` is (low (n,), high (n,)) around it."""

    x: Any
    y: Any
    label: str = ""
    slot: int | None = None
    quiet: bool = False
    dash: bool | None = None  # None: as the theme has it for that entrant
    band: tuple[Any, Any] | None = None
    filled: bool = False  # a closed shape
    inside: str = "faint"  # what it is filled with: its colour "faint" or "solid", or the "ground" of the page
    kind: int | None = None  # of things that are no entrants: jobs, classes of a map
    alarm: bool = False  # what should not be, in the colour of errors
    width: float = 1.0  # times the usual
    hover: Sequence[str] | None = None
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dots:
    """Points at x (n,) and y (n,); `values` (n,) colours them by a scale, `slots` (n,) by kind (named in `kinds`).

    Where `sets` names a parameter of the lab, a click on a dot gives it that dot's `keys` value.
    """

    x: Any
    y: Any
    label: str = ""
    slot: int | None = None
    quiet: bool = False
    values: Any = None
    slots: Any = None
    kinds: Sequence[str] = ()
    scale: str = "shades"  # of `values`, as a map's
    name: str = ""  # of `values`, on the colour bar; "" draws no bar
    log: bool = False
    limits: tuple[float, float] | None = None
    error: Any = None  # (n,): half the height of a bar through each
    size: Any = 1.0  # times the usual: one number, or one for each (n,)
    symbol: str | None = None  # by default the slot's
    alarm: bool = False  # as a line's
    hover: Sequence[str] | None = None
    sets: str = ""
    keys: Sequence[Any] | None = None
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars of heights y (n,) at x (n,), numbers or names; `across` lays them down, `error` is half an error bar."""

    x: Any
    y: Any
    label: str = ""
    slot: int | None = None
    quiet: bool = False
    slots: Any = None
    error: Any = None
    across: bool = False
    written: Sequence[str] | None = None  # what stands at each bar's end
    hover: Sequence[str] | None = None
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Values z (rows, columns) as colours, at the cells' middles x (columns,) and y (rows,).

    `scale`: heights (low is dark ground), shades (best first), signed (zero in the middle), binary (0 and 1), kinds
    (whole numbers from 0, each with a colour of its own).
    """

    z: Any
    x: Any = None
    y: Any = None
    scale: str = "heights"
    slot: int | None = None  # instead of a scale: from the ground to the colour of an entrant
    name: str = ""  # of the values, on the colour bar; "" draws no bar
    log: bool = False
    limits: tuple[float, float] | None = None
    levels: int = 0  # of level lines over the colours
    numbers: bool = False  # written into the cells
    sets: str = ""  # with `keys` (rows, columns): as for dots
    keys: Any = None
    hover: Any = None  # texts (rows, columns)
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Relief:
    """A surface in space: z (rows, columns) over x (columns,) and y (rows,). Alone in its panel, but for marks in
    space: `Trail`s and `Spots`."""

    x: Any
    y: Any
    z: Any
    log: bool = False
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A path x, y, z (n,) each in space, NaN where it is interrupted; `quiet` ones are thin and without an end, as
    links are."""

    x: Any
    y: Any
    z: Any
    label: str = ""
    slot: int | None = None
    quiet: bool = False
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Spots:
    """Points x, y, z (n,) each in space, with or without a relief; `size` as of dots."""

    x: Any
    y: Any
    z: Any
    label: str = ""
    slot: int | None = None
    quiet: bool = False
    size: Any = 1.0
    hover: Sequence[str] | None = None
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arrows:
    """Arrows from x, y (n,) by u, v (n,), in units of the axes."""

    x: Any
    y: Any
    u: Any
    v: Any
    label: str = ""
    slot: int | None = None
    quiet: bool = False
    hover: Sequence[str] | None = None
    moving: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notes:
    """Words at places x (n,), y (n,) of the axes; `anchor` as in "middle right": which part of the words is there."""

    x: Any
    y: Any
    texts: Sequence[str]
    anchor: str = "middle center"
    slot: int | None = None
    quiet: bool = False
    boxed: bool = False  # as a node of a graph
    kind: int | None = None  # on whose colour they stand
    tall: float | None = None  # of the letters, in units of y, where that is less than usual
    moving: tuple[str, ...] = ()


Mark = Line | Dots | Bars | Heat | Relief | Trail | Spots | Arrows | Notes


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One plot: its marks and its axes. Ranges are (low, high) in the axis' own units, also where it is logarithmic."""

    marks: Sequence[Mark]
    title: str = ""
    x: str = ""  # names of the axes
    y: str = ""
    log_x: bool = False
    log_y: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    x_ticks: tuple[Sequence[float], Sequence[str]] | None = None
    y_ticks: tuple[Sequence[float], Sequence[str]] | None = None
    square: bool = False  # one scale for both axes
    bare: bool = False  # no axes: diagrams and pictures; in space no numbers along x and y
    downwards: bool = False  # y grows downwards: rows of a matrix, steps of an automaton
    keyed: bool = True  # labels of its marks are written: at line ends, or in a row above the plot
    weight: float = 1.0  # width beside other panels
    tall: float = 1.0  # height beside other rows
    cursor: Any = None  # x (moments,) of a line that goes with the time bar


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A page of one or more panels under a headline.

    `times` (moments,) are what the time bar shows, in `unit`s (step, epoch, layer, …); `frame` is the moment drawn,
    the last one by default. `columns` is how many panels stand side by side, or how many in each row; a narrow page
    has one column.
    """

    panels: Sequence[Panel]
    title: str
    subtitle: str = ""
    notes: Sequence[str] = ()
    columns: int | tuple[int, ...] | None = None
    times: Any = None
    unit: str = "step"
    frame: int | None = None

    @property
    def moments(self) -> int:
        """How many moments the time bar has; 1 without one."""
        return 1 if self.times is None else len(np.asarray(self.times))
