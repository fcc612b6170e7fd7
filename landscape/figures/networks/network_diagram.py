"""A network as neurons and links: in every neuron what it answers to every input."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures.networks import maps
from landscape.figures.networks.decision_map import told
from landscape.figures.study.picture import Plot
from landscape.theme import SIGNED, Sizes, Theme

WIDE, TALL = 140.0, 56.0  # the drawing, in units of its own
LARGEST = 11.0  # the side of a neuron
THICK = 12.0  # pixels of a slide, of the strongest link
FULL = 5.0  # the size of a weight that is drawn at full width, as the Playground has it
MANY = 400  # links: of more the faintest are left out


def network_diagram(picture: Any, theme: Theme, sizes: Sizes) -> Plot:
    """Width and colour of a link are its weight; every neuron has a scale of its own, zero in the middle."""
    boxes = _boxes([len(each) for each in picture.maps])
    side = boxes[0][0][2]
    traces = []
    for layer, (found, places) in enumerate(zip(picture.maps, boxes, strict=True)):
        for neuron, (x, y, _) in enumerate(places):
            ends = (x - side / 2, x + side / 2), (y - side / 2, y + side / 2)
            values = _shown(picture, found[neuron], layer)
            traces.append(maps.signed(values, *ends, meta={"role": "neuron", "layer": layer, "neuron": neuron}))
    frames = [_square(x, y, side, theme, sizes) for places in boxes for x, y, _ in places]
    quiet = {"visible": False, "fixedrange": True}
    axes = {
        "xaxis": quiet | {"range": [-3, WIDE + 3]},
        "yaxis": quiet | {"range": [-3, TALL + 7], "scaleanchor": "x"},
        "shapes": [*_links(picture, boxes, side, sizes), *frames],
    }
    strongest = max((np.abs(w).max() for w, _ in picture.weights), default=0.0)
    return Plot(
        title=f"{picture.label.capitalize()}, epoch {picture.epoch:g}",
        subtitle=f"{told(picture)} · blue is negative, orange positive; the largest weight is {strongest:.3g}",
        traces=traces,
        axes=axes,
        words=_words(picture, boxes, side, theme, sizes),
        left=150,
        right=60,
        bottom=30,
    )


def _boxes(widths: list[int]) -> list[list[tuple[float, float, float]]]:
    """The middle of each neuron and its side, layer by layer."""
    side = min(LARGEST, 0.82 * TALL / max(widths), 0.45 * WIDE / len(widths))
    across = np.linspace(side / 2 + 4, WIDE - side / 2, len(widths))
    pitch = min(TALL / max(widths), 1.6 * side)
    return [
        [(float(x), TALL / 2 + (width - 1) / 2 * pitch - k * pitch, side) for k in range(width)]
        for x, width in zip(across, widths, strict=True)
    ]


def _shown(picture: Any, values: np.ndarray, layer: int) -> np.ndarray:
    """A map of its own scale: divided by its largest value where that is above one."""
    if layer == len(picture.maps) - 1 and picture.output == "logit":
        return np.tanh(values / 2)
    return values / maps.reach(values)


def _links(picture: Any, boxes, side: float, sizes: Sizes) -> list[dict]:
    """Curves from neuron to neuron, the strongest above."""
    links = []
    for layer, (weights, _) in enumerate(picture.weights):
        for (i, j), weight in np.ndenumerate(weights):
            links.append((abs(float(weight)), float(weight), boxes[layer][i], boxes[layer + 1][j]))
    kept = sorted(links, key=lambda link: link[0])[-MANY:]
    return [_curve(weight, begin, end, side, sizes) for size, weight, begin, end in kept if np.isfinite(size)]


def _curve(weight: float, begin, end, side: float, sizes: Sizes) -> dict[str, Any]:
    x0, x1, bend = begin[0] + side / 2, end[0] - side / 2, 0.5 * (end[0] - begin[0] - side)
    share = min(abs(weight) / FULL, 1.0)
    return {
        "type": "path",
        "path": f"M {x0},{begin[1]} C {x0 + bend},{begin[1]} {x1 - bend},{end[1]} {x1},{end[1]}",
        "line": {"color": SIGNED[2 if weight > 0 else 0][1], "width": max(0.4, THICK * share) * sizes.unit},
        "opacity": 0.25 + 0.65 * min(abs(weight), 1.0),
        "layer": "below",
    }


def _square(x: float, y: float, side: float, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    return {"type": "rect", "x0": x - side / 2, "x1": x + side / 2, "y0": y - side / 2, "y1": y + side / 2,
            "line": {"color": theme.ink, "width": 2 * sizes.unit}, "layer": "above"}  # fmt: skip


def _words(picture: Any, boxes, side: float, theme: Theme, sizes: Sizes) -> list[dict]:
    """What each layer is, above it, and what the inputs are called, beside them."""
    last = len(boxes) - 1
    base = {"showarrow": False, "font": {"size": sizes.subtitle, "color": theme.dim}}
    notes = []
    for layer, places in enumerate(boxes):
        said = "inputs" if layer == 0 else "output" if layer == last else f"{len(places)} {picture.activation}"
        top = max(y for _, y, _ in places) + side / 2
        notes.append(base | {"text": said, "x": places[0][0], "y": top, "yanchor": "bottom", "yshift": 8 * sizes.unit})
    for (x, y, _), name in zip(boxes[0], picture.inputs, strict=True):
        notes.append(base | {"text": f"<b>{name}</b>", "x": x - side / 2, "y": y, "xanchor": "right",
                             "xshift": -10 * sizes.unit, "font": base["font"] | {"color": theme.ink}})  # fmt: skip
    return notes
