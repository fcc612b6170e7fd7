"""What normalizing does: to inputs, to hidden sums, and with batches of every size."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np

from landscape import theme
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs.races import batches
from landscape.labs.races.batches import EVERY, KINDS, SIZES
from landscape.parameters import Choice, Range

DRAWS = 4000  # batches of each size
SCALES = np.geomspace(1.0, 100.0, 41)
TOLD = {"none": "none", "batch": "batch norm", "layer": "layer norm"}
MOVES, EARLY = 100, 10  # of gradient descent on least squares; those that a claim looks at
FINE = 1e-12  # of the first gap: below it nothing is drawn


@lab(
    family="networks",
    title="Normalization and batch size",
    references=(
        "Ioffe and Szegedy 2015, Batch normalization, arXiv:1502.03167",
        "Ba, Kiros and Hinton 2016, Layer normalization, arXiv:1607.06450",
        "Wu and He 2018, Group normalization, arXiv:1803.08494",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, doi:10.1007/3-540-49430-8_2",
    ),
    question=Question(
        "An input is given in other units, so that its numbers are ten times as large. By what does the condition "
        "number of least squares grow, if inputs were alike before?",
        ("by nothing", "about 3 times", "about 10 times", "about 100 times"),
        3,
        "The Hessian holds products of inputs, so eigenvalues go with the square of the units: 10² = 100.",
    ),
    slow=True,
    quick={"steps": 10, "seeds": 1, "offset": 0.0},
    full={"seeds": 8},
)
def normalisation(
    *,
    scale: Annotated[float, Range(1.0, 100.0, log=True, legal=(1e-3, 1e3)), "of the second input"] = 10.0,
    offset: Annotated[float, Range(0.0, 5.0, legal=(-100.0, 100.0)), "mean of the inputs, in their spreads"] = 0.5,
    standardised: Annotated[bool, Choice(False, True), "inputs of the nets, before training"] = False,
    learning_rate: Annotated[float, Range(0.01, 1.0, log=True, legal=(1e-6, 1e3)), "of the nets"] = 0.1,
    shown: Annotated[str, Choice("error", "loss"), "of the nets: on unseen rows, or trained ones"] = "error",
    data: Annotated[str, Choice("circle", "xor", "gauss", "spiral"), "two inputs, two classes"] = "circle",
    steps: Annotated[int, Range(50, 600, legal=(10, 1000), multiple=10), "updates of every net"] = 300,
    seeds: Annotated[int, Range(1, 8, legal=(1, 16)), "nets in each cell"] = 3,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**31)), "of the first net, and of the rows"] = 0,
):
    """Nets without normalization, with batch and with layer norm, for batches of 1 to 64 rows.

    Batch norm takes mean and variance from the rows of a batch, and the mean of B rows varies by σ²/B, so with small
    batches a net is trained with other numbers than it is tested with. Layer norm takes them from the neurons of one
    row and does not ask how many rows there are. Standardising the inputs costs nothing and makes the loss rounder,
    because the condition number of its Hessian grows with the square of their units.
    """
    cells, jobs = [], [(kind, standardised) for kind in KINDS] + [("none", True)]
    for k, (kind, standard) in enumerate(jobs):
        parts = []
        for other in range(seeds):
            yield Progress(0.9 * (k + other / seeds) / len(jobs), f"{TOLD[kind]}, {other + 1} of {seeds}")
            parts.append(batches.trained(kind, data, scale, offset, standard, learning_rate, steps, seed, seed + other))
        cells.append(batches.together(parts))
    *cells, plain = cells
    yield Progress(0.9, "batch means and condition numbers")
    rows = batches.inputs(data, scale, offset, seed)
    spread = _spread(data, seed)
    bowl, round_bowl = (_bowl(x, rows.y) for x in (rows.x, batches.standardised(rows.x, rows.x)))
    numbers = _numbers(data, offset, seed)
    sheet = _story(cells, spread, bowl, round_bowl, numbers, scale, steps, shown, standardised, data)
    claims = _of_batches(spread) + _of_inputs(bowl, round_bowl, rows.x, numbers[0], scale)
    claims += _of_nets(cells, plain, seeds)
    found = {
        "sizes": np.array(SIZES), "accuracy": np.stack([each.accuracy for each in cells]),
        "loss": np.stack([each.loss for each in cells]), "batch": spread.sizes, "variance": spread.independent,
        "variance_without_replacement": spread.epoch, "sigma2": np.array(spread.sigma2), "scales": SCALES,
        "condition_raw": numbers[0], "condition_standardised": numbers[1], "gap_raw": bowl.gaps,
        "gap_standardised": round_bowl.gaps,
    }  # fmt: skip
    passages = (
        Passage("latex", "The mean of a batch", r"\operatorname{Var}(\bar x_B) = \frac{\sigma^2}{B},\qquad "
                r"\text{without replacement }\ \frac{\sigma^2}{B}\,\frac{n-B}{n-1}"),
        Passage("latex", "Gradient descent on a bowl", r"\eta^* = \frac{2}{\lambda_{\min}+\lambda_{\max}},\qquad "
                r"\|e_{t+1}\| \le \frac{\kappa-1}{\kappa+1}\,\|e_t\|"),
    )  # fmt: skip
    return Finding(found, {"story": sheet}, tuple(claims), passages)


class Spread(NamedTuple):
    """Variances of the means of batches (sizes,), drawn independently and within an epoch, of `n` numbers."""

    sizes: np.ndarray
    independent: np.ndarray
    epoch: np.ndarray
    sigma2: float
    n: int

    @property
    def slope(self) -> float:
        """Of log variance against log size."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.independent), 1)[0])


