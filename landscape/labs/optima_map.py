"""A map of local optima from how much they share: whether the best lie in the middle of one valley."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, written
from landscape.labs.terrain_pictures import drawings
from landscape.labs.terrain_pictures.grounds import GROUNDS, apart, ground, lowest, number, told, unit, usual
from landscape.parameters import Choice, Range
from landscape.terrain import basins, embedding
from landscape.terrain.basins import Basins
from landscape.terrain.descent import descend
from landscape.terrain.fitness_distance import correlation, distances
from landscape.terrain.optima import drawn

MAPS = ("multidimensional scaling", "principal components")
MOST, PAIRS = 300, 1500  # optima on the map; pairs beside it
ROUNDING = 1e-9  # of a loss that is computed in another program
VALLEY = "doi:10.1016/0167-6377(94)90065-5"


@lab(
    family="search",
    title="Map of local optima",
    references=(
        "Boese, Kahng and Muddu 1994, A new adaptive multi-start technique for combinatorial global optimizations, "
        f"{VALLEY}",
        "Tayarani and Prügel-Bennett 2016, An analysis of the fitness landscape of travelling salesman problem, "
        "doi:10.1162/EVCO_a_00154",
    ),
    question=Question(
        "Descents from random starts end in many optima. How far are two of these apart, compared with random points?",
        ("less than half as far", "nearer, but more than half as far", "as far"),
        lambda found: int(np.searchsorted([0.5, 0.95], float(found.data["spread"]))),
        "Where good solutions share most of what they are made of, optima lie in one small region with the best near "
        "its middle; on a rugged landscape they are as far apart as any two points.",
    ),
    slow=True,
    quick={"problem": "NK", "size": 10, "k": 3, "starts": 60},
)
def optima_map(
    *,
    problem: Annotated[str, Choice(*GROUNDS), "what is searched"] = "berlin52",
    method: Annotated[str, Choice(*MAPS), "how the map is made"] = MAPS[0],
    size: Annotated[int, Range(8, 60, legal=(5, 100)), "random cities, or bits of NK"] = 16,
    k: Annotated[int, Range(0, 12, legal=(0, 15)), "of NK: how many other bits each bit's part depends on"] = 4,
    starts: Annotated[int, Range(100, 2000, log=True, legal=(20, 20_000)), "descents from random starts"] = 500,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """Optima of random starts on a map, near each other where they share much, coloured by their loss.

    Multidimensional scaling moves points about until distances on the map are as near as possible to the true ones;
    principal components show the plane in which the optima spread most, of which far more stays unseen. A plane
    cannot hold them all, so the second plot shows what the map does to distances, and stress and explained variance
    say how much to believe. In a big valley the optima are nearer to each other than random points are, and the best
    is nearer to the others than they are to each other.
    """
    # data: values and visits (k,) of the optima drawn; places (k, 2); distances (k, k); stress, explained; spread of
    # the distances ÷ that of random points.
    surface = ground(problem, size, k, seed)
    yield Progress(0.0, f"{starts:,} descents", None)
    found = basins.counted(surface, descend(surface, drawn(surface, starts, seed)))
    rows = np.unique(np.linspace(0, len(found.values) - 1, MOST).round().astype(int))
    yield Progress(0.5, f"{len(found.values):,} optima to be arranged", None)
    between_them = distances(surface.domain, found.points[rows])
    scaled = embedding.metric(between_them) if method == MAPS[0] else embedding.principal(between_them)
    pairs = between_them[np.triu_indices(len(rows), 1)]
    spread = float(pairs.mean() / usual(surface)) if pairs.size else 0.0
    data = {"values": found.values[rows], "visits": found.sizes[rows], "places": scaled.places,
            "distances": between_them, "stress": np.array(scaled.stress), "explained": np.array(scaled.explained),
            "spread": np.array(spread)}  # fmt: skip
    known = found.values[0] <= lowest(problem, size, k, seed) + ROUNDING
    sheet = _sheet(surface, told(problem, size, k), found, rows, scaled, data, method, known)
    return Finding(data, {"map": sheet}, _claims(surface, data, method))


def _claims(surface, data: dict, method: str) -> tuple[Claim, ...]:
    true, count = data["distances"], len(data["values"])
    shown = embedding.between(data["places"])
    upper = np.triu_indices(count, 1)
    if count < 3:
        return (Claim("Different optima, too few to be arranged", written(count), "", "measured here", None),)
    mean = float(true[upper].mean())
    best = float(true[0].sum() / (count - 1))
    quality = (
        Claim("Stress of the map", written(float(data["stress"])), "0 would be perfect, above 0.2 is called poor",
              "doi:10.1007/BF02289565", None) if method == MAPS[0] else
        Claim("Share of the variance that the map shows", written(float(data["explained"])), "1 would be all of it",
              "measured here", None)
    )  # fmt: skip
    return (
        between("Mean distance of two optima ÷ that of two random points", float(data["spread"]), 0.0, 1.0, VALLEY),
        between("Mean distance of the best to the others ÷ that of all pairs", best / mean, 0.0, 1.0, VALLEY),
        Claim("Correlation of distances on the map with true ones", written(correlation(shown[upper], true[upper])),
              "1 on a map without distortion", "measured here", None),
        quality,
    )  # fmt: skip


def _sheet(surface, saying: str, found: Basins, rows, scaled, data: dict, method: str, known: bool) -> Sheet:
    values, places, loss = data["values"], scaled.places, unit(surface)
    hover = [f"{loss} {number(value)}<br>met {size} times" for value, size in zip(values, data["visits"], strict=True)]
    size = drawings.sizes(data["visits"], max(data["visits"].max(), 4))
    dots = Dots(x=places[:, 0], y=places[:, 1], values=values, name=loss, size=1.3 * size, hover=hover)
    best = Dots(x=places[:1, 0], y=places[:1, 1], slot=1, size=1.8, hover=hover[:1],
                label=f"{'global optimum' if known else 'best met'}, {number(values[0])}")  # fmt: skip
    panels = [Panel(marks=[dots, best], title="Optima, the nearer the more they share", square=True, bare=True,
                    weight=1.4), _distortion(data["distances"], places, apart(surface), method == MAPS[1])]  # fmt: skip
    quality = (f"stress {written(scaled.stress)}" if method == MAPS[0]
               else f"{scaled.explained:.0%} of the variance")  # fmt: skip
    title = (
        "All descents end in one optimum"
        if len(values) == 1
        else f"Two optima are {float(data['spread']):.0%} as far apart as two random points"
    )
    notes = []
    if len(rows) < len(found.values):
        notes.append(f"Drawn: {len(rows)} of {len(found.values):,} optima, evenly from the best to the worst.")
    said = f"{saying} · {found.sizes.sum():,} descents · {method}, {quality} · area: how often met"
    return Sheet(panels=panels, title=title, columns=2, notes=notes, subtitle=said)


def _distortion(true: np.ndarray, places: np.ndarray, name: str, squared: bool) -> Panel:
    """Distances on the map against true ones, of random pairs; squared where counts are squares of distances."""
    one, other = np.triu_indices(len(true), 1)
    rng = np.random.default_rng(0)
    chosen = rng.permutation(len(one))[:PAIRS]
    x = true[one[chosen], other[chosen]]
    y = np.linalg.norm(places[one[chosen]] - places[other[chosen]], axis=1)
    y = y**2 if squared else y
    end = float(max(x.max(initial=1.0), y.max(initial=0.0)))
    marks = [Dots(x=x, y=y, quiet=True, size=0.6), Line(x=[0, end], y=[0, end], dash=True, quiet=True, label="equal")]
    measured = f"{'squared ' * squared}distance on the map"
    return Panel(marks=marks, title="What the map does to distances", x=name, y=measured,
                 x_range=(0.0, end), y_range=(0.0, end))  # fmt: skip
