"""The noise of minibatches: how large it is, and how it carries a walker out of a well."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.rates import escape
from landscape.optimizers import sgd
from landscape.parameters import Choice, Range
from landscape.run import run_many
from landscape.surfaces import tilted_well

SEEDS, STEPS, THIN = 16, 2_000, 20
WITHIN = 40.0  # η × steps within which an escape counts
BARRIER = 1.0  # of x⁴ − 2x², from −1 to 0
KRAMERS = "doi:10.1016/S0031-8914(40)90098-2"


@lru_cache(maxsize=16)
def fan(learning_rate: float, batch: int, seed: int) -> np.ndarray:
    """Where walkers are after every THIN-th step (SEEDS, 1 + t)."""
    method = sgd(learning_rate=learning_rate, noise=escape.SPREAD / np.sqrt(batch))
    seeds = np.arange(SEEDS) + SEEDS * seed
    found = run_many(tilted_well(tilt=0.0), method, np.full((1, 1), -1.0), seeds=seeds, steps=STEPS, thin=THIN)
    return np.asarray(found.positions)[:, :, 0, 0]


@lab(
    family="optimization",
    title="Gradient noise",
    references=(
        "Smith and Le 2018, A Bayesian perspective on generalization and stochastic gradient descent, "
        "arXiv:1710.06451",
        "Kramers 1940, Brownian motion in a field of force, doi:10.1016/S0031-8914(40)90098-2",
    ),
    question=Question(
        "Gradient descent sits in a well. What makes it more likely to get out by the noise of its minibatches?",
        ("a larger batch or a smaller learning rate", "a smaller batch or a larger learning rate",
         "nothing: the noise is zero on average"),
        1,
        "The variance of a minibatch gradient is σ²/B, so the noise acts like a temperature T = η σ²/(2B); the time to "
        "get out grows like exp(barrier / T).",
    ),
    slow=True,
)  # fmt: skip
def gradient_noise(
    *,
    learning_rate: Annotated[float, Range(0.005, 0.08, log=True, legal=(1e-6, 0.2)), "of the walkers drawn"] = 0.02,
    batch: Annotated[int, Range(2, 64, legal=(1, 10**6)), "rows of a minibatch of the walkers drawn"] = 16,
    data: Annotated[str, Choice("circle", "xor", "spiral"), "whose rows make the gradient's variance"] = "circle",
    replacement: Annotated[bool, Choice(False, True), "whether a row may be drawn twice"] = True,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**16)), "of all random numbers"] = 0,
):
    """The less of the data a step sees, the more it wanders, and the sooner it leaves a well.

    The gradient of a minibatch of B rows is right on average, with a variance of σ²/B: half the rows, twice that.
    Steps of size η make of it a temperature T = ησ²/(2B), so the ratio η/B decides how likely it is to leave a well.
    As in the theory of chemical reactions the mean time until then grows like exp(ΔE/T), with ΔE the barrier.
    """
    paths = fan(learning_rate, batch, seed)
    sizes, variance, single = escape.variances(data, replacement, seed)
    yield Progress(0.3, "variance")
    passed = {}
    for done, rate in enumerate(escape.RATES, start=1):
        passed[rate] = escape.times(rate, seed)
        yield Progress(0.3 + 0.2 * done, f"escapes at a rate of {rate:g}")
    rows = len(escape.slopes(data))
    factor = np.ones(len(sizes)) if replacement else (rows - sizes) / (rows - 1)
    found = {
        "paths": paths,  # (seeds, t)
        "batch_sizes": sizes,
        "variance": variance,  # (m,) of a minibatch's gradient, summed over weights
        "expected_variance": single * factor / sizes,
        "ratio": escape.RATES[0] / escape.batches(escape.RATES[0]),  # (k,) η/B
        "escaped": np.stack([(each <= WITHIN).mean(axis=1) for each in passed.values()]),  # (rates, k)
        "mean_time": np.array([[escape.mean_time(row) for row in each] for each in passed.values()]),  # (rates, k)
    }
    return Finding(found, {"noise": _sheet(found, learning_rate, batch, data)}, _claims(found, replacement))


def fitted(found: dict[str, np.ndarray]) -> tuple[float, float, float]:
    """Slope and offset of log mean time against 1/T over all settings, and R²."""
    x = np.tile(escape.INVERSE, len(escape.RATES))
    y = np.log(found["mean_time"]).ravel()
    slope, offset = np.polyfit(x, y, 1)
    return float(slope), float(offset), float(1.0 - np.var(y - slope * x - offset) / np.var(y))


def _claims(found: dict[str, np.ndarray], replacement: bool) -> tuple[Claim, ...]:
    sizes, variance = found["batch_sizes"], found["variance"]
    apart = float(np.max(np.abs(variance / found["expected_variance"] - 1.0)))
    pooled = found["escaped"].mean(axis=0)  # from the largest η/B to the smallest
    walkers = escape.WALKERS * len(escape.RATES)
    slack = 2.0 * np.sqrt((pooled * (1.0 - pooled)).max() * 2.0 / walkers)  # of a difference
    slope, _, share = fitted(found)
    spread = float(np.max(np.ptp(found["escaped"], axis=0)))
    law = "σ²/B" if replacement else "σ²/B · (n − B)/(n − 1), drawn without replacement"
    claims = [between(f"The variance of a minibatch gradient is {law}: largest relative difference", apart, 0.0, 0.1,
                      "closed form")]  # fmt: skip
    if replacement:
        products = variance * sizes
        claims.append(between("Variance × B is constant: (largest − smallest) ÷ mean",
                              float(np.ptp(products) / products.mean()), 0.0, 0.1, "closed form"))  # fmt: skip
    claims += [
        Claim("The probability of leaving the well rises with η/B", f"{pooled[-1]:.2f} → {pooled[0]:.2f}",
              "rises at every step, within 2 standard errors", f"measured, {walkers} walkers each",
              bool(np.all(np.diff(pooled) < slack) and pooled[0] > pooled[-1] + slack)),
        between("The logarithm of the mean time is linear in 1/T: R²", share, 0.98, 1.0, KRAMERS),
        near("Its slope is the barrier ΔE", slope, BARRIER, 0.15, KRAMERS),
        Claim("Half right: that η/B alone decides; largest difference of the probability at one η/B", f"{spread:.2f}",
              "small while η is", "arXiv:1710.06451", None),
    ]  # fmt: skip
    return tuple(claims)


def _sheet(found: dict[str, np.ndarray], learning_rate: float, batch: int, data: str) -> Sheet:
    steps = np.arange(0, STEPS + 1, THIN)
    paths = np.where(np.abs(found["paths"]) < 3.0, found["paths"], np.nan)
    gone = float(np.mean(np.any(found["paths"] > escape.ARRIVED, axis=1)))
    sizes, slope = found["batch_sizes"], fitted(found)
    mine = learning_rate / batch
    inverse = 2.0 * batch / (learning_rate * escape.SPREAD**2)
    marks = [Line(x=steps, y=row, slot=4, width=0.4) for row in paths]
    marks += [Line(x=[0, STEPS], y=[0, 0], quiet=True, dash=True, label="barrier")]
    ratios, curves, points = found["ratio"], [], []
    for slot, rate in enumerate(escape.RATES):
        curves += [Line(x=ratios, y=found["escaped"][slot], slot=slot),
                   Dots(x=ratios, y=found["escaped"][slot], slot=slot, label=f"η = {rate:g}")]  # fmt: skip
        points.append(Dots(x=escape.INVERSE, y=found["mean_time"][slot], slot=slot, label=f"η = {rate:g}"))
    span = np.array([escape.INVERSE[0], escape.INVERSE[-1]])
    low, high = 0.5 * float(found["mean_time"].min()), 2.0 * float(found["mean_time"].max())
    points.append(Line(x=span, y=np.exp(slope[0] * span + slope[1]), label=f"slope {slope[0]:.2f}"))
    return Sheet(
        panels=[
            Panel(marks=marks, title=f"{SEEDS} walkers at η = {written(learning_rate)}, B = {batch}", x="step",
                  y="x", y_range=(-2.0, 2.0), cursor=steps),
            Panel(marks=[Line(x=sizes, y=found["expected_variance"], label="closed form"),
                         Dots(x=sizes, y=found["variance"], slot=3, label="measured")],
                  title="Variance of a minibatch's gradient", x="rows of a minibatch", y="variance", log_x=True,
                  log_y=True),
            Panel(marks=[*curves, Line(x=[mine] * 2, y=[0.0, 1.0], quiet=True, dash=True)],
                  title=f"Out of the well within {WITHIN:g}/η steps", x="learning rate ÷ batch size", y="probability",
                  log_x=True, y_range=(0.0, 1.02),
                  x_range=(0.8 * min(ratios.min(), mine), 1.25 * max(ratios.max(), mine))),
            Panel(marks=[*points, Line(x=[inverse] * 2, y=[low, high], quiet=True, dash=True)],
                  title="Mean time to get out, × η", x="1/T = 2B / (η σ²)", y="η × steps", log_y=True,
                  y_range=(low, high), x_range=(min(1.5, inverse - 0.5), max(6.0, inverse + 0.5))),
        ],
        title=f"The time to leave a well grows like exp({slope[0]:.2f} / T); {gone:.0%} of these walkers have left",
        subtitle=f"rows of {data} make the variance; x⁴ − 2x² with a barrier of 1 and slopes of σ = "
        f"{escape.SPREAD:g} make the escapes; dashed: the walkers drawn",
        columns=2, times=steps, unit="step",
    )  # fmt: skip
