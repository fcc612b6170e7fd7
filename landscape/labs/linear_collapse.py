"""Linear layers one above the other are one matrix, and still their loss is not convex; ReLU bends."""

from __future__ import annotations

from functools import lru_cache, reduce
from itertools import pairwise
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Bars, Line, Panel, Relief, Sheet, Trail
from landscape.lab import Claim, Finding, Passage, Question, between, lab, near, written
from landscape.labs.functions import pieces
from landscape.parameters import Range

ENDS = 6  # inputs and outputs
WIDE = 12  # hidden layers but the middle one
REACH = 1.5  # of the two weights
START, RATE, STEPS = (0.12, 0.3), 0.1, 120
SHOWN = np.arange(0, STEPS + 1, 3)  # steps that are moments
CODE = """product = weights[0]
for w in weights[1:]:
    product = product @ w
# for every x: the deep linear net's output equals x @ product"""


@lab(
    family="linear algebra",
    title="Linear collapse",
    question=Question(
        "Between six inputs and six outputs, one hidden linear layer has three units. What rank does the net have, "
        "however many more layers it has?",
        ("3 or fewer", "6", "3 times the layers", "it grows as it is trained"),
        0,
        "A product of matrices has at most the rank of its narrowest factor.",
    ),
    references=(
        "Saxe, McClelland and Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear "
        "neural networks, arXiv:1312.6120",
        "Kawaguchi 2016, Deep learning without poor local minima, arXiv:1605.07110",
    ),
    quick={"depth": 3},
    full={"depth": 8, "width": 16},
)
def linear_collapse(
    *,
    depth: Annotated[int, Range(2, 8, legal=(2, 64)), "layers of weights"] = 4,
    width: Annotated[int, Range(1, 12, legal=(1, 64)), "units of the hidden layer in the middle; others have 12"] = 3,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of the weights"] = 0,
):
    """Layers without an activation multiply to one matrix, whose rank the narrowest layer bounds.

    However many linear layers a net has, one matrix gives the same outputs, and along any line through the inputs
    they change straight, while ReLU between the same weights bends them. What depth does change is the loss: over the
    weights of two layers it is no longer convex, with a saddle at zero that is the flatter the more layers there are.
    Descent from nearby waits there before it falls, although for the squared loss of a linear net every local minimum
    is a global one.
    """
    data = {**_outputs(depth, width, seed), **_loss(depth)}
    passages = (
        Passage("latex", "One matrix", r"W_L(\cdots(W_2(W_1 x))) = (W_L\cdots W_2 W_1)\,x,\qquad "
                r"\mathrm{rank} \le \min_i \mathrm{width}_i"),
        Passage("latex", "The loss that is drawn", r"\ell(a, b) = \tfrac12\left(a\,b^{L-1} - 1\right)^2"),
        Passage("code", "The collapse", CODE),
    )  # fmt: skip
    claims = _claims(depth, width, data)
    return Finding(data, {"collapse": _sheet(depth, width, data)}, claims, passages)


def weights(depth: int, width: int, seed: int) -> list[np.ndarray]:
    """Random weights (in, out) in float32: hidden layers of WIDE units, the middle one of `width`."""
    widths = [ENDS, *[WIDE] * (depth - 1), ENDS]
    widths[depth // 2] = width
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(a, b)).astype(np.float32) / np.float32(np.sqrt(a)) for a, b in pairwise(widths)]


@lru_cache(maxsize=64)
def _outputs(depth: int, width: int, seed: int) -> dict[str, np.ndarray]:
    """The net and its matrix: outputs for random inputs, singular values, and one output along a line, both nets."""
    layers = weights(depth, width, seed)
    rng = np.random.default_rng([seed, 1])
    inputs = rng.normal(size=(256, ENDS)).astype(np.float32)
    deep = chained([inputs, *layers])
    exact = chained([each.astype(np.float64) for each in layers])
    return {
        "difference": np.array(np.abs(deep - inputs @ chained(layers)).max() / np.abs(deep).max()),
        "product": exact,
        "singular": np.linalg.svd(exact, compute_uv=False),
        **_along(layers, *rng.normal(size=(2, ENDS))),
    }


