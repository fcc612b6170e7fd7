"""Learning rates side by side: too small, good, and too large, with the border that curvature sets."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

import landscape.surfaces as surfaces
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Question, lab, near, written
from landscape.labs.rates.ground import heights
from landscape.optimizers import sgd
from landscape.parameters import Choice, Range
from landscape.run import sweep
from landscape.stability import sharpness

SURFACES = ("quadratic", "booth", "himmelblau", "rosenbrock", "beale")
SHARES = (0.1, 0.95, 1.0, 1.05)  # of the border 2/L: too small, just below, at it and just above
CELLS, MOST, MOMENTS, TAIL, EARLY = 161, 200, 60, 8, 8
LEAST = {"beale": 1e-3}  # share of the border that is tried, where walls on the way are much steeper
FLOOR, TOP = 1e-16, 1e6  # heights above the minimum that are drawn
BORDER = "closed form 1 − ηλ"


def shape(name: str, condition: float) -> dict[str, float]:
    """The numbers of the surface; the quadratic is diag(1, k)."""
    return {"condition": condition, "rotation": 0.0} if name == "quadratic" else {}


@lru_cache(maxsize=32)
def walked(name: str, condition: float, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Rates (r,), the shown ones first; paths (r, t+1, 2) and heights above the minimum (r, t+1); and L."""
    surface = getattr(surfaces, name)(**shape(name, condition))
    curvature = sharpness(surface)
    border = 2.0 / curvature
    best = 2.0 / (1.0 + condition) if name == "quadratic" else 1.0 / curvature
    shown = [rate, best, *(share * border for share in SHARES)]
    rates = np.concatenate([shown, np.geomspace(LEAST.get(name, 0.01) * border, 1.25 * border, CELLS)])
    found = sweep(surface, sgd(learning_rate=rates), steps=MOST, record="all")
    paths, values = np.asarray(found.positions)[:, :, 0], np.asarray(found.values)[:, :, 0]
    return rates, paths, values - surface.minimum, curvature


def _fate(ratio: float) -> str:
    return "diverges" if ratio > 1.0 else "never settles" if ratio == 1.0 else "converges"


@lab(
    family="optimization",
    title="Learning rate",
    references=("Goh 2017, Why momentum really works, doi:10.23915/distill.00006",),
    question=Question(
        "The curvature of a bowl is at most L = 10. What does gradient descent do at the learning rate 0.21?",
        ("it arrives sooner than at 0.19", "it jumps between two points for ever", "it diverges"),
        2,
        "Each step multiplies the steepest error by 1 − 10 η: −0.9 at 0.19, −1 at 0.20 and −1.1 at 0.21, which grows.",
    ),
)
def learning_rate(
    *,
    surface: Annotated[str, Choice(*SURFACES), "what is descended"] = "quadratic",
    condition: Annotated[float, Range(1.0, 100.0, log=True, legal=(1.0, 1e6)), "L of the quadratic diag(1, L)"] = 10.0,
    learning_rate: Annotated[float, Range(1e-3, 1.0, log=True, legal=(1e-9, 1e3)), "of your own path"] = 0.1,
    steps: Annotated[int, Range(10, MOST, legal=(2, MOST)), "of every path"] = 60,
):
    """Gradient descent from one start at many learning rates: where it crawls, flies and diverges.

    A step of gradient descent multiplies the error along a direction of curvature λ by 1 − ηλ, so it shrinks only while
    the learning rate η is below 2/λ. The steepest direction, of curvature L, sets the border 2/L for all, and the best
    rate of a bowl with curvatures from 1 to L, 2/(1 + L), lies just below it. On other surfaces 2/L at the minimum is
    only local: steeper walls on the way may throw a path out sooner, and curved valleys may hold one beyond it.
    """
    rates, paths, gaps, curvature = walked(surface, condition, learning_rate)
    rates, paths, gaps = rates, paths[:, : steps + 1], gaps[:, : steps + 1]
    shown = len(rates) - CELLS
    end = np.where(np.isfinite(gaps[shown:, -1]), gaps[shown:, -1], np.inf)
    best = float(rates[shown:][np.argmin(end)])
    with np.errstate(invalid="ignore", divide="ignore"):
        grown = ~(np.abs(paths[shown:, -1, 1]) <= np.abs(paths[shown:, 0, 1]))
        slowest = np.abs(paths[shown:, min(EARLY, steps)] / paths[shown:, 0]).max(axis=1)
    data = {
        "rates": rates,  # (r,): those with a path first
        "paths": paths[:shown],  # (paths, t+1, 2)
        "gaps": gaps,  # (r, t+1): loss above the minimum
        "curvature": np.array(curvature),
        "best": np.array(best),  # which ends lowest
        "steadiest": np.array(rates[shown:][np.nan_to_num(slowest, nan=np.inf).argmin()]),  # shrinks the slower most
        "first_beyond": np.array(rates[shown:][grown].min(initial=np.inf)),  # whose second coordinate ends further out
    }
    sheets = {"paths": _sheet(surface, condition, data, steps)}
    return Finding(data, sheets, _claims(surface, condition, data, steps))


