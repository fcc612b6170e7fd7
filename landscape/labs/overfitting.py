"""Overfitting: more and more freedom for few rows."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape import theme
from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs.fitting import descent, nets, polynomials
from landscape.labs.fitting.bands import mean_and_error
from landscape.labs.fitting.polynomials import GRID, MOST, TARGETS
from landscape.parameters import Choice, Range

FORMULAS = (
    Passage("latex", "Error on a new row", r"E (y - \hat f)^2 = \sigma^2 + (E \hat f - f)^2 + \mathrm{Var} \hat f"),
    Passage("latex", "Gap at the same places, degree d", r"\frac{2 \sigma^2 (d + 1)}{n}"),
)
DEGREES = np.arange(MOST + 1)
SIZES = (16, 24, 40, 64, 104, 168)  # rows, of the curves over n
WIDTHS, OF_ROWS = (1, 2, 4, 8, 16, 32), 16  # hidden units; and of the networks that meet more rows
NET_SIZES, NET_DRAWS = (16, 32, 64, 128), 5
RATE = 0.03  # of Adam


@lab(
    family="learning",
    title="Overfitting on small data",
    references=(
        "Geman, Bienenstock and Doursat 1992, Neural networks and the bias/variance dilemma, "
        "doi:10.1162/neco.1992.4.1.1",
        "Efron 2004, The estimation of prediction error, doi:10.1198/016214504000000692",
        "Belkin, Hsu and Xu 2020, Two models of double descent for weak features, arXiv:1903.07571",
    ),
    question=Question(
        "The error on the rows themselves falls with every degree. What does the error on new rows do?",
        ("it falls as well", "it falls, then rises", "it rises from the start"),
        lambda found: _course(found.data["test_error"]),
        "More freedom takes away bias and adds variance. Their sum is least where one more degree costs as much as it "
        "mends: with more rows or less noise that is at a higher degree.",
    ),
    slow=True,
    quick={"steps": 400},
)
def overfitting(
    *,
    degree: Annotated[int, Range(0, MOST, legal=(0, MOST)), "of the polynomial"] = 4,
    n: Annotated[int, Range(16, 160, log=True, legal=(MOST + 2, 400)), "rows to learn from"] = 24,
    noise: Annotated[float, Range(0.0, 1.0, legal=(0.0, 100.0)), "standard deviation of each label"] = 0.3,
    target: Annotated[str, Choice(*TARGETS), "what the labels are without noise"] = "sine",
    draws: Annotated[int, Range(50, 500, legal=(10, 5000)), "sets of rows"] = 200,
    steps: Annotated[int, Range(500, 6000, legal=(10, 20_000)), "of Adam, for the networks"] = 3000,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of rows, noise and networks"] = 0,
):
    """Polynomials and networks fitted to few noisy rows: errors on those rows and on new ones.

    A polynomial of higher degree always fits its own rows better, while its error on new rows is the sum of noise,
    squared bias, which falls, and variance, which grows by noise² / n with each coefficient. At the same places, the
    gap between fresh labels and those learned is exactly 2 · noise² · (degree + 1) / n, so it shrinks as rows are
    added. Networks and the shortest weights that fit need not follow this U, and the other sheets show what they do.
    """
    key = (target, n, float(noise), draws, seed)
    found, sheets = _polynomials(degree, *key)
    risks = descent.risks(n, float(noise), seed)
    found |= {"features": descent.counts(n), "risk": risks}
    sheets["double descent"] = _descent(n, noise, risks)
    claims = (*_claims(found, degree, n, noise), *_descent_claims(n, noise, risks))
    yield Progress(0.2, "training networks", Finding(found, sheets, claims, done=False))
    for draw in range(NET_DRAWS):
        _networks(target, n, float(noise), steps, seed, draw)
        yield Progress(0.2 + 0.8 * (draw + 1) / NET_DRAWS, f"training networks: {draw + 1} of {NET_DRAWS} draws")
    every = [_networks(target, n, float(noise), steps, seed, draw) for draw in range(NET_DRAWS)]
    found["net_errors"] = np.stack(every)
    sheets["networks"] = _network_sheet(found["net_errors"], n, noise, steps)
    return Finding(found, sheets, (*claims, *_network_claims(found["net_errors"], n)), FORMULAS)


def _course(errors: np.ndarray) -> int:
    """Whether errors fall to the end (0), fall and rise (1), or rise from the start (2)."""
    if errors[-1] <= 1.02 * errors.min() + 1e-9 * errors[0]:
        return 0
    return 1 if errors.argmin() else 2


def _polynomials(degree: int, target: str, n: int, noise: float, draws: int, seed: int):
    fitted = polynomials.fits(target, n, noise, draws, seed)
    bias, variance = polynomials.bias_and_variance(target, fitted)
    over = [polynomials.fits(target, size, noise, draws, seed) for size in SIZES]
    difference = fitted.test - fitted.exact - noise**2
    found = {
        "training_error": fitted.training.mean(axis=0), "test_error": fitted.test.mean(axis=0),
        "test_spread": mean_and_error(difference)[1], "bias": bias, "variance": variance,
        "optimism": (fitted.fresh - fitted.training).mean(axis=0),
        "optimism_error": mean_and_error(fitted.fresh - fitted.training)[1],
        "sizes": np.array(SIZES),
        "size_training": np.stack([each.training.mean(axis=0) for each in over]),
        "size_test": np.stack([each.test.mean(axis=0) for each in over]),
        "size_optimism": np.stack([(each.fresh - each.training).mean(axis=0) for each in over]),
    }  # fmt: skip
    return found, {"degrees": _sheet(found, fitted, degree, target, n, noise, draws, seed)}


def _sheet(found, fitted, degree, target, n, noise, draws, seed) -> Sheet:
    given = polynomials.rows(target, n, noise, draws, seed)
    low, high = np.quantile(fitted.on_grid, (0.05, 0.95), axis=0)
    truth = TARGETS[target](GRID)
    y_range = (min(truth.min(), given.y[0].min()) - 0.3, max(truth.max(), given.y[0].max()) + 0.3)
    fit = Panel(
        marks=(Line(x=GRID, y=fitted.on_grid[0].T, slot=0, label="fit", band=(low.T, high.T), moving=("y", "band")),
               Line(x=GRID, y=truth, quiet=True, dash=True, label="truth"),
               Dots(x=given.x[0], y=given.y[0], quiet=True, label="rows", size=0.8)),
        title="One fit, and nine of ten others", x="x", y="y", y_range=y_range,
    )  # fmt: skip
    errors = Panel(
        marks=(Line(x=DEGREES, y=found["test_error"], slot=1, label="new rows"),
               Line(x=DEGREES, y=found["training_error"], slot=0, label="own rows"),
               Line(x=DEGREES, y=np.full(MOST + 1, noise**2), quiet=True, dash=True, label="noise")),
        title="Error against degree", x="degree", y="mean squared error", log_y=True, cursor=DEGREES,
    )  # fmt: skip
    parts = Panel(
        marks=(Line(x=DEGREES, y=found["bias"] + found["variance"], slot=1, label="sum"),
               Line(x=DEGREES, y=found["bias"], slot=2, label="bias²"),
               Line(x=DEGREES, y=found["variance"], slot=3, label="variance")),
        title="Bias and variance", x="degree", y="mean square", log_y=True, cursor=DEGREES,
        y_range=_decades(found["bias"] + found["variance"], noise),
    )  # fmt: skip
    sizes, law = np.array(SIZES), 2.0 * noise**2 * (DEGREES[:, None] + 1) / np.array(SIZES)
    gap = Panel(
        marks=(Line(x=sizes, y=(found["size_test"] - found["size_training"]).T, slot=1, label="anywhere",
                    moving=("y",)),
               Dots(x=sizes, y=found["size_optimism"].T, slot=0, label="same places", moving=("y",)),
               Line(x=sizes, y=law, quiet=True, dash=True, label="2σ²(d + 1)/n", moving=("y",))),
        title="Gap between new rows and own", x="rows n", y="gap", log_x=True, log_y=True,
        y_range=(0.2 * law[law > 0].min(initial=1.0), 20.0 * law.max(initial=1e-6)) if noise else None,
    )  # fmt: skip
    test = found["test_error"]
    best = int(test.argmin())
    return Sheet(
        panels=(fit, errors, parts, gap), columns=2, times=DEGREES, unit="degree", frame=degree,
        title=f"New rows are met best at degree {best}: error {theme.written(test[best])}, "
        + ("no higher one is tried" if best == MOST else f"against {theme.written(test[-1])} at degree {MOST}"),
        subtitle=f"least squares on {n} rows, noise {theme.written(noise)}; means of {draws} draws, the band holds 90% "
        "of fits",
    )  # fmt: skip


def _decades(values: np.ndarray, noise: float) -> tuple[float, float]:
    """A range of the axis that shows the sum whole and three decades below its least."""
    top = float(np.nanmax(values)) * 2.0 or 1.0
    return max(float(np.nanmin(values)) * 1e-2, top * 1e-9, 1e-30), top


def _claims(found: dict, degree: int, n: int, noise: float) -> tuple[Claim, ...]:
    test, sizes = found["test_error"], found["sizes"]
    gap = found["size_test"] - found["size_training"]
    parts = found["bias"] + found["variance"] + noise**2
    return (
        between("The degree whose error on new rows is least", int(test.argmin()), 1, MOST - 1,
                "doi:10.1162/neco.1992.4.1.1"),
        near(f"Error on new rows at degree {degree} = bias² + variance + noise²", float(test[degree]),
             float(parts[degree]), 3.0 * float(found["test_spread"][degree]) + 1e-9 * float(parts[degree]),
             "closed form, 3 standard errors"),
        near(f"Gap at the same places, degree {degree}: 2 · noise² · (degree + 1) / n",
             float(found["optimism"][degree]), 2.0 * noise**2 * (degree + 1) / n,
             3.0 * float(found["optimism_error"][degree]), "closed form, doi:10.1198/016214504000000692"),
        between(f"The gap between new rows and own at {sizes[-1]} rows, as a share of that at {sizes[0]}",
                float(gap[-1, degree] / gap[0, degree]), -np.inf, 1.0, "variance ~ 1 / n") if noise else
        Claim("Without noise the gap is that of the bias alone", theme.written(float(gap[0, degree])), "",
              "closed form", None),
    )  # fmt: skip


def _descent(n: int, noise: float, risks: np.ndarray) -> Sheet:
    counts = descent.counts(n)
    law = np.arange(1, descent.FEATURES + 1)
    expected = descent.expected(n, noise, law)
    expected[~np.isfinite(expected)] = np.nan
    low, middle, high = np.quantile(risks, (0.25, 0.5, 0.75), axis=0)
    panel = Panel(
        marks=(Line(x=law, y=expected, quiet=True, dash=True, label="expected mean"),
               Line(x=counts, y=middle, slot=1, label="median", band=(low, high)),
               Dots(x=counts, y=middle, slot=1)),
        x="features used", y="expected squared error on a new row", log_x=True, log_y=True,
    )  # fmt: skip
    peak, last = counts[middle.argmax()], middle[-1]
    shortest = f"; from {n} features on, the shortest weights that fit" if n <= descent.FEATURES else ""
    return Sheet(panels=(panel,), title=f"Least squares is worst with {peak} features for {n} rows; with all "
                 f"{descent.FEATURES} the error is {theme.written(last)}",
                 subtitle=f"{descent.DRAWS} draws, band: middle half; every feature is equally weak"
                 + shortest)  # fmt: skip


def _descent_claims(n: int, noise: float, risks: np.ndarray) -> tuple[Claim, ...]:
    counts, (mean, error) = descent.counts(n), mean_and_error(risks)
    median = np.median(risks, axis=0)
    few, many = int(np.flatnonzero(counts <= 0.55 * n)[-1]), len(counts) - 1
    source = "closed form, arXiv:1903.07571"
    claims = [
        near(f"Expected error with {counts[few]} of {descent.FEATURES} weak features", float(mean[few]),
             float(descent.expected(n, noise, counts[few])), 4.0 * float(error[few]), source),
    ]  # fmt: skip
    if n < 0.7 * descent.FEATURES:
        claims += [
            near(f"Expected error with all {descent.FEATURES}, more than rows", float(mean[many]),
                 float(descent.expected(n, noise, counts[many])), 4.0 * float(error[many]), source),
            between("Double descent: features ÷ rows where the median error peaks",
                    float(counts[median.argmax()] / n), 0.8, 1.2, source),
        ]  # fmt: skip
    return tuple(claims)


def _net_sizes(n: int) -> list[tuple[int, int]]:
    """The (hidden units, rows) of each network that is trained."""
    return [(width, n) for width in WIDTHS] + [(OF_ROWS, size) for size in NET_SIZES]


@lru_cache(maxsize=128)
def _networks(target: str, n: int, noise: float, steps: int, seed: int, draw: int) -> np.ndarray:
    """Errors (networks, 2) on own and on new rows, of one draw for every width and every number of rows."""
    jobs = _net_sizes(n)
    most, room = max(WIDTHS), max(max(NET_SIZES), 64 * -(-n // 64))
    x, y, shares = np.zeros((len(jobs), room, 1)), np.zeros((len(jobs), room)), np.zeros((len(jobs), room))
    for row, (_, size) in enumerate(jobs):
        given = polynomials.rows(target, size, noise, draw + 1, seed)
        x[row, :size, 0], y[row, :size], shares[row, :size] = given.x[draw], given.y[draw], 1.0 / size
    begun = np.stack([nets.bending(width, most, seed + draw) for width, _ in jobs])
    masks = np.array([[np.arange(most) < width] for width, _ in jobs], float)
    new = {"inputs": np.tile(GRID[None, :, None], (len(jobs), 1, 1)), "targets": np.tile(TARGETS[target](GRID),
                                                                                        (len(jobs), 1))}  # fmt: skip
    found = nets.fit(nets.regression(most, 1), begun, {"inputs": x, "targets": y}, {"new": new}, steps=steps,
                     every=steps, learning_rate=RATE, masks=masks, shares=shares)  # fmt: skip
    return 2.0 * np.stack([found.loss["training"][:, -1], found.loss["new"][:, -1] + noise**2 / 2.0], axis=1)


def _network_sheet(errors: np.ndarray, n: int, noise: float, steps: int) -> Sheet:
    middle, error = mean_and_error(errors)
    count = len(WIDTHS)

    def lines(x, part):
        return [Line(x=x, y=middle[part, each], slot=each, label=("own rows", "new rows")[each],
                     band=(middle[part, each] - error[part, each], middle[part, each] + error[part, each]))
                for each in (1, 0)]  # fmt: skip

    floor = [Line(x=[x[0], x[-1]], y=[noise**2] * 2, quiet=True, dash=True, label="noise") for x in (WIDTHS, NET_SIZES)]
    panels = (
        Panel(marks=(*lines(np.array(WIDTHS), slice(0, count)), floor[0]), title=f"Against width, {n} rows",
              x="hidden units", y="mean squared error", log_x=True, log_y=True,
              x_ticks=(WIDTHS, list(map(str, WIDTHS)))),
        Panel(marks=(*lines(np.array(NET_SIZES), slice(count, None)), floor[1]), title=f"Against rows, {OF_ROWS} units",
              x="rows n", y="mean squared error", log_x=True, log_y=True,
              x_ticks=(NET_SIZES, list(map(str, NET_SIZES)))),
    )  # fmt: skip
    best = WIDTHS[int(middle[:count, 1].argmin())]
    units = "unit meets" if best == 1 else "units meet"
    return Sheet(
        panels=panels,
        title=f"Of networks, {best} hidden {units} new rows best after {steps:,} steps",
        subtitle=f"tanh, Adam on all rows, no penalty; mean and ±1 standard error of {NET_DRAWS} draws",
    )


def _network_claims(errors: np.ndarray, n: int) -> tuple[Claim, ...]:
    gaps = (errors[..., 1] - errors[..., 0]).mean(axis=0)[len(WIDTHS) :]
    wide, best = errors[:, len(WIDTHS) - 1, 1].mean(), errors[:, : len(WIDTHS), 1].mean(axis=0)
    return (
        between(f"Networks: the gap at {NET_SIZES[-1]} rows, as a share of that at {NET_SIZES[0]}",
                float(gaps[-1] / gaps[0]), -np.inf, 1.0, f"measured, {NET_DRAWS} draws"),
        Claim(f"Networks: error on new rows of {WIDTHS[-1]} hidden units ÷ that of the best width, "
              f"{WIDTHS[int(best.argmin())]}", theme.written(float(wide / best.min())), "no law: width alone does not "
              "overfit as a degree does", f"measured, {NET_DRAWS} draws", None),
    )  # fmt: skip
