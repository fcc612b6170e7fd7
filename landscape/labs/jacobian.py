"""The chain rule on a graph that can be read, and Jacobians three ways: forward, reverse, finite differences."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np

from landscape.figures.sheet import Arrows, Dots, Heat, Line, Notes, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Question, between, lab, near, written
from landscape.labs.functions import graphs
from landscape.parameters import Choice, Range

MOST = 12  # inputs and outputs
STEPS = 10.0 ** -np.arange(1, 15)  # of finite differences
TRUSTED = 1e-5  # the step whose difference is compared
CODE = """forward = jax.jacfwd(G)(w)  # one pass for each input: columns
reverse = jax.jacrev(G)(w)  # one pass for each output: rows
# both have the shape (outputs, inputs)"""


@lab(
    family="functions",
    title="Chain rule and Jacobian",
    question=Question(
        "A cost of a million weights is one number. How many backward passes give all its derivatives?",
        ("one", "a million", "a thousand", "as many as there are layers"),
        0,
        "Reverse mode makes one pass for each output, whatever the number of inputs; forward mode one for each input.",
    ),
    references=(
        "Griewank and Walther 2008, Evaluating derivatives, doi:10.1137/1.9780898717761",
        "Baydin, Pearlmutter, Radul and Siskind 2018, Automatic differentiation in machine learning: a survey, "
        "arXiv:1502.05767",
    ),
    quick={"outputs": 2},
    full={"inputs": 12, "outputs": 12},
)
def jacobian(
    *,
    graph: Annotated[str, Choice(*graphs.GRAPHS), "the small computation that is drawn"] = "cost of a map",
    w1: Annotated[float, Range(-2.0, 2.0, legal=(-3.0, 3.0)), "first weight of the graph"] = 0.8,
    w2: Annotated[float, Range(-2.0, 2.0, legal=(-3.0, 3.0)), "second weight of the graph"] = -0.5,
    inputs: Annotated[int, Range(1, MOST, legal=(1, MOST)), "of the map whose Jacobian is shown"] = 6,
    outputs: Annotated[int, Range(1, MOST, legal=(1, MOST)), "of the map whose Jacobian is shown"] = 3,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of that map and its point"] = 0,
):
    """Derivatives multiply along a way through a computation and add up where ways meet.

    Values flow forward through the graph, then derivatives of the cost flow backward, each node handing on its own
    times its local slope. A map of several inputs to several outputs has a whole table of derivatives, its Jacobian,
    with a row for each output and a column for each input; forward mode fills it by columns and reverse mode by rows.
    Finite differences give the same numbers only in a window of step sizes, between the error of a long step and
    rounding.
    """
    nodes = graphs.GRAPHS[graph]
    values, slopes = graphs.run(nodes, (w1, w2))
    table = _tables(inputs, outputs, seed)
    exact = _gradient(graph, w1, w2)
    data = {"values": np.array(list(values.values())), "slopes": np.array(list(slopes.values())),
            "names": np.array(list(values)), "gradient": exact, **table}  # fmt: skip
    passages = (
        Passage("latex", "The chain rule", r"\frac{\partial C}{\partial w_j} = \sum_i \frac{\partial C}{\partial g_i}"
                r"\,\frac{\partial g_i}{\partial w_j},\qquad J_{ij} = \frac{\partial g_i}{\partial w_j}"),
        Passage("code", "Two modes", CODE),
    )  # fmt: skip
    claims = _claims(nodes, (w1, w2), data, inputs, outputs)
    return Finding(data, _sheets(nodes, values, slopes, data), claims, passages)


def mapped(weights, w):
    """The map G whose Jacobian is shown: two layers of tanh, (12,) to (12,)."""
    first, second = weights
    return second @ jnp.tanh(first @ w)


@jax.jit
def _both(weights, w):
    return mapped(weights, w), jax.jacfwd(mapped, 1)(weights, w), jax.jacrev(mapped, 1)(weights, w)


