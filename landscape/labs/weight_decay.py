"""Weight decay: in the gradient, beside it, or not at all."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape import optimizers, theme
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Question, between, lab, near
from landscape.labs.fitting import ridges
from landscape.labs.fitting.bands import mean_and_error, stretched
from landscape.parameters import Range
from landscape.run import run
from landscape.schedules import cosine

ROWS, TRUTH = 30, np.array([1.4, -1.0])
STEPS, START = 1000, (-0.4, 1.8)
NAMES = ("no decay", "SGD, L2", "Adam, L2", "AdamW")
PRECISE = 1e-4
FORMULAS = (
    Passage("latex", "Ridge regression", r"w = (X^\top X + n \lambda I)^{-1} X^\top y"),
    Passage("latex", "Where AdamW ends", r"\min_w \tfrac{1}{2n} |Xw - y|^2 \quad "
            r"\text{with} \quad |w_i| \le 1 / \lambda"),
)  # fmt: skip


@lab(
    family="learning",
    title="Weight decay",
    references=(
        "Loshchilov and Hutter 2019, Decoupled weight decay regularization, arXiv:1711.05101",
        "Hoerl and Kennard 1970, Ridge regression, doi:10.1080/00401706.1970.10488634",
        "Xie and Li 2024, Implicit bias of AdamW: ℓ∞-norm constrained optimization, arXiv:2404.04454",
    ),
    question=Question(
        "Adam with an L2 penalty in its loss, and AdamW with the same number as its decay: where do they end?",
        ("at the same weights", "at different weights"),
        lambda found: int(not np.abs(found.data["ends"][2] - found.data["ends"][3]).max() <= PRECISE),  # or no number
        "Adam divides the whole gradient by its size, penalty included, and given steps enough it ends where ridge "
        "regression does. AdamW pulls beside the gradient, on towards the least error with no weight above 1 / decay.",
    ),
)
def weight_decay(
    *,
    decay: Annotated[float, Range(0.01, 3.0, log=True, legal=(0.0, 1000.0)), "λ: ½ λ |w|² in the loss, or λ w"] = 0.3,
    learning_rate: Annotated[float, Range(0.01, 0.3, log=True, legal=(1e-6, 10.0)), "of Adam at the start"] = 0.05,
    correlation: Annotated[float, Range(-0.95, 0.95, legal=(-0.999, 0.999)), "of the two columns"] = 0.8,
    noise: Annotated[float, Range(0.0, 2.0, legal=(0.0, 100.0)), "standard deviation of each label"] = 0.5,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of rows and noise"] = 0,
):
    """Paths of two weights without decay, with an L2 penalty, and with decay beside the gradient.

    A penalty of half λ |w|² in the loss moves its minimum to the weights of ridge regression, and whatever descends
    that loss ends there. For plain gradient descent it is the same to take λ w away beside the gradient, but an
    adaptive method rescales gradients, so that Adam with a penalty and AdamW are two methods with two ends. What it
    does for new rows depends on how noisy the rows are: the best λ is noise² / (n · variance of a true weight).
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is shown
        return _found(float(decay), float(learning_rate), float(correlation), float(noise), seed)


def _found(decay: float, learning_rate: float, correlation: float, noise: float, seed: int) -> Finding:
    h, g = _problem(correlation, noise, seed)
    paths, rate = _paths(h, g, decay, learning_rate)
    ends = paths[:, -1]
    aims = {"least_squares": ridges.solved(h, g, 0.0), "ridge": ridges.solved(h, g, decay),
            "boxed": ridges.boxed(h, g, 1.0 / decay) if decay else ridges.solved(h, g, 0.0)}  # fmt: skip
    errors, mine = ridges.errors(noise, seed), ridges.errors(noise, seed, decay)
    data = {"paths": paths, "ends": ends, **aims, "beside": _beside(h, g, decay, rate), "strengths": ridges.STRENGTHS,
            "training_error": errors.training, "test_error": errors.test, "norm": errors.norm,
            "error_here": np.stack([each[:, 0] for each in (mine.training, mine.test)])}  # fmt: skip
    return Finding(data, {"paths": _sheet(data, h, g, decay, noise), "errors": _errors(data, decay, noise)},
                   _claims(data, decay, noise), FORMULAS)  # fmt: skip


