"""Where weights lie in the vector x: per layer W (in, out) row by row, b (out,), then scale and shift of a norm."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from landscape.blocks import Block
from landscape.parameters import LandscapeError

MOST_LAYERS, MOST_NEURONS = 8, 32


class Layer(NamedTuple):
    """The parameters of one layer; `scale` and `shift` (out,) only where it is normalized."""

    weights: Any  # (in, out)
    bias: Any  # (out,)
    scale: Any = None
    shift: Any = None


def hidden_widths(text: str) -> tuple[int, ...]:
    """The widths that `text` lists, as in "4-2"; "" or "none" is no hidden layer.

    >>> hidden_widths("4-2")
    (4, 2)
    """
    words = [] if text.strip() in ("", "none") else text.split("-")
    good = all(word.strip().isascii() and word.strip().isdigit() for word in words)
    widths = tuple(int(word) for word in words) if good and all(len(word) < 9 for word in words) else (0,)
    if len(widths) > MOST_LAYERS or not all(1 <= width <= MOST_NEURONS for width in widths):
        raise LandscapeError(
            f"hidden='{text[:60]}' is no list of widths; give at most {MOST_LAYERS} layers of 1 to {MOST_NEURONS} "
            "neurons, as in '4-2', or 'none'."
        )
    return widths


def blocks(layers: tuple[int, ...], normalized: bool) -> tuple[Block, ...]:
    """The blocks of a network with these widths, inputs and outputs included; hidden layers may be normalized."""
    found: list[Block] = []

    def add(path: str, shape: tuple[int, ...], filters: int | None, kind: str) -> None:
        found.append(Block(path, shape, found[-1].slice.stop if found else 0, filters, kind))

    for k, (fan_in, width) in enumerate(pairwise(layers), start=1):
        add(f"layer {k} weights", (fan_in, width), 1, "weights")
        add(f"layer {k} bias", (width,), None, "bias")
        if normalized and k < len(layers) - 1:
            add(f"layer {k} scale", (width,), None, "norm")
            add(f"layer {k} shift", (width,), None, "norm")
    return tuple(found)


def unraveled(x, layout: tuple[Block, ...]) -> list[Layer]:
    """The layers of a weight vector (d, …); axes after the first stay behind each array's own."""
    arrays: list[list[Any]] = []
    for block in layout:
        if block.kind == "weights":
            arrays.append([])
        arrays[-1].append(x[block.slice].reshape(*block.shape, *x.shape[1:]))
    return [Layer(*each) for each in arrays]


def names(layers: tuple[int, ...], layout: tuple[Block, ...], inputs: tuple[str, ...]) -> tuple[str, ...]:
    """What the single weights are called: "w1 xy→2", "b1 2"."""
    found = []
    for block in layout:
        k = int(block.path.split()[1])
        before = inputs if k == 1 else [str(i + 1) for i in range(layers[k - 1])]
        if block.kind == "weights":
            found += [f"w{k} {i}→{j + 1}" for i in before for j in range(block.shape[1])]
        else:
            letter = {"bias": "b", "scale": "g", "shift": "s"}[block.path.split()[2]]
            found += [f"{letter}{k} {j + 1}" for j in range(block.size)]
    return tuple(found)