@lru_cache(maxsize=64)
def _tables(inputs: int, outputs: int, seed: int) -> dict[str, np.ndarray]:
    """The Jacobian (outputs, inputs) forward, in reverse and from differences, whose errors are kept for each step.

    The map always has MOST inputs and outputs, of which the rest are zero, so that one program serves all sizes.
    """
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(MOST, MOST)) * (np.arange(MOST) < inputs) / np.sqrt(inputs)
    second = rng.normal(size=(MOST, MOST)) * (np.arange(MOST) < outputs)[:, None] / np.sqrt(MOST)
    w = rng.normal(size=MOST)
    _, forward, reverse = (np.asarray(part)[:outputs] for part in _both((first, second), w))

    def g(w):
        return np.tanh(w @ first.T) @ second.T[:, :outputs]

    ways = np.eye(MOST)[:inputs]
    central = np.stack([(g(w + h * ways) - g(w - h * ways)).T / (2 * h) for h in (*STEPS, TRUSTED)])
    ahead = np.stack([(g(w + h * ways) - g(w)).T / h for h in STEPS])
    forward, reverse = forward[:, :inputs], reverse[:, :inputs]
    return {"forward": forward, "reverse": reverse, "differences": central[-1], "step": STEPS,
            "central_error": np.abs(central[:-1] - forward).max(axis=(1, 2)),
            "ahead_error": np.abs(ahead - forward).max(axis=(1, 2))}  # fmt: skip


@lru_cache(maxsize=256)
def _gradient(graph: str, w1: float, w2: float) -> np.ndarray:
    """The gradient (2,) of the graph's cost by central differences, which know nothing of the chain rule."""
    nodes, w = graphs.GRAPHS[graph], np.array([w1, w2])
    steps = TRUSTED * np.maximum(1.0, np.abs(w))[:, None] * np.eye(2)
    return np.array(
        [(graphs.cost(nodes, w + step) - graphs.cost(nodes, w - step)) / (2 * step.max()) for step in steps]
    )


def _claims(nodes, w: tuple[float, float], data: dict, inputs: int, outputs: int) -> tuple[Claim, ...]:
    forward, reverse, differences = (data[name] for name in ("forward", "reverse", "differences"))
    back = data["slopes"][:2]
    size = max(1.0, float(np.abs(back).max()))
    best = int(np.argmin(data["central_error"]))
    return (
        between("The derivatives that flowed back through the graph and finite differences differ, as a share, by",
                float(np.abs(back - data["gradient"]).max()) / size, 0.0, 1e-6, "chain rule"),
        near("Derivatives of the one-number cost, as many as weights", len(back), len(w), 0, "closed form"),
        Claim("Shape of the Jacobian: outputs × inputs", " × ".join(map(str, forward.shape)), f"{outputs} × {inputs}",
              "closed form", forward.shape == reverse.shape == (outputs, inputs)),
        between("Forward and reverse mode differ by at most", float(np.abs(forward - reverse).max()), 0.0, 1e-6,
                "closed form, to rounding"),
        between(f"Both differ from central differences with step {written(TRUSTED)} by at most",
                float(max(np.abs(forward - differences).max(), np.abs(reverse - differences).max())), 0.0, 1e-6,
                "closed form, to rounding"),
        Claim("“The smaller the step, the better the difference” is wrong: the best step of these is",
              written(float(STEPS[best])), "near ε^⅓ = 6·10⁻⁶, not the smallest", "doi:10.1137/1.9780898717761",
              bool(1e-7 < STEPS[best] < 1e-3)),
    )  # fmt: skip


def _sheets(nodes, values: dict, slopes: dict, data: dict) -> dict[str, Sheet]:
    outputs, inputs = data["forward"].shape
    others = (data["reverse"], data["differences"])
    worst = max(float(np.abs(data["forward"] - other).max()) for other in others)
    first, second = (written(slopes[name]) for name in ("w₁", "w₂"))
    chain = Sheet(
        panels=[_flow(nodes, values, slopes)],
        title=f"One pass back gives both derivatives: {first} for w₁ and {second} for w₂",
        subtitle="Values go forward, derivatives of C go back: times the slope on each arrow, added where arrows meet.",
        times=np.arange(2 * len(nodes)),
        unit="node",
    )
    table = Sheet(
        panels=[_table(data, inputs, outputs), _steps(data)],
        title=f"Forward, reverse and finite differences agree to {written(worst)}",
        subtitle=f"{inputs} input{'s' * (inputs > 1)}, {outputs} output{'s' * (outputs > 1)}. Passes that fill it: "
        f"{inputs} forward or {outputs} reverse.",
        columns=2,
    )
    return {"chain rule": chain, "jacobian": table}