def _claims(name: str, condition: float, data: dict[str, np.ndarray], steps: int) -> tuple[Claim, ...]:
    rates, curvature, best = data["rates"], float(data["curvature"]), float(data["best"])
    border, steadiest = 2.0 / curvature, float(data["steadiest"])
    cell = steadiest * (rates[-1] / rates[-2] - 1.0)
    first = float(data["first_beyond"])
    claims = []
    if name == "quadratic":
        for share, at in zip(SHARES[1:], range(3, 6), strict=True):
            ratio = _ratio(data["paths"][at, :, 1])
            expected = abs(1.0 - share * 2.0)
            claims.append(near(f"At η = {written(share * border)} a step multiplies the steep error by |1 − ηL|, "
                               f"so it {_fate(expected)}", ratio, expected, 1e-9, BORDER))  # fmt: skip
        claims.append(near(f"The rate that shrinks the slower of the curvatures 1 and {written(condition)} most is "
                           "2/(1 + L), within a cell", steadiest, 2.0 / (1.0 + condition), cell,
                           "closed form"))  # fmt: skip
        claims.append(near("Rates above 2/L carry the steep coordinate away, and no others: the first that does",
                           first, border, border * (rates[-1] / rates[-2] - 1.0), BORDER))  # fmt: skip
    else:
        ends = data["gaps"][len(data["paths"]) :, -1]
        lost = rates[len(data["paths"]) :][~(ends <= data["gaps"][0, 0])]
        told = written(float(lost[0])) if len(lost) else "none of those tried"
        claims.append(Claim("Half right: that 2/L at the minimum is the border everywhere; first rate to end higher",
                            told, f"{written(border)} where the surface is quadratic", BORDER, None))  # fmt: skip
        claims.append(Claim("The rate that ends lowest", written(best), f"near 1/L = {written(1.0 / curvature)}",
                            "measured", None))  # fmt: skip
    return tuple(claims)


def _ratio(errors: np.ndarray) -> float:
    """By how much a step multiplies an error (t+1,), on average over the steps until it is rounding."""
    sizes = np.abs(errors)
    kept = sizes > 1e-9 * sizes[0]
    last = len(sizes) - 1 if kept.all() else int(np.argmin(kept)) - 1
    return float((sizes[last] / sizes[0]) ** (1.0 / max(last, 1)))


def _sheet(name: str, condition: float, data: dict[str, np.ndarray], steps: int) -> Sheet:
    times = np.unique(np.linspace(0, steps, MOMENTS).round().astype(int))
    rates, gaps, curvature = data["rates"], data["gaps"], float(data["curvature"])
    shown = len(data["paths"])
    labels = [_label(rates[i]) for i in range(shown)]
    u, v, height = heights(name, **shape(name, condition))
    marks = [Heat(z=height, x=u, y=v, levels=14)]
    box = getattr(surfaces, name)(**shape(name, condition)).domain
    inside = np.all((data["paths"] >= box.lower) & (data["paths"] <= box.upper), axis=2)
    for i in range(shown):
        path = np.where(inside[i][:, None], data["paths"][i], np.nan)
        tail = path[np.maximum(times[:, None] + np.arange(-TAIL, 1), 0)]  # (moments, TAIL + 1, 2)
        marks += [Line(x=path[:, 0], y=path[:, 1], slot=i, width=0.4),
                  Line(x=tail[..., 0], y=tail[..., 1], slot=i, moving=("x", "y")),
                  Dots(x=tail[:, -1:, 0], y=tail[:, -1:, 1], slot=i, moving=("x", "y"))]  # fmt: skip
    drawn = np.where(gaps <= TOP, np.maximum(gaps, FLOOR), np.nan)
    low = max(FLOOR, 0.3 * float(np.nanmin(drawn)))
    high = min(TOP, 30.0 * float(np.nanmax(gaps[:, 0])))
    curves = [Line(x=np.arange(steps + 1), y=drawn[i], slot=i, label=labels[i]) for i in range(shown)]
    border = 2.0 / curvature
    ends = drawn[:, times].T  # (moments, rates)
    valley = [Line(x=rates[shown:], y=ends[:, shown:], moving=("y",)),
              Line(x=[border, border], y=[low, high], quiet=True, dash=True, label="2/L")]  # fmt: skip
    valley += [Dots(x=[rates[i]], y=ends[:, i : i + 1], slot=i, moving=("y",)) for i in range(shown)]
    first = int(np.argmin(np.where(np.isfinite(gaps[shown:, -1]), gaps[shown:, -1], np.inf)))
    told = f"2/L = {written(border)}"
    return Sheet(
        panels=[
            Panel(marks=marks, title=f"Paths on {_title(name, condition)}", x="x", y="y", square=True, weight=1.15,
                  x_range=(u[0], u[-1]), y_range=(v[0], v[-1]), keyed=False),
            Panel(marks=curves, title="Loss of each rate", x="step", y="loss above the minimum", log_y=True,
                  y_range=(low, high), cursor=times),
            Panel(marks=valley, title="Loss against the learning rate", x="learning rate", y="loss above the minimum",
                  log_x=True, log_y=True, y_range=(low, high)),
        ],
        title=f"Of {CELLS} learning rates {written(float(rates[shown + first]))} ends lowest; the border is {told}",
        subtitle=f"gradient descent from one start, {steps} steps; the largest curvature at the minimum is L = "
        f"{written(curvature)}",
        columns=3, times=times, unit="step",
    )  # fmt: skip


def _label(rate: float) -> str:
    return f"η = {written(float(rate))}"


def _title(name: str, condition: float) -> str:
    return f"diag(1, {written(condition)})" if name == "quadratic" else name
