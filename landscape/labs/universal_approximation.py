"""A hidden layer fits any continuous function: a construction whose error is known, beside nets that are trained."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Curve, Finding, Passage, Progress, Question, between, lab, near, written
from landscape.labs.functions import pieces, training
from landscape.labs.functions.targets import NAMED, Target, target
from landscape.parameters import Range

WIDTHS = 2 ** np.arange(9)  # 1 … 256
TRAINED = 2 ** np.arange(7)  # 1 … 64
LATE = WIDTHS >= 32  # where slopes are read
FINE = 8192
CURVE = Curve(names=tuple(NAMED), reader=lambda text: target(text).at)
SEEDS, ROWS, STEPS = 3, 129, 2000
CODE = """def spline(f, n):  # the weights of n hidden units
    knots = np.arange(n) / n
    slopes = np.diff(f(np.arange(n + 1) / n)) * n
    jumps = np.diff(slopes, prepend=0)
    return lambda x: f(0.0) + np.maximum(0, x[:, None] - knots) @ jumps"""


@lab(
    family="functions",
    title="Universal approximation",
    question=Question(
        "The hidden layer is made twice as wide. What becomes of the largest error of the constructed net, for a "
        "smooth function?",
        ("half", "a quarter", "it depends on luck", "nothing"),
        1,
        "Between knots a distance h apart a straight line misses a smooth function by at most h² max|f″| / 8, and "
        "twice the units halve h.",
    ),
    references=(
        "Cybenko 1989, Approximation by superpositions of a sigmoidal function, doi:10.1007/BF02551274",
        "Leshno, Lin, Pinkus and Schocken 1993, Multilayer feedforward networks with a nonpolynomial activation "
        "function can approximate any function, doi:10.1016/S0893-6080(05)80131-5",
        "Nielsen 2015, Neural networks and deep learning, chapter 4, neuralnetworksanddeeplearning.com/chap4.html",
    ),
    slow=True,
    quick={"width": 32},
    full={"width": 128},
)
def universal_approximation(
    *,
    target: Annotated[
        str, Curve(names=tuple(NAMED), reader=lambda text: target(text).at), "what is to be fitted on 0 … 1"
    ] = "sine",
    width: Annotated[int, Range(1, 64, log=True, legal=(1, 256)), "hidden units"] = 8,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of the first of three trained nets"] = 0,
):
    """A net of one hidden layer fits any continuous function, by construction; training may fall short of it.

    With one ReLU unit at the left end of each piece, a hidden layer is a broken line through points of the function, so
    its error is known before anything is trained. Step units, which are steep sigmoids, build a staircase instead and
    need the square of the width for the same error. A net of that width trained by Adam usually ends above the
    construction, and since better weights exist, what lies between the two is an error of optimisation and not of what
    such nets can express.
    """
    f = _target(target)
    spline = _spline(f, width)
    for place, each in enumerate(TRAINED.tolist()):
        yield Progress(place / len(TRAINED), f"training nets of {each} unit{'s' * (each > 1)}")
        _nets(target, each, seed)
    ladder = _ladder(target, seed)
    nets = _nets(target, width, seed)
    constructed = _constructed(target)
    data = {"width": WIDTHS, "spline": constructed[0], "steps": constructed[1], "trained_width": TRAINED,
            "trained": ladder, "x": nets["x"], "target": f.at(nets["x"]), "fit": nets["fit"], "step": nets["step"],
            "error": nets["error"]}  # fmt: skip
    error = sup(f, spline, width)
    claims = _claims(f, width, spline, error, constructed, nets["error"][:, -1])
    passages = (
        Passage("latex", "The constructed net", r"f(0) + \sum_{i=0}^{n-1} (s_i - s_{i-1})\,\max(0,\, x - i/n),\quad "
                r"s_i = n\left(f(\tfrac{i+1}{n}) - f(\tfrac{i}{n})\right),\ s_{-1} = 0"),
        Passage("code", "Its weights", CODE),
    )  # fmt: skip
    return Finding(data, {"fit": _sheet(f, width, spline, error, data)}, claims, passages)


_target = target  # the parameter has the same name


def knots(f: Target, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the pieces (width + 1,) and the function there."""
    x = np.arange(width + 1) / width
    return x, f.at(x)


def _spline(f: Target, width: int) -> pieces.Layers:
    """The net of one hidden layer that joins f(i / width) by straight lines."""
    x, y = knots(f, width)
    slopes = np.diff(y) * width
    return [(np.ones((1, width)), -x[:-1]), (np.diff(slopes, prepend=0.0)[:, None], y[:1])]


