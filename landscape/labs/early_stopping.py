"""Early stopping: end where the rows that are not learned are met best."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape import theme
from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs.fitting import nets, polynomials
from landscape.labs.fitting.bands import mean_and_error, stretched
from landscape.labs.fitting.polynomials import GRID, TARGETS
from landscape.labs.fitting.shrinking import MOMENTS, RATE, STEPS, shrinking
from landscape.networks.stopping import Stopped, stopped
from landscape.parameters import Range

FORMULAS = (
    Passage("latex", "Share of a coefficient after t steps of rate η", r"1 - (1 - \eta h)^t"),
    Passage("latex", "Share that ridge regression keeps", r"\frac{h}{h + \lambda}, \quad \lambda = \frac{1}{\eta t}"),
)
TARGET, FRAMES = "sine", 100
SHARE = 0.8  # of the seeds, in which stopping should help
BOUND = 1.69  # of arXiv:1810.10082
_FAR = np.linspace(0.0, 10.0, 10_001)  # rate · h · t
APART = float(np.max(1.0 / (1.0 + _FAR) - (1.0 - RATE) ** (_FAR / RATE)))  # of ridge, with steps as long as here


@lab(
    family="learning",
    title="Early stopping",
    references=(
        "Prechelt 1998, Early stopping — but when?, doi:10.1007/3-540-49430-8_3",
        "Ali, Kolter and Tibshirani 2019, A continuous-time view of early stopping for least squares, arXiv:1810.10082",
        "Goodfellow, Bengio and Courville 2016, Deep learning, section 7.8, https://www.deeplearningbook.org",
    ),
    question=Question(
        "The error on the rows that are learned falls to the end. What does the error on the others do?",
        ("it falls as well", "it falls, then rises", "it stays as it is"),
        lambda found: _course(found.data["validation"]),
        "First the network finds what rows have in common, then what is peculiar to those it learns, their noise. "
        "Stopping gives back the weights from before it got there.",
    ),
    slow=True,
    quick={"steps": 1500},
    full={"seeds": 30},
)
def early_stopping(
    *,
    patience: Annotated[int, Range(20, 1000, log=True, legal=(1, 100_000)), "steps without a better value"] = 200,
    n: Annotated[int, Range(12, 96, log=True, legal=(4, 1000)), "rows to learn, and as many to watch"] = 24,
    noise: Annotated[float, Range(0.0, 1.0, legal=(0.0, 100.0)), "standard deviation of each label"] = 0.4,
    width: Annotated[int, Range(4, 64, log=True, legal=(1, 256)), "hidden units"] = 32,
    learning_rate: Annotated[float, Range(1e-3, 0.1, log=True, legal=(1e-6, 10.0)), "of Adam"] = 0.03,
    steps: Annotated[int, Range(500, 6000, legal=(100, 100_000), multiple=100), "of Adam, on all rows at once"] = 3000,
    seeds: Annotated[int, Range(4, 30, legal=(2, 200)), "networks, each with rows of its own"] = 10,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of the first"] = 0,
):
    """Errors on rows that are learned and on rows that are watched, and the weights that stopping gives back.

    Networks learn few noisy rows; training ends when other rows were not met better for so many steps, and the best
    weights are restored. On least squares gradient descent from zero has found the share 1 − (1 − rate · h)^t of a
    coefficient of curvature h by step t, which is small where h is: nearly what ridge regression keeps, h / (h + λ)
    with λ = 1 / (rate · t). Stopping early is therefore a penalty on weights that costs one run instead of many.
    """
    yield Progress(0.0, f"training {seeds} networks")
    errors, answers = _trained(n, float(noise), width, float(learning_rate), steps, seeds, seed)
    times = steps // FRAMES * np.arange(errors.shape[2])
    ends = [stopped(times, each, patience=patience) for each in errors[1]]
    best, ended = (np.array([getattr(each, name) for each in ends]) for name in ("best_frame", "frame"))
    rows = np.arange(seeds)
    data = {"times": times, "training": errors[0], "validation": errors[1], "test": errors[2],
            "best": times[best], "stopped": times[ended],
            "validation_restored": errors[1][rows, best], "test_restored": errors[2][rows, best]}  # fmt: skip
    shrunk = shrinking(max(float(noise), 1e-3), seed)
    data |= {"curvature": shrunk.curvature, "walked": shrunk.walked, "closed": shrunk.closed,
             "ridge": shrunk.ridge(shrunk.curvature), "moments": MOMENTS}  # fmt: skip
    given = polynomials.rows(TARGET, n, float(noise), seeds, seed)
    sheets = {"stopping": _sheet(data, answers, given, ends[0], patience, noise), "ridge": _factors(shrunk)}
    return Finding(data, sheets, (*_claims(data, seeds), *_shrinking_claims(shrunk)), FORMULAS)


def _course(validation: np.ndarray) -> int:
    curve = validation.mean(axis=0)
    if np.ptp(curve) < 0.02 * curve[0]:
        return 2
    return int(curve[-1] > 1.02 * curve.min())


@lru_cache(maxsize=8)
def _trained(n: int, noise: float, width: int, learning_rate: float, steps: int, seeds: int, seed: int):
    """Mean squares (3, seeds, frames) on rows learned, watched and new, and what the first answers (frames, grid)."""
    learned, watched = (polynomials.rows(TARGET, n, noise, seeds, seed + shift) for shift in (0, 1_000_003))
    rows, beside = ({"inputs": each.x[..., None], "targets": each.y} for each in (learned, watched))
    new = {"inputs": np.tile(GRID[None, :, None], (seeds, 1, 1)), "targets": np.tile(TARGETS[TARGET](GRID), (seeds, 1))}
    model = nets.regression(width, 1)
    found = nets.fit(model, np.stack([nets.bending(width, width, seed + each) for each in range(seeds)]), rows,
                     {"watched": beside, "new": new}, steps=steps, every=steps // FRAMES,
                     learning_rate=learning_rate)  # fmt: skip
    errors = 2.0 * np.stack([found.loss[name] for name in ("training", "watched", "new")])
    errors[2] += noise**2
    hidden = np.ones((len(found.steps), 1, width), np.float32)
    inputs = np.broadcast_to(GRID[:, None].astype(np.float32), (len(found.steps), len(GRID), 1))
    return errors, np.asarray(nets.answers_each(model, found.weights[0], inputs, hidden), np.float64)


def _claims(data: dict, seeds: int) -> tuple[Claim, ...]:
    held = int((data["validation_restored"] <= data["validation"][:, -1]).sum())
    gain, error = mean_and_error(data["test"][:, -1] - data["test_restored"])
    told, told_error = mean_and_error(data["test_restored"] - data["validation_restored"])
    last = float(data["training"][:, -1].mean() / data["training"][:, 0].mean())
    source = f"measured, {seeds} seeds"
    return (
        between(f"Seeds of {seeds} in which the restored weights meet the watched rows as well as the last ones, or "
                "better", held, int(np.ceil(SHARE * seeds)), np.inf, source),
        Claim("On new rows, which nobody watched, restored weights err less than the last ones",
              f"{theme.written(gain)} ± {theme.written(error)} less", "more than 2 standard errors", source,
              bool(gain > 2.0 * error)),
        between("Meanwhile the error on the learned rows falls: last ÷ first", last, 0.0, 1.0, source),
        Claim("Half right: “the best validation error is the error to expect”. It was chosen for being low. Error on "
              "new rows − that on watched ones", f"{theme.written(told)} ± {theme.written(told_error)}",
              "0 or more on average", source, None),
    )  # fmt: skip


def _shrinking_claims(shrunk) -> tuple[Claim, ...]:
    away = float(np.abs(shrunk.walked - shrunk.closed).max())
    ridge = shrunk.ridge(shrunk.curvature)
    ratio = shrunk.risk(shrunk.closed) / shrunk.risk(ridge)
    return (
        near(f"Least squares: largest error of 1 − (1 − rate · h)^t over {STEPS:,} steps", away, 0.0, 1e-8,
             "closed form"),
        between("Largest difference from ridge's h / (h + λ), λ = 1 / (rate · t), at any step",
                float(np.abs(shrunk.closed - ridge).max()), 0.0, APART + 1e-6,
                "closed form: max 1/(1 + u) − e⁻ᵘ = 0.204 for short steps, 0.209 for these"),
        between("Expected error of stopping at t ÷ that of ridge with λ = 1 / (rate · t), at the worst t",
                float(ratio.max()), 0.0, BOUND, "arXiv:1810.10082"),
    )  # fmt: skip


def _sheet(data: dict, answers, given, end: Stopped, patience: int, noise: float) -> Sheet:
    times, first = data["times"], {name: data[name][0] for name in ("training", "validation", "test")}
    seen = np.concatenate([first["validation"][2:], first["test"][2:]])
    top, low = 1.2 * max(np.nanmax(seen), 1e-6), 0.6 * max(np.nanmin(first["training"]), 1e-6)
    curves = [Line(x=times, y=first[name], slot=slot, label=label) for name, slot, label in
              (("training", 0, "learned"), ("validation", 1, "watched"), ("test", 2, "new"))]  # fmt: skip
    curves += [Line(x=[end.epoch] * 2, y=[low, top], quiet=True, dash=True),
               Dots(x=[end.best_epoch], y=[end.best_loss], slot=1, symbol="star", size=1.6)]  # fmt: skip
    pairs = np.stack([data["test"][:, -1], data["test_restored"]])
    marks = [Line(x=[0.0, 1.0], y=each, quiet=True) for each in pairs.T]
    marks += [Dots(x=np.full(pairs.shape[1], float(k)), y=pairs[k], slot=2) for k in (0, 1)]
    truth = TARGETS[TARGET](GRID)
    fit = (
        Line(x=GRID, y=truth, quiet=True, dash=True, label="truth"),
        Line(x=GRID, y=answers[end.best_frame], slot=1, label="restored"),
        Line(x=GRID, y=np.round(answers, 4), label="now", moving=("y",)),
        Dots(x=given.x[0], y=given.y[0], slot=0, size=0.8, label="learned rows"),
    )
    saved = pairs.mean(axis=1)
    return Sheet(
        panels=(
            Panel(marks=curves, title="One network", x="step", y="mean squared error", log_y=True,
                  y_range=(low, top), cursor=times, weight=1.2),
            Panel(marks=fit, title="What it answers", x="x", y="y", y_range=stretched(given.y[0], 0.3)),
            Panel(marks=marks, title="New rows, all networks", y="mean squared error", x_range=(-0.4, 1.4),
                  x_ticks=([0.0, 1.0], ["at the end", "restored"]), y_range=stretched(pairs), keyed=False,
                  weight=0.8),
        ),
        title=f"On new rows restored weights err by {theme.written(saved[1])}, the last by {theme.written(saved[0])}",
        subtitle=f"{pairs.shape[1]} networks, patience {patience:,}; star: best on the watched rows, "
        f"dashed: stopped, step {end.epoch:,}" + ("" if end.early else " (patience did not run out)"),
        times=times, unit="step",
    )  # fmt: skip


def _factors(shrunk) -> Sheet:
    """The shares that descent and ridge keep at each moment, and their errors."""
    fine = np.geomspace(shrunk.curvature.min() / 3.0, shrunk.curvature.max() * 1.5, 80)
    own, ridge = shrunk.risk(shrunk.closed), shrunk.risk(shrunk.ridge(shrunk.curvature))
    kept = (
        Line(x=fine, y=shrunk.at(fine), slot=0, label="stopped at t", moving=("y",)),
        Line(x=fine, y=shrunk.ridge(fine), slot=1, label="ridge", moving=("y",)),
        Dots(x=shrunk.curvature, y=shrunk.walked, slot=0, moving=("y",)),
    )
    best = int(own.argmin())
    risks = (Line(x=MOMENTS, y=own, slot=0, label="stopped at t"), Line(x=MOMENTS, y=ridge, slot=1, label="ridge"))
    worst = theme.written(float((own / ridge).max()))
    return Sheet(
        panels=(
            Panel(marks=kept, title="Share of a coefficient that is kept", x="curvature h", y="share", log_x=True,
                  y_range=(-0.03, 1.05)),
            Panel(marks=risks, title="Expected error of the coefficients", x="step t = 1 / (rate · λ)",
                  y="squared error", log_x=True, log_y=True, cursor=MOMENTS),
        ),
        title=f"Stopping at t is nearly ridge with λ = 1 / (rate · t): its error is at most {worst} times ridge's",
        subtitle="gradient descent from 0 on least squares; dots: measured, lines: 1 − (1 − rate · h)ᵗ and h / (h + λ)",
        times=MOMENTS, unit="step", frame=best,
    )  # fmt: skip
