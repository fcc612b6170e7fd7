"""What the marks of a panel are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.figures.sheet.marks import Notes
from landscape.figures.sheet.settle import Settled, drawable
from landscape.theme import KINDS, Sizes, Theme, onto


@dataclass(frozen=True)
class Pen:
    """What every mark of a panel is drawn with."""

    theme: Theme
    sizes: Sizes
    panel: Settled
    place: str = ""  # of its axes: "", "2", …
    plot: tuple[float, float] = (600.0, 400.0)  # its width and height in pixels
    index: int = 0  # of the mark in its panel

    def colour(self, mark: Any) -> str:
        kind = getattr(mark, "kind", None)
        if kind is not None:
            return onto(KINDS[kind % len(KINDS)]) if isinstance(mark, Notes) else KINDS[kind % len(KINDS)]
        if getattr(mark, "alarm", False):
            return self.theme.error
        if mark.slot is not None:
            return self.theme.colour(mark.slot)
        return self.theme.dim if mark.quiet else self.theme.ink

    def trace(self, kind: str, role: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "xaxis": f"x{self.place}", "yaxis": f"y{self.place}", "meta": {"role": role}} | more

    def x(self, values: Any) -> np.ndarray:
        return compact(drawable(values, self.panel.x.log))

    def y(self, values: Any) -> np.ndarray:
        return compact(drawable(values, self.panel.y.log))


def compact(values: Any) -> np.ndarray:
    """Numbers in 32 bits where those hold them."""
    values = np.asarray(values, np.float64)
    finite = values[np.isfinite(values)]
    size = np.abs(finite[finite != 0])
    if size.size and not (size.max() < 1e30 and size.min() > 1e-30):
        return values
    small = finite.astype(np.float32)
    close = np.all(np.abs(small - finite) <= 1e-6 * (finite.max() - finite.min())) if size.size else True
    return values.astype(np.float32) if close else values


def faint(colour: str, theme: Theme) -> str:
    """A colour to fill with: what is below shows through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.26 if theme.dark else 0.17})"


def hover(mark: Any, pen: Pen) -> dict[str, Any]:
    if mark.hover is not None:
        return {"hovertext": list(mark.hover), "hoverinfo": "text"}
    if mark.quiet or pen.panel.panel.bare:
        return {"hoverinfo": "skip"}
    name = f"{mark.label}<br>" if mark.label else ""
    x, y = ("%{" + side + ":.4g}" for side in "xy")
    x = f"{pen.panel.panel.x} {x}" if pen.panel.panel.x and len(pen.panel.panel.x) < 24 else x
    return {"hovertemplate": f"{name}{x}: {y}<extra></extra>"}