def staircase(f: Target, width: int, x: np.ndarray) -> np.ndarray:
    """`width` step units: on each of width + 1 treads the function at its middle."""
    cells = np.minimum((x * (width + 1)).astype(int), width)
    return f.at((cells + 0.5) / (width + 1))


def sup(f: Target, layers: pieces.Layers, width: int) -> float:
    """The largest error of a net, on a grid that has the middle of every piece."""
    x = _grid(width)
    return float(np.abs(pieces.forward(layers, x[:, None])[:, 0] - f.at(x)).max())


def _grid(width: int) -> np.ndarray:
    return np.linspace(0.0, 1.0, 2 * width * -(-FINE // (2 * width)) + 1)


@lru_cache(maxsize=64)
def _constructed(text: str) -> np.ndarray:
    """Largest errors (2, widths) of broken lines and of staircases."""
    f = target(text)
    errors = []
    for width in WIDTHS.tolist():
        x = _grid(width)
        steps = np.linspace(0.0, 1.0, FINE * 2 + 1)
        errors.append([np.abs(np.interp(x, *knots(f, width)) - f.at(x)).max(),
                       np.abs(staircase(f, width, steps) - f.at(steps)).max()])  # fmt: skip
    return np.array(errors).T


@lru_cache(maxsize=64)
def _nets(text: str, width: int, seed: int) -> dict[str, np.ndarray]:
    """Three trained nets: what the first gives at x (frames, n), and the largest errors (seeds, frames) of all."""
    f = target(text)
    seeds = tuple(range(seed, seed + SEEDS))
    net = training.shallow(f.at(np.linspace(0.0, 1.0, ROWS)), width, 64 if width <= 64 else 256, seeds, STEPS)
    x = np.linspace(0.0, 1.0, 2 * ROWS - 1)
    hidden = np.maximum(net["w"][..., None, :] * x[:, None] + net["b"][..., None, :], 0.0)
    fits = (hidden @ net["v"][..., None])[..., 0] + net["c"][..., None]
    step = np.arange(training.FRAMES + 1) * (STEPS // training.FRAMES)
    return {"x": x, "fit": fits[0], "error": np.abs(fits - f.at(x)).max(axis=-1), "step": step}


@lru_cache(maxsize=32)
def _ladder(text: str, seed: int) -> np.ndarray:
    """Largest errors (seeds, widths) of trained nets."""
    return np.stack([_nets(text, int(width), seed)["error"][:, -1] for width in TRAINED], axis=1)


def _slope(errors: np.ndarray) -> float:
    """Of log error against log width, over the widest nets; NaN where there is no error left."""
    late = errors[LATE]
    return float(np.polyfit(np.log(WIDTHS[LATE]), np.log(late), 1)[0]) if late.min() > 1e-13 else np.nan


def _claims(f: Target, width: int, spline, error: float, constructed: np.ndarray, trained: np.ndarray) -> tuple:
    x = _grid(width)
    gap = np.abs(pieces.forward(spline, x[:, None])[:, 0] - np.interp(x, *knots(f, width))).max()
    size = max(np.abs(f.at(x)).max(), 1.0)
    claims = [between("The hidden layer is the broken line itself: their difference, as a share of the largest value",
                      gap / size, 0.0, 1e-12, "closed form")]  # fmt: skip
    if f.smooth:
        claims.append(
            between(
                f"The largest error of {width} units is at most h² max|f″| / 8, with h = 1/{width}",
                error,
                0.0,
                f.bend / (8 * width**2) * 1.001 + 1e-15,
                "closed form",
            )
        )
    elif np.isfinite(f.steepest):
        claims.append(between(f"The largest error of {width} units is at most h max|f′| / 2, with h = 1/{width}", error,
                              0.0, f.steepest / (2 * width) * 1.001 + 1e-15, "closed form"))  # fmt: skip
    claims += _slopes(f, constructed)
    jump = _constructed("step")[0].min()
    claims.append(
        between(
            "“Any function” leaves out a word: a function with a jump of 1 is missed by at least a half at "
            "every width, the function has to be continuous",
            jump,
            0.5,
            np.inf,
            "closed form",
        )
    )
    best, worst = (written(float(end)) for end in (trained.min(), trained.max()))
    claims.append(
        Claim(
            f"Optimisation error, apart from the above: {SEEDS} nets of {width} units trained by Adam end "
            "with these largest errors",
            f"{best} … {worst}",
            f"≤ {written(error)} is possible",
            f"measured, {SEEDS} seeds",
            None,
        )
    )
    return tuple(claims)


def _slopes(f: Target, constructed: np.ndarray) -> list[Claim]:
    lines, stairs = map(_slope, constructed)
    told = f"over widths {WIDTHS[LATE][0]} … {WIDTHS[-1]}"
    if np.isnan(lines):
        return []
    if f.smooth:
        first = near(f"Slope of log error against log width, broken lines, {told}", lines, -2.0, 0.1, "closed form")
        return [first, near(f"The same slope for staircases of step units, {told}", stairs, -1.0, 0.1, "closed form")]
    return [Claim(f"Slope of log error against log width, broken lines, {told}", written(lines),
                  "−2 is promised where f″ exists only", "closed form", None)]  # fmt: skip


def _sheet(f: Target, width: int, spline, error: float, data: dict) -> Sheet:
    units = f"{width} hidden units fit" if width > 1 else "1 hidden unit fits"
    trained = written(float(data["error"][0, -1]))
    return Sheet(
        panels=[
            _fits(f, width, data),
            _against_width(f, width, error, data),
            _training(error, data),
            _stairs(f, width),
        ],
        title=f"{units} “{_short(f.label)}” within {written(error)} as built, {trained} as trained",
        subtitle=f"Largest error on 0 … 1. Trained by Adam, {STEPS:,} steps on {ROWS} values; {SEEDS} seeds, min–max.",
        columns=2,
        times=data["step"],
        unit="step",
    )


def _short(text: str) -> str:
    named = [name for name, formula in NAMED.items() if formula == text]
    return named[0] if named else text if len(text) <= 24 else f"{text[:23]}…"


def _fits(f: Target, width: int, data: dict) -> Panel:
    x, y = knots(f, width)
    marks = [Line(x=data["x"], y=data["target"], label="target", width=1.3),
             Line(x=x, y=y, label="constructed", slot=0),
             Dots(x=x, y=y, slot=0, size=0.7),
             Line(x=data["x"], y=np.round(data["fit"], 5), label="trained", slot=1, moving=("y",))]  # fmt: skip
    low, high = float(data["target"].min()), float(data["target"].max())
    room = 0.25 * max(high - low, 0.2)
    return Panel(marks=marks, title=f"Two nets of {width} units", x="x", y="f(x)", y_range=(low - room, high + room))


def _against_width(f: Target, width: int, error: float, data: dict) -> Panel:
    trained = data["trained"]
    floor = 1e-16  # zero has no logarithm
    marks = [Line(x=WIDTHS, y=np.maximum(data["spline"], floor), label="constructed", slot=0),
             Line(x=WIDTHS, y=np.maximum(data["steps"], floor), label="step units", slot=2),
             Line(x=TRAINED, y=np.median(trained, axis=0), label="trained", slot=1,
                  band=(trained.min(axis=0), trained.max(axis=0))),
             Dots(x=[width], y=[max(error, floor)], slot=0)]  # fmt: skip
    title = "Largest error against width"
    if f.smooth and f.bend > 0:
        marks.insert(0, Line(x=WIDTHS, y=f.bend / (8.0 * WIDTHS**2), quiet=True, dash=True))
        title += "; dashed: h² max|f″| / 8"
    return Panel(marks=marks, title=title, x="hidden units", y="error", log_x=True, log_y=True)


def _training(error: float, data: dict) -> Panel:
    errors, step = np.maximum(data["error"], 1e-16), data["step"]
    marks = [
        Line(x=step, y=np.full(len(step), max(error, 1e-16)), label="constructed", slot=0),
        Line(x=step, y=errors[0], label="trained", slot=1, band=(errors.min(axis=0), errors.max(axis=0))),
    ]
    return Panel(
        marks=marks, title="Largest error while training", x="step", y="error", log_y=True, cursor=step
    )


def _stairs(f: Target, width: int) -> Panel:
    x = np.linspace(0.0, 1.0, 513)
    edges = np.repeat(np.arange(width + 2) / (width + 1), 2)[1:-1]
    treads = np.repeat(f.at((np.arange(width + 1) + 0.5) / (width + 1)), 2)
    marks = [Line(x=x, y=f.at(x), label="target", width=1.3), Line(x=edges, y=treads, label="step units", slot=2)]
    return Panel(marks=marks, title=f"{width} step units: a staircase", x="x", y="f(x)")
