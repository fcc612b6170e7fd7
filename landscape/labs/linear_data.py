"""When not to use a network: small tables, and what least squares, trees and networks make of them."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape import theme
from landscape.figures.sheet import Bars, Dots, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs.fitting import tables
from landscape.labs.fitting.bands import mean_and_error
from landscape.labs.fitting.tables import METHODS, TRUTHS
from landscape.parameters import Range

FORMULAS = (
    Passage("latex", "Expected error of least squares, normal rows with c columns",
            r"\sigma^2 \left( 1 + \frac1n \right) \frac{n - 2}{n - c - 2}"),
)  # fmt: skip
SHARE = 0.9  # of the seeds, in which least squares should win on linear data
OLS, FOREST, NET = METHODS.index("least squares"), METHODS.index("forest"), METHODS.index("network")
CALLED = ("least squares", "a tree", "a forest", "boosting", "a network")
NAMES = {"linear": "Linear: a weighted sum", "product": "Product: x₁ · x₂", "steps": "Steps: sign of x₁ · x₂"}


@lab(
    family="learning",
    title="When not to use a network",
    references=(
        "Grinsztajn, Oyallon and Varoquaux 2022, Why do tree-based models still outperform deep learning on typical "
        "tabular data?, arXiv:2207.08815",
        "Breiman 2001, Random forests, doi:10.1023/A:1010933404324",
        "Friedman 2001, Greedy function approximation: a gradient boosting machine, doi:10.1214/aos/1013203451",
    ),
    question=Question(
        "Few noisy rows, whose labels are a weighted sum of their columns. Which method meets new rows best?",
        ("least squares", "a forest of trees", "a network"),
        lambda found: int(found.data["error"][:, 0][:, [OLS, FOREST, NET]].mean(axis=0).argmin()),
        "Least squares looks for nothing but weighted sums, and that is what the labels are. What others could find "
        "besides, they find in the noise. Where labels are no sum the order turns round, and where rows are too few "
        "for their columns and noise: then a forest, which averages, may err less.",
    ),
    slow=True,
    quick={"seeds": 2, "trees": 10},
    full={"seeds": 30},
)
def linear_data(
    *,
    n: Annotated[int, Range(20, 500, log=True, legal=(10, 5000)), "rows to learn"] = 50,
    columns: Annotated[int, Range(2, 20, legal=(2, 100)), "of each row"] = 5,
    noise: Annotated[float, Range(0.0, 1.0, legal=(0.0, 100.0)), "standard deviation of each label"] = 0.5,
    width: Annotated[int, Range(8, 128, log=True, legal=(1, 1024)), "hidden units of the network"] = 32,
    steps: Annotated[int, Range(100, 3000, legal=(25, 50_000), multiple=25), "of Adam, for the network"] = 1000,
    trees: Annotated[int, Range(10, 200, log=True, legal=(1, 2000)), "of the forest"] = 50,
    seeds: Annotated[int, Range(4, 30, legal=(2, 200)), "tables of each kind"] = 10,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of the first"] = 0,
):
    """Least squares, trees, forests, boosting and a network on small tables, linear ones and others.

    Where labels are a weighted sum of the columns, and rows are enough for them, least squares has the least error on
    new rows and takes a fraction of a millisecond: a network has nothing more to find but noise. Where labels are a
    product of two columns a network wins, and where they are level with walls between forests do, because each method
    is good at what it is made of. So fit a line first: it is the error that anything larger has to beat.
    """
    found: list[tables.Met] = []
    for number in range(seeds):
        yield Progress(number / seeds, f"learning tables {number + 1} of {seeds}",
                       None if number < 2 else _finding(found, n, columns, noise))  # fmt: skip
        found.append(tables.met(n, columns, float(noise), width, steps, trees, seed + number))
    return _finding(found, n, columns, noise, done=True)


def _finding(found: list[tables.Met], n: int, columns: int, noise: float, done: bool = False) -> Finding:
    error, seconds = (np.stack([each[k] for each in found]) for k in (0, 1))  # (seeds, data sets, methods)
    data = {"error": error, "seconds": seconds, "methods": np.array(METHODS), "truths": np.array(list(TRUTHS))}
    sheets = {"errors": _errors(error, n, columns, noise), "time": _time(error, seconds, n)}
    return Finding(data, sheets, _claims(error, seconds, n, columns, noise), FORMULAS, done)


def _claims(error: np.ndarray, seconds: np.ndarray, n: int, columns: int, noise: float) -> tuple[Claim, ...]:
    line, bent, level = (error[:, k] for k in range(3))
    seeds, source = len(error), f"measured, {len(error)} seeds"
    won, most = f"Seeds of {seeds} in which", int(np.ceil(SHARE * seeds))
    claims = [
        between(f"Linear: {won.lower()} least squares meets new rows as well as the network, or better",
                int((line[:, OLS] <= line[:, NET]).sum()), most, np.inf, source),
        between(f"Product: {won.lower()} the network meets new rows better than least squares",
                int((bent[:, NET] < bent[:, OLS]).sum()), most, np.inf, source),
        between(f"Steps: {won.lower()} the forest meets new rows better than least squares",
                int((level[:, FOREST] < level[:, OLS]).sum()), most, np.inf, source),
    ]  # fmt: skip
    if n > columns + 3:
        middle, spread = mean_and_error(line[:, OLS])
        claims.append(near("Linear: mean squared error of least squares: noise² (1 + 1/n)(n − 2)/(n − columns − 2)",
                           float(middle), tables.expected(n, columns, noise), 4.0 * float(spread) + 1e-12,
                           "closed form of normal rows"))  # fmt: skip
    ratio = np.median(seconds[..., NET]) / np.median(seconds[..., OLS])
    claims += [
        between("Wrong: “a network can learn a line, so it is never worse than one”. Linear: its error ÷ that of "
                "least squares", float(line[:, NET].mean() / line[:, OLS].mean()), 1.0, np.inf, source),
        Claim("Seconds of the network, compilation apart, ÷ those of least squares", theme.written(float(ratio)), "",
              "medians on this machine", None),
    ]  # fmt: skip
    return tuple(claims)


def _errors(error: np.ndarray, n: int, columns: int, noise: float) -> Sheet:
    panels = []
    for k, truth in enumerate(TRUTHS):
        middle, spread = mean_and_error(error[:, k])
        order = np.arange(len(METHODS))
        bars = Bars(x=list(METHODS), y=middle, error=spread, slots=order, across=True,
                    written=[theme.written(float(each)) for each in middle])  # fmt: skip
        panels.append(Panel(marks=(bars,), title=NAMES[truth], x="error on new rows",
                            x_range=(0.0, 1.3 * float((middle + spread).max()))))  # fmt: skip
    best = [CALLED[int(error[:, k].mean(axis=0).argmin())] for k in range(3)]
    return Sheet(panels=panels, columns=3,
                 title=f"With {n} rows {best[0]} does best on sums, {best[1]} on products, {best[2]} on steps",
                 subtitle=f"mean squared error; {columns} columns, noise² {theme.written(noise**2)}; mean and ±1 "
                 f"standard error of {len(error)} tables each")  # fmt: skip


def _time(error: np.ndarray, seconds: np.ndarray, n: int) -> Sheet:
    panels = []
    for k, truth in enumerate(TRUTHS):
        middle, spread = mean_and_error(error[:, k])
        marks = [Dots(x=[np.median(seconds[:, k, i])], y=[middle[i]], error=[spread[i]], slot=i, label=name)
                 for i, name in enumerate(METHODS)]  # fmt: skip
        panels.append(Panel(marks=marks, title=NAMES[truth], x="seconds to learn", y="error on new rows", log_x=True))
    line, net = (np.median(seconds[..., i]) for i in (OLS, NET))
    return Sheet(panels=panels, columns=3,
                 title=f"Least squares learns {n} rows in {theme.written(1000.0 * float(line))} ms, the network in "
                 f"{theme.written(1000.0 * float(net))} ms",
                 subtitle="medians on this machine, compilation apart; networks are trained three at once")  # fmt: skip
