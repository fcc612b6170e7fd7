"""Temperature and learning rate side by side; Boltzmann's law; and how slowly one has to cool."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Bars, Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.rates import chain, cooling
from landscape.labs.rates.ground import heights
from landscape.parameters import Choice, Range

SOURCE = "doi:10.1287/moor.13.2.311"
REFERENCES = {0.25: 0.771, 0.5: 0.730, 0.8: 0.532, 1.0: 0.183, 1.5: 0.027}  # P(not in the lowest state) at the end
MOMENTS, WINDOW, TAIL = 60, 41, 40


@lru_cache(maxsize=32)
def hajek(c: float) -> np.ndarray:
    """Where the chain is after 0, 1, … steps (STEPS + 1, 7)."""
    return np.asarray(chain.distributions(np.float64(c)))


@lab(
    family="optimization",
    title="Temperature",
    references=(
        "Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing, doi:10.1126/science.220.4598.671",
        "Hajek 1988, Cooling schedules for optimal annealing, doi:10.1287/moor.13.2.311",
    ),
    question=Question(
        "The deepest trap is 1 below its way out. Annealing cools as T = c/log(1 + k); for which c does it get out?",
        ("for every c, if one waits long enough", "for c ≥ 1 only", "only if it does not cool at all"),
        1,
        "Hajek's theorem: the probability of not being at the lowest state goes to zero exactly if c is at least the "
        "depth of the deepest trap. With c = 0.5 the trapped share stays 0.730 for ever.",
    ),
    slow=True,
)
def temperature(
    *,
    surface: Annotated[str, Choice(*cooling.SURFACES), "what both methods walk on"] = "rastrigin",
    cooling_law: Annotated[str, Choice(*cooling.LAWS), "of temperature and learning rate"] = "exponential",
    temperature: Annotated[float, Range(0.1, 100.0, log=True, legal=(1e-9, 1e6)), "annealing's first"] = 10.0,
    learning_rate: Annotated[float, Range(1e-3, 0.1, log=True, legal=(1e-9, 10.0)), "gradient descent's first"] = 0.02,
    noise: Annotated[float, Range(0.1, 100.0, log=True, legal=(1e-9, 1e6)), "of each gradient component"] = 30.0,
    held: Annotated[float, Range(0.1, 2.0, log=True, legal=(0.01, 100.0)), "temperature of the histogram"] = 0.5,
    c: Annotated[float, Range(0.1, 3.0, log=True, legal=(0.01, 100.0)), "of Hajek's cooling c / log(1 + k)"] = 0.8,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**32 - 1)), "of both walks"] = 0,
):
    """Annealing's temperature beside the learning rate of noisy gradient descent, and what is exact about annealing.

    Both numbers say how much of a rise is still taken, and both fall with time: at first either method roams, and at
    the end it only goes down. At a fixed temperature annealing visits places as often as Boltzmann's law
    exp(−E/T) says, which a histogram of many chains shows. Cooled too fast it is trapped for ever; on seven states the
    border, c equal to the depth of the deepest trap, is computed here without drawing any random number.
    """
    annealed = cooling.annealed(surface, cooling_law, temperature, seed)
    yield Progress(0.3, "annealing")
    descended = cooling.descended(surface, cooling_law, learning_rate, noise, seed)
    data, sheets = _twin(surface, annealed, descended)
    yield Progress(0.5, "gradient descent", Finding(data, dict(sheets), _twin_claims(data), done=False))
    seen, sheets["histogram"] = _histogram(held)
    exact, sheets["cooling"] = _hajek(c)
    claims = (*_twin_claims(data), *_held_claims(seen, held), *_hajek_claims(c))
    return Finding(data | seen | exact, sheets, claims)


def _twin(name: str, annealed, descended) -> tuple[dict[str, np.ndarray], dict[str, Sheet]]:
    hot, rate = (np.asarray(each.metrics[key]) for each, key in
                 ((annealed, "temperature"), (descended, "learning_rate")))  # fmt: skip
    data = {
        "temperature": hot,  # (t,)
        "acceptance": np.asarray(annealed.metrics["acceptance"]),  # (t,) probability of taking each proposed move
        "learning_rate": rate,  # (t,)
        "step_norm": np.asarray(descended.metrics["step_length"]),  # (t,)
        "annealed": np.asarray(annealed.positions)[:, 0],  # (t+1, 2)
        "descended": np.asarray(descended.positions)[:, 0],
        "values": np.stack([np.asarray(each.values)[:, 0] for each in (annealed, descended)]),  # (2, t+1)
    }
    times = np.linspace(0, cooling.STEPS, MOMENTS + 1).round().astype(int)
    step = np.arange(1, cooling.STEPS + 1)
    panels = []
    for title, slot, keys, names in (
        ("Annealing", 1, ("temperature", "acceptance"), ("temperature", "acceptance")),
        ("Gradient descent", 0, ("learning_rate", "step_norm"), ("learning rate", "step length")),
    ):
        knob, felt = (data[key] for key in keys)
        smooth = _smoothed(felt)
        pair = Panel(marks=[Line(x=step, y=knob, slot=slot)], title=f"{title}: {names[0]}", x="step", y=names[0],
                     log_y=True, cursor=times)  # fmt: skip
        seen = Panel(marks=[Line(x=step, y=smooth, slot=slot)], title=f"{title}: {names[1]}", x="step", y=names[1],
                     log_y=not slot, y_range=(0.0, 1.0) if slot else None, cursor=times)  # fmt: skip
        panels.append((pair, seen))
    early, late = _tenths(data["acceptance"])
    first, last = _tenths(data["step_norm"])
    told = f"the step from {written(first)} to {written(last)}" if np.isfinite(last) else "the descent overflows"
    twin = Sheet(
        panels=[panels[0][0], panels[1][0], panels[0][1], panels[1][1]],
        title=f"Acceptance falls from {written(early)} to {written(late)}, {told}",
        subtitle=f"{name} from one start, means of the first and last tenth; curves averaged over {WINDOW} steps",
        columns=2, times=times, unit="step",
    )  # fmt: skip
    return data, {"twin": twin, "paths": _paths(name, data, times)}


def _smoothed(values: np.ndarray) -> np.ndarray:
    """A centred moving average, shorter at both ends."""
    kernel = np.ones(WINDOW)
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0)
    return np.convolve(finite, kernel, "same") / np.convolve(np.ones(len(values)), kernel, "same")


def _tenths(values: np.ndarray) -> tuple[float, float]:
    """Means of the first and of the last tenth."""
    tenth = len(values) // 10
    return float(values[:tenth].mean()), float(values[-tenth:].mean())


def _paths(name: str, data: dict[str, np.ndarray], times: np.ndarray) -> Sheet:
    u, v, height = heights(name)
    panels = []
    for title, key, slot in (("Annealing", "annealed", 1), ("Gradient descent", "descended", 0)):
        path = data[key]
        inside = (path >= [u[0], v[0]]) & (path <= [u[-1], v[-1]])
        path = np.where(inside.all(axis=1, keepdims=True), path, np.nan)
        tail = path[np.maximum(times[:, None] + np.arange(-TAIL, 1), 0)]
        marks = [Heat(z=height, x=u, y=v, levels=12), Line(x=path[:, 0], y=path[:, 1], slot=slot, width=0.3),
                 Line(x=tail[..., 0], y=tail[..., 1], slot=slot, moving=("x", "y")),
                 Dots(x=tail[:, -1:, 0], y=tail[:, -1:, 1], slot=slot, moving=("x", "y"))]  # fmt: skip
        panels.append(Panel(marks=marks, title=title, x="x", y="y", square=True, x_range=(u[0], u[-1]),
                            y_range=(v[0], v[-1])))  # fmt: skip
    ends = [f"ends at {written(float(end))}" if np.isfinite(end) else "overflows" for end in data["values"][:, -1]]
    return Sheet(panels=panels,
                 title=f"Annealing {ends[0]}, descent {ends[1]}",
                 subtitle=f"loss on {name} after {cooling.STEPS:,} steps; the last {TAIL} steps of each moment",
                 columns=2, times=times, unit="step", frame=MOMENTS // 4)  # fmt: skip


def _histogram(held: float) -> tuple[dict[str, np.ndarray], Sheet]:
    draws, shares, edges = cooling.visited(held)
    expected = cooling.boltzmann(held, edges)
    apart = 0.5 * np.abs(shares - expected).sum(axis=1)
    middle = (edges[1:] + edges[:-1]) / 2
    data = {"bins": middle, "shares": shares, "boltzmann": expected, "total_variation": apart}
    sheet = Sheet(
        panels=[
            Panel(marks=[Bars(x=middle, y=shares, slot=1, label="visited", moving=("y",)),
                         Line(x=middle, y=expected, label="exp(−E/T)")],
                  title="Where the chains have been", x="x", y="share",
                  y_range=(0.0, 1.3 * float(max(expected.max(), shares[-1].max())))),
            Panel(marks=[Line(x=draws, y=apart, slot=1),
                         Line(x=draws[[0, -1]], y=[0.05, 0.05], quiet=True, dash=True, label="0.05")],
                  title="How far from Boltzmann's law", x="steps of each chain", y="total variation", log_x=True,
                  log_y=True, cursor=draws),
        ],
        title=f"The histogram is {written(float(apart[-1]))} from Boltzmann's law in total variation",
        subtitle=f"{cooling.CHAINS} chains of {cooling.DRAWS:,} steps at T = {written(held)} on a tilted double well",
        columns=2, times=draws, unit="step",
    )  # fmt: skip
    return data, sheet


def _hajek(c: float) -> tuple[dict[str, np.ndarray], Sheet]:
    times = np.unique(np.geomspace(1, chain.STEPS, MOMENTS).round().astype(int))
    found = {each: hajek(each) for each in (*REFERENCES, c)}
    away = {each: 1.0 - where[times, 0] for each, where in found.items()}
    curves = [Line(x=times, y=away[each], quiet=True, label=f"c = {each:g}") for each in REFERENCES if each != c]
    curves.append(Line(x=times, y=away[c], slot=1, label=f"c = {written(c)}"))
    states = np.arange(len(chain.ENERGY))
    lost = float(away[c][-1])
    border = chain.depth()
    fate = "so it gets free in the end" if c >= border else "so some stay trapped for ever"
    sheet = Sheet(
        panels=[
            Panel(marks=[Bars(x=states, y=found[c][times], slot=1, label="probability", moving=("y",)),
                         Line(x=states, y=chain.ENERGY, label="energy"),
                         Dots(x=states, y=chain.ENERGY, size=0.7)],
                  title="Seven states in a row", x="state", y="energy, probability", y_range=(0.0, 2.2)),
            Panel(marks=curves, title="Not at the lowest state", x="step", y="probability", log_x=True, log_y=True,
                  cursor=times),
        ],
        title=f"c = {written(c)} is {'above' if c > border else 'at' if c == border else 'below'} the border of "
        f"{border:g}, {fate}: now {lost:.0%} are not home",
        subtitle=f"exact probabilities after {chain.STEPS:,} steps, no sampling; T = c / log(1 + k)",
        columns=2, times=times, unit="step",
    )  # fmt: skip
    data = {"chain_steps": times, "chain": found[c][times], "not_lowest": np.stack([away[each] for each in REFERENCES])}
    return data, sheet


def _twin_claims(data: dict[str, np.ndarray]) -> tuple[Claim, ...]:
    early, late = _tenths(data["acceptance"])
    first, last = _tenths(data["step_norm"])
    moved = _tenths(data["step_norm"] > 0)[1]
    if data["temperature"][-1] == data["temperature"][0] or not np.isfinite(last):
        return ()  # nothing is cooled, or nothing is left to compare
    return (
        between("As the temperature falls fewer moves are taken: last tenth ÷ first",
                late / early, 0.0, 0.999, "measured"),
        between("As the learning rate falls steps get shorter: last tenth ÷ first",
                last / first, 0.0, 0.999, "measured"),
        Claim("Half right: that they are one number; cold annealing takes few moves, cold descent all, but short",
              f"{late:.1%} and {moved:.0%} of the last tenth", "fewer, and all", "measured", late < moved),
    )  # fmt: skip


def _held_claims(data: dict[str, np.ndarray], held: float) -> tuple[Claim, ...]:
    return (between(f"At T = {written(held)} visits follow exp(−E/T): total variation",
                    float(data["total_variation"][-1]), 0.0, 0.05, "detailed balance"),)  # fmt: skip


def _hajek_claims(c: float) -> tuple[Claim, ...]:
    claims = [near("The deepest trap of the seven states, d*, is", chain.depth(), 1.0, 1e-12, SOURCE)]
    for each in (0.25, 0.5):
        away = 1.0 - hajek(each)[[1_000, chain.STEPS], 0]
        claims.append(between(f"With c = {each:g} < d* the trapped share stays: its change from step 1,000 on",
                              float(abs(away[1] / away[0] - 1.0)), 0.0, 0.01, SOURCE))  # fmt: skip
    for each, factor in ((1.0, 1.3), (1.5, 2.0)):
        away = 1.0 - hajek(each)[[100, 1_000, 10_000], 0]
        claims.append(between(f"With c = {each:g} ≥ d* it goes on falling: least factor per tenfold steps",
                              float((away[:-1] / away[1:]).min()), factor, np.inf, SOURCE))  # fmt: skip
    mine = 1.0 - hajek(c)[[10_000, chain.STEPS], 0]
    claims.append(Claim(f"Not at the lowest state with c = {written(c)}, after 10,000 and {chain.STEPS:,} steps",
                        f"{written(float(mine[0]))}, {written(float(mine[1]))}",
                        "to zero if and only if c ≥ 1, in the limit", SOURCE, None))  # fmt: skip
    return tuple(claims)