def chained(matrices: list[np.ndarray]) -> np.ndarray:
    """Their product, from the left."""
    return reduce(np.matmul, matrices)


def _along(layers: list[np.ndarray], middle: np.ndarray, way: np.ndarray) -> dict[str, np.ndarray]:
    """The first output at `middle` + t · `way`, and its straight pieces, without and with ReLU between the layers."""
    first, *rest = (each.astype(np.float64) for each in layers)
    rest[-1] = rest[-1][:, :1]
    net = [((way @ first)[None], middle @ first), *((each, np.zeros(each.shape[1])) for each in rest)]
    flat = [(chained([net[0][0], *rest]), chained([net[0][1], *rest]))]
    t = np.linspace(-3.0, 3.0, 241)
    found = {"t": t}
    for name, each in (("linear", flat), ("relu", net)):
        found |= {name: pieces.forward(each, t[:, None])[:, 0],
                  f"{name}_pieces": np.array(pieces.pieces(each, -3.0, 3.0))}  # fmt: skip
    return found


def height(a, b, depth: int):
    """The loss of a chain of `depth` single weights for the target 1: the first is a, all others are b."""
    return 0.5 * (a * b ** (depth - 1) - 1.0) ** 2


def slope(a, b, depth: int) -> np.ndarray:
    """Its gradient (2,)."""
    error = a * b ** (depth - 1) - 1.0
    return np.array([error * b ** (depth - 1), error * (depth - 1) * a * b ** (depth - 2)])


@lru_cache(maxsize=16)
def _loss(depth: int) -> dict[str, np.ndarray]:
    """The relief, the path of gradient descent on it, and what the saddle is like."""
    side = np.linspace(-REACH, REACH, 61)
    path = [np.array(START)]
    for _ in range(STEPS):
        path.append(path[-1] - RATE * slope(*path[-1], depth))
    path = np.array(path)
    return {"side": side, "relief": height(side[None], side[:, None], depth), "path": path,
            "loss": height(*path.T, depth), "curvature": np.linalg.eigvalsh(_hessian(depth))}  # fmt: skip


def _hessian(depth: int) -> np.ndarray:
    """Second derivatives (depth, depth) of ½ (w₁ w₂ … − 1)² at zero, over all weights of the chain.

    From differences, which are exact here: the step is a power of two and the loss a polynomial.
    """
    step = 1.0 / 16
    ways = step * np.eye(depth)

    def loss(w):
        return 0.5 * (np.prod(w, axis=-1) - 1.0) ** 2

    one, other = ways[:, None], ways[None]
    return (loss(one + other) - loss(one - other) - loss(other - one) + loss(-one - other)) / (4 * step**2)


def _claims(depth: int, width: int, data: dict) -> tuple[Claim, ...]:
    singular, rank = data["singular"], _rank(data["singular"])
    narrow = min(width, ENDS)
    sign = 1.0 if depth % 2 else -1.0  # the other minimum drawn is at (sign, −1)
    middle = height((1.0 + sign) / 2, 0.0, depth)
    # With one sign of a the product of the weights is positive near zero, with the other negative.
    near_zero = [side * 0.05**depth for side in (-1.0, 1.0)]
    up, down = (product * (product / 2 - 1.0) for product in near_zero)  # ½ (product − 1)² − ½
    bends = int(data["relu_pieces"]) - 1
    claims = [
        between(
            f"{depth} linear layers and their product differ, in float32, by this share of the largest output",
            float(data["difference"]),
            0.0,
            1e-5,
            "closed form, to rounding",
        ),
        between("Rank of the product, at most the width of the narrowest layer", rank, 0, narrow, "closed form"),
        near("Straight pieces of the linear net along a line", int(data["linear_pieces"]), 1, 0, "closed form"),
        Claim("Bends of the ReLU net with the same weights, along the same line", written(bends), "", "counted exactly",
              None),
        near("The slope of the loss where all weights are zero", float(np.abs(slope(0.0, 0.0, depth)).max()), 0.0, 0.0,
             "closed form"),
        Claim(
            "Zero is a saddle: from there the loss rises one way and falls another",
            f"{_signed(up)} and {_signed(down)}",
            "one above and one below 0",
            "closed form",
            bool(up > 0 > down),
        ),
        between("Not convex: halfway between two minima of loss 0 the loss is", middle, 1e-9, np.inf, "closed form"),
        _flatness(depth, data["curvature"]),
    ]  # fmt: skip
    if rank and singular[0] > 0:
        claims.append(
            Claim(
                "“Deeper linear nets express more”: numbers that one matrix needs, beside those of the net",
                f"{ENDS * ENDS} and {sum(each.size for each in weights(depth, width, 0)):,}",
                "the same functions or fewer",
                "closed form",
                None,
            )
        )
    return tuple(claims)


