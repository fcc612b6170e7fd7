"""Node failure and dropout: what a network still knows when hidden units die."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape import theme
from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Passage, Progress, Question, between, lab, near
from landscape.labs.fitting import killing
from landscape.labs.fitting.bands import mean_and_error, stretched
from landscape.labs.fitting.killing import DRAWS, MASKS, SIDE, THINNED
from landscape.mlp import datasets
from landscape.parameters import Choice, Range

FORMULAS = (
    Passage("latex", "The mean of what a mask keeps", r"E \left[ \frac{m x}{q} \right] = x, \quad "
            r"\mathrm{Var} = x^2 \, \frac{1 - q}{q}, \quad q = \text{keep}"),
)  # fmt: skip
SHARES = np.linspace(0.0, 1.0, 11)  # of the hidden units that are killed in the curves
NAMES = ("without dropout", "with dropout")


@lab(
    family="learning",
    title="Node failure and dropout",
    references=(
        "Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting, JMLR 15:1929–1958",
        "Hinton et al. 2012, Improving neural networks by preventing co-adaptation of feature detectors, "
        "arXiv:1207.0580",
        "Baldi and Sadowski 2013, Understanding dropout, NeurIPS 26",
    ),
    question=Question(
        "Two networks start from the same weights and learn the same rows; one of them with dropout. Then some of the "
        "hidden units of both are killed. Which one loses more of its accuracy?",
        ("the one trained without dropout", "the one trained with dropout", "both lose about the same"),
        lambda found: _verdict(found.data["lost"]),
        "With dropout no unit could rely on a certain other one, so what a network knows is spread over many of them. "
        "Where most units are dead the order can turn round: sums get too small, unless those left grow.",
    ),
    slow=True,
    quick={"width": 16, "seeds": 10, "steps": 150},
    full={"seeds": 30},
)
def dropout(
    *,
    killed: Annotated[float, Range(0.0, 0.9, legal=(0.0, 1.0)), "share of the hidden units that die"] = 0.3,
    keep: Annotated[float, Range(0.3, 0.95, legal=(0.05, 1.0)), "probability to keep a unit in training"] = 0.5,
    rescale: Annotated[bool, Choice(False, True), "the units left grow, so that sums keep their size"] = False,
    data: Annotated[str, Choice("circle", "xor", "gauss", "spiral"), "what is learned"] = "circle",
    noise: Annotated[float, Range(0.0, 0.5, legal=(0.0, datasets.MOST_NOISE)), "of the data"] = 0.1,
    width: Annotated[int, Range(8, 64, legal=(1, 256)), "units of each hidden layer"] = 32,
    depth: Annotated[int, Range(1, 3, legal=(1, 6)), "hidden layers"] = 2,
    steps: Annotated[int, Range(100, 1000, legal=(1, 20_000)), "of Adam, on all rows at once"] = 400,
    seeds: Annotated[int, Range(4, 30, legal=(2, 100)), "pairs of networks"] = 10,
    seed: Annotated[int, Range(0, 99, legal=(0, 2**31)), "of the first pair"] = 0,
):
    """How much of its accuracy a network keeps when hidden units are killed, with and without dropout.

    Pairs of networks share their first weights, their rows and the units that are killed, and differ in dropout
    alone, which leaves out each hidden unit with probability 1 − keep at every step. A network that learned with
    dropout has learned to answer with units missing, so it loses less when they die. In training what is kept is
    divided by keep, so that a sum is on average what it is with all units; behind a bend like ReLU's that is not exact.
    """
    key = (data, float(noise), width, depth, steps, seeds, seed, float(keep))
    for number, each in enumerate((1.0, float(keep))):
        yield Progress(0.35 * number, f"training {seeds} networks {NAMES[number]}")
        killing.learned(*key[:-1], each)
    units = depth * width
    counts, curves = np.unique(np.round(SHARES * units).astype(int)), []
    for number, count in enumerate(counts):
        yield Progress(0.7 + 0.2 * number / len(counts), f"killing {count} of {units} units")
        curves.append(killing.survived(key, rescale, int(count)))
    dead = round(killed * units)
    accuracy, after = np.stack(curves, axis=-1), killing.survived(key, rescale, dead)
    lost = accuracy[:, :, 0] - after
    found = {"killed": counts / units, "accuracy": accuracy, "after": after, "lost": lost, **killing.means(key)}
    sheets = {"accuracy": _curves(found, killed, keep, seeds), "maps": _maps(key, killed, rescale, after[:, 0]),
              "mean": _running(found, keep)}  # fmt: skip
    return Finding(found, sheets, _claims(found, killed, keep, depth), FORMULAS)


def _verdict(lost: np.ndarray) -> int:
    gain, error = mean_and_error(lost[0] - lost[1])
    return 2 if abs(gain) <= 2.0 * error or abs(gain) < 0.005 else int(gain < 0.0)


def _claims(found: dict, killed: float, keep: float, depth: int) -> tuple[Claim, ...]:
    lost, terms = found["lost"], found["terms"]
    gain, error = mean_and_error(lost[0] - lost[1])
    pairs, better = len(lost[0]), int((lost[0] > lost[1]).sum())
    error_of_mean = np.sqrt((terms**2).sum() * (1.0 - keep) / keep / MASKS)
    share = theme.percent(killed)
    intact, cost_error = mean_and_error(found["accuracy"][1, :, 0] - found["accuracy"][0, :, 0])
    claims = [
        Claim(
            f"With {share} of the hidden units dead, networks trained with dropout lose less accuracy than their twins",
            f"{100 * gain:.1f} ± {100 * error:.1f} points less; less in {better} of {pairs} pairs",
            "more than 2 standard errors",
            f"measured, {pairs} pairs",
            bool(gain > 2.0 * error),
        ),
        near("The mean of mask · x / keep is x: one sum, over 20,000 masks", float(found["running_mean"][-1]),
             float(terms.sum()), 3.0 * error_of_mean + 1e-9 * float(np.abs(terms).sum()),
             "closed form: variance Σ (w x)² (1 − keep) / keep"),
        *(_ensemble(found, depth) if keep < 1.0 else ()),
        Claim("With no unit dead, dropout changes the accuracy on unseen rows by",
              f"{100 * intact:+.1f} ± {100 * cost_error:.1f} points".replace("-", "−"),
              "nothing in particular: it may help or harm", f"measured, {pairs} pairs", None),
    ]  # fmt: skip
    return tuple(claims)


def _ensemble(found: dict, depth: int) -> tuple[Claim, ...]:
    """Whether the whole network gives the mean of the thinned ones: exact through one hidden layer alone."""
    away = found["thinned"] - found["whole"]
    if depth == 1:
        scores = away / np.maximum(found["thinned_error"], 1e-12)
        return (between("Through one hidden layer the whole network gives the mean of its thinned ones: in standard "
                        "errors away (root mean square)", float(np.sqrt(np.mean(scores**2))), 0.0, 3.0,
                        "closed form: the output is linear in the mask"),)  # fmt: skip
    excess = float(found["bent"].sum() / max(found["straight"].sum(), 1e-12) - 1.0)
    size = float(np.sqrt(np.mean(away**2) / np.mean(found["whole"] ** 2)))
    return (
        between("Half right: “the whole network is the mean of its thinned ones”. Behind a bend the mean of a unit is "
                "above what its mean sum gives, as a share", excess, 1e-3, np.inf, "Jensen's inequality"),
        Claim(f"Root mean square by which the whole network differs from the mean of {THINNED:,} thinned ones",
              theme.percent(size), "small, as trained with dropout", "Baldi and Sadowski 2013", None),
    )  # fmt: skip


def _curves(found: dict, killed: float, keep: float, seeds: int) -> Sheet:
    lost, at = found["lost"], 100 * found["killed"]
    marks = []
    for slot, name in enumerate(NAMES):
        middle, error = mean_and_error(found["accuracy"][slot])
        marks.append(Line(x=at, y=100 * middle, label=name, slot=slot,
                          band=(100 * (middle - error), 100 * (middle + error))))  # fmt: skip
    low = 100 * min(found["accuracy"].mean(axis=1).min(), 0.5)
    marks.append(Line(x=[100 * killed] * 2, y=[low, 100.0], quiet=True, dash=True))
    pairs = [Line(x=[0.0, 1.0], y=100 * each, quiet=True) for each in lost.T]
    pairs += [Dots(x=np.full(seeds, float(slot)), y=100 * lost[slot], slot=slot) for slot in (0, 1)]
    share = theme.percent(killed)
    return Sheet(
        panels=(
            Panel(marks=marks, title="Accuracy on unseen rows", x="hidden units killed, %", y="accuracy, %",
                  weight=1.3),
            Panel(marks=pairs, title=f"Lost with {share} killed", y="points of accuracy lost", x_range=(-0.4, 1.4),
                  x_ticks=([0.0, 1.0], list(NAMES)), y_range=stretched(100 * lost), keyed=False),
        ),
        title=f"With {share} of its units dead a network {_lost(lost[0].mean())} points of accuracy; "
        f"with dropout it {_lost(lost[1].mean())}",
        subtitle=f"mean and ±1 standard error of {seeds} pairs, {DRAWS} draws of dead units each; keep {keep:g}",
    )  # fmt: skip


def _lost(share: float) -> str:
    """How many points are lost or gained."""
    return f"{'loses' if share >= 0 else 'gains'} {abs(100 * share):.1f}"


def _maps(key: tuple, killed: float, rescale: bool, after: np.ndarray) -> Sheet:
    shares, values = killing.maps(key, rescale)
    axis, trained = np.linspace(-datasets.EDGE, datasets.EDGE, SIDE), killing.pairs(key)
    x, plus = trained.inputs[0] * datasets.EDGE / 2.0, trained.targets[0] > 0
    rows = (Dots(x=x[plus, 0], y=x[plus, 1]), Dots(x=x[~plus, 0], y=x[~plus, 1], symbol="circle-open"))
    panels = [
        Panel(marks=(Heat(z=np.round(each, 3), x=axis, y=axis, scale="signed", limits=(0.0, 1.0), moving=("z",)),
                     *rows), title=name.capitalize(), square=True, x="x", y="y")
        for name, each in zip(NAMES, values, strict=True)
    ]  # fmt: skip
    met = [theme.percent(float(each)) for each in after]
    return Sheet(panels=panels, title=f"With {theme.percent(killed)} dead the first pair meets {met[0]} of unseen rows "
                 f"without dropout, {met[1]} with",
                 subtitle=f"mean of {DRAWS} draws, one of them shown; orange: +1, blue: −1, paler where unsure; dots: "
                 "unseen rows, filled where +1 is right",
                 times=np.round(100 * shares).astype(int), unit="% killed",
                 frame=int(np.abs(shares - killed).argmin()))  # fmt: skip


def _running(found: dict, keep: float) -> Sheet:
    """The running mean of one sum under more and more masks, inside its closed-form errors."""
    terms, count, running = found["terms"], found["masks"], found["running_mean"]
    error = 3.0 * np.sqrt((terms**2).sum() * (1.0 - keep) / keep / count)
    whole = np.full(len(count), terms.sum())
    panel = Panel(
        marks=(Line(x=count, y=whole, label="sum of all units", quiet=True, band=(whole - error, whole + error)),
               Line(x=count, y=running, label="mean so far", slot=1)),
        x="masks drawn", y="what reaches the output", log_x=True,
    )  # fmt: skip
    title = f"The mean over {MASKS:,} masks is {theme.written(running[-1])}, the sum of all units "
    return Sheet(
        panels=(panel,),
        title=title + theme.written(terms.sum()),
        subtitle="one unseen row; band: ±3 standard errors, √(Σ (w x)² (1 − keep) / (keep · masks))",
    )
