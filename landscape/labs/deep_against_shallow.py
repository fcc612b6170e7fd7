"""Depth multiplies where width adds: sawtooth and square by composed tents, against shallow nets as large."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near, written
from landscape.labs.functions import pieces, training
from landscape.parameters import Choice, Range

DEEPEST, ROWS = 8, 257  # a row of training for every tooth's end, also at the deepest
SEEDS, STEPS = 4, 2000
CODE = """tent = lambda x: 2 * np.maximum(0, x) - 4 * np.maximum(0, x - 0.5)
sawtooth = x
for layer in range(depth):
    sawtooth = tent(sawtooth)  # 2**depth straight pieces"""


@lab(
    family="functions",
    title="Deep against shallow",
    question=Question(
        "One more layer of two units is put on the net. What becomes of the number of straight pieces of the sawtooth?",
        ("two more", "twice as many", "as many as before", "its square"),
        1,
        "A layer folds the picture of the layers before it, so every piece becomes two.",
    ),
    references=(
        "Telgarsky 2016, Benefits of depth in neural networks, arXiv:1602.04485",
        "Yarotsky 2017, Error bounds for approximations with deep ReLU networks, arXiv:1610.01145",
        "Safran and Shamir 2017, Depth-width tradeoffs in approximating natural functions, arXiv:1610.09887",
    ),
    slow=True,
    full={"depth": 8},
)
def deep_against_shallow(
    *,
    target: Annotated[
        str, Choice("sawtooth", "square"), "what the deep net is built for: 2^depth straight pieces, or x²"
    ] = "sawtooth",
    depth: Annotated[int, Range(1, 8, legal=(1, DEEPEST)), "hidden layers of the deep net"] = 5,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of the first of four trained nets"] = 0,
):
    """A layer folds what it gets, so pieces double with depth and only add up with width.

    Two ReLU units make a tent, and a tent of a tent of a tent is a sawtooth whose number of straight pieces doubles
    with every layer, while a hidden layer of n units has at most n + 1. With exactly as many parameters a shallow net
    has too few pieces to follow the teeth from three layers on, and for x² the deep net gains a factor of four a
    layer where the shallow one is ahead at first. All this is about what nets can express, and the same deep nets
    trained from random weights do not find the sawtooth.
    """
    built = _built(target, depth)
    claims = _claims(target, depth, built)
    yield Progress(0.1, "training nets", _finding(target, depth, built, claims, done=False))
    trained = _trained(target, depth, int(built["shallow_units"][-1]), seed)
    data = {**built, **trained}
    return _finding(target, depth, data, [*claims, *_learned(target, depth, data)])


def _finding(target: str, depth: int, data: dict, claims: list[Claim], done: bool = True) -> Finding:
    passages = (
        Passage("latex", "The tent", r"\mathrm{tent}(x) = 2\max(0, x) - 4\max(0, x - \tfrac12),\qquad "
                r"x^2 \approx x - \sum_{s=1}^{m} 4^{-s}\,\mathrm{tent}^{\circ s}(x)"),
        Passage("code", "The sawtooth", CODE),
        Passage("text", "The parameters, counted", _counted(target, depth, data["parameters"], data["shallow_units"])),
    )  # fmt: skip
    return Finding(data, {"pieces": _sheet(target, depth, data)}, tuple(claims), passages, done)


def _built(target: str, depth: int) -> dict[str, np.ndarray]:
    """Nets of one layer to `depth`, as they are written down, and the shallow nets as large as they are."""
    layers = [deep(target, k) for k in range(1, depth + 1)]
    counts = np.array([parameters(each) for each in layers])
    units = (counts - 1) // 3
    x = np.arange(2**depth + 1) / 2**depth if target == "sawtooth" else np.linspace(0.0, 1.0, 257)
    values = np.stack([pieces.forward(each, x[:, None])[:, 0] for each in layers])
    return {"layers": np.arange(1, depth + 1), "parameters": counts, "shallow_units": units,
            "pieces": np.array([pieces.pieces(each) for each in layers]), "shallow_pieces": units + 1,
            "error": np.array([_error(target, k + 1, each) for k, each in enumerate(layers)]),
            "shallow_error": _shallow_errors(target, units), "x": x, "deep": values,
            "target": exact(target, x, depth)}  # fmt: skip


