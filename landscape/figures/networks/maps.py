"""Maps of neurons and of decisions: what colours mean, in all figures of networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.study.picture import BOTTOM
from landscape.theme import SIGNED, Sizes, Theme

LEFT, RIGHT = 190, 420  # margins of a slide
TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)
BELOW = 190  # pixels of a slide, from a narrow figure's key to its colour bar
LEFTMOST = {"constrain": "domain", "constraintoward": "left"}  # of a square map in a wide page


def answers(picture: Any) -> np.ndarray:
    """The output (m, m) as it is coloured: −1 … 1, a score as its probabilities; of several classes their number."""
    last = picture.maps[-1]
    if picture.classes > 2:
        return last.argmax(axis=0).astype(float)
    return np.tanh(last[0] / 2) if picture.output == "logit" else last[0]  # 2 σ(s) − 1


def reach(values: np.ndarray) -> float:
    """What the colours at both ends stand for: 1, or more where values are larger."""
    finite = np.abs(values[np.isfinite(values)])
    return max(1.0, float(np.quantile(finite, 0.99))) if finite.size else 1.0


def signed(values: np.ndarray, ends: tuple[float, float], place: tuple[float, float], **more: Any) -> dict[str, Any]:
    """A heat map of values of both signs between `ends` of x and `place` of y, zero in the middle of the colours."""
    rows, columns = values.shape
    return {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "x0": ends[0] + (ends[1] - ends[0]) / columns / 2,
        "dx": (ends[1] - ends[0]) / columns,
        "y0": place[0] + (place[1] - place[0]) / rows / 2,
        "dy": (place[1] - place[0]) / rows,
        "colorscale": [list(pair) for pair in SIGNED],
        "zmid": 0.0,
        "zmin": -1.0,
        "zmax": 1.0,
        "showscale": False,
        "hoverinfo": "skip",
    } | more


def classes(theme: Theme, count: int, *, ground: bool) -> list[str]:
    """A colour for each of more than two classes: washed out for the ground, full for points."""
    return [theme.basin(i) if ground else theme.colour(i) for i in range(count)]


def stepped(colours: list[str]) -> list[list[Any]]:
    """A colour scale of whole numbers 0 … C − 1 without anything between, for z from −0.5 to C − 0.5."""
    count = len(colours)
    return [[at, hue] for i, hue in enumerate(colours) for at in (i / count, (i + 1) / count)]


def beside(page: tuple[float, float]) -> float:
    """Where a square map ends that stands leftmost on a page of so many pixels of a slide, as a share of the plot."""
    return min(1.0, (page[1] - parts.TOP - BOTTOM) / (page[0] - LEFT - RIGHT))


def bar(
    name: str, theme: Theme, sizes: Sizes, page: tuple[float, float], x: float = 1.0, below: float = BELOW, **more: Any
) -> dict:
    """A colour bar beside a map that ends at `x` of the plot's width; below it in a narrow figure."""
    wide, tall = (int(side * sizes.unit) for side in page)
    place = {} if sizes.narrow else {"x": x}
    gap = "<br> " if sizes.narrow else "<br> <br> "
    look = parts.bar(theme, sizes, wide, tall, name + gap, below=below)
    return look | place | {"tickvals": TICKS} | more


def bottom(sizes: Sizes) -> float:
    """Room below the plot, in pixels of a slide: a narrow figure has key and colour bar there."""
    return parts.AXIS + parts.ROWS + parts.LAST if sizes.narrow else BOTTOM


def right(sizes: Sizes) -> float:
    """Room beside the plot."""
    return parts.NARROW_RIGHT if sizes.narrow else RIGHT


def named(name: str, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    """An axis' name."""
    return {"text": name, "font": {"size": sizes.axis_title, "color": theme.ink}}


def title(picture: Any) -> str:
    return f"{picture.network}, epoch {picture.epoch:g}"
