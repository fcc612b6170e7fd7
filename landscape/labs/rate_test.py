"""The learning-rate range test, held against a search through constant rates."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, written
from landscape.mlp import network
from landscape.optimizers import sgd
from landscape.parameters import Choice, Range
from landscape.range_test import range_test
from landscape.run import sweep
from landscape.surfaces import quadratic

NETWORKS = ("circle", "xor", "spiral")
SEEDS, CELLS, STEPS = 5, 25, 400  # tests of each problem; constant rates that are tried; steps of either
SHORT = 200  # steps on the quadratic: its noise floor is reached sooner
ENDS = (1e-3, 30.0)  # rates of the networks
SAFE = 3.0  # the border divided by it is suggested
SMITH, MEASURED = "arXiv:1506.01186", f"measured, {SEEDS} seeds"


class Tried(NamedTuple):
    """Range tests of one problem, and the search that they are to replace."""

    rates: np.ndarray  # (t,)
    losses: np.ndarray  # (seeds, t) above the lowest one known
    smoothed: np.ndarray  # (seeds, t)
    steepest: float  # medians over the seeds
    lowest: float
    diverges: float
    limit: float  # 2/L where it is known
    tried: np.ndarray  # (c,) constant rates
    ends: np.ndarray  # (c,) mean loss after as many steps
    best: float

    @property
    def suggested(self) -> float:
        return self.diverges / SAFE


@lru_cache(maxsize=32)
def tried(problem: str, condition: float, noise: float, smoothing: float) -> Tried:
    """The tests and the search on one problem."""
    bowl = problem == "quadratic"
    low, high = (0.001 / condition, 100.0 / condition) if bowl else ENDS
    steps, cells = (SHORT if bowl else STEPS), np.geomspace(10 * low, high, CELLS)
    tests, ends = [], []
    for seed in range(SEEDS):
        surface = quadratic(condition=condition, rotation=0.0) if bowl else _network(problem, seed)
        start = surface.start if bowl else surface.start.astype(np.float32)
        method = sgd(noise=noise) if bowl else sgd()
        tests.append(range_test(surface, method, low=low, high=high, steps=steps, start=start, seed=seed,
                                smoothing=smoothing, border=bowl))  # fmt: skip
        end = sweep(surface, method.replace(learning_rate=cells), start, steps=steps, seed=seed).values
        ends.append(np.asarray(end, np.float64).reshape(CELLS))
    with np.errstate(over="ignore"):
        mean = np.mean(np.where(np.isfinite(ends), ends, np.inf), axis=0)
    return Tried(
        rates=tests[0].rates,
        losses=np.stack([test.losses for test in tests]),
        smoothed=np.stack([test.smoothed for test in tests]),
        steepest=_median([test.suggested for test in tests]),
        lowest=float(np.median([test.rates[np.nan_to_num(test.smoothed, nan=np.inf).argmin()] for test in tests])),
        diverges=_median([test.divergence for test in tests]),
        limit=tests[0].limit if bowl else np.nan,
        tried=cells,
        ends=mean,
        best=float(cells[mean.argmin()]),
    )


def _network(problem: str, seed: int):
    return network(data=problem, hidden="8", batch=16, loss="cross_entropy", seed=seed)


def _median(found: list[float | None]) -> float:
    known = [each for each in found if each is not None]
    return float(np.median(known)) if known else np.nan


@lab(
    family="optimization",
    title="Range test",
    references=(
        "Smith 2017, Cyclical learning rates for training neural networks, arXiv:1506.01186",
        "Smith and Topin 2017, Super-convergence, arXiv:1708.07120",
    ),
    question=Question(
        "In one run the learning rate grows until the loss rises. What is a third of the rate at which it rises?",
        ("near the best constant rate, within a factor of 3", "more than 3 times too large",
         "more than 3 times too small"),
        lambda finding: _answer(*finding.data["suggestions"][0, [0, 2]]),
        "The border moves with the problem, and the best constant rate with it. A bowl without curved valleys is the "
        "exception: rates near its border converge, but noise keeps them from settling as low as small ones do.",
    ),
    slow=True,
    quick={"problem": "quadratic", "others": False},
)  # fmt: skip
def rate_test(
    *,
    problem: Annotated[str, Choice(*NETWORKS, "quadratic"), "a network on this data, or a noisy bowl"] = "circle",
    smoothing: Annotated[float, Range(0.0, 0.95, legal=(0.0, 0.999)), "weight of the past in the average"] = 0.8,
    condition: Annotated[float, Range(2.0, 100.0, log=True, legal=(1.0, 1e6)), "curvature L of the bowl"] = 10.0,
    noise: Annotated[float, Range(0.1, 5.0, log=True, legal=(1e-9, 1e3)), "of the bowl's gradients"] = 1.0,
    others: Annotated[bool, Choice(False, True), "whether the other problems are tried too"] = True,
):
    """One run with a growing learning rate, and what it says of constant rates.

    The range test raises the learning rate by the same factor at every step and watches the loss, which falls, levels
    out and blows up. The rate at which it has risen marks the border, 2/L on a bowl of curvature L, and a third of it
    is a common suggestion; others are the rate at which the loss is lowest, and the one at which it falls fastest.
    Without noise the border is seen late, because steep directions have long come to rest when large rates arrive.
    """
    numbers = (condition, noise, smoothing)
    known = {problem: tried(problem, *numbers)}
    yield Progress(0.25, problem, _found(problem, known))
    rest = [each for each in (*NETWORKS, "quadratic") if others and each != problem]
    for done, other in enumerate(rest, start=2):
        known[other] = tried(other, *numbers)
        yield Progress(done / 4, other)
    found = _found(problem, known)
    found.done = True
    return found


def _found(problem: str, known: dict[str, Tried]) -> Finding:
    here = known[problem]
    names = list(known)  # the one that was asked for is first
    fields = ("suggested", "steepest", "best", "diverges", "limit", "lowest")
    rows = np.array([[getattr(known[name], field) for field in fields] for name in names])
    data = {
        "rates": here.rates,  # (t,)
        "smoothed": here.smoothed,  # (seeds, t)
        "tried": here.tried,
        "ends": here.ends,
        "suggestions": rows,  # (problems, 6): a third of the border, steepest fall, best constant, border, 2/L, lowest
    }
    sheets = {"test": _sheet(problem, here), "problems": _problems(names, rows)}
    return Finding(data, sheets, _claims(names, rows), done=False)


def _answer(suggested: float, best: float) -> int:
    if 1 / 3 <= suggested / best <= 3:
        return 0
    return 2 if suggested < best else 1


def _claims(names: list[str], rows: np.ndarray) -> tuple[Claim, ...]:
    claims = []
    nets = [i for i, name in enumerate(names) if name in NETWORKS]
    for column, what in ((0, "A third of the border"), (5, "The rate of the lowest loss"),
                         (1, "Often said: the rate of steepest fall")):  # fmt: skip
        ratios = rows[nets, column] / rows[nets, 2]
        told = ", ".join(f"{names[i]} {written(float(ratio))}×" for i, ratio in zip(nets, ratios, strict=True))
        held = bool(np.all((ratios >= 1 / 3) & (ratios <= 3)))
        if nets:
            claims.append(Claim(f"{what} is within a factor of 3 of the best constant one", told, "⅓× … 3× each",
                                MEASURED, held))  # fmt: skip
    if "quadratic" in names:
        border, limit = rows[names.index("quadratic"), 3:5]
        claims.append(between("On the noisy bowl the test diverges within a factor of 2 of 2/L: their quotient",
                              border / limit, 0.5, 2.0, "closed form 2/L"))  # fmt: skip
    return tuple(claims)


def _sheet(problem: str, here: Tried) -> Sheet:
    bowl = problem == "quadratic"
    smooth = np.where(np.isfinite(here.smoothed), here.smoothed, np.nan)
    first = float(np.nanmedian(smooth[:, 0]))
    known = np.concatenate([smooth[np.isfinite(smooth)], here.ends[np.isfinite(here.ends)]])
    low, high = 0.5 * float(max(known.min(), 1e-4)), 6.0 * first
    marks = {"falls fastest": (here.steepest, 4), "lowest": (here.lowest, 3), "a third": (here.suggested, 2),
             "border": (here.diverges, 1)}  # fmt: skip
    upright = [Line(x=[rate, rate], y=[low, high], slot=slot, dash=True, label=name)
               for name, (rate, slot) in marks.items() if np.isfinite(rate)]  # fmt: skip
    if bowl:
        upright.append(Line(x=[here.limit] * 2, y=[low, high], dash=True, label="2/L"))
    tests = [Line(x=here.rates, y=np.clip(row, low / 10, high * 10), slot=0, width=0.6) for row in smooth]
    ends = np.where(here.ends < 10 * high, np.maximum(here.ends, low / 10), np.nan)
    at = int(here.ends.argmin())
    axes = {"x": "learning rate", "log_x": True, "log_y": True, "y_range": (low, high),
            "x_range": (here.rates[0], here.rates[-1])}  # fmt: skip
    quotient = here.suggested / here.best
    told = f"{quotient:.1f} times the best constant rate" if np.isfinite(quotient) else "unknown: it never diverged"
    return Sheet(
        panels=[
            Panel(marks=[*tests, *upright], title="One run with a growing rate", y="smoothed loss", **axes),
            Panel(marks=[Line(x=here.tried, y=ends, slot=0), *upright,
                         Dots(x=[here.best], y=[max(here.ends[at], low / 10)], label="best", slot=6)],
                  title="One run for each rate", y="loss at the end", **axes),
        ],
        title=f"A third of the border is {told}",
        subtitle=f"{'a noisy bowl' if bowl else f'a network on {problem}'}, {SHORT if bowl else STEPS} steps each; "
        f"{SEEDS} range tests and the mean of {SEEDS} runs at each of {CELLS} rates",
        columns=2,
    )  # fmt: skip


def _problems(names: list[str], rows: np.ndarray) -> Sheet:
    """Suggestions ÷ best constant rate, problem by problem."""
    x = np.arange(len(names))
    shares = rows[:, [0, 1, 5]] / rows[:, 2:3]
    lines = [Line(x=[-0.5, len(names) - 0.5], y=[level, level], quiet=True, dash=True) for level in (1 / 3, 3.0)]
    near = int(np.sum((shares[:, 0] >= 1 / 3) & (shares[:, 0] <= 3)))
    return Sheet(
        panels=[
            Panel(marks=[*lines, Dots(x=x, y=shares[:, 0], slot=2, label="a third of the border"),
                         Dots(x=x, y=shares[:, 1], slot=4, label="steepest fall"),
                         Dots(x=x, y=shares[:, 2], slot=3, label="lowest loss")],
                  y="suggestion ÷ best constant rate", log_y=True, x_ticks=(x, names),
                  x_range=(-0.5, len(names) - 0.5)),
        ],
        title=f"A third of the border is within a factor of 3 of the best rate on {near} of {len(names)} problems",
        subtitle=f"medians of {SEEDS} range tests; the dashed lines are factors of 3",
    )  # fmt: skip