def deep(target: str, depth: int) -> pieces.Layers:
    """The net of `depth` hidden layers, written down and not trained.

    Two units a layer hold max(0, t) and max(0, t − 1/2) of the folded x; for the square a third one carries the sum.
    """
    fold = np.array([[2.0, 2.0], [-4.0, -4.0]])  # a tent of the layer below, into both units
    halves = np.array([0.0, -0.5])
    if target == "sawtooth":
        inner = [(fold, halves)] * (depth - 1)
        return [(np.ones((1, 2)), halves), *inner, (np.array([[2.0], [-4.0]]), np.zeros(1))]
    layers = [(np.ones((1, 3)), np.array([0.0, -0.5, 0.0]))]
    for s in range(1, depth):
        weights = np.zeros((3, 3))
        weights[:2, :2], weights[:, 2] = (
            fold,
            [-2.0 / 4**s, 4.0 / 4**s, 1.0],
        )  # the sum stays positive, so ReLU keeps it
        layers.append((weights, np.array([0.0, -0.5, 0.0])))
    return [*layers, (np.array([[-2.0 / 4**depth], [4.0 / 4**depth], [1.0]]), np.zeros(1))]


def parameters(layers: pieces.Layers) -> int:
    """Weights and biases of a net, zeros included."""
    return sum(weights.size + bias.size for weights, bias in layers)


def exact(target: str, x: np.ndarray, depth: int) -> np.ndarray:
    """The sawtooth of 2^depth pieces as the distance to the nearest even number, or the square."""
    if target == "square":
        return x**2
    turned = np.mod(2.0**depth * x, 2.0)
    return np.minimum(turned, 2.0 - turned)


def _error(target: str, depth: int, layers: pieces.Layers) -> float:
    """The largest error of a net, at the ends and in the middles of 2^(depth + 2) cells."""
    x = np.arange(2 ** (depth + 3) + 1) / 2 ** (depth + 3)
    return float(np.abs(pieces.forward(layers, x[:, None])[:, 0] - exact(target, x, depth)).max())


def _shallow_errors(target: str, units: np.ndarray) -> np.ndarray:
    """The largest errors of shallow nets as large as deep ones of 1, 2, … layers.

    Of the square: units spread evenly, as deep ones are, 1 / (4 n²). Of the sawtooth: ½, the best there is while
    pieces are fewer than teeth need, since an error below ½ crosses the middle once on every one of its 2^depth pieces.
    """
    if target == "square":
        return 0.25 / units**2.0
    return np.where(units + 1 >= 2.0 ** np.arange(1, len(units) + 1), 0.0, 0.5)


@lru_cache(maxsize=32)
def _trained(target: str, depth: int, units: int, seed: int) -> dict[str, np.ndarray]:
    """Shallow and deep nets trained on the function: largest errors and pieces (seeds,), and the best fits (n,)."""
    seeds = tuple(range(seed, seed + SEEDS))
    at = np.linspace(0.0, 1.0, ROWS)
    values = exact(target, at, depth)
    net = training.shallow(values, units, 32, seeds, STEPS)
    shallow = [training.layers_of(net, s) for s in range(SEEDS)]
    width = 2 if target == "sawtooth" else 3
    grown = training.deep(values, depth, width, DEEPEST, seeds, STEPS)
    found = {"fit_x": at}
    for name, nets in (("trained_shallow", shallow), ("trained_deep", grown)):
        fits = np.stack([pieces.forward(each, at[:, None])[:, 0] for each in nets])
        errors = np.abs(fits - values).max(axis=1)
        found |= {name: fits[np.argmin(errors)], f"{name}_error": errors,
                  f"{name}_pieces": np.array([pieces.pieces(each, tolerance=1e-3) for each in nets])}  # fmt: skip
    return found


def _claims(target: str, depth: int, data: dict) -> list[Claim]:
    count, units, size = int(data["pieces"][-1]), int(data["shallow_units"][-1]), int(data["parameters"][-1])
    claims = [
        near(
            f"Straight pieces of the deep net on 0 … 1, counted exactly, with {depth} hidden layers",
            count,
            2**depth,
            0,
            "arXiv:1602.04485",
        ),
        near(
            f"Parameters of the shallow net of {units} units, beside {size} of the deep one",
            3 * units + 1,
            size,
            0,
            "counted",
        ),
    ]
    error = float(data["error"][-1])
    if target == "sawtooth":
        return [*claims, near("Largest error of the deep net for the sawtooth", error, 0.0, 1e-12, "closed form")]
    before = float(data["error"][-2]) if depth > 1 else 0.25
    return [*claims,
            near(f"Largest error of the deep net for x², 2^−(2·{depth} + 2)", error, 2.0 ** -(2 * depth + 2), 1e-7,
                 "arXiv:1610.01145"),
            near("The same error divided by that of one layer less", error / before, 0.25, 1e-9, "closed form"),
            _ahead(data)]  # fmt: skip