def _rank(singular: np.ndarray) -> int:
    """Singular values above rounding; the weights are float32, their product is float64."""
    return int(np.sum(singular > 1e-12 * singular[0])) if singular[0] > 0 else 0


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + written(value)


def _flatness(depth: int, curvature: np.ndarray) -> Claim:
    told = f"{written(float(curvature[0]))} … {written(float(curvature[-1]))}"
    if depth == 2:
        holds = bool(np.allclose(curvature, [-1.0, 1.0]))
        return Claim("Curvatures at the saddle of two layers", told, "−1 … 1", "closed form", holds)
    return Claim("From three layers on the saddle has no curvature at all: second derivatives do not show the way down",
                 told, "0 … 0", "arXiv:1605.07110", bool(np.all(curvature == 0.0)))  # fmt: skip


def _sheet(depth: int, width: int, data: dict) -> Sheet:
    rank, bends = _rank(data["singular"]), int(data["relu_pieces"]) - 1
    return Sheet(
        panels=[_line(data), _relief(depth, data), _spectrum(data), _descent(data)],
        title=f"{depth} linear layers are one matrix of rank {rank}; with ReLU the line has {bends} bend"
        f"{'s' * (bends != 1)}",
        subtitle=f"Random weights, {ENDS} inputs and outputs, narrowest layer {width}. The loss is that of a chain of "
        f"{depth} weights, the first a, the others b.",
        columns=2,
        times=SHOWN,
        unit="step",
    )


def _line(data: dict) -> Panel:
    marks = [Line(x=data["t"], y=np.round(data["linear"], 5), label="linear", slot=0),
             Line(x=data["t"], y=np.round(data["relu"], 5), label="with ReLU", slot=1)]  # fmt: skip
    return Panel(marks=marks, title="One output along a line of inputs", x="place on the line", y="output")


def _relief(depth: int, data: dict) -> Panel:
    gone = SHOWN[None] <= SHOWN[:, None]  # (moments, moments)
    x, y, z = (np.round(np.where(gone, each[SHOWN], np.nan), 4) for each in (*data["path"].T, data["loss"]))
    marks = [Relief(x=data["side"], y=data["side"], z=np.round(data["relief"], 4), log=True),
             Trail(x=x, y=y, z=z, label="descent", slot=2, moving=("x", "y", "z"))]  # fmt: skip
    return Panel(marks=marks, title="Loss over two weights: a saddle at zero", x="a", y="b")


def _spectrum(data: dict) -> Panel:
    names = [f"{k + 1}" for k in range(ENDS)]
    values, rank = data["singular"], _rank(data["singular"])
    told = [written(float(value)) if k < rank else "0" for k, value in enumerate(values)]
    marks = [Bars(x=names, y=values, slot=0, written=told)]
    return Panel(marks=marks, title="Singular values of the product", x="number", y="value")


def _descent(data: dict) -> Panel:
    steps = np.arange(STEPS + 1)
    marks = [Line(x=steps, y=data["loss"], label="descent", slot=2)]
    return Panel(marks=marks, title="Waiting at the saddle", x="step", y="loss", cursor=SHOWN)
