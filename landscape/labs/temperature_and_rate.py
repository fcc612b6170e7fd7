"""Annealing on a tour and noisy gradient descent on a surface, in step: big steps first, small steps later."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Heat, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.rates import cooling, tours
from landscape.labs.rates.ground import heights
from landscape.labs.rates.tours import MOMENTS, Twin
from landscape.parameters import Choice, Range
from landscape.problems import tsp
from landscape.terrain.fitness_distance import correlation, ranked

ANNEALING, DESCENT = 1, 0  # slots
PER = tours.MOVES // MOMENTS, cooling.STEPS // MOMENTS  # moves and steps from one moment to the next
SHARE = np.linspace(0.0, 100.0, MOMENTS + 1)  # of the run, in per cent
TAIL = 2  # moments of the descent that are drawn in colour
SMITH, MANDT, KIRKPATRICK = "arXiv:1711.00489", "arXiv:1704.04289", "doi:10.1126/science.220.4598.671"


@lab(
    family="optimization",
    title="Temperature and learning rate",
    references=(
        "Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing, doi:10.1126/science.220.4598.671",
        "Smith, Kindermans, Ying and Le 2018, Don't decay the learning rate, increase the batch size, arXiv:1711.00489",
        "Mandt, Hoffman and Blei 2017, Stochastic gradient descent as approximate Bayesian inference, arXiv:1704.04289",
    ),
    question=Question(
        "Both walks are cooled by the same law. What makes the cold tour change less than the hot one?",
        ("each of its moves changes fewer bonds", "fewer of its moves are taken", "it makes fewer proposals"),
        1,
        "A 2-opt move changes two bonds whether it is hot or cold. What falls with the temperature is the share of "
        "moves that are taken; a learning rate shortens each step, and all of them are taken.",
    ),
    slow=True,
)
def temperature_and_rate(
    *,
    cities: Annotated[str, Choice(*tours.CITIES), "that annealing tours"] = "berlin52",
    surface: Annotated[str, Choice(*cooling.SURFACES), "that gradient descent walks on"] = "rastrigin",
    cooling_law: Annotated[str, Choice(*cooling.LAWS), "of temperature and learning rate"] = "exponential",
    temperature: Annotated[
        float, Range(0.01, 1.0, log=True, legal=(1e-6, 1e3)), "annealing's first, in mean distances of two cities"
    ] = 0.3,
    learning_rate: Annotated[float, Range(1e-3, 0.1, log=True, legal=(1e-9, 10.0)), "gradient descent's first"] = 0.02,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**32 - 1)), "of both walks"] = 0,
):
    """Annealing of a tour beside noisy gradient descent, on one clock: the learning rate is a temperature.

    At first the tour is shuffled and the point thrown about; as both numbers fall, both settle, first in a region and
    then in one of its minima. Noise in the slopes makes a temperature T = ησ²/2 of the learning rate η: on a bowl the
    mean loss is proportional to it. Not alike is how they get small: a move of a tour is as large as ever and rarely
    taken, a step of descent is taken always and short.
    """
    tour = tours.annealed(cities, cooling_law, temperature, seed)
    yield Progress(0.4, "annealing")
    walk = tours.descended(surface, cooling_law, learning_rate, seed)
    sheets = {"walks": _walks(cities, surface, tour, walk)}
    yield Progress(0.7, "gradient descent", Finding(_data(tour, walk), dict(sheets), told(tour, walk), done=False))
    held = (tours.annealed(cities, cooling_law, temperature, seed, held=True),
            tours.descended(surface, cooling_law, learning_rate, seed, held=True))  # fmt: skip
    sheets["steps"] = _steps(tour, walk)
    sheets["settling"] = _settling(cities, tour, walk, held)
    rates, rest = tours.resting()
    data = _data(tour, walk) | {"held_tour": held[0].values, "held_descent": held[1].values,
                                "held_bonds": held[0].moved, "held_distance": held[1].moved,
                                "resting_rates": rates, "resting_loss": rest}  # fmt: skip
    claims = (*told(tour, walk), *_held_claims(held), *_rest_claims(rates, rest))
    return Finding(data, sheets, claims)


def _data(tour: Twin, walk: Twin) -> dict[str, np.ndarray]:
    return {
        "share": SHARE,  # (m + 1,) of the run, in per cent
        "tours": tour.positions,  # (m + 1, n)
        "lengths": tour.values,
        "bonds": tour.moved,  # (m,) changed from one moment to the next
        "temperature": tour.knob,  # (t,)
        "acceptance": tour.taken,
        "points": walk.positions,  # (m + 1, 2)
        "losses": walk.values,
        "distance": walk.moved,  # (m,)
        "learning_rate": walk.knob,
        "step_norm": walk.length,
    }


def _cooled(tour: Twin) -> bool:
    return bool(tour.knob[-1] < tour.knob[0])


def _tenths(values: np.ndarray) -> tuple[float, float]:
    """Means of the first and of the last tenth."""
    tenth = max(len(values) // 10, 1)
    return float(np.mean(values[:tenth])), float(np.mean(values[-tenth:]))


def _walks(cities: str, surface: str, tour: Twin, walk: Twin) -> Sheet:
    bonds, far = _tenths(tour.moved), _tenths(walk.moved)
    overflows = not np.isfinite(far[1])
    point = "the descent overflows" if overflows else f"the point by {written(far[0])}, then {written(far[1])}"
    panels = [
        _tour(cities, tour),
        _curve("Temperature", "temperature", tour.knob, ANNEALING),
        _felt("Bonds changed", f"bonds in {PER[0]:,} moves", tour.moved, ANNEALING),
        _map(surface, walk),
        _curve("Learning rate", "learning rate", walk.knob, DESCENT),
        _felt("Distance moved", f"distance in {PER[1]} steps", walk.moved, DESCENT),
    ]
    return Sheet(
        panels=panels,
        title=f"The tour changes by {bonds[0]:.0f} bonds, then {bonds[1]:.0f}; {point}",
        subtitle=f"above: annealing on {cities}, {tours.MOVES:,} moves; below: noisy descent on {surface}, "
        f"{cooling.STEPS:,} steps; means of the first and last tenth",
        columns=3, times=SHARE, unit="percent", frame=MOMENTS // 3,
    )  # fmt: skip


def _tour(cities: str, tour: Twin) -> Panel:
    """The tour at each moment; bonds that are new since the last one are drawn over it."""
    places = tsp(instance=cities).data.places
    order = tour.positions.astype(int)
    ends = np.stack([order, np.roll(order, -1, axis=1)], axis=-1)  # (m + 1, n, 2)
    fresh = np.stack([np.zeros(order.shape[1], bool), *(_new(*pair) for pair in pairwise(ends))])
    closed = places[np.concatenate([order, order[:, :1]], axis=1)]
    bonds = np.concatenate([places[ends], np.full((*order.shape, 1, 2), np.nan)], axis=2)
    bonds = np.where(fresh[..., None, None], bonds, np.nan).reshape(len(order), -1, 2)
    marks = [Line(x=closed[..., 0], y=closed[..., 1], width=0.8, moving=("x", "y")),
             Line(x=bonds[..., 0], y=bonds[..., 1], slot=ANNEALING, label="new", moving=("x", "y")),
             Dots(x=places[:, 0], y=places[:, 1], size=0.5)]  # fmt: skip
    return Panel(marks=marks, title=f"Tour of {cities}, new bonds coloured", square=True, bare=True, keyed=False)


def _new(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Which bonds (n, 2) of one tour are none of the one before: (n,)."""
    known = {frozenset(bond) for bond in before.tolist()}
    return np.array([frozenset(bond) not in known for bond in after.tolist()])


