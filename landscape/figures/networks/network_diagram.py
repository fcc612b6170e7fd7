"""A network as neurons and links: in every neuron what it answers to every input."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.figures import parts
from landscape.figures.networks import maps
from landscape.figures.study.picture import LETTER, Plot, short
from landscape.theme import SIGNED, Sizes, Theme, percent, written

WIDE = 140.0  # the drawing, in units of its own; its height is what the page leaves
LEFT, RIGHT, NAMES, BOTTOM = 190, 60, 260, 60  # margins of a slide; NAMES right of several classes' names
LONGEST = 14  # letters of a class's name
HEAD = 7.0  # units above the neurons, for words
LARGEST = 11.0  # the side of a neuron
THICK = 12.0  # pixels of a slide, of the strongest link
FULL = 5.0  # the size of a weight that is drawn at full width, as the Playground has it
WRITTEN = {"x2": "x²", "y2": "y²", "sinx": "sin x", "siny": "sin y", "cosx": "cos x", "cosy": "cos y"}
MANY = 400  # links: of more the faintest are left out


def network_diagram(picture: Any, theme: Theme, sizes: Sizes, *, page: tuple[float, float] = (1920, 1080)) -> Plot:
    """Neurons with what they answer everywhere, and links as wide as their weights; zero in the middle of colours.

    Takes what `landscape.networks.pictures.picture` gives.
    """
    right = NAMES if picture.classes > 2 else RIGHT
    unit = (page[0] - LEFT - right) / WIDE  # in pixels of a slide
    tall = WIDE * _room(page, right, sizes) - HEAD
    boxes = _boxes([len(each) for each in picture.maps], tall)
    traces = []
    for layer, (found, places) in enumerate(zip(picture.maps, boxes, strict=True)):
        for neuron, (x, y, side) in enumerate(places):
            ends = (x - side / 2, x + side / 2), (y - side / 2, y + side / 2)
            values = _shown(picture, found[neuron], layer)
            traces.append(maps.signed(values, *ends, meta={"role": "neuron", "layer": layer, "neuron": neuron}))
    frames = [_square(*box, theme, sizes) for places in boxes for box in places]
    quiet = {"visible": False, "fixedrange": True}
    axes = {
        "xaxis": quiet | {"range": [0, WIDE]},
        "yaxis": quiet | {"range": [0, tall + HEAD], "scaleanchor": "x"},
        "shapes": [*_links(picture, boxes, sizes), *frames],
    }
    strongest = max((np.abs(w).max() for w, _ in picture.weights), default=0.0)
    return Plot(
        title=maps.title(picture),
        subtitle=f"trained by {picture.label}: {_told(picture)}",
        notes=(
            "blue is negative, orange positive",
            "each neuron has its own scale",
            f"links are as wide as their weights up to {FULL:g}, the largest is {written(strongest)}",
            *_left_out(picture),
        ),
        traces=traces,
        axes=axes,
        words=[*_heads(picture, boxes, unit, theme, sizes), *_names(picture, boxes, unit, theme, sizes)],
        left=LEFT,
        right=right,
        bottom=BOTTOM,
    )


def _room(page: tuple[float, float], right: float, sizes: Sizes) -> float:
    """Height ÷ width of what the page leaves for the drawing, notes below it apart."""
    top = parts.NARROW_TOP if sizes.narrow else parts.TOP
    return (page[1] - top - BOTTOM - (120 if sizes.narrow else 50)) / (page[0] - LEFT - right)


def _told(picture: Any) -> str:
    """Losses and accuracy in words."""
    said = [f"loss {written(picture.loss)} in training"]
    said += [f"{written(picture.test_loss)} in the test"] if np.isfinite(picture.test_loss) else []
    said += [f"{percent(picture.accuracy)} of the test right"] if np.isfinite(picture.accuracy) else []
    return ", ".join(said)


def _left_out(picture: Any) -> list[str]:
    count = sum(w.size for w, _ in picture.weights)
    return [f"the {MANY} strongest of {count:,} links"] if count > MANY else []


def _boxes(widths: list[int], tall: float) -> list[list[tuple[float, float, float]]]:
    """The middle of each neuron and its side, layer by layer; neurons of wide layers are smaller."""
    sides = [min(LARGEST, 0.82 * tall / width, 0.45 * WIDE / len(widths)) for width in widths]
    across = np.linspace(sides[0] / 2, WIDE - sides[-1] / 2, len(widths))
    boxes = []
    for x, width, side in zip(across, widths, sides, strict=True):
        pitch = min(tall / width, 1.6 * side)
        boxes.append([(float(x), tall / 2 + (width - 1) / 2 * pitch - k * pitch, side) for k in range(width)])
    return boxes


def _shown(picture: Any, values: np.ndarray, layer: int) -> np.ndarray:
    """A map of its own scale: divided by its largest value where that is above one."""
    if layer == len(picture.maps) - 1 and picture.output == "logit":
        return np.tanh(values / 2)
    return values / maps.reach(values)


def _links(picture: Any, boxes, sizes: Sizes) -> list[dict]:
    """Curves from neuron to neuron, the strongest above."""
    links = []
    for layer, (weights, _) in enumerate(picture.weights):
        for (i, j), weight in np.ndenumerate(weights):
            links.append((abs(float(weight)), float(weight), boxes[layer][i], boxes[layer + 1][j]))
    kept = sorted(links, key=lambda link: link[0])[-MANY:]
    return [_curve(weight, begin, end, sizes) for size, weight, begin, end in kept if np.isfinite(size)]


def _curve(weight: float, begin, end, sizes: Sizes) -> dict[str, Any]:
    x0, x1 = begin[0] + begin[2] / 2, end[0] - end[2] / 2
    bend = (x1 - x0) / 2
    share = min(abs(weight) / FULL, 1.0)
    return {
        "type": "path",
        "path": f"M {x0},{begin[1]} C {x0 + bend},{begin[1]} {x1 - bend},{end[1]} {x1},{end[1]}",
        "line": {"color": SIGNED[2 if weight > 0 else 0][1], "width": max(0.8, THICK * share) * sizes.unit},
        "opacity": 0.35 + 0.55 * min(abs(weight), 1.0),
        "layer": "below",
    }


def _square(x: float, y: float, side: float, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    return {"type": "rect", "x0": x - side / 2, "x1": x + side / 2, "y0": y - side / 2, "y1": y + side / 2,
            "line": {"color": theme.ink, "width": 2 * sizes.unit}, "layer": "above"}  # fmt: skip


def _heads(picture: Any, boxes, unit: float, theme: Theme, sizes: Sizes) -> list[dict]:
    """What each layer is, above it."""
    pitch = unit * (boxes[1][0][0] - boxes[0][0][0])
    wide = len(f"99 {picture.activation}") * LETTER * sizes.subtitle < pitch * sizes.unit
    hidden = [f"{len(each)} {picture.activation}" if wide else str(len(each)) for each in boxes[1:-1]]
    base = {"showarrow": False, "yanchor": "bottom", "yshift": 8 * sizes.unit,
            "font": {"size": sizes.subtitle, "color": theme.dim}}  # fmt: skip
    return [
        base | {"text": said, "x": places[0][0], "y": places[0][1] + places[0][2] / 2}
        for said, places in zip(("inputs", *hidden, "output"), boxes, strict=True)
    ]


def _names(picture: Any, boxes, unit: float, theme: Theme, sizes: Sizes) -> list[dict]:
    """The names of inputs, left of them, and of several classes, right of the outputs."""
    inputs = [WRITTEN.get(name, name) for name in picture.inputs]
    classes = [short(str(name), LONGEST) for name in picture.labels] if len(boxes[-1]) > 1 else []
    notes = []
    for names, places, anchor, way in ((inputs, boxes[0], "right", -1), (classes, boxes[-1], "left", 1)):
        size = min(sizes.subtitle, places[0][2] * unit * sizes.unit)
        base = {"showarrow": False, "xanchor": anchor, "xshift": 10 * way * sizes.unit,
                "font": {"size": size, "color": theme.ink}}  # fmt: skip
        notes += [base | {"text": f"<b>{name}</b>", "x": x + way * side / 2, "y": y}
                  for name, (x, y, side) in zip(names, places, strict=False)]  # fmt: skip
    return notes
