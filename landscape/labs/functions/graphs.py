"""Small computation graphs: values forward, derivatives backward, one node at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Node(NamedTuple):
    """A step of a computation: what it is called, what is written in it, which nodes it takes, and its place."""

    name: str
    told: str
    takes: tuple[str, ...]
    at: tuple[float, float]
    value: Callable[..., float] | None = None  # of an input: None
    slopes: Callable[..., tuple[float, ...]] | None = None  # with respect to each that it takes


GRAPHS: dict[str, tuple[Node, ...]] = {
    "cost of a map": (
        Node("w₁", "", (), (0.0, 1.0)),
        Node("w₂", "", (), (0.0, 0.0)),
        Node("g₁", "w₁ · w₂", ("w₁", "w₂"), (1.0, 1.0), lambda a, b: a * b, lambda a, b: (b, a)),
        Node("g₂", "sin w₁ + w₂", ("w₁", "w₂"), (1.0, 0.0), lambda a, b: math.sin(a) + b,
             lambda a, b: (math.cos(a), 1.0)),
        Node("C", "g₁² + g₁ g₂", ("g₁", "g₂"), (2.0, 0.5), lambda a, b: a * a + a * b, lambda a, b: (2 * a + b, a)),
    ),
    "neuron": (
        Node("w₁", "weight", (), (0.0, 1.0)),
        Node("w₂", "bias", (), (0.0, 0.0)),
        Node("z", "1.5 w₁ + w₂", ("w₁", "w₂"), (0.8, 0.5), lambda a, b: 1.5 * a + b, lambda a, b: (1.5, 1.0)),
        Node("y", "tanh z", ("z",), (1.5, 0.5), math.tanh, lambda a: (1 - math.tanh(a) ** 2,)),
        Node("C", "(y − 1)²", ("y",), (2.2, 0.5), lambda a: (a - 1.0) ** 2, lambda a: (2 * (a - 1.0),)),
    ),
    "fork": (
        Node("w₁", "", (), (0.0, 1.0)),
        Node("w₂", "", (), (0.0, 0.0)),
        Node("u", "w₁²", ("w₁",), (0.8, 1.0), lambda a: a * a, lambda a: (2 * a,)),
        Node("v", "w₁ + w₂", ("w₁", "w₂"), (0.8, 0.0), lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
        Node("p", "u · v", ("u", "v"), (1.5, 0.5), lambda a, b: a * b, lambda a, b: (b, a)),
        Node("C", "sin p", ("p",), (2.2, 0.5), math.sin, lambda a: (math.cos(a),)),
    ),
}  # fmt: skip


def run(graph: tuple[Node, ...], inputs: tuple[float, ...]) -> tuple[dict[str, float], dict[str, float]]:
    """The value of every node, and the derivative of the last one with respect to it: the sum over all ways there."""
    values: dict[str, float] = {}
    given = iter(inputs)
    for node in graph:
        values[node.name] = next(given) if node.value is None else node.value(*(values[name] for name in node.takes))
    slopes = dict.fromkeys(values, 0.0) | {graph[-1].name: 1.0}
    for node in reversed(graph):
        for name, local in zip(node.takes, local_slopes(node, values), strict=True):
            slopes[name] += slopes[node.name] * local
    return values, slopes


def local_slopes(node: Node, values: dict[str, float]) -> tuple[float, ...]:
    """The derivatives of a node with respect to what it takes."""
    return node.slopes(*(values[name] for name in node.takes)) if node.slopes else ()


def cost(graph: tuple[Node, ...], w: np.ndarray) -> float:
    """The last node's value at the inputs (2,)."""
    return run(graph, tuple(float(each) for each in w))[0][graph[-1].name]