def _flow(nodes, values: dict, slopes: dict) -> Panel:
    """The graph: a value appears in one node after the other, then derivatives in the opposite order."""
    count = len(nodes)
    places = {node.name: np.array(node.at) for node in nodes}
    moments = []
    for moment in range(2 * count):
        shown = [
            _written(node, values, slopes, k <= moment, 2 * count - 1 - k <= moment) for k, node in enumerate(nodes)
        ]
        moments.append(shown)
    marks = [_edges(nodes, places, count)]
    x, y = np.array(list(places.values())).T
    marks.append(Notes(x=x, y=y, texts=moments, boxed=True, moving=("texts",)))
    marks += _local(nodes, places, values)
    return Panel(marks=marks, title="Values forward, then derivatives backward", bare=True,
                 x_range=(x.min() - 0.35, x.max() + 0.35), y_range=(-0.35, 1.35))  # fmt: skip


def _written(node: graphs.Node, values: dict, slopes: dict, value: bool, slope: bool) -> str:
    name = f"{node.name} = {node.told}" if node.takes else node.name
    lines = [name, written(values[node.name]) if value else "…"]
    slope_lines = [f"∂C/∂{node.name}", f"= {written(slopes[node.name])}"] if slope else [" ", " "]
    return "<br>".join([*lines, *slope_lines])  # narrow boxes: on a phone arrows and their slopes stand between them


def _edges(nodes, places: dict, count: int) -> Arrows:
    """From every node to those that take it, forward at first and backward once derivatives flow."""
    pairs = [(places[name], places[node.name]) for node in nodes for name in node.takes]
    start, end = (np.array(side) for side in zip(*pairs, strict=True))
    forward = np.arange(2 * count)[:, None, None] < count
    tail, tip = np.where(forward, start, end), np.where(forward, end, start)
    step = tip - tail
    return Arrows(x=tail[..., 0], y=tail[..., 1], u=step[..., 0], v=step[..., 1], moving=("x", "y", "u", "v"))


def _local(nodes, places: dict, values: dict) -> list[Notes]:
    """The local slope beside every arrow: above level ones, on the free side of those that rise or fall."""
    found: dict[str, list] = {}
    for node in nodes:
        for name, local in zip(node.takes, graphs.local_slopes(node, values), strict=True):
            start, end = places[name], places[node.name]
            rise = end[1] - start[1]
            anchor = "bottom center" if rise == 0 else "bottom right" if rise > 0 else "bottom left"
            share = 0.33 if abs(rise) == 1.0 else 0.5  # diagonals cross in the middle
            found.setdefault(anchor, []).append((*(start + share * (end - start)), f"× {written(local)}"))
    notes = []
    for anchor, rows in found.items():
        x, y, texts = zip(*rows, strict=True)
        notes.append(Notes(x=np.array(x), y=np.array(y) + 0.02, texts=texts, anchor=anchor, quiet=True))
    return notes


def _table(data: dict, inputs: int, outputs: int) -> Panel:
    marks = [Heat(z=np.round(data["forward"], 4), scale="signed", numbers=inputs <= 6 and outputs <= 6, name="∂G/∂w")]
    return Panel(marks=marks, title=f"Jacobian, {outputs} × {inputs}", x="input", y="output", downwards=True,
                 x_ticks=(np.arange(inputs), [str(k + 1) for k in range(inputs)]),
                 y_ticks=(np.arange(outputs), [str(k + 1) for k in range(outputs)]))  # fmt: skip


def _steps(data: dict) -> Panel:
    marks = []
    for name, label, slot in (("central_error", "central", 0), ("ahead_error", "one-sided", 1)):
        height = np.maximum(data[name], 1e-17)
        marks += [Line(x=STEPS, y=height, label=label, slot=slot), Dots(x=STEPS, y=height, slot=slot, size=0.7)]
    return Panel(marks=marks, title="Finite differences against their step", x="step", y="largest error", log_x=True,
                 log_y=True)  # fmt: skip
