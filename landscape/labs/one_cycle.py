"""The one-cycle policy against constant, cosine and step schedules, on a toy network, with its honest answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape import schedules
from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.fitting.bands import mean_and_error
from landscape.labs.rates.toy import EVERY, trained
from landscape.parameters import Choice, Range

STEPS, SEEDS, MOMENTUM = 600, 10, 0.9
KINDS = ("constant", "cosine", "step", "one cycle")
SHARES = (1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3)  # of the steps: lengths of shorter cycles
PEAKS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)  # at which every schedule is tried
LOW, HIGH = 0.85, 0.95  # between which the cycle's momentum runs
SOURCE = "arXiv:1708.07120"
MEASURED = f"measured, {SEEDS} seeds"


def planned(kind: str, peak: float, div: float, pct_start: float, final: float, length: int = STEPS) -> np.ndarray:
    """Learning rates and momenta (2, STEPS) of a run that is over after `length` steps."""
    progress = np.minimum(np.arange(STEPS) / (length - 1), 1.0)
    if kind == "one cycle":
        rate = schedules.one_cycle(peak=peak, low=peak / div, pct_start=pct_start, final=final)
        momentum = schedules.one_cycle(peak=HIGH, low=LOW, pct_start=pct_start, inverse=True)
        return np.stack([np.asarray(rate(progress)), np.asarray(momentum(progress))])
    rate = {"constant": schedules.constant(value=peak), "cosine": schedules.cosine(peak=peak, end=0.0),
            "step": schedules.step(start=peak, end=peak / 100.0)}[kind]  # fmt: skip
    return np.stack([np.asarray(rate(progress)), np.full(STEPS, MOMENTUM)])


@lru_cache(maxsize=64)
def batch(data: str, *numbers: float) -> tuple[np.ndarray, np.ndarray]:
    """Rates and momenta (s, 2, STEPS), and losses (s, seeds, t): the four schedules, shorter cycles, a short cosine.

    Of runs that are over early the loss is what it was at their end.
    """
    lengths = [_length(share) for share in SHARES]
    third = _length(1 / 3)
    plans = [planned(kind, *numbers) for kind in KINDS]
    plans += [planned("one cycle", *numbers, length=each) for each in lengths]
    plans += [planned("cosine", *numbers, length=third)]
    plans = np.stack(plans)
    losses = 0.0 + trained(data, plans[:, 0], plans[:, 1], SEEDS)
    for row, end in zip(range(len(KINDS), len(plans)), [*lengths, third], strict=True):
        losses[row, :, end // EVERY :] = losses[row, :, end // EVERY, None]
    return plans, losses


def _length(share: float) -> int:
    """So many steps, a multiple of those between two records."""
    return round(share * STEPS / EVERY) * EVERY


@lab(
    family="optimization",
    title="One cycle",
    references=(
        "Smith and Topin 2017, Super-convergence: very fast training of neural networks using large learning rates, "
        "arXiv:1708.07120",
        "Smith 2018, A disciplined approach to neural network hyper-parameters, arXiv:1803.09820",
    ),
    question=Question(
        "A constant learning rate, the best of several, trains for 600 steps. In how many does one cycle get as far?",
        ("a tenth of them", "at most a third", "more than a third"),
        lambda finding: 2 if finding.data["share"] > 1 / 3 else int(finding.data["share"] > 0.1),
        "On this toy network most of what a cycle gains over a constant rate comes from ending at a small rate, which "
        "a cosine does too; tenfold savings are reported of large networks, and people who repeat them often fail.",
    ),
    slow=True,
    quick={"peaks": 1},
)
def one_cycle(
    *,
    data: Annotated[str, Choice("circle", "xor"), "what the network learns to tell apart"] = "circle",
    peak: Annotated[float, Range(0.02, 1.0, log=True, legal=(1e-6, 100.0)), "largest learning rate"] = 0.2,
    div: Annotated[float, Range(2.0, 100.0, log=True, legal=(1.0, 1e6)), "peak ÷ first learning rate"] = 25.0,
    pct_start: Annotated[float, Range(0.1, 0.9, legal=(0.01, 0.99)), "share of the run that rises"] = 0.3,
    final: Annotated[float, Range(1.0, 1e4, log=True, legal=(1.0, 1e9)), "first ÷ last learning rate"] = 1e4,
    peaks: Annotated[int, Range(1, 6, legal=(1, 6)), "how many peaks and constant rates are tried"] = 6,
):
    """One rise and one fall of the learning rate, and what it is worth on a toy network.

    The one-cycle policy raises the learning rate from peak/div to its peak and lets it fall far below where it began,
    while the momentum runs the other way. Its authors report training in an order of magnitude fewer steps on large
    networks; nothing of the kind is claimed here, where a network of 337 weights is trained with 10 seeds. The fair
    rival is the best of several constant rates, and the fair question is how long a cycle has to be to get as far.
    """
    numbers = (div, pct_start, final)
    plans, losses = batch(data, peak, *numbers)
    ends = {peak: losses}
    yield Progress(1 / (1 + peaks), "this peak", _found(data, peak, numbers, plans, losses, ends))
    for done, each in enumerate(PEAKS[:peaks], start=2):
        ends[each] = batch(data, each, *numbers)[1]
        yield Progress(done / (1 + peaks), f"peak {written(each)}")
    found = _found(data, peak, numbers, plans, losses, ends)
    found.done = True
    return found


def _found(data: str, peak: float, numbers: tuple, plans: np.ndarray, losses: np.ndarray, ends: dict) -> Finding:
    """What is known when these peaks have been tried."""
    peaks = sorted(ends)
    finals = np.stack([ends[each][:, :, -1].mean(axis=1) for each in peaks], axis=1)  # (settings, peaks)
    at = int(np.nanargmin(np.where(np.isfinite(finals[0]), finals[0], np.inf)))
    constant = ends[peaks[at]][0]  # (seeds, t)
    reached = np.append(np.flatnonzero(losses[len(KINDS) : -1, :, -1].mean(axis=1) <= finals[0, at]), len(SHARES))[0]
    whole = losses[3, :, -1].mean() <= finals[0, at]
    share = SHARES[reached] if reached < len(SHARES) else 1.0 if whole else np.inf
    found = {
        "plans": plans,  # (settings, 2, steps): learning rates and momenta
        "losses": losses,  # (settings, seeds, records)
        "constant": constant,  # (seeds, records) at the best constant rate
        "peaks": np.array(peaks),
        "finals": finals,  # (settings, peaks): mean loss at the end
        "share": np.array(share),  # of the steps: the shortest cycle that gets as far as the best constant rate
    }
    sheets = {"cycle": _sheet(data, peak, peaks[at], found), "peaks": _peaks(data, found)}
    return Finding(found, sheets, _claims(peak, numbers, found), done=False)


def _claims(peak: float, numbers: tuple, found: dict[str, np.ndarray]) -> tuple[Claim, ...]:
    div, pct_start, final = numbers
    rate = found["plans"][3, 0]
    share, third = float(found["share"]), found["losses"][[len(KINDS) + 3, -1], :, -1].mean(axis=1)
    told = f"{share:.0%} of the steps" if np.isfinite(share) else "not within as many steps"
    return (
        near("The cycle starts at peak ÷ div", float(rate[0]), peak / div, 1e-9 * peak, SOURCE),
        near("It is highest at pct_start, give or take a step", float(rate.argmax() / (STEPS - 1)), pct_start,
             1.0 / (STEPS - 1), SOURCE),
        near("It ends at peak ÷ (div · final)", float(rate[-1]), peak / (div * final), 1e-9 * peak, SOURCE),
        Claim("One cycle gets as far as the best constant rate in a third of the steps", told, "≤ 33%", MEASURED,
              share <= 1 / 3 + 1e-9),
        between("Half right: that it is the cycle; a cosine of the same third ends at so many times its loss",
                float(third[1] / third[0]), 0.0, 1.0, MEASURED),
    )  # fmt: skip


def _band(losses: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The mean of (seeds, t) and one standard error around it."""
    mean, error = mean_and_error(losses)
    return mean, (np.maximum(mean - error, 1e-6), mean + error)