def _ahead(data: dict) -> Claim:
    """Depth is no free lunch for small nets: where it takes the lead."""
    behind = bool(data["error"][-1] > data["shallow_error"][-1])
    layers = len(data["error"])
    told = "the shallow net is ahead" if behind else "the deep net is ahead"
    return Claim(f"“Deeper is better” needs depth: with {layers} hidden layer{'s' * (layers > 1)} and equal parameters",
                 told, "shallow up to 3 layers, deep from 4 on", "closed form: 2^−(2m+2) against 1 / (4 (4m − 1)²)",
                 behind == (layers < 4))  # fmt: skip


def _learned(target: str, depth: int, data: dict) -> list[Claim]:
    """What training finds of what can be expressed."""
    units, errors, counts = (int(data["shallow_units"][-1]), data["trained_deep_error"], data["trained_deep_pieces"])
    claims = []
    if target == "sawtooth" and units + 1 < 2**depth:
        claims.append(
            between(
                f"{units} units have at most {units + 1} pieces where {2**depth} are needed, so the best of "
                f"{SEEDS} trained shallow nets misses the sawtooth by a half or more",
                float(data["trained_shallow_error"].min()),
                0.5 - 1e-3,
                np.inf,
                "closed form",
            )
        )
    return [
        *claims,
        Claim(
            f"That a net can express it does not say that training finds it: {SEEDS} deep nets from random weights, "
            "trained by "
            "Adam, end with these largest errors, and at most so many pieces",
            f"{written(float(errors.min()))} … {written(float(errors.max()))}, {written(int(counts.max()))} pieces",
            f"{written(float(data['error'][-1]))} and {written(int(data['pieces'][-1]))} pieces are possible",
            f"measured, {SEEDS} seeds",
            None,
        ),
    ]


def _counted(target: str, depth: int, counts: np.ndarray, units: np.ndarray) -> str:
    width = 2 if target == "sawtooth" else 3
    between_layers = f" + {depth - 1} × ({width}·{width} + {width})" if depth > 1 else ""
    return (f"Deep, {depth} hidden layers of {width} units: ({width} + {width}){between_layers} + ({width} + 1) = "
            f"{counts[-1]}. Shallow, {units[-1]} units: 3 × {units[-1]} + 1 = {3 * units[-1] + 1}.")  # fmt: skip


def _sheet(target: str, depth: int, data: dict) -> Sheet:
    size, units, count = int(data["parameters"][-1]), int(data["shallow_units"][-1]), int(data["pieces"][-1])
    if target == "sawtooth":
        title = f"With {size} parameters each: {count} pieces deep, at most {units + 1} shallow"
    else:
        deep_error, other = written(float(data["error"][-1])), written(float(data["shallow_error"][-1]))
        title = f"With {size} parameters each, x² to within {deep_error} deep and {other} shallow"
    return Sheet(
        panels=[_folding(depth, data), _fits(data), _counts(data), _errors(target, data)],
        title=title,
        subtitle=f"Built, not trained. Beside it the best of {SEEDS} nets trained by Adam for {STEPS:,} steps.",
        columns=2,
        times=data["layers"],
        unit="layer",
    )


def _folding(depth: int, data: dict) -> Panel:
    marks = [Line(x=data["x"], y=data["target"], label="target", quiet=True),
             Line(x=data["x"], y=data["deep"], label="deep", slot=0, moving=("y",))]  # fmt: skip
    return Panel(marks=marks, title="Built layer by layer", x="x", y="f(x)", y_range=(-0.08, 1.08))


def _fits(data: dict) -> Panel:
    marks = [Line(x=data["x"], y=data["target"], label="target", quiet=True)]
    for name, label, slot in (("trained_shallow", "shallow, trained", 1), ("trained_deep", "deep, trained", 2)):
        if name in data:
            marks.append(Line(x=data["fit_x"], y=np.round(data[name], 5), label=label, slot=slot))
    return Panel(marks=marks, title="What training finds", x="x", y="f(x)", y_range=(-0.08, 1.08))


def _counts(data: dict) -> Panel:
    size = data["parameters"]
    marks = [Line(x=size, y=data["pieces"], label="deep", slot=0), Dots(x=size, y=data["pieces"], slot=0),
             Line(x=size, y=data["shallow_pieces"], label="shallow, at most", slot=1),
             Dots(x=size, y=data["shallow_pieces"], slot=1)]  # fmt: skip
    return Panel(marks=marks, title="Straight pieces", x="parameters", y="pieces", log_y=True, cursor=size)


def _errors(target: str, data: dict) -> Panel:
    """Of every depth, for its own sawtooth or the square."""
    size, marks = data["parameters"], []
    other = "shallow" if target == "square" else "shallow, at best"
    for name, label, slot in (("error", "deep", 0), ("shallow_error", other, 1)):
        marks += [Line(x=size, y=data[name], label=label, slot=slot), Dots(x=size, y=data[name], slot=slot)]
    log = target == "square"
    return Panel(marks=marks, title="Largest error", x="parameters", y="error", log_y=log, cursor=size)
