"""The big valley: better local optima are nearer to the best one, and nearer to each other."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from landscape.figures.sheet import Bars, Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, lab, near, written
from landscape.labs.terrain_pictures.grounds import apart, unit
from landscape.labs.terrain_pictures.problems import CHOICES, made
from landscape.parameters import Choice, LandscapeError, Range
from landscape.surface import Surface
from landscape.terrain.descent import descend
from landscape.terrain.fitness_distance import FitnessDistance, distances, fitness_distance
from landscape.terrain.optima import distinct, drawn
from landscape.terrain.walks import autocorrelation, correlation_length, random_walk, tour_correlation

WALKS, STEPS, LAGS, SHOWN = 16, 10_000, np.arange(121), 300
PIECES = 4  # in which the descents are made
DRAWN = 300  # points drawn evenly, for comparison
BOESE, JONES = "Boese 1995, citeseerx 10.1.1.23.7724", "Jones and Forrest 1995"
STADLER = "Stadler and Schnabl 1992, Physics Letters A 161, 337–344"
FAR = 5  # correlation lengths that are drawn
PARTS = {"two_opt": 2, "swap": 4}  # cities ÷ correlation length
VALLEYS = ("berlin52", "kroA100")  # where a big valley is known
MOVES = ("two_opt", "or_opt", "insert", "swap")
STRONG, WEAK, TOGETHER = 0.6, 0.3, 0.6


class Found(NamedTuple):
    """Distinct local optima, how they stand to the best one, and the distances of points drawn evenly."""

    surface: Surface
    points: np.ndarray  # (r, d)
    measured: FitnessDistance
    between: np.ndarray  # (pairs,) of optima
    random: np.ndarray  # (pairs,) of points drawn evenly
    walks: np.ndarray  # (WALKS, STEPS + 1) losses along random walks
    runs: int


@lab(
    family="search",
    title="The big valley",
    references=(
        "Stadler and Schnabl 1992, The landscape of the traveling salesman problem, Physics Letters A 161, 337–344",
        "Boese 1995, Cost versus distance in the traveling salesman problem, citeseerx 10.1.1.23.7724",
        "Jones and Forrest 1995, Fitness distance correlation as a measure of problem difficulty for genetic "
        "algorithms, Proc. 6th Int. Conf. on Genetic Algorithms, 184–192",
        "Ochoa and Veerapen 2018, Mapping the global structure of TSP fitness landscapes, "
        "doi:10.1007/s10732-017-9334-0",
    ),
    question=Question(
        "Many descents end in different local optima. Does the length of such a tour tell how much it has in common "
        "with the best one?",
        (
            "no: a local optimum can be anywhere",
            "yes: the shorter, the more bonds they share",
            "yes: the shorter, the fewer bonds they share",
        ),
        lambda finding: _answer(float(finding.data["correlation"])),
        "Where the correlation is high the optima lie in one big valley, and the best is found near good ones: that is "
        "why kicks and recombination of good tours beat fresh starts. Swaps of two cities, or many interactions of "
        "bits, make it lower.",
    ),
    slow=True,
    quick={"count": 60},
    full={"count": 2000},
)
def big_valley(
    *,
    problem: Annotated[str, Choice(*CHOICES), "whose local optima are taken"] = "berlin52",
    neighborhood: Annotated[str, Choice(*MOVES), "of tours; strings flip bits"] = "two_opt",
    count: Annotated[int, Range(50, 1000, legal=(8, 10_000)), "descents from random starts"] = 300,
    seed: Annotated[int, Range(0, 9, legal=(0, 2**32 - 1)), "of the starts"] = 0,
):
    """Local optima from many descents: how good each is, and how far it is from the best and from the others.

    Tours are compared by their bonds: the distance is how many bonds of one the other has not. If better optima are
    nearer to the best, the landscape seen from afar is one valley, whatever holes it has nearby. The correlation of
    loss and distance says how much so, and also where it is a tendency only, with good tours far away.
    """
    surface = made(problem, neighborhood)
    ends = []
    for piece, starts in enumerate(np.array_split(drawn(surface, count, seed), PIECES), start=1):
        ends.append(descend(surface, starts))
        yield Progress(0.8 * piece / PIECES, f"{sum(len(each.points) for each in ends):,} descents")
    points, values = (np.concatenate([getattr(each, name) for each in ends]) for name in ("points", "values"))
    return _finding(problem, _measured(surface, points, values))


def _answer(correlation: float) -> int:
    return 1 if correlation > WEAK else 2 if correlation < -WEAK else 0


def _measured(surface: Surface, points: np.ndarray, values: np.ndarray) -> Found:
    optima = distinct(surface.domain, points, values)
    if len(optima.values) < 3:
        raise LandscapeError(
            f"{len(points)} descents met {len(optima.values)} different optima, too few to compare; raise count, or "
            "take another problem."
        )
    measured = fitness_distance(surface, optima.points, optima.values)
    pairs = [distances(surface.domain, each)[np.triu_indices(len(each), 1)]
             for each in (optima.points, drawn(surface, DRAWN, seed=1))]  # fmt: skip
    walks = random_walk(surface, STEPS, seed=0, walks=WALKS)
    return Found(surface, optima.points, measured, *pairs, walks, len(points))


def _finding(problem: str, found: Found) -> Finding:
    measured = found.measured
    data = {
        "optima": found.points,  # (r, d), the best one first
        "loss": measured.values,
        "to_best": measured.to_best,
        "to_others": measured.to_others,
        "correlation": np.array(measured.correlation),
        "mean_correlation": np.array(measured.mean_correlation),
        "between_optima": found.between,  # (pairs,)
        "between_random": found.random,
    }
    data |= {"lags": LAGS, "autocorrelation": autocorrelation(found.walks, LAGS)}
    sheets = {"valley": _valley(problem, found), "distances": _distances(problem, found), "walk": _walk(problem, found)}
    if found.surface.entry.picture == "tour":
        sheets["tours"] = _tours(problem, found)
    return Finding(data, sheets, _claims(problem, found))


def parts(surface: Surface) -> str:
    """What points consist of, and distances count."""
    return "bonds" if surface.entry.picture == "tour" else "bits"


def moved(surface: Surface) -> str:
    """The neighbourhood in words."""
    return {"two_opt": "2-opt", "or_opt": "or-opt"}.get(surface.domain.neighborhood, surface.domain.neighborhood)


def _valley(problem: str, found: Found) -> Sheet:
    measured, name = found.measured, unit(found.surface)
    panels = []
    for title, x, r in (("From the best one", measured.to_best, measured.correlation),
                        ("From the others, on average", measured.to_others, measured.mean_correlation)):  # fmt: skip
        kept = x > 0
        slope, height = np.polyfit(x[kept], measured.values[kept], 1) if np.ptp(x[kept]) else (0.0, measured.values[0])
        ends = np.array([x[kept].min(), x[kept].max()])
        hover = [f"{name} {value:,.4g}, {at:.3g} {parts(found.surface)}" for value, at in
                 zip(measured.values, x, strict=True)]  # fmt: skip
        marks = [Line(x=ends, y=height + slope * ends, width=0.8),
                 Dots(x=x[kept], y=measured.values[kept], slot=0, size=0.8, symbol="circle",
                      hover=[text for text, keep in zip(hover, kept, strict=True) if keep]),
                 Dots(x=x[measured.best : measured.best + 1], y=measured.values[measured.best : measured.best + 1],
                      slot=1, symbol="square", label="best", hover=[hover[measured.best]])]  # fmt: skip
        panels.append(Panel(marks=marks, title=f"{title}: r = {written(r)}", x=apart(found.surface), y=name))
    told = "are nearer to the best one" if measured.correlation > WEAK else "are hardly nearer to the best one"
    return Sheet(
        panels=panels, title=f"{'Shorter tours' if name == 'length' else 'Better strings'} {told}",
        subtitle=f"{len(found.points):,} different local optima of {found.runs:,} descents on {problem}, "
        f"{moved(found.surface)}; the correlation leaves out the best one",
        columns=2,
    )  # fmt: skip


def _distances(problem: str, found: Found) -> Sheet:
    most = int(max(found.between.max(), found.random.max()))
    at = np.arange(most + 2)
    shares = [np.bincount(each.round().astype(int), minlength=len(at))[: len(at)] / len(each)
              for each in (found.random, found.between)]  # fmt: skip
    marks = [Bars(x=at, y=shares[0], quiet=True, label="of random points"),
             Bars(x=at, y=shares[1], slot=0, label="of local optima")]  # fmt: skip
    mean, other = float(found.between.mean()), float(found.random.mean())
    return Sheet(
        panels=[Panel(marks=marks, x=f"{apart(found.surface)}, of two points", y="share of pairs")],
        title=f"Two local optima differ in {mean:.1f} {parts(found.surface)}, two random points in {other:.1f}",
        subtitle=f"{problem}, of {found.surface.dim} {parts(found.surface)}; {len(found.between):,} pairs of optima",
    )  # fmt: skip


def _walk(problem: str, found: Found) -> Sheet:
    """Losses along a random walk, and how alike they are some steps apart."""
    length = correlation_length(found.walks)
    name = unit(found.surface)
    part, n = PARTS.get(found.surface.domain.neighborhood, 0), found.surface.dim
    r1 = tour_correlation(n, found.surface.domain.neighborhood) if name == "length" else np.nan
    lags = LAGS[: int(np.clip(FAR * length, 20, LAGS[-1])) + 1]
    marks = [Dots(x=lags, y=autocorrelation(found.walks, lags), slot=0, symbol="circle", size=0.7,
                  label="random walks")]  # fmt: skip
    if np.isfinite(r1):
        marks.insert(0, Line(x=lags, y=r1**lags, label="exact"))
    panels = [Panel(marks=[Line(x=np.arange(SHOWN + 1), y=found.walks[0, : SHOWN + 1], slot=0)], title="A random walk",
                    x="step", y=name),
              Panel(marks=marks, title="Values s steps apart", x="steps apart, s", y="correlation")]  # fmt: skip
    return Sheet(
        panels=panels, columns=2, title=f"Values along a random walk stay alike for about {length:.1f} steps",
        subtitle=f"{problem}, {moved(found.surface)}: the correlation length −1/ln r(1) of {WALKS} walks of "
        f"{STEPS:,} steps" + (f"; n/{part} is {n / part:g}" if part else ""),
    )  # fmt: skip


def _tours(problem: str, found: Found) -> Sheet:
    """The best tour, one at the median distance and the farthest, with the bonds that the best has not."""
    places = np.asarray(found.surface.shown["places"], float)
    order = np.argsort(found.measured.to_best)
    picks = {"Best": found.measured.best, "Median distance": order[len(order) // 2], "Farthest": order[-1]}
    best, panels = _bonds(found.points[found.measured.best]), []
    for title, pick in picks.items():
        tour = found.points[pick].astype(int)
        shared = [frozenset(bond) in best for bond in zip(tour, np.roll(tour, -1), strict=True)]
        panels.append(Panel(
            marks=[*_drawn(places, tour, shared), Dots(x=places[:, 0], y=places[:, 1], size=0.4)], square=True,
            bare=True, title=f"{title}: {found.measured.values[pick]:,.0f}", keyed=False,
        ))  # fmt: skip
    far = int(found.measured.to_best.max())
    return Sheet(
        panels=panels, columns=3,
        title=f"Even the farthest optimum shares {len(places) - far} of {len(places)} bonds with the best",
        subtitle=f"{problem}; coloured: bonds that the best tour has not",
    )  # fmt: skip


def _bonds(tour: np.ndarray) -> set[frozenset]:
    each = tour.astype(int)
    return {frozenset(bond) for bond in zip(each, np.roll(each, -1), strict=True)}


def _drawn(places: np.ndarray, tour: np.ndarray, shared: list[bool]) -> list[Line]:
    """A tour as two lines: bonds that the best one has, and in colour those that it has not."""
    ends = np.stack([places[tour], places[np.roll(tour, -1)], np.full_like(places[tour], np.nan)], axis=1)
    known, fresh = (ends[np.array(shared) == each].reshape(-1, 2) for each in (True, False))
    lines = [Line(x=known[:, 0], y=known[:, 1], width=0.8)]
    return lines + ([Line(x=fresh[:, 0], y=fresh[:, 1], slot=0)] if len(fresh) else [])


def _claims(problem: str, found: Found) -> tuple[Claim, ...]:
    measured, many, n = found.measured, apart(found.surface), found.surface.dim
    tours = found.surface.entry.picture == "tour"
    share = float((measured.to_best[measured.values < np.median(measured.values)] > np.median(measured.to_best)).mean())
    together = float(found.between.mean() / found.random.mean())
    valley = problem in VALLEYS and found.surface.domain.neighborhood == "two_opt"
    strong = valley or problem == "nk_1"
    found_r = (written(measured.correlation), written(measured.mean_correlation))
    claims = [
        Claim("The better, the nearer to the best one met: correlation of loss and distance", found_r[0],
              f"≥ {STRONG}" if strong else "no value is known here", JONES,
              bool(measured.correlation >= STRONG) if strong else None),
        Claim("The better, the nearer to the other optima: correlation of loss and mean distance", found_r[1],
              f"≥ {STRONG}" if strong else "no value is known here", BOESE,
              bool(measured.mean_correlation >= STRONG) if strong else None),
    ]  # fmt: skip
    if tours:
        claims.append(near(f"Two random tours: {many}", float(found.random.mean()), n - 2 * n / (n - 1), 0.25,
                           "n − 2n/(n − 1): each bond of one is in the other with probability 2/(n − 1)"))  # fmt: skip
    claims += [
        Claim(f"Local optima lie together: mean {many}, of optima ÷ of random points", written(together),
              f"≤ {TOGETHER}" if valley else "no value is known here", BOESE,
              together <= TOGETHER if valley else None),
        Claim("Half right: better is nearer; of the better half, so many are farther from the best than the median",
              f"{share:.0%}", "some, less than half", "doi:10.1007/s10732-017-9334-0",
              0.0 < share < 0.5 if measured.correlation > WEAK else None),
    ]  # fmt: skip
    if tours and found.surface.domain.neighborhood in PARTS:
        part = PARTS[found.surface.domain.neighborhood]
        claims.append(near(f"Correlation length of random walks, in steps: about n/{part}",
                           correlation_length(found.walks), n / part, 0.15 * n / part, STADLER))  # fmt: skip
    return tuple(claims)