def _sheet(data: str, peak: float, rate: float, found: dict[str, np.ndarray]) -> Sheet:
    plans, losses, share = found["plans"], found["losses"], float(found["share"])
    step, seen = np.arange(STEPS), np.arange(0, STEPS + 1, EVERY)
    rates, momenta, curves = [], [], []
    for i, kind in enumerate(KINDS):
        flat = i == 0
        mean, band = _band(found["constant"] if flat else losses[i])
        rates.append(Line(x=step, y=np.full(STEPS, rate) if flat else plans[i, 0], label=kind, slot=i))
        momenta.append(Line(x=step, y=plans[i, 1], label="one cycle" if i == 3 else "the others", slot=i))
        curves.append(Line(x=seen, y=mean, band=band, label=kind, slot=i))
    ends, bands = zip(*(_band(row) for row in (*losses[len(KINDS) : -1], losses[3])), strict=True)
    lengths = np.array([*(_length(each) for each in SHARES), STEPS])
    level = float(found["constant"][:, -1].mean())
    error = np.array([(band[1] - band[0])[-1] / 2 for band in bands])
    shorter = [Line(x=lengths, y=[each[-1] for each in ends], slot=3),
               Dots(x=lengths, y=np.array([each[-1] for each in ends]), error=error, slot=3, label="one cycle"),
               Line(x=[0, STEPS], y=[level, level], slot=0, dash=True, label=f"constant, {STEPS} steps")]  # fmt: skip
    times = np.arange(0, STEPS + 1, STEPS // 60)
    if share <= 1 / 3 + 1e-9:
        title = f"A cycle of {round(share * STEPS)} steps gets as far as {STEPS} at the best constant rate"
    elif np.isfinite(share):
        title = f"It takes {share:.0%} of the steps, not a third, to get as far as the best constant rate"
    else:
        title = "One cycle does not get as far as the best constant rate"
    return Sheet(
        panels=[
            Panel(marks=rates, title="Learning rate", x="step", y="learning rate", log_y=True,
                  y_range=(1e-4, 3 * max(peak, rate)), cursor=times),
            Panel(marks=[momenta[0], momenta[3]], title="Momentum", x="step", y="momentum", cursor=times),
            Panel(marks=curves, title="Loss of all rows", x="step", y="loss", log_y=True, cursor=times),
            Panel(marks=shorter, title="Shorter cycles", x="steps of the whole cycle", y="loss at the end", log_y=True,
                  x_range=(0, STEPS * 1.03)),
        ],
        title=title,
        subtitle=f"a network of 337 weights on {data}, mean and ± 1 standard error of {SEEDS} seeds; peak "
        f"{written(peak)}, constant rate {written(rate)}, the best of those tried",
        columns=2, times=times, unit="step",
    )  # fmt: skip


def _peaks(data: str, found: dict[str, np.ndarray]) -> Sheet:
    """The loss at the end against the peak, whole runs and thirds."""
    peaks, finals = found["peaks"], found["finals"]
    whole = [Line(x=peaks, y=finals[i], label=kind, slot=i) for i, kind in enumerate(KINDS)]
    level = float(np.nanmin(finals[0]))
    thirds = [
        Line(x=peaks, y=finals[len(KINDS) + 3], slot=3, label="one cycle"),
        Line(x=peaks, y=finals[-1], slot=1, label="cosine"),
        Line(x=peaks[[0, -1]], y=[level, level], slot=0, dash=True, label="best constant, 600 steps"),
    ]
    known = finals[[0, 1, 2, 3, len(KINDS) + 3, -1]]
    limits = (0.7 * float(np.nanmin(known)), 1.4 * float(np.nanmin(known.max(axis=1))) + float(np.median(known)))
    better = int(finals[-1].min() <= finals[len(KINDS) + 3].min())
    axes = {"x": "peak learning rate", "y": "loss at the end", "log_x": True, "log_y": True, "y_range": limits}
    return Sheet(
        panels=[Panel(marks=whole, title=f"Whole runs, {STEPS} steps", **axes),
                Panel(marks=thirds, title=f"Thirds, {_length(1 / 3)} steps", **axes)],
        title=f"At its own best peak {('one cycle', 'a cosine')[better]} ends lower in a third of the steps",
        subtitle=f"mean loss of {SEEDS} seeds on {data} after training at each peak",
        columns=2,
    )  # fmt: skip