def _map(surface: str, walk: Twin) -> Panel:
    u, v, height = heights(surface)
    inside = (walk.path >= [u[0], v[0]]) & (walk.path <= [u[-1], v[-1]])
    path = np.where(inside.all(axis=1, keepdims=True), walk.path, np.nan)
    at = (np.arange(MOMENTS + 1) * PER[1])[:, None]
    tail = path[np.maximum(at + np.arange(-TAIL * PER[1], 1), 0)]
    marks = [Heat(z=height, x=u, y=v, levels=6),
             Line(x=tail[..., 0], y=tail[..., 1], slot=DESCENT, moving=("x", "y")),
             Dots(x=tail[:, -1:, 0], y=tail[:, -1:, 1], slot=DESCENT, moving=("x", "y"))]  # fmt: skip
    return Panel(marks=marks, title=f"Point on {surface}", square=True, bare=True, x_range=(u[0], u[-1]),
                 y_range=(v[0], v[-1]))  # fmt: skip


def _curve(title: str, name: str, values: np.ndarray, slot: int) -> Panel:
    at = np.linspace(0.0, 100.0, len(values))
    return Panel(marks=[Line(x=at, y=values, slot=slot)], title=title, x="% of the run", y=name, log_y=True,
                 cursor=SHARE)  # fmt: skip


def _felt(title: str, name: str, moved: np.ndarray, slot: int) -> Panel:
    return Panel(marks=[Line(x=SHARE[1:], y=moved, slot=slot)], title=title, x="% of the run", y=name, cursor=SHARE)


def _steps(tour: Twin, walk: Twin) -> Sheet:
    """Of single steps: how many are taken, and how long those are."""
    bonds = np.where(tour.length > 0, tour.length, np.nan)
    panels = [
        _share("Annealing: moves taken", tour.taken, ANNEALING),
        _share("Descent: steps taken", walk.taken, DESCENT),
        Panel(marks=[Dots(x=np.linspace(0.0, 100.0, len(bonds)), y=bonds, slot=ANNEALING, size=0.4)],
              title="Annealing: a move that changes the tour", x="% of the run", y="bonds changed",
              x_range=(0.0, 100.0), y_range=(0.0, 4.0), cursor=SHARE),
        Panel(marks=[Dots(x=np.linspace(0.0, 100.0, len(walk.length)), y=walk.length, slot=DESCENT, size=0.4)],
              title="Descent: a step", x="% of the run", y="length", x_range=(0.0, 100.0), log_y=True,
              cursor=SHARE),
    ]  # fmt: skip
    early, late = _tenths(tour.taken)
    title = f"Cold annealing takes {late:.1%} of its moves instead of {early:.0%}; descent takes all, but shorter"
    if not _cooled(tour):
        title = f"Nothing is cooled: annealing takes {early:.0%} of its moves at first, {late:.0%} at last; descent all"
    return Sheet(
        panels=panels, title=title,
        subtitle=f"single moves and steps; the share taken is a mean over 2 % of the run; every {tours.THIN}th move",
        columns=2, times=SHARE, unit="percent",
    )  # fmt: skip