def _problem(correlation: float, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """H = X'X / n (2, 2) and g = X'y / n (2,) of rows with two correlated columns."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 2)) @ np.array([[1.0, correlation], [0.0, np.sqrt(1.0 - correlation**2)]])
    y = x @ TRUTH + noise * rng.normal(size=ROWS)
    return x.T @ x / ROWS, x.T @ y / ROWS


def _paths(h: np.ndarray, g: np.ndarray, decay: float, learning_rate: float) -> tuple[np.ndarray, float]:
    """The paths (4, steps + 1, 2) of NAMES from one start, and the rate of gradient descent: 1 / (L + λ)."""
    numbers = {"h11": h[0, 0], "h12": h[0, 1], "h22": h[1, 1], "g1": g[0], "g2": g[1]}
    numbers = {name: float(value) for name, value in numbers.items()}
    plain, penalized = ridges.ridge_loss(**numbers), ridges.ridge_loss(**numbers, penalty=decay)
    rate = 1.0 / float(np.linalg.eigvalsh(h)[-1] + decay)
    falling = cosine(peak=learning_rate, end=0.0)
    entrants = (
        (plain, optimizers.sgd(learning_rate=rate)),
        (penalized, optimizers.sgd(learning_rate=rate)),
        (penalized, optimizers.adam(learning_rate=falling)),
        (plain, optimizers.adamw(learning_rate=falling, weight_decay=max(decay, 1e-12))),  # 0 would compile apart
    )
    return np.stack([np.asarray(run(*each, np.array(START), steps=STEPS).positions)[:, 0] for each in entrants]), rate


def _beside(h: np.ndarray, g: np.ndarray, decay: float, rate: float) -> np.ndarray:
    """The path (steps + 1, 2) of gradient descent that takes rate · λ · w away beside the gradient."""
    w = np.array(START)
    path = [w]
    for _ in range(STEPS):
        w = (1.0 - rate * decay) * w - rate * (h @ w - g)
        path.append(w)
    return np.stack(path)


def _claims(data: dict, decay: float, noise: float) -> tuple[Claim, ...]:
    ends, ridge, boxed = data["ends"], data["ridge"], data["boxed"]

    def off(end, aim):
        return float(np.abs(end - aim).max())

    claims = [
        near(f"{NAMES[slot]}: farthest weight from ridge regression after {STEPS:,} steps", off(ends[slot], ridge), 0.0,
             PRECISE, "closed form (X'X + nλI)⁻¹X'y") for slot in (1, 2)
    ]  # fmt: skip
    claims.append(near("SGD with L2, and with decay beside the gradient: farthest apart at any step",
                       off(data["paths"][1], data["beside"]), 0.0, 1e-9, "closed form, arXiv:1711.05101"))  # fmt: skip
    if decay and np.isfinite(ends[3]).all():
        away = [theme.written(float(np.linalg.norm(ends[3] - aim))) for aim in (boxed, ridge)]
        claims += [
            between("Wrong: “AdamW is Adam with an L2 penalty”. Farthest weight between their ends",
                    off(ends[2], ends[3]), 10.0 * PRECISE, np.inf, "arXiv:1711.05101"),
            between("AdamW's largest |weight| at the end × decay", float(np.abs(ends[3]).max() * decay), 0.0, 1.0,
                    "arXiv:2404.04454"),
            Claim("AdamW's distance to the least error with |w| ≤ 1 / decay, and to ridge regression",
                  " and ".join(away), "the first falls to 0 if steps go on", "arXiv:2404.04454", None),
        ]  # fmt: skip
    if decay:
        claims.append(between("Length of ridge's weights ÷ that of least squares", float(
            np.linalg.norm(ridge) / np.linalg.norm(data["least_squares"])), 0.0, 1.0, "closed form"))  # fmt: skip
    return (*claims, *_error_claims(data, decay, noise))


def _error_claims(data: dict, decay: float, noise: float) -> tuple[Claim, ...]:
    """Errors of ridge regression on new rows, over draws of rows and true weights."""
    test, gaps = data["test_error"], data["test_error"] - data["training_error"]
    here, _ = mean_and_error(data["error_here"][1] - data["error_here"][0])
    claims = []
    if noise and decay > ridges.STRENGTHS[0]:
        least = theme.written(ridges.STRENGTHS[0])
        claims.append(between(f"Gap between new rows and own with λ = {theme.written(decay)}, as a share of that with "
                              f"λ = {least}", float(here / gaps[:, 0].mean()), -np.inf, 1.0,
                              f"measured, {ridges.DRAWS} draws"))  # fmt: skip
    if 1.2 * ridges.STRENGTHS[0] < _best(noise) < ridges.STRENGTHS[-1] / 1.2:  # beyond, the least is at an end
        best = ridges.STRENGTHS[test.mean(axis=0).argmin()]
        claims.append(near("log₁₀ of the λ that meets new rows best: noise² / (n · variance of a true weight)",
                           float(np.log10(best)), float(np.log10(_best(noise))), 0.15,
                           "closed form: posterior mean of normal weights"))  # fmt: skip
    return tuple(claims)


def _best(noise: float) -> float:
    """The λ of the posterior mean, for a loss that is the mean of ½ (error)²."""
    return noise**2 * ridges.COLUMNS / ridges.ROWS


def _sheet(data: dict, h, g, decay: float, noise: float) -> Sheet:
    axis = np.linspace(-2.0, 2.0, 61)
    w = np.stack(np.meshgrid(axis, axis), axis=-1)
    aims, paths = data["least_squares"], data["paths"]
    height = 0.5 * np.einsum("abi,ij,abj->ab", w - aims, h, w - aims)
    moments = np.unique(np.geomspace(1, STEPS, 110).astype(int))
    bounded = decay > 0.5  # then the square in which AdamW ends is in the picture
    trail = np.array([ridges.solved(h, g, each) for each in (0.0, *np.geomspace(1e-3, 1e3, 60))])
    marks = [Heat(z=np.log10(1.0 + height / 0.02), x=axis, y=axis, levels=14),
             Line(x=trail[:, 0], y=trail[:, 1], quiet=True, dash=True)]  # fmt: skip
    if bounded:
        corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]]) / decay
        marks.append(Line(x=corners[:, 0], y=corners[:, 1], quiet=True))
    for slot, path in enumerate(paths):
        now = path[moments].T[..., None]
        marks += [Line(x=path[:, 0], y=path[:, 1], slot=slot, label=NAMES[slot]),
                  Dots(x=now[0], y=now[1], slot=slot, moving=("x", "y"))]  # fmt: skip
    marks += [Dots(x=[data["ridge"][0]], y=[data["ridge"][1]], symbol="cross-thin-open", size=1.4),
              Dots(x=[aims[0]], y=[aims[1]], symbol="x-thin-open", size=1.4)]  # fmt: skip
    lengths = np.linalg.norm(paths, axis=2)
    every = np.arange(1, STEPS + 1)
    curves = [Line(x=every, y=lengths[slot, 1:], slot=slot, label=name) for slot, name in enumerate(NAMES)]
    curves.append(Line(x=[1, STEPS], y=[np.linalg.norm(data["ridge"])] * 2, quiet=True, dash=True))
    apart = [_told(float(np.linalg.norm(data["ends"][slot] - data["ridge"]))) for slot in (2, 3)]
    return Sheet(
        panels=(
            Panel(marks=marks, title="Squared error of two weights", x="w₁", y="w₂", square=True, keyed=False,
                  x_range=(-2.0, 2.0), y_range=(-2.0, 2.0)),
            Panel(marks=curves, title="Length of the weights", x="step", y="|w|", cursor=moments, log_x=True,
                  y_range=stretched(lengths)),
        ),
        title=f"With λ = {theme.written(decay)} Adam with L2 ends {apart[0]} ridge regression, AdamW {apart[1]} it",
        subtitle=f"{ROWS} rows, noise {theme.written(noise)} · + ridge regression · × least squares · dashed: ridge "
        "for every λ" + (" · square: |w| ≤ 1/λ" if bounded else ""),
        times=moments, unit="step",
    )  # fmt: skip


def _told(distance: float) -> str:
    """Where an end is, before what it is measured from."""
    if not np.isfinite(distance):
        return "beyond all numbers, not at"
    return "at" if distance <= PRECISE else f"{theme.written(distance)} from"


def _errors(data: dict, decay: float, noise: float) -> Sheet:
    strengths, marks = ridges.STRENGTHS, []
    for slot, (name, label) in enumerate((("training_error", "own rows"), ("test_error", "new rows"))):
        middle, error = mean_and_error(data[name])
        marks += [Line(x=strengths, y=middle, slot=slot, label=label, band=(middle - error, middle + error)),
                  Dots(x=[decay], y=[data["error_here"][slot].mean()], slot=slot)]  # fmt: skip
    norm, error = mean_and_error(data["norm"])
    best = strengths[data["test_error"].mean(axis=0).argmin()]
    columns, rows, draws = ridges.COLUMNS, ridges.ROWS, ridges.DRAWS
    end = {strengths[0]: ", the least tried", strengths[-1]: ", the most tried"}.get(best, "")
    return Sheet(
        panels=(
            Panel(marks=marks, title="Error against decay", x="λ", y="mean squared error", log_x=True),
            Panel(marks=(Line(x=strengths, y=norm, band=(norm - error, norm + error), slot=1),),
                  title="Length of the weights", x="λ", y="|w|", log_x=True),
        ),
        title=f"New rows are met best with λ = {theme.written(float(best))}{end}; the closed form says "
        f"{theme.written(_best(noise))}",
        subtitle=f"ridge regression with {columns} columns on {rows} rows, noise {theme.written(noise)}; mean and ±1 "
        f"standard error of {draws} draws",
    )  # fmt: skip
