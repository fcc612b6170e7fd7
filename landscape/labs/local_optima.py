"""Local-optima networks: where chained searches come by, and the funnels they end in."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landscape.figures.sheet import Bars, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab, near, written
from landscape.labs.terrain_pictures import drawings
from landscape.labs.terrain_pictures.grounds import GROUNDS, apart, ground, number, told, unit
from landscape.parameters import Choice, Range
from landscape.terrain import embedding
from landscape.terrain.descent import descend
from landscape.terrain.fitness_distance import correlation, distances
from landscape.terrain.networks import ALL, Chains, Network, exhaustive, growing, homes, network
from landscape.terrain.optima import drawn

PIECES, MOST, BARS = 4, 250, 5  # of a search; nodes that are drawn; bars
MANY, SEVERAL = 50, 10  # cities, of which tours may have funnels; optima, of which a correlation says something
MAPPED = "doi:10.1007/s10732-017-9334-0"


@lab(
    family="search",
    title="Local-optima network",
    references=(
        f"Ochoa and Veerapen 2018, Mapping the global structure of TSP fitness landscapes, {MAPPED}",
        "Tomassini, Vérel and Ochoa 2008, Complex-network analysis of combinatorial spaces: the NK landscape case, "
        "doi:10.1103/PhysRevE.78.066114",
    ),
    question=Question(
        "Searches are kicked out of local optima, descend again and keep what is not worse, each from its own random "
        "start. Where do they end?",
        ("all in the same optimum", "more than half of them in the same optimum", "scattered over several optima"),
        lambda found: _answer(found.data["ends"]),
        "Edges that lead down make funnels: a search that has come to the bottom of one stays there, unless a kick "
        "happens to reach over its rim.",
    ),
    slow=True,
    quick={"problem": "NK", "size": 9, "k": 4, "runs": 6, "kicks": 20},
)
def local_optima(
    *,
    problem: Annotated[str, Choice(*GROUNDS), "what is searched"] = "berlin52",
    size: Annotated[int, Range(8, 30, legal=(5, 60)), "random cities, or bits of NK"] = 14,
    k: Annotated[int, Range(0, 12, legal=(0, 15)), "of NK: how many other bits each bit's part depends on"] = 6,
    strength: Annotated[int, Range(1, 4, legal=(1, 8)), "of a kick: double bridges, bits less one"] = 1,
    runs: Annotated[int, Range(4, 32, legal=(1, 64)), "searches, each from a random start"] = 16,
    kicks: Annotated[int, Range(20, 300, legal=(4, 2000)), "kicks of each search"] = 100,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """Local optima are nodes, and kicks that lead from one to another are edges.

    Searches are kicked, descend and keep what is not worse, so followed downwards the edges end in the bottoms of
    funnels, and a search that has fallen into the wrong one seldom comes out. Optima that share much are near each
    other on the map, which is made by multidimensional scaling of their distances; larger ones were visited more
    often, and in space the height is the loss. The network is what these searches have seen, not all there is: more
    runs and kicks find more nodes and may join funnels, and a stronger kick leads farther but more often astray.
    """
    # data: values, visits and funnel (n,) of the optima; places (drawn, 2); edges (m, 2), counts (m,); bottoms (b,)
    # node numbers; ends (runs,) node numbers; best (runs, kicks + 1) losses.
    surface = ground(problem, size, k, seed)
    saying = told(problem, size, k)
    for found, share in growing(
        surface, drawn(surface, runs, seed), kicks, strength=strength, seed=seed, pieces=PIECES
    ):
        if share < 1.0:
            finding = _finding(surface, saying, found, False)
            yield Progress(0.95 * share, f"{found.values.shape[1] - 1} of {kicks} kicks", finding)
    return _finding(surface, saying, found, True)


def _answer(ends: np.ndarray) -> int:
    """All runs in one optimum, most of them, or not."""
    most = np.bincount(ends).max() / len(ends)
    return 0 if most == 1 else 1 if most > 0.5 else 2


def _finding(surface, saying: str, found: Chains, done: bool) -> Finding:
    made = network(surface, found)
    nodes = shown(made)
    scaled = embedding.metric(distances(surface.domain, made.points[nodes]))
    best = np.take_along_axis(found.values, homes(found.values), axis=1)
    data = {"values": made.values, "visits": made.visits, "funnel": made.funnels.of, "edges": made.edges,
            "counts": made.counts, "bottoms": made.funnels.bottoms, "ends": made.ends, "best": best,
            "places": scaled.places, "stress": np.array(scaled.stress)}  # fmt: skip
    claims = _claims(surface, made, found) if done else ()
    return Finding(data, _sheets(surface, saying, made, nodes, scaled, best), claims, done=done)


def shown(found: Network) -> np.ndarray:
    """The numbers of the nodes that are drawn: bottoms, then what was kept, the often visited first."""
    bottom = np.isin(np.arange(len(found.values)), found.funnels.bottoms)
    order = np.lexsort([-found.visits, found.funnels.of < 0, ~bottom])
    return np.sort(order[:MOST])


def _claims(surface, made: Network, found: Chains) -> tuple[Claim, ...]:
    runs, bottoms, ends = len(made.ends), len(made.funnels.bottoms), len(set(made.ends.tolist()))
    begun = len({tuple(row) for row in np.asarray(surface.domain.canonical(found.points[:, 0])).tolist()})
    tour = surface.entry.picture == "tour" and surface.dim >= MANY
    alike = correlation(made.values, np.log1p(made.incoming))
    claims = [
        near(f"Of {len(made.values)} nodes, those with a lower neighbour", int((descend(surface, made.points).moves > 0)
             .sum()), 0, 0, "definition; all neighbours are evaluated again"),
        Claim("Often said: tours lie in one big valley. Funnels in which the runs ended" if tour else
              "Funnels in which the runs ended", str(bottoms), "more than 1" if tour else "", MAPPED,
              bottoms > 1 if tour else None),
        Claim(f"Of {runs} runs, those that ended at the lowest loss seen", str(round(made.success * runs)), "",
              "measured here", None),
        Claim(f"Different optima in which {runs} runs ended", str(ends), f"fewer than the {begun} where they began",
              "searches meet on their way down", ends < begun if begun > 1 else None),
    ]  # fmt: skip
    if len(made.values) >= SEVERAL and np.isfinite(alike):
        claims.append(
            between("Correlation of an optimum's loss and the logarithm of how often kicks led to it", alike, -1.0, 0.0,
                    "lower optima have larger basins: doi:10.1103/PhysRevE.78.066114"))  # fmt: skip
    return (*claims, *_known(surface, made))


def _known(surface, made: Network) -> list[Claim]:
    """What can be compared with all optima, or with the known minimum."""
    if surface.entry.picture == "bits" and surface.dim <= ALL:
        whole = exhaustive(surface)
        many, wells = len(whole.values), len(whole.funnels.bottoms)
        return [near("The lowest node is the global optimum: its loss", float(made.values[0]), float(whole.values[0]),
                     1e-9, "all strings evaluated"),
                Claim(f"Of all {many} local optima, those that the searches came by", written(len(made.values)), "",
                      "all strings evaluated", None),
                Claim("Funnels of the network of all optima, with an edge wherever one flip leads to another basin",
                      written(wells), "", "all strings evaluated", None)]  # fmt: skip
    if np.isfinite(surface.minimum):
        return [near("The lowest node is the global optimum: its loss", float(made.values[0]), surface.minimum, 1e-9,
                     "the known minimum")]  # fmt: skip
    return []


def _sheets(surface, saying: str, made: Network, nodes, scaled: embedding.Map, best: np.ndarray) -> dict[str, Sheet]:
    bottoms, total = made.funnels.bottoms, len(made.values)
    share = made.success * len(made.ends)
    many = f"{total:,} local {'optimum' if total == 1 else 'optima'}"
    title = (f"{many}, {len(bottoms)} funnel{'s' * (len(bottoms) != 1)}: {share:.0f} of {len(made.ends)} runs end "
             f"lowest, at {number(made.values[0])}")  # fmt: skip
    said = f"{saying} · near on the map: few {apart(surface)} (stress {written(scaled.stress)}) · area: visits"
    notes = ["“Never kept”: reached by a kick, but worse than what the search had."]
    if len(nodes) < total:
        notes.append(f"Drawn: {len(nodes)} of the {total} optima, bottoms and those visited most.")
    flat = Panel(marks=drawings.plane(made, nodes, scaled.places), square=True, bare=True, weight=1.6,
                 title="Local optima and the kicks between them")  # fmt: skip
    tall = Panel(marks=drawings.space(made, nodes, scaled.places), bare=True,
                 title=f"The same in space: the height is the {unit(surface)}")  # fmt: skip
    return {"network": Sheet(panels=[flat, _runs(surface, made, best), _ends(surface, made)], title=title,
                             subtitle=said, notes=notes, columns=3),
            "space": Sheet(panels=[tall], title=title, subtitle=said, notes=notes)}  # fmt: skip


def _runs(surface, made: Network, best: np.ndarray) -> Panel:
    """What each run holds after each kick, by the funnel where it ends."""
    of, marks = made.funnels.of[made.ends], []
    at = np.append(np.arange(best.shape[1], dtype=float), np.nan)
    for slot in (None, *range(drawings.COLOURED - 1, -1, -1)):
        rows = best[of >= drawings.COLOURED if slot is None else of == slot]
        if len(rows):
            lines = np.column_stack([rows, np.full(len(rows), np.nan)])
            marks.append(Line(x=np.tile(at, len(rows)), y=lines.ravel(), slot=slot, quiet=slot is None, width=0.7))
    return Panel(marks=marks, title="What the runs hold", x="kicks", y=unit(surface))


def _ends(surface, made: Network) -> Panel:
    """With which loss the runs end."""
    values, counts = np.unique(made.values[made.ends], return_counts=True)
    names, heights = [number(value) for value in values[:BARS]], counts[:BARS].tolist()
    if len(values) > BARS:
        names, heights = [*names, "higher"], [*heights, int(counts[BARS:].sum())]
    bars = Bars(x=names, y=np.array(heights), across=True, quiet=True, written=[str(count) for count in heights])
    return Panel(marks=[bars], title="Where they end", x="runs", y=unit(surface), x_range=(0, 1.2 * max(heights)))