def _share(title: str, taken: np.ndarray, slot: int) -> Panel:
    each = taken[: len(taken) // MOMENTS * MOMENTS].reshape(MOMENTS, -1).mean(axis=1)
    return Panel(marks=[Line(x=SHARE[1:], y=each, slot=slot)], title=title, x="% of the run", y="share taken",
                 y_range=(0.0, 1.05), cursor=SHARE)  # fmt: skip


def _settling(cities: str, tour: Twin, walk: Twin, held: tuple[Twin, Twin]) -> Sheet:
    """Cooled beside held at the first temperature or rate: what is reached, and what goes on moving."""
    panels = []
    for slot, cooled, warm, names in ((ANNEALING, tour, held[0], ("tour's length", "bonds changed")),
                                      (DESCENT, walk, held[1], ("loss", "distance moved"))):  # fmt: skip
        kind = "Annealing" if slot == ANNEALING else "Descent"
        for name, key, at in zip(names, ("values", "moved"), (SHARE, SHARE[1:]), strict=True):
            marks = [Line(x=at, y=getattr(warm, key), quiet=True, label="held"),
                     Line(x=at, y=getattr(cooled, key), slot=slot, label=f"{kind.lower()}, cooled")]  # fmt: skip
            panels.append(Panel(marks=marks, title=f"{kind}: {name}", x="% of the run", y=name,
                                log_y=name == "loss", cursor=SHARE))  # fmt: skip
    last = f"{held[0].values[-1]:,.0f}"
    title = f"Cooled, the tour ends at {tour.values[-1]:,.0f}; held at its first temperature, at {last}"
    return Sheet(
        panels=panels, title=title if _cooled(tour) else f"Held at its first temperature, the tour ends at {last}",
        subtitle=f"{cities}: the shortest tour is {float(tsp(instance=cities).minimum):,.0f}; the same walks, with and "
        "without cooling",
        columns=2, times=SHARE, unit="percent",
    )  # fmt: skip


def told(tour: Twin, walk: Twin) -> tuple[Claim, ...]:
    """What is claimed of two walks that are cooled; nothing of others."""
    if not _cooled(tour) or not np.isfinite(walk.length[-1]):
        return ()  # nothing is cooled, or nothing is left to compare
    bonds, far, norm = _tenths(tour.moved), _tenths(walk.moved), _tenths(walk.length)
    early, late = _tenths(tour.taken)
    single = tour.length[tour.length > 0]
    return (
        between("Big steps first, small steps later, on the tour: bonds changed, last tenth ÷ first",
                bonds[1] / bonds[0], 0.0, 0.5, KIRKPATRICK),
        between("Big steps first, small steps later, on the surface: distance moved, last tenth ÷ first",
                far[1] / far[0], 0.0, 0.5, SMITH),
        between("Both settle in step: rank correlation of bonds changed and distance moved, moment by moment",
                correlation(ranked(tour.moved), ranked(walk.moved)), 0.5, 1.0, SMITH),
        Claim("Half right: that both take smaller steps; a move of a tour stays as large, and fewer are taken",
              f"{single.min():.0f} … {single.max():.0f} bonds; {early:.0%}, then {late:.1%} taken",
              "2 bonds; fewer", "two bonds make a 2-opt move", bool(np.all(single == 2)) and late < early),
        between("A step of descent itself gets shorter: length, last tenth ÷ first", norm[1] / norm[0], 0.0, 0.5,
                SMITH),
    )  # fmt: skip


def _held_claims(held: tuple[Twin, Twin]) -> tuple[Claim, ...]:
    """Without cooling nothing settles."""
    return tuple(
        between(f"Held at the first {knob} it does not settle: {felt}, last tenth ÷ first",
                np.divide(*_tenths(warm.moved)[::-1]), 0.5, np.inf, source)
        for warm, knob, felt, source in ((held[0], "temperature", "bonds changed", KIRKPATRICK),
                                         (held[1], "learning rate", "distance moved", MANDT))
        if np.isfinite(warm.moved).all()
    )  # fmt: skip


def _rest_claims(rates: np.ndarray, rest: np.ndarray) -> tuple[Claim, ...]:
    return (near("The rate is a temperature: on a bowl twice the rate makes so many times the mean loss",
                 float(rest[1] / rest[0]), float(rates[1] / rates[0] * (1 - rates[0]) / (1 - rates[1])), 0.15,
                 MANDT),)  # fmt: skip