@lru_cache(maxsize=8)
def _spread(data: str, seed: int) -> Spread:
    """How far batch means of the first input are apart."""
    x = batches.inputs(data, 1.0, 0.0, seed).x[:, 0]
    sizes = 2 ** np.arange(int(np.log2(len(x))) + 1)
    rng = np.random.default_rng([seed, 2])
    orders = rng.permuted(np.tile(x, (DRAWS, 1)), axis=1)
    free = [rng.choice(x, (DRAWS, size)).mean(1).var() for size in sizes]
    tied = [orders[:, :size].mean(1).var() for size in sizes]
    return Spread(sizes, np.array(free), np.array(tied), float(x.var()), len(x))


class Bowl(NamedTuple):
    """Least squares with an intercept: the Hessian's eigenvalues, and gaps (MOVES + 1,) to the least loss."""

    eigenvalues: np.ndarray
    gaps: np.ndarray

    @property
    def condition(self) -> float:
        return float(self.eigenvalues[-1] / self.eigenvalues[0])


def _hessian(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Inputs with a column of ones, and the Hessian of half the mean squared error."""
    full = np.column_stack([x, np.ones(len(x))])
    return full, full.T @ full / len(x)


def _bowl(x: np.ndarray, y: np.ndarray) -> Bowl:
    """Gradient descent from zero at its best learning rate."""
    full, hessian = _hessian(x)
    values = np.linalg.eigvalsh(hessian)
    best = np.linalg.solve(hessian, full.T @ y / len(x))
    w, gaps = np.zeros(len(best)), []
    for _ in range(MOVES + 1):
        gaps.append(0.5 * (w - best) @ hessian @ (w - best))
        w = w - 2.0 / (values[0] + values[-1]) * (full.T @ (full @ w - y) / len(x))
    return Bowl(values, np.array(gaps))


@lru_cache(maxsize=8)
def _numbers(data: str, offset: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Condition numbers by scale of the second input: as they are, and standardised."""
    x = batches.inputs(data, 1.0, offset, seed).x
    raw = [np.linalg.cond(_hessian(x * [1.0, scale])[1]) for scale in SCALES]
    after = [np.linalg.cond(_hessian(batches.standardised(x, x))[1])] * len(SCALES)
    return np.array(raw), np.array(after)


def _of_batches(spread: Spread) -> list[Claim]:
    ratio = float(np.max(np.abs(spread.independent * spread.sizes / spread.sigma2 - 1.0)))
    half = spread.sizes[-1]
    expected = spread.sigma2 / half * (spread.n - half) / (spread.n - 1)
    return [
        near("Variance of the batch mean against batch size, both logarithmic: slope", spread.slope, -1.0, 0.05,
             "closed form: σ²/B"),
        near("The same: largest distance of B · variance / σ² from 1", ratio, 0.0, 0.1,
             f"closed form; {DRAWS:,} batches"),
        near(f"Half right within an epoch, where no row comes twice: variance at B = {half}", float(spread.epoch[-1]),
             expected, 0.1 * expected, f"closed form: σ²/B · (n − B)/(n − 1); σ²/B = {spread.sigma2 / half:.2g}"),
    ]  # fmt: skip


def _of_inputs(bowl: Bowl, after: Bowl, x: np.ndarray, numbers: np.ndarray, scale: float) -> list[Claim]:
    correlation = abs(float(np.corrcoef(x.T)[0, 1]))
    drop = bowl.condition / after.condition
    source = "asked for where scales differ 4 times or more"
    claims = [
        near("Condition number of standardised least squares", after.condition, (1 + correlation) / (1 - correlation),
             1e-6 * after.condition, "closed form: (1 + |ρ|)/(1 − |ρ|)"),
    ]  # fmt: skip
    steep = np.log(numbers[-1] / numbers[len(SCALES) // 2]) / np.log(SCALES[-1] / SCALES[len(SCALES) // 2])
    claims.append(near("Condition number against the scale of an input, 10 to 100, both logarithmic: slope", steep, 2.0,
                       0.1, "closed form: the square of the units"))  # fmt: skip
    sentence = "Condition number before standardising, over that after"
    if max(scale, 1.0 / scale) >= 4.0:
        claims.append(between(sentence, drop, 10.0, np.inf, source))
    else:
        claims.append(Claim(sentence, theme.written(drop), "≥ 10 for inputs of other scales", source, None))
    for name, each in (("raw", bowl), ("standardised", after)):
        most = ((each.condition - 1.0) / (each.condition + 1.0)) ** (2 * EARLY)
        claims.append(between(f"Descent at its best rate, {name} inputs: share of the gap after {EARLY} moves",
                              float(each.gaps[EARLY] / each.gaps[0]), 0.0, most + FINE,
                              "closed form: at most ((κ − 1)/(κ + 1))²⁰, and rounding"))  # fmt: skip
    return claims


def _of_nets(cells, plain: batches.Trained, seeds: int) -> list[Claim]:
    ends = dict(zip(KINDS, (each.accuracy[-1].mean(1) for each in cells), strict=True))
    source = f"measured here, mean of {seeds} seed{'s' if seeds > 1 else ''}"
    still = float(cells[KINDS.index("batch")].moved[0].max())
    small, large = float(ends["batch"][1]), float(ends["batch"][-1])
    layers, batch = (float(np.ptp(ends[name][1:])) for name in ("layer", "batch"))
    plainly = float(plain.accuracy[-1, -1].mean())
    return [
        near("Batch norm with one row: largest change of a first weight, each sum being its own mean", still, 0.0, 0.0,
             "closed form: x − mean = 0"),
        Claim("Batch norm wants large batches: accuracy with 2 rows and with 64",
              f"{theme.percent(small)} and {theme.percent(large)}", "more with 64", f"{source}; arXiv:1803.08494",
              large > small),
        Claim("Half right: “layer norm does not ask for the batch size”. It takes no statistics of a batch, but small "
              "batches are noisy. Points of accuracy between the best size from 2 to 64 and the worst",
              f"{100 * layers:.0f}, batch norm {100 * batch:.0f}", "less than batch norm", source, layers < batch),
        Claim("Often overlooked: standardised inputs without any norm, against batch norm as run here; 64 rows",
              f"{theme.percent(plainly)} and {theme.percent(large)}", "at least as many met", source, plainly >= large),
    ]  # fmt: skip


def _story(cells, spread, bowl, after, numbers, scale, steps, shown, standard, data) -> Sheet:
    """Nets by batch size; batch means; condition numbers; descent."""
    wrong = shown == "error"
    each = [100.0 * (1.0 - cell.accuracy) if wrong else cell.loss for cell in cells]
    values = np.stack([value.mean(-1) for value in each], axis=1)  # (moments, kinds, sizes)
    values = np.where(np.isfinite(values), values, np.nan)
    moments = EVERY * np.arange(len(values))
    heat = Heat(z=np.round(values, 0 if wrong else 2), x=[str(size) for size in SIZES], y=list(TOLD.values()),
                scale="shades", limits=(0.0, 50.0) if wrong else (0.0, 0.7), numbers=True, moving=("z",))  # fmt: skip
    sizes = spread.sizes
    means = (Line(x=sizes, y=spread.sigma2 / sizes, label="σ²/B", quiet=True, dash=True),
             Dots(x=sizes, y=spread.independent, slot=0, label="independent rows"),
             Dots(x=sizes, y=spread.epoch, slot=1, label="no row twice"))  # fmt: skip
    conditions = (Line(x=SCALES, y=numbers[0], slot=2, label="raw"),
                  Line(x=SCALES, y=numbers[1], slot=3, label="standardised"),
                  Dots(x=[scale, scale], y=[bowl.condition, after.condition], size=1.2))  # fmt: skip
    descent = tuple(Line(x=np.arange(MOVES + 1), y=np.where(share > FINE, share, np.nan), slot=slot, label=name)
                    for slot, name, share in ((2, "raw", bowl.gaps / bowl.gaps[0]),
                                              (3, "standardised", after.gaps / after.gaps[0])))  # fmt: skip
    what = "Missed of unseen rows, %" if wrong else "Loss"
    panels = (
        Panel(marks=(heat,), title=what, x="rows in a batch", downwards=True),
        Panel(marks=means, title="Variance of a batch's mean", x="rows in a batch", log_x=True, log_y=True),
        Panel(marks=conditions, title="Condition number of least squares", x="scale of the second input",
              log_x=True, log_y=True),
        Panel(marks=descent, title="Gap to the least squares, share of the first", x="move", log_y=True),
    )  # fmt: skip
    ends = [theme.percent(1.0 - float(cells[1].accuracy[-1, k].mean())) for k in (1, -1)]
    title = f"Batch norm misses {ends[0]} with 2 rows, {ends[1]} with 64; standardising divides κ by "
    title += theme.written(bowl.condition / after.condition)
    seeds = cells[0].accuracy.shape[-1]
    subtitle = (f"ReLU nets on {data}, mean of {seeds} seed{'s' if seeds > 1 else ''}, as many updates for every size; "
                f"second input × {theme.written(scale)}{', standardised for nets' if standard else ''}.")  # fmt: skip
    return Sheet(panels=panels, columns=2, title=title, subtitle=subtitle, times=moments, unit="update")
